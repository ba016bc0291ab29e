/* Eight float64 side by side: one row of each of eight windows. The compiler turns them into whatever vectors the processor
   has; every operation works element by element, so the bits are the same on all of them. */
#ifndef SMARTFAB_LANES_H
#define SMARTFAB_LANES_H

#include "inlining.h"

#include <stddef.h>
#include <string.h>

enum { LANES = 8 };

#if defined(__GNUC__) && !defined(__clang__)
typedef double lanes __attribute__((vector_size(64)));
typedef double lanes_in_memory __attribute__((vector_size(64), aligned(8), may_alias));
typedef long long lane_numbers __attribute__((vector_size(64)));

ALWAYS_INLINE lanes load_lanes(const double *from) { return (lanes) * (const lanes_in_memory *)from; }
ALWAYS_INLINE void store_lanes(double *to, lanes a) { *(lanes_in_memory *)to = a; }
ALWAYS_INLINE lanes fill_lanes(double value) {
    return (lanes){value, value, value, value, value, value, value, value};
}
ALWAYS_INLINE lanes add_lanes(lanes a, lanes b) { return a + b; }
ALWAYS_INLINE lanes subtract_lanes(lanes a, lanes b) { return a - b; }
ALWAYS_INLINE lanes multiply_lanes(lanes a, lanes b) { return a * b; }
/* a where x is finite, else 0. */
ALWAYS_INLINE lanes keep_finite(lanes a, lanes x) { return (lanes)((lane_numbers)a & (x - x == fill_lanes(0.0))); }
/* a where x is not NaN, else b. */
ALWAYS_INLINE lanes keep_present(lanes a, lanes x, lanes b) {
    const lane_numbers present = x == x;
    return (lanes)(((lane_numbers)a & present) | ((lane_numbers)b & ~present));
}
/* The smaller, or the greater, of each two; b where neither is. */
ALWAYS_INLINE lanes pick_lanes(lanes a, lanes b, int greatest) {
    const lane_numbers beyond = greatest ? a > b : a < b;
    return (lanes)(((lane_numbers)a & beyond) | ((lane_numbers)b & ~beyond));
}
/* The eight values that end k before those of `now`; `before` precedes `now`. */
#define LANES_BACK(before, now, k)                                                                                     \
    __builtin_shuffle(before, now, (lane_numbers){8 - k, 9 - k, 10 - k, 11 - k, 12 - k, 13 - k, 14 - k, 15 - k})
#else
typedef struct {
    double at[LANES];
} lanes;

ALWAYS_INLINE lanes load_lanes(const double *from) {
    lanes a;
    memcpy(a.at, from, sizeof a.at);
    return a;
}
ALWAYS_INLINE void store_lanes(double *to, lanes a) { memcpy(to, a.at, sizeof a.at); }
ALWAYS_INLINE lanes fill_lanes(double value) {
    lanes a;
    for (int k = 0; k < LANES; k++)
        a.at[k] = value;
    return a;
}
#define ELEMENTWISE(expression)                                                                                         \
    for (int k = 0; k < LANES; k++)                                                                                     \
        a.at[k] = (expression);                                                                                         \
    return a;
ALWAYS_INLINE lanes add_lanes(lanes a, lanes b) { ELEMENTWISE(a.at[k] + b.at[k]) }
ALWAYS_INLINE lanes subtract_lanes(lanes a, lanes b) { ELEMENTWISE(a.at[k] - b.at[k]) }
ALWAYS_INLINE lanes multiply_lanes(lanes a, lanes b) { ELEMENTWISE(a.at[k] * b.at[k]) }
ALWAYS_INLINE lanes keep_finite(lanes a, lanes x) { ELEMENTWISE(x.at[k] - x.at[k] == 0.0 ? a.at[k] : 0.0) }
ALWAYS_INLINE lanes keep_present(lanes a, lanes x, lanes b) { ELEMENTWISE(x.at[k] == x.at[k] ? a.at[k] : b.at[k]) }
ALWAYS_INLINE lanes pick_lanes(lanes a, lanes b, int greatest) {
    ELEMENTWISE((greatest ? a.at[k] > b.at[k] : a.at[k] < b.at[k]) ? a.at[k] : b.at[k])
}
#undef ELEMENTWISE
ALWAYS_INLINE lanes lanes_back(lanes before, lanes now, int k) {
    double both[2 * LANES];
    store_lanes(both, before);
    store_lanes(both + LANES, now);
    return load_lanes(both + LANES - k);
}
#define LANES_BACK(before, now, k) lanes_back(before, now, k)
#endif

#endif
