/* Blocks of windows of rows: what is summed before an edge, and a tile after it. */
#ifndef SMARTFAB_ROW_BLOCKS_H
#define SMARTFAB_ROW_BLOCKS_H

#include "row_walk.h"

/* Rows first - LANES … of a tile, in a copy where the series does not have all of them. */
typedef struct {
    ON_A_LINE double x[LANES + TILE_ROWS], y[LANES + TILE_ROWS];
} tile_rows;

static const double *rows_of(double *copy, const double *x, ptrdiff_t size, ptrdiff_t first, ptrdiff_t rows) {
    if (first >= LANES && first + rows <= size)
        return x + first - LANES;
    copy_rows(copy, x, first - LANES, LANES + rows, 0, size);
    return copy;
}

enum { SQUARES = 1 << SUM_D | 1 << SUM_D2, TIMES = 1 << SUM_T | 1 << SUM_TT };

/* Table what lies before the edge, for the elements of `needs`. */
static void sum_front(row_walk *walk, const double *x, const double *y, int needs, int may_miss) {
    const row_side *side = &walk->side[FRONT];
    ON_A_LINE double running[SUMS][LANES];
    tile_rows copy;
    for (int element = 0; element < SUMS; element++)
        if (needs >> element & 1)
            store_lanes(running[element], fill_lanes(0.0));
    for (ptrdiff_t high = walk->groups; high > 0; high -= TILE_GROUPS) {
        const ptrdiff_t low = high > TILE_GROUPS ? high - TILE_GROUPS : 0, rows = (high - low) * LANES;
        const ptrdiff_t first = walk->edge - walk->block + low * LANES;
        const double *own = rows_of(copy.x, x, walk->edge, first, rows);
        const double *other = y ? rows_of(copy.y, y, walk->edge, first, rows) : NULL;
        const int plain = !may_miss && !y && (needs & ~SQUARES) == 0, squares = needs >> SUM_D2 & 1;
        row_run run = {own + LANES, side->shift, high - low, high - low};
        run_sums to = {{running[SUM_D], running[SUM_D2]}, {NULL, NULL}, {NULL, NULL}};
        to.table[0] = table_of(walk, SUM_D) + low * LANES;
        to.table[1] = table_of(walk, SUM_D2) + low * LANES;
        if (plain) {
            sum_backward(&run, squares, walk->rest, &to);
            continue;
        }
        fill_elements(&walk->elements, needs, y != NULL, own, other, LANES + rows, first - LANES - walk->edge, side->shift,
                      side->shift_y, may_miss);
        for (int element = 0; element < SUMS; element++)
            if (needs >> element & 1) {
                run = (row_run){walk->elements.of[element] + LANES, 0.0, high - low, high - low};
                to.running[0] = running[element];
                to.table[0] = table_of(walk, element) + low * LANES;
                sum_backward(&run, 0, walk->rest, &to);
            }
    }
}

/* Extremes before the edge, out of those of the block's groups; these are found again where the walk begins here. */
static void pick_front(row_walk *walk, const double *x, int known) {
    tile_rows copy;
    for (int greatest = 0; greatest < 2; greatest++) {
        row_extremes *extreme = &walk->extreme[greatest];
        if (!(greatest ? walk->plan.high : walk->plan.low))
            continue;
        for (ptrdiff_t done = 0; done < walk->block && !known; done += TILE_ROWS) {
            const ptrdiff_t rows = walk->block - done < TILE_ROWS ? walk->block - done : TILE_ROWS;
            const double *own = rows_of(copy.x, x, walk->edge, walk->edge - walk->block + done, rows);
            ON_A_LINE double unused[LANES];
            const run_extremes to = {extreme->of.eights + done, extreme->of.rests + done, NULL};
            store_lanes(unused, fill_lanes(0.0));
            pick_forward(own + LANES, rows / LANES, rows / LANES, walk->rest, greatest, 1, &to, unused, NULL);
        }
        pick_backward(walk->groups, walk->rest, greatest, &extreme->of);
    }
}

/* Whose value a row is told as the distance from. */
static void choose_shifts(row_walk *walk, const double *x, const double *y) {
    const ptrdiff_t edge = walk->edge, first = edge - walk->window + 1 > 0 ? edge - walk->window + 1 : 0;
    ptrdiff_t j = edge;
    walk->split = !is_whole(x, y, edge);
    while (j >= first && !is_whole(x, y, j))
        j--;
    for (int at = 0; at <= walk->split; at++)
        for (int element = 0; element < SUMS; element++)
            if (walk->needs >> element & 1)
                store_lanes(walk->side[at].running[element], fill_lanes(0.0));
    walk->side[BACK].shifted = 0;
    walk->side[BACK].shift = walk->side[BACK].shift_y = 0.0;
    walk->side[FRONT].shifted = j >= first;
    walk->side[FRONT].shift = j >= first ? x[j] : 0.0;
    walk->side[FRONT].shift_y = j >= first && y ? y[j] : 0.0;
}

/* What the walk must know of the rows before `edge` where it begins there. */
static void begin_walk_at(row_walk *walk, const double *x, const double *y, ptrdiff_t edge, ptrdiff_t reach) {
    walk->seen = walk->clean_from = edge > reach ? edge - reach : 0;
    walk->plus = walk->minus = -1;
    walk->values = 0;
    for (ptrdiff_t j = edge > walk->window ? edge - walk->window : 0; j < edge; j++)
        walk->values += is_valid(x, y, j);
}

/* All rows from `first` on that were seen are there and finite. */
ALWAYS_INLINE int is_clean(const row_walk *walk, ptrdiff_t first) { return first >= 0 && walk->clean_from <= first; }

/* Move to the block that begins at row `edge`; -1 without memory. */
static int begin_block(row_walk *walk, const double *x, const double *y, ptrdiff_t edge) {
    const int follows = walk->begun && walk->edge + walk->block == edge && walk->done == walk->block;
    const int extremes_known = follows && walk->memory;
    walk->edge = edge;
    walk->done = 0;
    walk->begun = 1;
    walk->back_plus = walk->back_minus = -1;
    if (!follows)
        begin_walk_at(walk, x, y, edge, walk->block + LANES);
    look_at(walk, x, y, edge);
    walk->front_plus = walk->plus;
    walk->front_minus = walk->minus;
    choose_shifts(walk, x, y);
    for (int at = 0; at < SIDES; at++)
        walk->moments[at].known = -1;
    for (int at = 0; at < 2; at++)
        for (int k = 0; k < LANES; k++)
            walk->extreme[at].running[k] = at ? -INFINITY : INFINITY;
    if (edge == 0) {
        walk->times_known = 1;
        return 0;
    }
    if (reserve_tables(walk) < 0)
        return -1;
    walk->times_known = walk->split || !is_clean(walk, edge - walk->window + 1);
    if (walk->needs)
        sum_front(walk, x, y, walk->times_known ? walk->needs : walk->needs & ~TIMES, walk->times_known);
    pick_front(walk, x, extremes_known);
    return 0;
}

#endif
