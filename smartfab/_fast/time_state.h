/* From window to window in time: what is known of the rows before and after an edge. */
#ifndef SMARTFAB_TIME_STATE_H
#define SMARTFAB_TIME_STATE_H

#include "time_sides.h"

enum { BEFORE, AFTER };

typedef struct {
    void *allocated;
    window_plan plan;
    time_side side[2];
    int needs, split;                      /* elements that are summed; whether the sides have shifts of their own */
    ptrdiff_t first, edge;                 /* rows the sides begin with; the edge is -1 before the first */
    ptrdiff_t lo, hi, at;                  /* the last window; the row of the outputs to be written next */
    int64_t left, right;                   /* windows reach from time - left to time + right */
    int left_closed, right_closed, centred;
    ptrdiff_t begins[TILE_ROWS], ends[TILE_ROWS]; /* of a tile's windows, in the tables of the two sides */
    window_tile_sums tile;
    tile_elements elements;
} time_walk;

/* A walk without a plan, NULL without memory. */
ALWAYS_INLINE time_walk *new_time_walk(void) {
    void *allocated = calloc(1, sizeof(time_walk) + CACHE_LINE);
    time_walk *walk = allocated ? on_a_line(allocated) : NULL;
    if (walk)
        walk->allocated = allocated;
    return walk;
}

ALWAYS_INLINE void begin_time_walk(time_walk *walk) {
    const window_plan *plan = &walk->plan;
    walk->edge = -1;
    walk->needs = plan->order >= 1 || plan->pair ? 1 << SUM_D : 0;
    if (plan->order >= 2 || plan->pair)
        walk->needs |= 1 << SUM_D2;
    if (plan->order == 4)
        walk->needs |= 1 << SUM_D3 | 1 << SUM_D4;
    if (plan->pair)
        walk->needs |= 1 << SUM_E | 1 << SUM_E2 | 1 << SUM_DE;
}

ALWAYS_INLINE void end_time_walk(time_walk *walk) {
    for (int at = 0; at < 2; at++) {
        free(walk->side[at].memory);
        free(walk->side[at].moments.rows);
    }
    free(walk->allocated);
}

#endif
