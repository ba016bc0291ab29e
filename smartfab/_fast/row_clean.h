/* Blocks of windows of rows none of which is missing or infinite: written from edge to edge, without a stop at every tile. */
#ifndef SMARTFAB_ROW_CLEAN_H
#define SMARTFAB_ROW_CLEAN_H

#include "lane_results.h"
#include "row_blocks.h"

enum { LONGEST_CLEAN = 4096 };  /* rows of a block that stay in the nearest memory while they are worked on */
enum { BLOCKS_IN_DOUBT = 16 }; /* that are not tried after one that turned out odd */

/* Whether the plan asks for nothing but what such blocks know. */
static int is_plain(const row_walk *walk, const row_request *request) {
    const window_plan *plan = &walk->plan;
    return walk->block && walk->block <= LONGEST_CLEAN && !plan->pair && plan->order <= 2 && request->step == 1 &&
           !(plan->out[ZSCORE] && request->ahead) && least_values(plan, SLOPE) <= (double)walk->window &&
           least_values(plan, VARIANCE) <= (double)walk->window;
}

/* Whether the block that begins at row `edge` is the next one, is asked for as a whole, and all rows before it that it reaches
   back to are finite. */
static int is_next_block(row_walk *walk, ptrdiff_t edge, const row_request *request) {
    if (walk->doubt > 0) {
        walk->doubt--;
        return 0;
    }
    return request->start == edge && edge + walk->block <= request->stop && edge >= walk->window + LANES && walk->seen == edge &&
           walk->clean_from <= edge - walk->window + 1 && walk->memory;
}

/* Table the sums of what lies before the edge. */
static void sum_clean_front(const row_walk *walk, const double *x, ptrdiff_t edge, int kind, double *const *table) {
    ON_A_LINE double running[2][LANES];
    store_lanes(running[0], fill_lanes(0.0));
    store_lanes(running[1], fill_lanes(0.0));
    for (ptrdiff_t high = walk->groups; high > 0; high -= TILE_GROUPS) {
        const ptrdiff_t low = high > TILE_GROUPS ? high - TILE_GROUPS : 0, before = low * LANES - walk->block;
        const row_run run = {x + edge + before, NULL, x[edge], 0.0, (double)before, high - low, high - low};
        const run_sums to = {{running[0], running[1]}, {table[0] + low * LANES, table[1] + low * LANES}, {NULL, NULL}};
        sum_backward(&run, kind, walk->rest, &to);
    }
}

/* Write the sums of a block; returns whether they are odd, and have to be told in another way. */
static int put_clean_sums(const row_walk *walk, const double *x, ptrdiff_t edge, ptrdiff_t at) {
    double *const *out = walk->plan.out;
    const int kind = walk->needs >> SUM_D2 & 1 ? ROWS_AND_SQUARES : ROWS_ALONE;
    const row_run run = {x + edge, NULL, x[edge], 0.0, 0.0, walk->groups, walk->groups};
    double *const table[2] = {table_of(walk, SUM_D), table_of(walk, SUM_D2)};
    double *const by_number[2] = {table_of(walk, SUM_TD), NULL};
#define PLACE(statistic) out[statistic] ? out[statistic] + at : NULL
    const run_results to = {PLACE(SUM), PLACE(AVERAGE), PLACE(VARIANCE), PLACE(DEVIATION), PLACE(ZSCORE), PLACE(SLOPE),
                            (double)walk->window, walk->plan.ddof, x[edge]};
#undef PLACE
    sum_clean_front(walk, x, edge, kind, table);
    if (put_sums(&run, kind, table, &to))
        return 1;
    if (to.slope) {
        sum_clean_front(walk, x, edge, ROWS_BY_NUMBER, by_number);
        put_slopes(&run, table[0], by_number[0], &to);
    }
    return 0;
}

static void put_clean_extremes(row_walk *walk, const double *x, ptrdiff_t edge, ptrdiff_t at) {
    for (int greatest = 0; greatest < 2; greatest++) {
        double *out = walk->plan.out[greatest ? MAXIMUM : MINIMUM];
        ON_A_LINE double running[LANES];
        if (!(greatest ? walk->plan.high : walk->plan.low))
            continue;
        store_lanes(running, fill_lanes(greatest ? -INFINITY : INFINITY));
        pick_backward(walk->groups, walk->rest, greatest, &walk->extreme[greatest].of);
        pick_forward(x + edge, walk->groups, walk->groups, walk->rest, greatest, 0, &walk->extreme[greatest].of, running, out + at);
    }
}

/* Write as many blocks as are clean, as if they had been walked tile by tile. */
static void walk_clean(row_walk *walk, const double *x, row_request *request) {
    while (request->start < request->stop) {
        const ptrdiff_t edge = walk->edge + walk->block;
        if (!is_next_block(walk, edge, request))
            return;
        if (walk->needs ? put_clean_sums(walk, x, edge, request->at) : any_odd(x + edge, walk->block)) {
            walk->doubt = BLOCKS_IN_DOUBT;
            return;
        }
        put_clean_extremes(walk, x, edge, request->at);
        for (ptrdiff_t k = 0; k < walk->block && walk->plan.out[COUNT]; k++)
            walk->plan.out[COUNT][request->at + k] = (double)walk->window;
        walk->edge = edge;
        walk->split = 0;
        walk->seen = edge + walk->block;
        walk->values = walk->window;
        walk->front_plus = walk->plus;
        walk->front_minus = walk->minus;
        walk->back_plus = walk->back_minus = -1;
        walk->moments[FRONT].known = walk->moments[BACK].known = -1;
        walk->times_known = 0;
        request->start += walk->block;
        request->at += walk->block;
    }
}

#endif
