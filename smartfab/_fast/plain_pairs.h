/* Blocks of windows over two series none of whose rows is missing or infinite. */
#ifndef SMARTFAB_PLAIN_PAIRS_H
#define SMARTFAB_PLAIN_PAIRS_H

#include "lane_fronts.h"
#include "lane_results.h"
#include "row_blocks.h"

/* Table the sums of what lies before the edge, for the elements of one pass; the rows of `run` begin there. */
static void sum_plain_front(const row_walk *walk, const row_run *run, int kind, double *const *table) {
    const row_run before = {run->rows - walk->block, run->others ? run->others - walk->block : NULL,
                            run->shift, run->shift_other, (double)-walk->block, walk->groups, walk->groups};
    sum_front_of_block(&before, kind, walk->rest, table);
}

/* The sums of a block's windows, in place of what lies before the edge. Returns whether they are beyond the largest float64. */
static int sum_plain_windows(const row_walk *walk, const row_run *run, int kind, double *const *table) {
    ON_A_LINE double running[2][LANES];
    const run_sums to = {{running[0], running[1]}, {table[0], table[1]}, {table[0], table[1]}};
    store_lanes(running[0], fill_lanes(0.0));
    store_lanes(running[1], fill_lanes(0.0));
    sum_plain_front(walk, run, kind, table);
    sum_forward(run, kind, &to);
    return any_lane_odd(load_lanes(running[0])) || any_lane_odd(load_lanes(running[1]));
}

/* Covariances and correlations out of the sums; the formulas, and so the bits, are those of tile_results.h. Returns whether a
   window is too badly conditioned for its sums, or the product of its variances near the ends of float64. */
NEVER_INLINE int put_pairs(double *const *sum, ptrdiff_t rows, double n, double ddof, double *covariance, double *correlation) {
    const lanes inverse = fill_lanes(1.0 / n), share = fill_lanes(1.0 / (n - ddof)), one = fill_lanes(1.0);
    const lanes condition = fill_lanes(CONDITION), minus_one = fill_lanes(-1.0);
    lanes poor = fill_lanes(0.0), least = fill_lanes(1.0), most = least;
    for (ptrdiff_t i = 0; i < rows; i += LANES) {
        const lanes s = load_lanes(sum[SUM_D] + i), e = load_lanes(sum[SUM_E] + i);
        const lanes xx = multiply_lanes(multiply_lanes(s, s), inverse), yy = multiply_lanes(multiply_lanes(e, e), inverse);
        const lanes m2 = subtract_lanes(load_lanes(sum[SUM_D2] + i), xx), m4 = subtract_lanes(load_lanes(sum[SUM_E2] + i), yy);
        const lanes m3 = subtract_lanes(load_lanes(sum[SUM_DE] + i), multiply_lanes(multiply_lanes(s, e), inverse));
        poor = pick_lanes(subtract_lanes(xx, multiply_lanes(condition, m2)), poor, 1);
        poor = pick_lanes(subtract_lanes(yy, multiply_lanes(condition, m4)), poor, 1);
        if (covariance)
            put_lanes(covariance + i, multiply_lanes(m3, share), NULL, 0.0);
        if (correlation) {
            const lanes product = multiply_lanes(m2, m4), r = divide_lanes(m3, root_lanes(product));
            least = pick_lanes(product, least, 0);
            most = pick_lanes(product, most, 1);
            put_lanes(correlation + i, pick_lanes(minus_one, pick_lanes(one, r, 0), 1), NULL, 0.0);
        }
    }
    return any_lane_above_0(poor) || any_lane_above_0(subtract_lanes(fill_lanes(NEAR_0), least)) ||
           any_lane_above_0(subtract_lanes(most, fill_lanes(FAR_FROM_0)));
}

/* Write a block of a pair; returns whether its sums are odd, and have to be told in another way. */
static int put_plain_pairs(const row_walk *walk, const double *x, const double *y, ptrdiff_t edge, ptrdiff_t at) {
    double *const *out = walk->plan.out;
    const row_run own = {x + edge, y + edge, x[edge], y[edge], 0.0, walk->groups, walk->groups};
    const row_run other = {y + edge, NULL, y[edge], 0.0, 0.0, walk->groups, walk->groups};
    double *sum[SUMS];
    for (int element = 0; element < SUMS; element++)
        sum[element] = table_of(walk, element);
    if (sum_plain_windows(walk, &own, ROWS_AND_SQUARES, (double *[]){sum[SUM_D], sum[SUM_D2]}) ||
        sum_plain_windows(walk, &other, ROWS_AND_SQUARES, (double *[]){sum[SUM_E], sum[SUM_E2]}) ||
        sum_plain_windows(walk, &own, ROWS_BY_OTHER, (double *[]){sum[SUM_DE], sum[SUM_DE]}))
        return 1;
    return put_pairs(sum, walk->block, (double)walk->window, walk->plan.ddof, out[COVARIANCE] ? out[COVARIANCE] + at : NULL,
                     out[CORRELATION] ? out[CORRELATION] + at : NULL);
}

#endif
