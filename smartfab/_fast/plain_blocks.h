/* Blocks of windows of rows none of which is infinite, and the first of which is there: written from edge to edge, without a
   stop at every tile. Most blocks are of this kind. */
#ifndef SMARTFAB_PLAIN_BLOCKS_H
#define SMARTFAB_PLAIN_BLOCKS_H

#include "plain_pairs.h"

enum { LONGEST_PLAIN = 4096 };  /* rows of a block that stay in the nearest memory while they are worked on */
enum { BLOCKS_IN_DOUBT = 16 }; /* not tried after one that turned out odd */

/* Whether the plan asks for nothing but what such blocks know. */
static int is_plain(const row_walk *walk, const row_request *request) {
    const window_plan *plan = &walk->plan;
    for (int statistic = 0; statistic < COVARIANCE && plan->pair; statistic++)
        if (plan->out[statistic])
            return 0;
    return walk->block && walk->block <= LONGEST_PLAIN && plan->order <= 2 && request->step == 1 &&
           !(plan->out[ZSCORE] && request->ahead) && least_values(plan, SLOPE) <= (double)walk->window &&
           least_values(plan, VARIANCE) <= (double)walk->window;
}

/* Whether the block that begins at row `edge` is asked for as a whole, and no inf and no missing shift is near. */
static int is_plain_block(row_walk *walk, const double *x, ptrdiff_t edge, const row_request *request) {
    const ptrdiff_t infinite = walk->plus > walk->minus ? walk->plus : walk->minus;
    if (walk->doubt > 0) {
        walk->doubt--;
        return 0;
    }
    return request->start == edge && edge + walk->block <= request->stop && edge >= walk->window + LANES && walk->seen == edge &&
           is_finite(x[edge]) && walk->memory && (infinite < 0 || infinite < edge - walk->window - LANES);
}

/* What every plain block is asked for; the places are told block by block. */
static run_results plain_results(const row_walk *walk) {
    const window_plan *plan = &walk->plan;
    const double n = (double)walk->window;
    return (run_results){.n = n,
                         .inverse = 1.0 / n,
                         .share = 1.0 / (n - plan->ddof),
                         .ddof = plan->ddof,
                         .least_of_sum = least_values(plan, SUM),
                         .least_of_average = least_values(plan, AVERAGE),
                         .least_of_spread = least_values(plan, VARIANCE),
                         .least_of_zscore = least_values(plan, ZSCORE)};
}

/* Write the sums of a block; `counts` tells its windows' values where some are missing. Returns whether the sums are odd, and
   have to be told in another way. */
static int put_plain_sums(const row_walk *walk, const double *x, ptrdiff_t edge, ptrdiff_t at, const double *counts,
                          run_results *to) {
    double *const *out = walk->plan.out;
    const int squares = walk->needs >> SUM_D2 & 1;
    const int kind = counts ? (squares ? ROWS_THERE_AND_SQUARES : ROWS_THERE) : squares ? ROWS_AND_SQUARES : ROWS_ALONE;
    const row_run run = {x + edge, NULL, x[edge], 0.0, 0.0, walk->groups, walk->groups};
    double *const table[2] = {table_of(walk, SUM_D), table_of(walk, SUM_D2)};
    double *const by_number[2] = {table_of(walk, SUM_TD), table_of(walk, SUM_TD)};
#define PLACE(statistic) out[statistic] ? out[statistic] + at : NULL
    to->sum = PLACE(SUM);
    to->average = PLACE(AVERAGE);
    to->variance = PLACE(VARIANCE);
    to->deviation = PLACE(DEVIATION);
    to->zscore = PLACE(ZSCORE);
    to->slope = PLACE(SLOPE);
#undef PLACE
    to->shift = x[edge];
    to->counts = counts;
    sum_plain_front(walk, &run, kind, table);
    if (put_sums(&run, kind, table, to))
        return 1;
    if (to->slope) {
        sum_plain_front(walk, &run, ROWS_BY_NUMBER, by_number);
        put_slopes(&run, table[0], by_number[0], to);
    }
    return 0;
}

