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

/* What is summed: rows as they stand less a shift, and where there are `squares` of them, those too. */
typedef struct {
    const double *rows; /* LANES more stand in front */
    double shift;
    ptrdiff_t groups, full; /* groups of rows; those of them that are complete */
} row_run;

/* Sums of a run; of the squares in the second place. */
typedef struct {
    double *running[2], *table[2], *windows[2];
} run_sums;

ALWAYS_INLINE void begin_sums(const row_run *run, int squares, short_sums *sums) {
    const lanes nothing = fill_lanes(0.0), one = subtract_lanes(load_lanes(run->rows - LANES), fill_lanes(run->shift));
    for (int power = 0; power <= squares; power++) {
        sums[power].one = power ? multiply_lanes(one, one) : one;
        sums[power].two = add_lanes(sums[power].one, lanes_back(nothing, sums[power].one, 1));
        sums[power].four = add_lanes(sums[power].two, lanes_back(nothing, sums[power].two, 2));
    }
}

ALWAYS_INLINE void backward_with_rest(const row_run *run, int squares, int rest, const run_sums *to) {
    ON_A_LINE double eights[2][TILE_ROWS], rests[2][TILE_ROWS];
    const lanes shift = fill_lanes(run->shift);
    short_sums sums[2];
    lanes remainder, carried[2];
    begin_sums(run, squares, sums);
    for (ptrdiff_t g = 0; g < run->groups; g++) {
        const lanes one = subtract_lanes(load_lanes(run->rows + g * LANES), shift);
        for (int power = 0; power <= squares; power++) {
            const lanes own = power ? multiply_lanes(one, one) : one;
            store_lanes(eights[power] + g * LANES, sum_eight(&sums[power], own, rest, &remainder));
            if (rest)
                store_lanes(rests[power] + g * LANES, remainder);
        }
    }
    for (int power = 0; power <= squares; power++) {
        carried[power] = load_lanes(to->running[power]);
        for (ptrdiff_t g = run->groups - 1; g >= 0; g--) {
            store_lanes(to->table[power] + g * LANES,
                        rest ? add_lanes(carried[power], load_lanes(rests[power] + g * LANES)) : carried[power]);
            carried[power] = add_lanes(carried[power], load_lanes(eights[power] + g * LANES));
        }
        store_lanes(to->running[power], carried[power]);
    }
}

#define BACKWARD_BY_REST(squares)                                                                                       \
    switch (rest) {                                                                                                     \
    case 0: backward_with_rest(run, squares, 0, to); break;                                                             \
    case 1: backward_with_rest(run, squares, 1, to); break;                                                             \
    case 2: backward_with_rest(run, squares, 2, to); break;                                                             \
    case 3: backward_with_rest(run, squares, 3, to); break;                                                             \
    case 4: backward_with_rest(run, squares, 4, to); break;                                                             \
    case 5: backward_with_rest(run, squares, 5, to); break;                                                             \
    case 6: backward_with_rest(run, squares, 6, to); break;                                                             \
    default: backward_with_rest(run, squares, 7, to); break;                                                            \
    }

/* From an edge backwards: what of the windows of the groups to come lies before the edge. */
NEVER_INLINE void sum_backward(const row_run *run, int squares, int rest, const run_sums *to) {
    if (squares) {
        BACKWARD_BY_REST(1)
    } else {
        BACKWARD_BY_REST(0)
    }
}

ALWAYS_INLINE void forward(const row_run *run, int squares, int tabled, const run_sums *to) {
    const lanes shift = fill_lanes(run->shift);
    short_sums sums[2];
    lanes unused, carried[2];
    begin_sums(run, squares, sums);
    for (int power = 0; power <= squares; power++)
        carried[power] = load_lanes(to->running[power]);
    for (ptrdiff_t g = 0; g < run->groups; g++) {
        const lanes one = subtract_lanes(load_lanes(run->rows + g * LANES), shift);
        for (int power = 0; power <= squares; power++) {
            if (g == run->full)
                store_lanes(to->running[power], carried[power]);
            carried[power] = add_lanes(carried[power], sum_eight(&sums[power], power ? multiply_lanes(one, one) : one, 0, &unused));
            store_lanes(to->windows[power] + g * LANES,
                        tabled ? add_lanes(load_lanes(to->table[power] + g * LANES), carried[power]) : carried[power]);
        }
    }
    for (int power = 0; power <= squares && run->full == run->groups; power++)
        store_lanes(to->running[power], carried[power]);
}

/* From an edge onwards: the sums of whole windows. A last group that is not complete yet leaves `running` alone. */
NEVER_INLINE void sum_forward(const row_run *run, int squares, const run_sums *to) {
    if (squares && to->table[0])
        forward(run, 1, 1, to);
    else if (squares)
        forward(run, 1, 0, to);
    else if (to->table[0])
        forward(run, 0, 1, to);
    else
        forward(run, 0, 0, to);
}

#endif
