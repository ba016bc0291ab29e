/* Statistics of windows none of whose rows is missing, eight windows side by side, straight out of their sums: the formulas,
   and so the bits, are those of tile_results.h. */
#ifndef SMARTFAB_LANE_RESULTS_H
#define SMARTFAB_LANE_RESULTS_H

#include "tile_results.h"

/* What is asked for of a run of windows of n rows, NULL where it is not; `counts` of their values, where rows may be missing. */
typedef struct {
    double *sum, *average, *variance, *deviation, *zscore, *slope;
    double n, ddof, shift;
    const double *counts;
    double least_of_sum, least_of_average, least_of_spread, least_of_zscore; /* values a window must hold */
} run_results;

/* Whether a lane is not finite. */
ALWAYS_INLINE int any_lane_odd(lanes a) {
    ON_A_LINE double own[LANES];
    double odd = 0.0;
    store_lanes(own, subtract_lanes(a, a));
    for (int k = 0; k < LANES; k++)
        odd += own[k];
    return odd != 0.0;
}

ALWAYS_INLINE int any_lane_above_0(lanes a) {
    ON_A_LINE double own[LANES];
    int above = 0;
    store_lanes(own, a);
    for (int k = 0; k < LANES; k++)
        above |= own[k] > 0.0;
    return above;
}

/* Write a group of results; `n` NULL tells that no window holds too few values. */
ALWAYS_INLINE void put_lanes(double *to, lanes value, const lanes *n, double least) {
    const lanes nan = fill_lanes(NAN), own = keep_present(value, value, nan);
    store_lanes(to, n ? keep_above(own, *n, fill_lanes(least - 0.5), nan) : own);
}

/* Sums of windows from an edge onwards, and the statistics that are told by them; sums of rows go back to their table for a
   slope. Returns whether something is odd: sums beyond the largest float64, or with squares a window too badly conditioned
   for them. */
ALWAYS_INLINE int put_sums_of(const row_run *run, int kind, double *const *table, const run_results *to) {
    const int squares = is_two(kind), counted = kind == ROWS_THERE || kind == ROWS_THERE_AND_SQUARES;
    const lanes one = fill_lanes(1.0), nothing = fill_lanes(0.0), shift = fill_lanes(to->shift), ddof = fill_lanes(to->ddof);
    lanes n = fill_lanes(to->n), inverse = fill_lanes(1.0 / to->n), share = fill_lanes(1.0 / (to->n - to->ddof));
    const lanes *const values = counted ? &n : NULL;
    short_sums near[2];
    lanes unused, carried[2] = {nothing, nothing}, own[2], s[2], poor = nothing;
    begin_sums(run, kind, near);
    for (ptrdiff_t g = 0; g < run->groups; g++) {
        const ptrdiff_t i = g * LANES;
        FETCH_AHEAD((const char *)(run->rows + i) + FETCHED_AHEAD);
        load_elements(run, g, kind, own);
        for (int at = 0; at <= squares; at++) {
            carried[at] = add_lanes(carried[at], sum_eight(&near[at], own[at], 0, &unused));
            s[at] = add_lanes(load_lanes(table[at] + i), carried[at]);
        }
        if (counted) {
            n = load_lanes(to->counts + i);
            inverse = divide_lanes(one, n);
        }
        if (to->slope)
            store_lanes(table[0] + i, s[0]);
        if (to->sum)
            put_lanes(to->sum + i, add_lanes(s[0], multiply_lanes(n, shift)), values, to->least_of_sum);
        if (to->average)
            put_lanes(to->average + i, add_lanes(shift, multiply_lanes(s[0], inverse)), values, to->least_of_average);
        if (squares) {
            const lanes mean = multiply_lanes(s[0], inverse), square = multiply_lanes(s[0], mean);
            const lanes rest = subtract_lanes(s[1], square);
            const lanes m2 = keep_above(nothing, fill_lanes(SMALLEST_SQUARE), rest, rest);
            lanes v, root;
            if (counted)
                share = divide_lanes(one, subtract_lanes(n, ddof));
            v = multiply_lanes(m2, share);
            poor = pick_lanes(subtract_lanes(square, multiply_lanes(fill_lanes(CONDITION), rest)), poor, 1);
            if (to->variance)
                put_lanes(to->variance + i, v, values, to->least_of_spread);
            if (!to->deviation && !to->zscore)
                continue;
            root = root_lanes(v);
            if (to->deviation)
                put_lanes(to->deviation + i, root, values, to->least_of_spread);
            if (to->zscore) {
                const lanes row = load_lanes(run->rows + i), z = divide_lanes(subtract_lanes(own[0], mean), root);
                const lanes there = counted ? keep_present(z, row, row) : z;
                put_lanes(to->zscore + i, keep_above(there, m2, nothing, fill_lanes(NAN)), values, to->least_of_zscore);
            }
        }
    }
    return any_lane_odd(carried[0]) || (squares && any_lane_above_0(poor));
}

