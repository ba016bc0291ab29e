/* Statistics of windows none of whose rows is missing, eight windows side by side, straight out of their sums: the formulas,
   and so the bits, are those of tile_results.h. */
#ifndef SMARTFAB_LANE_RESULTS_H
#define SMARTFAB_LANE_RESULTS_H

#include "tile_results.h"

/* What is asked for of a run of windows of n rows, NULL where it is not; `counts` of their values, where rows may miss. */
typedef struct {
    double *sum, *average, *variance, *deviation, *zscore, *slope;
    double n, inverse, share, ddof, shift; /* inverse: 1 / n; share: 1 / (n - ddof) */
    const double *counts;
    double fewest; /* the least of the counts; they are `near` where none is LOOKED_UP more */
    int near;
    double least_of_sum, least_of_average, least_of_spread, least_of_zscore; /* values a window must hold */
} run_results;

/* Write a group of results; `n` NULL tells that no window holds too few values. */
ALWAYS_INLINE void put_lanes(double *to, lanes value, const lanes *n, double least) {
    const lanes nan = fill_lanes(NAN), own = keep_present(value, value, nan);
    store_lanes(to, n ? keep_above(own, *n, fill_lanes(least - 0.5), nan) : own);
}

/* 1 / (n - less) for the LOOKED_UP whole numbers n from `least` on. */
ALWAYS_INLINE lane_shares shares_from(double least, double less) {
    static const double numbers[LOOKED_UP] = {0.0, 1.0, 2.0,  3.0,  4.0,  5.0,  6.0,  7.0,
                                              8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0};
    const lanes first = fill_lanes(least), taken = fill_lanes(less), one = fill_lanes(1.0);
    return (lane_shares){divide_lanes(one, subtract_lanes(add_lanes(first, load_lanes(numbers)), taken)),
                         divide_lanes(one, subtract_lanes(add_lanes(first, load_lanes(numbers + LANES)), taken))};
}

/* Sums of windows from an edge onwards, and the statistics that are told by them; sums of rows go back to their table for a
   slope. Returns whether something is odd: sums beyond the largest float64, or with squares a window too badly conditioned
   for them. */
ALWAYS_INLINE int put_sums_of(const row_run *given, int kind, int near_one, double *const *tables, const run_results *wanted) {
    const row_run own_run = *given, *const run = &own_run; /* copies: what is stored may be anywhere else */
    const run_results own_results = *wanted, *const to = &own_results;
    double *const table[2] = {tables[0], tables[1]};
    const int squares = is_two(kind), counted = kind == ROWS_THERE || kind == ROWS_THERE_AND_SQUARES;
    const lanes one = fill_lanes(1.0), nothing = fill_lanes(0.0), shift = fill_lanes(to->shift), ddof = fill_lanes(to->ddof);
    lanes n = fill_lanes(to->n), inverse = fill_lanes(to->inverse), share = fill_lanes(to->share);
    const lanes *const values = counted ? &n : NULL;
    const lane_shares inverses = shares_from(to->fewest, 0.0), shares = shares_from(to->fewest, to->ddof);
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
            inverse = near_one ? share_of(n, to->fewest, &inverses) : divide_lanes(one, n);
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
                share = near_one ? share_of(n, to->fewest, &shares) : divide_lanes(one, subtract_lanes(n, ddof));
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
    const int near = LOOKS_UP && to->near;
    switch (kind) {
    case ROWS_ALONE: return put_sums_of(run, ROWS_ALONE, 0, table, to);
    case ROWS_AND_SQUARES: return put_sums_of(run, ROWS_AND_SQUARES, 0, table, to);
    case ROWS_THERE:
        return near ? put_sums_of(run, ROWS_THERE, LOOKS_UP, table, to) : put_sums_of(run, ROWS_THERE, 0, table, to);
    default:
        return near ? put_sums_of(run, ROWS_THERE_AND_SQUARES, LOOKS_UP, table, to)
                    : put_sums_of(run, ROWS_THERE_AND_SQUARES, 0, table, to);
    }
}

/* Values in each of a run of windows of w rows, by those that come and go; `before` in the window before the first. `least` and
   `most` are the least and greatest of them. Returns whether a row is infinite. */
NEVER_INLINE int count_present(const double *rows, ptrdiff_t w, ptrdiff_t groups, double before, double *counts, double *least,
                               double *most) {
    const lanes one = fill_lanes(1.0), nothing = fill_lanes(0.0);
    lanes infinite = nothing, base = fill_lanes(before), fewest = fill_lanes(INFINITY), all = nothing;
    ON_A_LINE double ends[2][LANES];
    for (ptrdiff_t i = 0; i < groups * LANES; i += LANES) {
        const lanes come = load_lanes(rows + i), gone = load_lanes(rows + i - w), there = keep_present(come, come, nothing);
        lanes balance = subtract_lanes(keep_present(one, come, nothing), keep_present(one, gone, nothing)), n;
        balance = add_lanes(balance, lanes_back(nothing, balance, 1));
        balance = add_lanes(balance, lanes_back(nothing, balance, 2));
        balance = add_lanes(balance, lanes_back(nothing, balance, 4));
        infinite = add_lanes(infinite, subtract_lanes(there, there));
        n = add_lanes(base, balance);
        fewest = pick_lanes(n, fewest, 0);
        all = pick_lanes(n, all, 1);
        store_lanes(counts + i, n);
        base = add_lanes(base, repeat_last(balance));
    }
    store_lanes(ends[0], fewest);
    store_lanes(ends[1], all);
    *least = INFINITY;
    *most = 0.0;
    for (int k = 0; k < LANES && LOOKS_UP; k++) {
        *least = ends[0][k] < *least ? ends[0][k] : *least;
        *most = ends[1][k] > *most ? ends[1][k] : *most;
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
