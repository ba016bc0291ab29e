/* What of a block's windows lies before its edge, in one pass from the edge backwards: the sums of lane_passes.h, and so the
   bits, without a place in memory for those of eight rows. */
#ifndef SMARTFAB_LANE_FRONTS_H
#define SMARTFAB_LANE_FRONTS_H

#include "lane_passes.h"

/* Sums of 1, 2 and 4 rows that end in a group, told when the groups before it are known: a group later each. */
typedef struct {
    lanes one[4], two[3], four[2]; /* of groups that rise from the last one told */
} front_sums;

ALWAYS_INLINE void move_up(front_sums *sums) {
    sums->one[3] = sums->one[2];
    sums->one[2] = sums->one[1];
    sums->one[1] = sums->one[0];
    sums->two[2] = sums->two[1];
    sums->two[1] = sums->two[0];
    sums->four[1] = sums->four[0];
}

/* Take the group before all that were taken. */
ALWAYS_INLINE void take_group(front_sums *sums, lanes one) {
    move_up(sums);
    sums->one[0] = one;
    sums->two[0] = add_lanes(sums->one[1], lanes_back(one, sums->one[1], 1));
    sums->four[0] = add_lanes(sums->two[1], lanes_back(sums->two[0], sums->two[1], 2));
}

/* Sums of the last eight rows, and of the last `rest`, of the group three above the one taken last. */
ALWAYS_INLINE lanes eight_of_front(const front_sums *sums) {
    return add_lanes(sums->four[1], lanes_back(sums->four[0], sums->four[1], 4));
}
ALWAYS_INLINE lanes rest_of_front(const front_sums *sums, int rest) {
    const lanes *one = sums->one + 2, *two = sums->two + 1, four = sums->four[1];
    switch (rest) {
    case 1: return one[1];
    case 2: return two[1];
    case 3: return add_lanes(two[1], lanes_back(one[0], one[1], 2));
    case 4: return four;
    case 5: return add_lanes(four, lanes_back(one[0], one[1], 4));
    case 6: return add_lanes(four, lanes_back(two[0], two[1], 4));
    default: return add_lanes(four, add_lanes(lanes_back(two[0], two[1], 4), lanes_back(one[0], one[1], 6)));
    }
}

ALWAYS_INLINE front_sums no_front(void) {
    const lanes nothing = fill_lanes(0.0);
    return (front_sums){{nothing, nothing, nothing, nothing}, {nothing, nothing, nothing}, {nothing, nothing}};
}

/* Write what lies before the edge of the windows that end with one group of the block to come. */
ALWAYS_INLINE void put_front(const front_sums *sums, int rest, lanes *carried, double *to) {
    store_lanes(to, rest ? add_lanes(*carried, rest_of_front(sums, rest)) : *carried);
    *carried = add_lanes(*carried, eight_of_front(sums));
}

/* The groups of `run` end where the block begins; three or more of them. `kind` and `rest` are constants where this is
   inlined. */
ALWAYS_INLINE void front_with_rest(const row_run *given, int kind, int rest, double *const *tables) {
    const row_run run = *given;
    double *const table = tables[0], *const second = tables[1];
    lanes carried = fill_lanes(0.0), carried_second = carried, own[2] = {carried, carried};
    front_sums sums = no_front(), seconds = sums;
    for (int g = 1; g <= 3; g++) {
        load_elements(&run, run.groups - g, kind, own);
        take_group(&sums, own[0]);
        if (is_two(kind))
            take_group(&seconds, own[1]);
    }
    for (ptrdiff_t g = run.groups - 1; g >= 0; g--) {
        if (g >= 2)
            load_elements(&run, g - 3, kind, own);
        else
            own[0] = own[1] = fill_lanes(0.0); /* of no window */
        take_group(&sums, own[0]);
        put_front(&sums, rest, &carried, table + g * LANES);
        if (is_two(kind)) {
            take_group(&seconds, own[1]);
            put_front(&seconds, rest, &carried_second, second + g * LANES);
        }
    }
}

ALWAYS_INLINE void front(const row_run *run, int kind, int rest, double *const *table) {
    switch (rest) {
    case 0: front_with_rest(run, kind, 0, table); break;
    case 1: front_with_rest(run, kind, 1, table); break;
    case 2: front_with_rest(run, kind, 2, table); break;
    case 3: front_with_rest(run, kind, 3, table); break;
    case 4: front_with_rest(run, kind, 4, table); break;
    case 5: front_with_rest(run, kind, 5, table); break;
    case 6: front_with_rest(run, kind, 6, table); break;
    default: front_with_rest(run, kind, 7, table); break;
    }
}

NEVER_INLINE void sum_front_of_block(const row_run *run, int kind, int rest, double *const *table) {
    switch (kind) {
    case ROWS_ALONE: front(run, ROWS_ALONE, rest, table); break;
    case ROWS_AND_SQUARES: front(run, ROWS_AND_SQUARES, rest, table); break;
    case ROWS_BY_NUMBER: front(run, ROWS_BY_NUMBER, rest, table); break;
    case ROWS_THERE: front(run, ROWS_THERE, rest, table); break;
    case ROWS_THERE_AND_SQUARES: front(run, ROWS_THERE_AND_SQUARES, rest, table); break;
    default: front(run, ROWS_BY_OTHER, rest, table); break;
    }
}

#endif
