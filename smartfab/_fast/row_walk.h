/* What a walk along windows of rows knows of the rows it has seen: tables, odd values, counts. */
#ifndef SMARTFAB_ROW_WALK_H
#define SMARTFAB_ROW_WALK_H

#include "short_rows.h"

/* Tables for a block; needed only once rows stand before an edge, so that a long window over few rows costs nothing. */
NEVER_INLINE int reserve_tables(row_walk *walk) {
    const size_t rows = (size_t)walk->block;
    size_t count = 0;
    double *next;
    if (walk->memory)
        return 0;
    for (int element = 0; element < SUMS; element++) {
        walk->place[element] = (ptrdiff_t)(count * rows);
        count += walk->needs >> element & 1;
    }
    count += (walk->plan.low + walk->plan.high) * 3 + 1;
    walk->memory = malloc(count * rows * sizeof(double) + CACHE_LINE);
    if (!walk->memory)
        return -1;
    next = on_a_line(walk->memory);
    for (int at = 0; at < 2; at++)
        if (at ? walk->plan.high : walk->plan.low) {
            walk->extreme[at].of.eights = next;
            walk->extreme[at].of.rests = next + rows;
            walk->extreme[at].of.table = next + 2 * rows;
            next += 3 * rows;
        }
    walk->counts = next;
    walk->tables = next + rows;
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
NEVER_INLINE void look_at(row_walk *walk, const double *x, const double *y, ptrdiff_t end) {
    if (walk->seen >= end)
        return;
    if (any_odd(x + walk->seen, end - walk->seen) || (y && any_odd(y + walk->seen, end - walk->seen)))
        note_odd(walk, x, y, end);
    walk->seen = end;
}

/* Values that come into each window of a tile less those that leave it. */
NEVER_INLINE void balance_values(const double *x, const double *y, ptrdiff_t first, ptrdiff_t rows, ptrdiff_t window, int *balance) {
    const ptrdiff_t none = window - first < 0 ? 0 : window - first < rows ? window - first : rows;
    const double *gone = x + first - window, *gone_y = y ? y + first - window : gone;
    const double *come = x + first, *come_y = y ? y + first : come;
    for (ptrdiff_t k = 0; k < none; k++)
        balance[k] = (come[k] == come[k]) & (come_y[k] == come_y[k]);
    for (ptrdiff_t k = none; k < rows; k++)
        balance[k] = ((come[k] == come[k]) & (come_y[k] == come_y[k])) - ((gone[k] == gone[k]) & (gone_y[k] == gone_y[k]));
}

/* Counts as numbers, and their reciprocals. */
NEVER_INLINE void invert_counts(window_tile_sums *tile, const int *values, ptrdiff_t rows, double ddof, int shares) {
    for (ptrdiff_t k = 0; k < rows; k++)
        tile->n[k] = (double)values[k];
    for (ptrdiff_t k = 0; k < rows; k++)
        tile->inverse[k] = 1.0 / tile->n[k];
    for (ptrdiff_t k = 0; k < rows && shares; k++)
        tile->share[k] = 1.0 / (tile->n[k] - ddof);
}

/* Values of a tile's windows, the first of which ends with row `first`; `before` of the one before it. Returns the values of
   the last of `full` windows. */
NEVER_INLINE ptrdiff_t count_values(row_walk *walk, const double *x, const double *y, ptrdiff_t first, ptrdiff_t rows,
                              ptrdiff_t full, ptrdiff_t before) {
    window_tile_sums *tile = &walk->tile;
    int values[TILE_ROWS], running = (int)before;
    balance_values(x, y, first, rows, walk->window, values);
    for (ptrdiff_t k = 0; k < rows; k++)
        values[k] = running += values[k];
    invert_counts(tile, values, rows, walk->plan.ddof, walk->plan.order >= 2 || y);
    if (walk->plan.out[COUNT])
        for (ptrdiff_t k = 0; k < rows; k++)
            tile->rows[k] = (double)(first + k + 1 < walk->window ? first + k + 1 : walk->window);
    return full ? values[full - 1] : before;
}

#endif
