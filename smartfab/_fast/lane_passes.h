/* Sums of windows of w = 8 * q + rest rows, eight windows side by side.

   A row's window is cut into q runs of eight rows and a rest, counted back from the row. Runs that end in the same group of
   eight rows are summed together, so q - 1 groups before a block's edge, and the groups after it, make the window: two
   running sums that meet, as van Herk (1992, doi:10.1016/0167-8655(92)90069-C) and Gil and Werman (1993,
   doi:10.1109/34.211471) do for extremes. Nothing is ever taken off a sum. */
#ifndef SMARTFAB_LANE_PASSES_H
#define SMARTFAB_LANE_PASSES_H

#include "lanes.h"

enum { TILE_GROUPS = 16, TILE_ROWS = TILE_GROUPS * LANES };

/* Sums of 1, 2 and 4 rows that end in one group. */
typedef struct {
    lanes one, two, four;
} short_sums;

/* Sums of the last eight rows and of the last `rest` rows; `rest` is a constant where this is inlined. */
ALWAYS_INLINE lanes sum_eight(short_sums *sums, lanes one, int rest, lanes *remainder) {
    const lanes two = add_lanes(one, lanes_back(sums->one, one, 1));
    const lanes four = add_lanes(two, lanes_back(sums->two, two, 2));
    const lanes eight = add_lanes(four, lanes_back(sums->four, four, 4));
    switch (rest) {
    case 1: *remainder = one; break;
    case 2: *remainder = two; break;
    case 3: *remainder = add_lanes(two, lanes_back(sums->one, one, 2)); break;
    case 4: *remainder = four; break;
    case 5: *remainder = add_lanes(four, lanes_back(sums->one, one, 4)); break;
    case 6: *remainder = add_lanes(four, lanes_back(sums->two, two, 4)); break;
    case 7:
        *remainder = add_lanes(four, add_lanes(lanes_back(sums->two, two, 4), lanes_back(sums->one, one, 6)));
        break;
    default: break;
    }
    sums->one = one;
    sums->two = two;
    sums->four = four;
    return eight;
}

/* What of each row less its shift, d, is summed: d; d and its square; d times the row number; d^3 and d^4; d times the other
   series' row less its own shift; the first two with 0 for a row that is missing. */
enum { ROWS_ALONE, ROWS_AND_SQUARES, ROWS_BY_NUMBER, ROWS_CUBED, ROWS_BY_OTHER, ROWS_THERE, ROWS_THERE_AND_SQUARES };

typedef struct {
    const double *rows, *others; /* LANES more stand in front */
    double shift, shift_other;
    double number;          /* of the first row */
    ptrdiff_t groups, full; /* groups of rows; those of them that are complete */
} row_run;

/* Sums of a run, of the second of two elements in the second place. */
typedef struct {
    double *running[2], *table[2], *windows[2];
} run_sums;

ALWAYS_INLINE int is_two(int kind) {
    return kind == ROWS_AND_SQUARES || kind == ROWS_CUBED || kind == ROWS_THERE_AND_SQUARES;
}

/* The elements of a group of rows; `kind` is a constant where this is inlined. */
ALWAYS_INLINE void load_elements(const row_run *run, ptrdiff_t group, int kind, lanes *elements) {
    static const double numbers[LANES] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0};
    const lanes row = load_lanes(run->rows + group * LANES), whole = subtract_lanes(row, fill_lanes(run->shift));
    const lanes d = kind == ROWS_THERE || kind == ROWS_THERE_AND_SQUARES ? keep_finite(whole, row) : whole;
    elements[0] = d;
    if (kind == ROWS_AND_SQUARES || kind == ROWS_THERE_AND_SQUARES)
        elements[1] = multiply_lanes(d, d);
    if (kind == ROWS_BY_NUMBER)
        elements[0] = multiply_lanes(add_lanes(fill_lanes(run->number + (double)(group * LANES)), load_lanes(numbers)), d);
    if (kind == ROWS_CUBED) {
        const lanes square = multiply_lanes(d, d);
        elements[0] = multiply_lanes(square, d);
        elements[1] = multiply_lanes(square, square);
    }
    if (kind == ROWS_BY_OTHER)
        elements[0] = multiply_lanes(d, subtract_lanes(load_lanes(run->others + group * LANES), fill_lanes(run->shift_other)));
}

ALWAYS_INLINE void begin_sums(const row_run *run, int kind, short_sums *sums) {
    const lanes nothing = fill_lanes(0.0);
    lanes before[2];
    load_elements(run, -1, kind, before);
    for (int at = 0; at <= is_two(kind); at++) {
        sums[at].one = before[at];
        sums[at].two = add_lanes(before[at], lanes_back(nothing, before[at], 1));
        sums[at].four = add_lanes(sums[at].two, lanes_back(nothing, sums[at].two, 2));
    }
}

