/* From tile to tile along a series: windows of rows. */
#ifndef SMARTFAB_ROW_WALK_H
#define SMARTFAB_ROW_WALK_H

#include "short_rows.h"
#include "tile_moments.h"

enum { FRONT, BACK, SIDES };
enum { RECIPROCALS = 4096 };

/* Sums over rows that share one shift. Where the edge's own row is finite, it is the shift of all rows, and kept in FRONT;
   else the rows before the edge are shifted by the last finite of them, those after it by the first. */
typedef struct {
    ON_A_LINE double running[SUMS][LANES];
    double shift, shift_y;
    int shifted; /* the shift is known */
} row_side;

typedef struct {
    ON_A_LINE double running[LANES];
    double *eights, *rests, *table; /* of the block's groups */
} row_extremes;

typedef struct {
    window_plan plan;
    ptrdiff_t window, groups, block; /* rows, whole groups in them, rows from edge to edge */
    int rest, needs;                 /* elements that are summed, a bit each */
    ptrdiff_t edge, done;            /* where the block begins, rows of it that are summed for good */
    int begun, split;
    row_side side[SIDES];
    row_extremes extreme[2]; /* least, greatest */
    moment_table moments[SIDES];
    void *memory, *allocated;    /* of the tables, of the walk */
    double *reciprocal;          /* 1 / n */
    double *tables;              /* by element: what of a window lies before the edge */
    ptrdiff_t place[SUMS];       /* where an element's table begins */
    int times_known;             /* the sums of row numbers are up to date */
    ptrdiff_t values;            /* values of the window that ends where `done` does */
    ptrdiff_t seen, clean_from;  /* rows looked at; all from here on are finite */
    ptrdiff_t plus, minus;       /* last rows of an inf that were seen, -1 for none; of a pair, `plus` is any inf */
    ptrdiff_t front_plus, front_minus, back_plus, back_minus; /* those nearest the edge */
    window_tile_sums tile;
    tile_elements elements;
} row_walk;

/* A walk without a plan, NULL without memory. */
static row_walk *new_row_walk(void) {
    void *allocated = calloc(1, sizeof(row_walk) + CACHE_LINE);
    row_walk *walk = allocated ? on_a_line(allocated) : NULL;
    if (walk)
        walk->allocated = allocated;
    return walk;
}

/* Make a walk out of a plan; -1 without memory. */
static int begin_walk(row_walk *walk, ptrdiff_t window) {
    const window_plan *plan = &walk->plan;
    walk->window = window;
    walk->groups = window >= SHORT_WINDOW ? window / LANES : 0;
    walk->block = walk->groups * LANES;
    walk->rest = (int)(window % LANES);
    walk->begun = 0;
    walk->seen = walk->clean_from = -1;
    walk->plus = walk->minus = -1;
    walk->needs = plan->order >= 1 || plan->pair ? 1 << SUM_D : 0;
    if (plan->order >= 2 || plan->pair)
        walk->needs |= 1 << SUM_D2;
    if (plan->order == 4)
        walk->needs |= 1 << SUM_D3 | 1 << SUM_D4;
    if (plan->pair)
        walk->needs |= 1 << SUM_E | 1 << SUM_E2 | 1 << SUM_DE;
    else if (plan->slope)
        walk->needs |= 1 << SUM_TD | 1 << SUM_T | 1 << SUM_TT;
    walk->reciprocal = NULL;
    if (window <= RECIPROCALS) {
        walk->reciprocal = (double *)malloc((size_t)(window + 1) * sizeof(double));
        if (!walk->reciprocal)
            return -1;
        for (ptrdiff_t n = 0; n <= window; n++)
            walk->reciprocal[n] = 1.0 / (double)n;
    }
    return 0;
}

static void end_walk(row_walk *walk) {
    free(walk->memory);
    free(walk->reciprocal);
    for (int at = 0; at < SIDES; at++)
        free(walk->moments[at].rows);
    free(walk->allocated);
}

/* Tables for a block; needed only once rows stand before an edge, so that a long window over few rows costs nothing. */
static int reserve_tables(row_walk *walk) {
    const size_t rows = (size_t)walk->block;
    size_t count = 0;
    double *next;
    if (walk->memory)
        return 0;
    for (int element = 0; element < SUMS; element++) {
        walk->place[element] = (ptrdiff_t)(count * rows);
        count += walk->needs >> element & 1;
    }
    count += (walk->plan.low + walk->plan.high) * 3;
    walk->memory = malloc(count * rows * sizeof(double) + CACHE_LINE);
    if (!walk->memory)
        return -1;
    next = on_a_line(walk->memory);
    for (int at = 0; at < 2; at++)
        if (at ? walk->plan.high : walk->plan.low) {
            walk->extreme[at].eights = next;
            walk->extreme[at].rests = next + rows;
            walk->extreme[at].table = next + 2 * rows;
            next += 3 * rows;
        }
    walk->tables = next;
    return 0;
}

