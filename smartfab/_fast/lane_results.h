/* Statistics of windows none of whose rows is missing, eight windows side by side, straight out of their sums: the formulas,
   and so the bits, are those of tile_results.h. */
#ifndef SMARTFAB_LANE_RESULTS_H
#define SMARTFAB_LANE_RESULTS_H

#include "tile_results.h"

/* What is asked for of a run of windows of n rows, NULL where it is not. */
typedef struct {
    double *sum, *average, *variance, *deviation, *zscore, *slope;
    double n, ddof, shift;
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

/* Sums of whole windows from an edge onwards, and the statistics that are told by them; sums of rows go back to their table for
   a slope. Returns whether something is odd: sums beyond the largest float64, or with squares a window too badly conditioned
   for them. */
ALWAYS_INLINE int put_sums_of(const row_run *run, int kind, double *const *table, const run_results *to) {
    const int squares = kind == ROWS_AND_SQUARES;
    const double inverse0 = 1.0 / to->n;
    const lanes nothing = fill_lanes(0.0), nan = fill_lanes(NAN), shift = fill_lanes(to->shift), inverse = fill_lanes(inverse0);
    const lanes share = fill_lanes(1.0 / (to->n - to->ddof)), all = fill_lanes(to->n * to->shift);
    short_sums near[2];
    lanes unused, carried[2] = {nothing, nothing}, own[2], s[2], poor = nothing;
    begin_sums(run, kind, near);
    for (ptrdiff_t g = 0; g < run->groups; g++) {
        const ptrdiff_t i = g * LANES;
        FETCH_AHEAD((const char *)(run->rows + i) + AHEAD);
        load_elements(run, g, kind, own);
        for (int at = 0; at <= squares; at++) {
            carried[at] = add_lanes(carried[at], sum_eight(&near[at], own[at], 0, &unused));
            s[at] = add_lanes(load_lanes(table[at] + i), carried[at]);
        }
        if (to->slope)
            store_lanes(table[0] + i, s[0]);
        if (to->sum)
            store_lanes(to->sum + i, add_lanes(s[0], all));
        if (to->average) {
            FETCH_TO_WRITE((char *)(to->average + i) + AHEAD);
            store_lanes(to->average + i, add_lanes(shift, multiply_lanes(s[0], inverse)));
        }
        if (squares) {
            const lanes mean = multiply_lanes(s[0], inverse), square = multiply_lanes(s[0], mean);
            const lanes rest = subtract_lanes(s[1], square), least = fill_lanes(SMALLEST_SQUARE);
            const lanes m2 = keep_above(nothing, least, rest, rest), v = multiply_lanes(m2, share);
            poor = pick_lanes(subtract_lanes(square, multiply_lanes(fill_lanes(CONDITION), rest)), poor, 1);
            if (to->variance)
                store_lanes(to->variance + i, keep_present(v, v, nan));
            if (to->deviation || to->zscore) {
                const lanes root = root_lanes(v);
                if (to->deviation)
                    store_lanes(to->deviation + i, keep_present(root, root, nan));
                if (to->zscore)
                    store_lanes(to->zscore + i, keep_above(divide_lanes(subtract_lanes(own[0], mean), root), m2, nothing, nan));
            }
        }
    }
    return any_lane_odd(carried[0]) || (squares && any_lane_above_0(poor));
}

NEVER_INLINE int put_sums(const row_run *run, int kind, double *const *table, const run_results *to) {
    return kind == ROWS_AND_SQUARES ? put_sums_of(run, ROWS_AND_SQUARES, table, to) : put_sums_of(run, ROWS_ALONE, table, to);
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
