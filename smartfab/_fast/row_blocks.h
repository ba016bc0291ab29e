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

enum { TIMES = 1 << SUM_T | 1 << SUM_TT };

/* One pass over the rows, which sums one element or two. */
typedef struct {
    int kind, first, second;
} element_pass;

enum { NO_PASS = -1, MOST_PASSES = 5 };
static const element_pass PASSES[2][MOST_PASSES] = {
    {{ROWS_AND_SQUARES, SUM_D, SUM_D2}, {ROWS_CUBED, SUM_D3, SUM_D4}, {ROWS_BY_NUMBER, SUM_TD, SUM_TD}, {ROWS_ALONE, SUM_T, SUM_T},
     {ROWS_ALONE, SUM_TT, SUM_TT}},
    {{ROWS_AND_SQUARES, SUM_D, SUM_D2}, {ROWS_AND_SQUARES, SUM_E, SUM_E2}, {ROWS_BY_OTHER, SUM_DE, SUM_DE}, {NO_PASS}, {NO_PASS}},
};

/* The rows of a tile as they are summed: as they stand, or where some may miss less their shift, with 0 for those that do. */
static row_run rows_to_sum(row_walk *walk, int needs, const row_side *side, const double *x, const double *y, ptrdiff_t groups,
                           ptrdiff_t number, int may_miss) {
    tile_elements *elements = &walk->elements;
    if (!may_miss)
        return (row_run){x + LANES, y ? y + LANES : NULL, side->shift, side->shift_y, (double)number, groups, groups};
    fill_elements(elements, needs, x, y, LANES + groups * LANES, number - LANES, side->shift, side->shift_y);
    return (row_run){elements->of[SUM_D] + LANES, elements->of[SUM_E] + LANES, 0.0, 0.0, (double)number, groups, groups};
}

/* What one pass sums of them; 0 where nothing of it is needed. */
static int choose_pass(const row_walk *walk, int needs, int pair, int at, row_run *run, element_pass *pass) {
    *pass = PASSES[pair][at];
    if (pass->kind == NO_PASS)
        return 0;
    if (pass->kind == ROWS_AND_SQUARES && !(needs >> pass->second & 1))
        pass->kind = ROWS_ALONE;
    if (pair && pass->first == SUM_E) {
        run->rows = run->others;
        run->shift = run->shift_other;
    }
    if (!pair && pass->first >= SUM_T) {
        run->rows = walk->elements.of[pass->first] + LANES;
        run->shift = 0.0;
    }
    return needs >> pass->first & 1;
}

/* Table what lies before the edge, for the elements of `needs`. */
static void sum_front(row_walk *walk, const double *x, const double *y, int needs, int may_miss) {
    ON_A_LINE double running[SUMS][LANES];
    tile_rows copy;
    memset(running, 0, sizeof running);
    for (ptrdiff_t high = walk->groups; high > 0; high -= TILE_GROUPS) {
        const ptrdiff_t low = high > TILE_GROUPS ? high - TILE_GROUPS : 0, rows = (high - low) * LANES;
        const ptrdiff_t first = walk->edge - walk->block + low * LANES;
        const double *own = rows_of(copy.x, x, walk->edge, first, rows);
        const double *other = y ? rows_of(copy.y, y, walk->edge, first, rows) : NULL;
        const row_run all = rows_to_sum(walk, needs, &walk->side[FRONT], own, other, high - low, first - walk->edge, may_miss);
        for (int at = 0; at < MOST_PASSES; at++) {
            element_pass pass;
            row_run run = all;
            if (choose_pass(walk, needs, y != NULL, at, &run, &pass)) {
                const run_sums to = {{running[pass.first], running[pass.second]},
                                     {table_of(walk, pass.first) + low * LANES, table_of(walk, pass.second) + low * LANES},
                                     {NULL, NULL}};
                sum_backward(&run, pass.kind, walk->rest, &to);
            }
        }
    }
}

/* Extremes before the edge, out of those of the block's groups; these are found again where the walk begins here. */
static void pick_front(row_walk *walk, const double *x, int known) {
    tile_rows copy;
    if (walk->extremes_tabled)
        return;
    walk->extremes_tabled = 1;
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
    walk->side[BACK].there = 0;
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
    walk->extremes_tabled = 0;
    return 0;
}

#endif