ALWAYS_INLINE double *table_of(const row_walk *walk, int element) { return walk->tables + walk->place[element]; }

ALWAYS_INLINE int is_valid(const double *x, const double *y, ptrdiff_t j) { return x[j] == x[j] && (!y || y[j] == y[j]); }
ALWAYS_INLINE int is_whole(const double *x, const double *y, ptrdiff_t j) {
    return is_finite(x[j]) && (!y || is_finite(y[j]));
}

/* Which of the rows up to `end` are missing, and where an inf is. */
NEVER_INLINE void note_odd(row_walk *walk, const double *x, const double *y, ptrdiff_t end) {
    ptrdiff_t last = end - 1;
    while (last >= walk->seen && is_whole(x, y, last))
        last--;
    walk->clean_from = last >= walk->seen ? last + 1 : walk->clean_from;
    if (!any_infinite(x + walk->seen, end - walk->seen) && !(y && any_infinite(y + walk->seen, end - walk->seen)))
        return;
    for (ptrdiff_t j = walk->seen; j < end; j++) {
        if (y ? is_valid(x, y, j) && !is_whole(x, y, j) : x[j] == INFINITY) {
            walk->plus = j;
            walk->back_plus = walk->back_plus < walk->edge ? j : walk->back_plus;
        } else if (!y && x[j] == -INFINITY) {
            walk->minus = j;
            walk->back_minus = walk->back_minus < walk->edge ? j : walk->back_minus;
        }
    }
}

/* Look at rows up to `end`. */
static void look_at(row_walk *walk, const double *x, const double *y, ptrdiff_t end) {
    if (walk->seen >= end)
        return;
    if (any_odd(x + walk->seen, end - walk->seen) || (y && any_odd(y + walk->seen, end - walk->seen)))
        note_odd(walk, x, y, end);
    walk->seen = end;
}

/* Values that come into each window of a tile less those that leave it. */
FOR_EACH_VECTOR_WIDTH
static void balance_values(const double *x, const double *y, ptrdiff_t first, ptrdiff_t rows, ptrdiff_t window, int *balance) {
    const ptrdiff_t none = window - first < 0 ? 0 : window - first < rows ? window - first : rows;
    const double *gone = x + first - window, *gone_y = y ? y + first - window : gone;
    const double *come = x + first, *come_y = y ? y + first : come;
    for (ptrdiff_t k = 0; k < none; k++)
        balance[k] = (come[k] == come[k]) & (come_y[k] == come_y[k]);
    for (ptrdiff_t k = none; k < rows; k++)
        balance[k] = ((come[k] == come[k]) & (come_y[k] == come_y[k])) - ((gone[k] == gone[k]) & (gone_y[k] == gone_y[k]));
}

/* Counts as numbers, and their reciprocals: from a table where there is one, which is the same number sooner. */
FOR_EACH_VECTOR_WIDTH
static void invert_counts(window_tile_sums *tile, const int *values, ptrdiff_t rows, double ddof, int shares,
                          const double *reciprocal) {
    const int less = (int)ddof;
    for (ptrdiff_t k = 0; k < rows; k++)
        tile->n[k] = (double)values[k];
    if (reciprocal && ddof == (double)less && less >= 0) {
        for (ptrdiff_t k = 0; k < rows; k++)
            tile->inverse[k] = reciprocal[values[k]];
        for (ptrdiff_t k = 0; k < rows && shares; k++)
            tile->share[k] = reciprocal[values[k] > less ? values[k] - less : 0];
        return;
    }
    for (ptrdiff_t k = 0; k < rows; k++)
        tile->inverse[k] = 1.0 / tile->n[k];
    for (ptrdiff_t k = 0; k < rows && shares; k++)
        tile->share[k] = 1.0 / (tile->n[k] - ddof);
}

/* Values of a tile's windows, the first of which ends with row `first`; `before` of the one before it. Returns the values of
   the last of `full` windows. */
static ptrdiff_t count_values(row_walk *walk, const double *x, const double *y, ptrdiff_t first, ptrdiff_t rows,
                              ptrdiff_t full, ptrdiff_t before) {
    window_tile_sums *tile = &walk->tile;
    int values[TILE_ROWS], running = (int)before;
    balance_values(x, y, first, rows, walk->window, values);
    for (ptrdiff_t k = 0; k < rows; k++)
        values[k] = running += values[k];
    invert_counts(tile, values, rows, walk->plan.ddof, walk->plan.order >= 2 || y, walk->reciprocal);
    if (walk->plan.out[COUNT])
        for (ptrdiff_t k = 0; k < rows; k++)
            tile->rows[k] = (double)(first + k + 1 < walk->window ? first + k + 1 : walk->window);
    return full ? values[full - 1] : before;
}

#endif