/* Write the extremes of a block; returns whether there is a missing or infinite row where `counts` promised none. What lies
   before the edge is tabled once, for what it is made of does not outlast the block. */
static int put_plain_extremes(row_walk *walk, const double *x, ptrdiff_t edge, ptrdiff_t at, const double *counts) {
    int odd = 0;
    if (!walk->plan.low && !walk->plan.high)
        return 0;
    pick_front(walk, x, 1);
    for (int greatest = 0; greatest < 2; greatest++) {
        const int statistic = greatest ? MAXIMUM : MINIMUM;
        double *out = walk->plan.out[statistic] + at;
        ON_A_LINE double running[LANES];
        if (!(greatest ? walk->plan.high : walk->plan.low))
            continue;
        store_lanes(running, fill_lanes(greatest ? -INFINITY : INFINITY));
        odd |= any_lane_odd(pick_forward(x + edge, walk->groups, walk->groups, walk->rest, greatest, counts != NULL,
                                         &walk->extreme[greatest].of, running, out));
        if (counts)
            drop_rare(out, counts, walk->block, least_values(&walk->plan, statistic));
    }
    return odd;
}

/* Write a block of whose rows some are missing; 0 where that cannot be done here. */
static int put_block_with_holes(row_walk *walk, const double *x, ptrdiff_t edge, ptrdiff_t at, run_results *to) {
    double *counts = walk->counts, most;
    if (walk->plan.slope ||
        count_present(x + edge, walk->window, walk->groups, (double)walk->values, counts, &to->fewest, &most))
        return 0;
    to->near = most - to->fewest < LOOKED_UP;
    if (walk->needs && put_plain_sums(walk, x, edge, at, counts, to))
        return 0;
    put_plain_extremes(walk, x, edge, at, counts);
    if (walk->plan.out[COUNT])
        memcpy(walk->plan.out[COUNT] + at, counts, (size_t)walk->block * sizeof(double));
    walk->values = (ptrdiff_t)counts[walk->block - 1];
    if (walk->values < walk->window)
        walk->clean_from = edge + walk->block;
    return 1;
}

/* Write a block none of whose rows is missing; 0 where one is. */
static int put_whole_block(row_walk *walk, const double *x, const double *y, ptrdiff_t edge, ptrdiff_t at, run_results *to) {
    if (walk->clean_from > edge - walk->window + 1)
        return 0;
    if (y)
        return !put_plain_pairs(walk, x, y, edge, at);
    if ((walk->needs && put_plain_sums(walk, x, edge, at, NULL, to)) || put_plain_extremes(walk, x, edge, at, NULL))
        return 0;
    if (!walk->needs && !walk->plan.low && !walk->plan.high && any_odd(x + edge, walk->block))
        return 0;
    for (ptrdiff_t k = 0; k < walk->block && walk->plan.out[COUNT]; k++)
        walk->plan.out[COUNT][at + k] = (double)walk->window;
    return 1;
}

/* Write as many blocks as are plain, as if they had been walked tile by tile. */
static void walk_plain(row_walk *walk, const double *x, const double *y, row_request *request) {
    run_results to = plain_results(walk);
    while (request->start < request->stop) {
        const ptrdiff_t edge = walk->edge + walk->block;
        if (!is_plain_block(walk, x, edge, request))
            return;
        if (put_whole_block(walk, x, y, edge, request->at, &to)) {
            walk->values = walk->window;
        } else if (y || !put_block_with_holes(walk, x, edge, request->at, &to)) {
            walk->doubt = BLOCKS_IN_DOUBT;
            return;
        }
        walk->edge = edge;
        walk->extremes_tabled = 0;
        walk->split = 0;
        walk->seen = edge + walk->block;
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