NEVER_INLINE int put_sums(const row_run *run, int kind, double *const *table, const run_results *to) {
    switch (kind) {
    case ROWS_ALONE: return put_sums_of(run, ROWS_ALONE, table, to);
    case ROWS_AND_SQUARES: return put_sums_of(run, ROWS_AND_SQUARES, table, to);
    case ROWS_THERE: return put_sums_of(run, ROWS_THERE, table, to);
    default: return put_sums_of(run, ROWS_THERE_AND_SQUARES, table, to);
    }
}

/* Values in each of a run of windows of w rows, by those that come and go; `before` in the window before the first. Returns
   whether a row is infinite. */
NEVER_INLINE int count_present(const double *rows, ptrdiff_t w, ptrdiff_t groups, double before, double *counts) {
    const lanes one = fill_lanes(1.0), nothing = fill_lanes(0.0);
    lanes infinite = nothing, n = fill_lanes(before);
    for (ptrdiff_t i = 0; i < groups * LANES; i += LANES) {
        const lanes come = load_lanes(rows + i), gone = load_lanes(rows + i - w), there = keep_present(come, come, nothing);
        lanes balance = subtract_lanes(keep_present(one, come, nothing), keep_present(one, gone, nothing));
        balance = add_lanes(balance, lanes_back(nothing, balance, 1));
        balance = add_lanes(balance, lanes_back(nothing, balance, 2));
        balance = add_lanes(balance, lanes_back(nothing, balance, 4));
        infinite = add_lanes(infinite, subtract_lanes(there, there));
        n = add_lanes(n, balance);
        store_lanes(counts + i, n);
        n = fill_lanes(counts[i + LANES - 1]);
    }
    return any_lane_odd(infinite);
}

/* Where a window holds too few values there is no extreme. */
NEVER_INLINE void drop_rare(double *values, const double *counts, ptrdiff_t rows, double least) {
    for (ptrdiff_t k = 0; k < rows; k++)
        values[k] = counts[k] >= least ? values[k] : NAN;
}

/* Least squares against the row number, out of the sums of rows and of rows by number that are in the tables. */
NEVER_INLINE void put_slopes(const row_run *run, const double *sums, const double *table, const run_results *to) {
    static const double numbers[LANES] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0};
    const double w = to->n, under = 1.0 / (w * (w * w - 1.0) / 12.0);
    const lanes nan = fill_lanes(NAN);
    short_sums near;
    lanes unused, carried = fill_lanes(0.0), own[2];
    begin_sums(run, ROWS_BY_NUMBER, &near);
    for (ptrdiff_t g = 0; g < run->groups; g++) {
        const ptrdiff_t i = g * LANES;
        const lanes middle = add_lanes(fill_lanes(run->number - 0.5 * (w - 1.0) + (double)i), load_lanes(numbers));
        load_elements(run, g, ROWS_BY_NUMBER, own);
        carried = add_lanes(carried, sum_eight(&near, own[0], 0, &unused));
        {
            const lanes td = add_lanes(load_lanes(table + i), carried);
            const lanes over = subtract_lanes(td, multiply_lanes(middle, load_lanes(sums + i)));
            const lanes slope = multiply_lanes(over, fill_lanes(under));
            store_lanes(to->slope + i, keep_present(slope, slope, nan));
        }
    }
}

#endif
