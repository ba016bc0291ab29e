/* From tile to tile along a series: windows of rows. */
#ifndef SMARTFAB_ROW_STATE_H
#define SMARTFAB_ROW_STATE_H

#include "tile_moments.h"

enum { FRONT, BACK, SIDES };
enum { SHORT_WINDOW = 24 }; /* below it windows are summed one by one */

/* Sums over rows that share one shift. Where the edge's own row is finite, it is the shift of all rows, and kept in FRONT;
   else the rows before the edge are shifted by the last finite of them, those after it by the first. */
typedef struct {
    ON_A_LINE double running[SUMS][LANES];
    double shift, shift_y;
    int shifted;     /* the shift is known */
    ptrdiff_t there; /* finite rows of it that are summed for good */
} row_side;

typedef struct {
    ON_A_LINE double running[LANES];
    run_extremes of; /* the block's groups */
} row_extremes;

typedef struct {
    window_plan plan;
    ptrdiff_t window, groups, block; /* rows, whole groups in them, rows from edge to edge */
    int rest, needs;                 /* elements that are summed, a bit each */
    ptrdiff_t edge, done;            /* where the block begins, rows of it that are summed for good */
    int begun, split, doubt;         /* doubt: blocks that are not tried as clean ones */
    row_side side[SIDES];
    row_extremes extreme[2]; /* least, greatest */
    int extremes_tabled;     /* those before the edge of the block to come, before it begins */
    moment_table moments[SIDES];
    void *memory, *allocated;    /* of the tables, of the walk */
    double *counts;              /* values of a block's windows */
    double *tables;              /* by element: what of a window lies before the edge */
    ptrdiff_t place[SUMS];       /* where an element's table begins */
    int times_known;             /* the sums of row numbers are up to date */
    ptrdiff_t values;            /* values of the window that ends where `done` does */
    ptrdiff_t seen, clean_from;  /* rows looked at; all from here on are finite */
    ptrdiff_t plus, minus;       /* last rows of an inf that were seen, -1 for none; of a pair, `plus` is any inf */
    ptrdiff_t front_plus, front_minus, back_plus, back_minus; /* those nearest the edge */
    window_tile_sums tile;
    tile_elements elements;
} row_walk;

/* A walk without a plan, NULL without memory. */
ALWAYS_INLINE row_walk *new_row_walk(void) {
    void *allocated = calloc(1, sizeof(row_walk) + CACHE_LINE);
    row_walk *walk = allocated ? on_a_line(allocated) : NULL;
    if (walk)
        walk->allocated = allocated;
    return walk;
}

/* Make a walk out of a plan; -1 without memory. */
ALWAYS_INLINE int begin_walk(row_walk *walk, ptrdiff_t window) {
    const window_plan *plan = &walk->plan;
    walk->window = window;
    walk->groups = window >= SHORT_WINDOW ? window / LANES : 0;
    walk->block = walk->groups * LANES;
    walk->rest = (int)(window % LANES);
    walk->begun = 0;
    walk->seen = walk->clean_from = -1;
    walk->plus = walk->minus = -1;
    walk->needs = plan->order >= 1 || plan->pair ? 1 << SUM_D : 0;
    if (plan->order >= 2 || plan->pair)
        walk->needs |= 1 << SUM_D2;
    if (plan->order == 4)
        walk->needs |= 1 << SUM_D3 | 1 << SUM_D4;
    if (plan->pair)
        walk->needs |= 1 << SUM_E | 1 << SUM_E2 | 1 << SUM_DE;
    else if (plan->slope)
        walk->needs |= 1 << SUM_TD | 1 << SUM_T | 1 << SUM_TT;
    return 0;
}

ALWAYS_INLINE void end_walk(row_walk *walk) {
    free(walk->memory);
    for (int at = 0; at < SIDES; at++)
        free(walk->moments[at].rows);
    free(walk->allocated);
}

/* Windows that end with rows start, start + step, … before `stop`, to be written from `at` on. The window that ends with row
   v belongs to row v - ahead. */
typedef struct {
    ptrdiff_t start, stop, ahead, step, at;
} row_request;

#endif