ALWAYS_INLINE void backward_with_rest(const row_run *run, int kind, int rest, const run_sums *to) {
    ON_A_LINE double eights[2][TILE_ROWS], rests[2][TILE_ROWS];
    short_sums sums[2];
    lanes remainder, carried, own[2];
    begin_sums(run, kind, sums);
    for (ptrdiff_t g = 0; g < run->groups; g++) {
        load_elements(run, g, kind, own);
        for (int at = 0; at <= is_two(kind); at++) {
            store_lanes(eights[at] + g * LANES, sum_eight(&sums[at], own[at], rest, &remainder));
            if (rest)
                store_lanes(rests[at] + g * LANES, remainder);
        }
    }
    for (int at = 0; at <= is_two(kind); at++) {
        carried = load_lanes(to->running[at]);
        for (ptrdiff_t g = run->groups - 1; g >= 0; g--) {
            store_lanes(to->table[at] + g * LANES, rest ? add_lanes(carried, load_lanes(rests[at] + g * LANES)) : carried);
            carried = add_lanes(carried, load_lanes(eights[at] + g * LANES));
        }
        store_lanes(to->running[at], carried);
    }
}

ALWAYS_INLINE void backward(const row_run *run, int kind, int rest, const run_sums *to) {
    switch (rest) {
    case 0: backward_with_rest(run, kind, 0, to); break;
    case 1: backward_with_rest(run, kind, 1, to); break;
    case 2: backward_with_rest(run, kind, 2, to); break;
    case 3: backward_with_rest(run, kind, 3, to); break;
    case 4: backward_with_rest(run, kind, 4, to); break;
    case 5: backward_with_rest(run, kind, 5, to); break;
    case 6: backward_with_rest(run, kind, 6, to); break;
    default: backward_with_rest(run, kind, 7, to); break;
    }
}

/* From an edge backwards, TILE_GROUPS at most: what of the windows of the groups to come lies before the edge. */
NEVER_INLINE void sum_backward(const row_run *run, int kind, int rest, const run_sums *to) {
    switch (kind) {
    case ROWS_ALONE: backward(run, ROWS_ALONE, rest, to); break;
    case ROWS_AND_SQUARES: backward(run, ROWS_AND_SQUARES, rest, to); break;
    case ROWS_BY_NUMBER: backward(run, ROWS_BY_NUMBER, rest, to); break;
    case ROWS_CUBED: backward(run, ROWS_CUBED, rest, to); break;
    case ROWS_THERE: backward(run, ROWS_THERE, rest, to); break;
    case ROWS_THERE_AND_SQUARES: backward(run, ROWS_THERE_AND_SQUARES, rest, to); break;
    default: backward(run, ROWS_BY_OTHER, rest, to); break;
    }
}

ALWAYS_INLINE void forward(const row_run *run, int kind, int tabled, const run_sums *to) {
    short_sums sums[2];
    lanes unused, carried[2], own[2];
    begin_sums(run, kind, sums);
    for (int at = 0; at <= is_two(kind); at++)
        carried[at] = load_lanes(to->running[at]);
    for (ptrdiff_t g = 0; g < run->groups; g++) {
        load_elements(run, g, kind, own);
        for (int at = 0; at <= is_two(kind); at++) {
            if (g == run->full)
                store_lanes(to->running[at], carried[at]);
            carried[at] = add_lanes(carried[at], sum_eight(&sums[at], own[at], 0, &unused));
            store_lanes(to->windows[at] + g * LANES,
                        tabled ? add_lanes(load_lanes(to->table[at] + g * LANES), carried[at]) : carried[at]);
        }
    }
    for (int at = 0; at <= is_two(kind) && run->full == run->groups; at++)
        store_lanes(to->running[at], carried[at]);
}

#define FORWARD(kind)                                                                                                   \
    if (to->table[0])                                                                                                   \
        forward(run, kind, 1, to);                                                                                      \
    else                                                                                                                \
        forward(run, kind, 0, to);                                                                                      \
    break;

/* From an edge onwards: the sums of whole windows. A last group that is not complete yet leaves `running` alone. */
NEVER_INLINE void sum_forward(const row_run *run, int kind, const run_sums *to) {
    switch (kind) {
    case ROWS_ALONE: FORWARD(ROWS_ALONE)
    case ROWS_AND_SQUARES: FORWARD(ROWS_AND_SQUARES)
    case ROWS_BY_NUMBER: FORWARD(ROWS_BY_NUMBER)
    case ROWS_CUBED: FORWARD(ROWS_CUBED)
    default: FORWARD(ROWS_BY_OTHER)
    }
}

#endif
