/* Windows in time, as fast as this processor can. */
#ifndef SMARTFAB_TIME_LEVELS_H
#define SMARTFAB_TIME_LEVELS_H

#include "levels.h"
#include "time_state.h"

#define TIMES_WALKED                                                                                                    \
    (time_walk * walk, const double *x, const double *y, const int64_t *t, ptrdiff_t n, ptrdiff_t start, ptrdiff_t stop,  \
     ptrdiff_t wanted, ptrdiff_t step)

LEVELS_OF(walk_times, TIMES_WALKED)
LEVELS_OF(flip_sides, (time_walk * walk, const double *x, const double *y, ptrdiff_t first, ptrdiff_t edge))

static int walk_times TIMES_WALKED {
    return ON_THIS_LEVEL(walk_times, (walk, x, y, t, n, start, stop, wanted, step));
}

static int flip_sides(time_walk *walk, const double *x, const double *y, ptrdiff_t first, ptrdiff_t edge) {
    return ON_THIS_LEVEL(flip_sides, (walk, x, y, first, edge));
}

#endif
