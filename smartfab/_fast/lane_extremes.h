/* Least and greatest values of windows of w = 8 * q + rest rows, eight windows side by side: the passes of lane_passes.h. */
#ifndef SMARTFAB_LANE_EXTREMES_H
#define SMARTFAB_LANE_EXTREMES_H

#include "lane_passes.h"

#include <math.h>

#if defined(_MSC_VER)
#define restrict __restrict
#endif
#define PICK(a, b, greatest) ((greatest) ? ((a) > (b) ? (a) : (b)) : ((a) < (b) ? (a) : (b)))

enum { FETCHED_AHEAD = 2 * TILE_ROWS * sizeof(double) }; /* how far in front of what is worked on memory is asked for */

/* Extremes of a run of rows: of eight rows, of `rest` rows, and what of the windows lies before an edge. */
typedef struct {
    double *eights, *rests, *table;
} run_extremes;

/* Extremes of 1, 2 and 4 rows that end in one group. */
typedef struct {
    lanes one, two, four;
} short_extremes;

/* Where it does no harm a row counts twice: seven rows are two fours. */
ALWAYS_INLINE lanes pick_eight(short_extremes *near, lanes one, int rest, int greatest, lanes *remainder) {
    const lanes two = pick_lanes(one, lanes_back(near->one, one, 1), greatest);
    const lanes four = pick_lanes(two, lanes_back(near->two, two, 2), greatest);
    switch (rest) {
    case 1: *remainder = one; break;
    case 2: *remainder = two; break;
    case 3: *remainder = pick_lanes(two, lanes_back(near->two, two, 1), greatest); break;
    case 4: *remainder = four; break;
    case 5: *remainder = pick_lanes(four, lanes_back(near->four, four, 1), greatest); break;
    case 6: *remainder = pick_lanes(four, lanes_back(near->four, four, 2), greatest); break;
    case 7: *remainder = pick_lanes(four, lanes_back(near->four, four, 3), greatest); break;
    default: break;
    }
    {
        const lanes eight = pick_lanes(four, lanes_back(near->four, four, 4), greatest);
        near->one = one;
        near->two = two;
        near->four = four;
        return eight;
    }
}

/* A row that is missing is none. */
ALWAYS_INLINE lanes load_present(const double *rows, int may_miss, lanes none) {
    const lanes own = load_lanes(rows);
    return may_miss ? keep_present(own, own, none) : own;
}

ALWAYS_INLINE lanes pick_forward_of(const double *rows, ptrdiff_t groups, ptrdiff_t full, int rest, int greatest, int may_miss,
                                   const run_extremes *to, double *running, double *windows) {
    const lanes none = fill_lanes(greatest ? -INFINITY : INFINITY);
    lanes carried = load_lanes(running), remainder = none, odd = fill_lanes(0.0);
    short_extremes near;
    near.one = load_present(rows - LANES, may_miss, none);
    near.two = pick_lanes(near.one, lanes_back(none, near.one, 1), greatest);
    near.four = pick_lanes(near.two, lanes_back(none, near.two, 2), greatest);
    for (ptrdiff_t g = 0; g < groups; g++) {
        const lanes own = load_present(rows + g * LANES, may_miss, none);
        const lanes eight = pick_eight(&near, own, rest, greatest, &remainder);
        FETCH_AHEAD((const char *)(rows + g * LANES) + FETCHED_AHEAD);
        if (!may_miss)
            odd = add_lanes(odd, subtract_lanes(own, own));
        if (g == full)
            store_lanes(running, carried);
        carried = pick_lanes(carried, eight, greatest);
        if (to->eights)
            store_lanes(to->eights + g * LANES, eight);
        if (to->eights && rest)
            store_lanes(to->rests + g * LANES, remainder);
        if (windows)
            store_lanes(windows + g * LANES,
                        to->table ? pick_lanes(load_lanes(to->table + g * LANES), carried, greatest) : carried);
    }
    if (full == groups)
        store_lanes(running, carried);
    return odd;
}

#define FORWARD_BY_REST(greatest, may_miss)                                                                             \
    switch (rest) {                                                                                                     \
    case 0: return pick_forward_of(rows, groups, full, 0, greatest, may_miss, to, running, windows); \
    case 1: return pick_forward_of(rows, groups, full, 1, greatest, may_miss, to, running, windows); \
    case 2: return pick_forward_of(rows, groups, full, 2, greatest, may_miss, to, running, windows); \
    case 3: return pick_forward_of(rows, groups, full, 3, greatest, may_miss, to, running, windows); \
    case 4: return pick_forward_of(rows, groups, full, 4, greatest, may_miss, to, running, windows); \
    case 5: return pick_forward_of(rows, groups, full, 5, greatest, may_miss, to, running, windows); \
    case 6: return pick_forward_of(rows, groups, full, 6, greatest, may_miss, to, running, windows); \
    default: return pick_forward_of(rows, groups, full, 7, greatest, may_miss, to, running, windows); \
    }

/* From an edge onwards: the extremes of whole windows, and those of eight rows and of the rest, for the block to come. A last
   group that is not complete yet, the one after `full`, leaves `running` alone. Where no row may miss, returns lanes that are 0
   if that is so, and no row infinite. */
NEVER_INLINE lanes pick_forward(const double *rows, ptrdiff_t groups, ptrdiff_t full, int rest, int greatest, int may_miss,
                               const run_extremes *to, double *running, double *windows) {
    if (greatest && may_miss) {
        FORWARD_BY_REST(1, 1)
    } else if (greatest) {
        FORWARD_BY_REST(1, 0)
    } else if (may_miss) {
        FORWARD_BY_REST(0, 1)
    } else {
        FORWARD_BY_REST(0, 0)
    }
}

ALWAYS_INLINE void pick_backward_of(ptrdiff_t groups, int rest, int greatest, const run_extremes *to) {
    lanes carried = fill_lanes(greatest ? -INFINITY : INFINITY);
    for (ptrdiff_t i = (groups - 1) * LANES; i >= 0; i -= LANES) {
        store_lanes(to->table + i, rest ? pick_lanes(carried, load_lanes(to->rests + i), greatest) : carried);
        carried = pick_lanes(carried, load_lanes(to->eights + i), greatest);
    }
}

/* From an edge backwards: what of the windows of the block to come lies before the edge. */
NEVER_INLINE void pick_backward(ptrdiff_t groups, int rest, int greatest, const run_extremes *to) {
    if (rest && greatest)
        pick_backward_of(groups, 1, 1, to);
    else if (rest)
        pick_backward_of(groups, 1, 0, to);
    else if (greatest)
        pick_backward_of(groups, 0, 1, to);
    else
        pick_backward_of(groups, 0, 0, to);
}

#endif
