/* Eight float64 side by side: one row of each of eight windows, in as many vectors as this level of processor needs for
   them. Every operation works element by element, so the bits are the same on all of them. */
#ifndef SMARTFAB_LANES_H
#define SMARTFAB_LANES_H

#include "inlining.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { LANES = 8 };

#if defined(__GNUC__) && !defined(__clang__)
#if defined(__AVX512F__)
enum { PART = 8 };
#define PARTS(of) {{of(0)}}
#define NUMBERS(o) {o, o + 1, o + 2, o + 3, o + 4, o + 5, o + 6, o + 7}
#elif defined(__AVX2__)
enum { PART = 4 };
#define PARTS(of) {{of(0), of(1)}}
#define NUMBERS(o) {o, o + 1, o + 2, o + 3}
#else
enum { PART = 2 };
#define PARTS(of) {{of(0), of(1), of(2), of(3)}}
#define NUMBERS(o) {o, o + 1}
#endif
/* A vector wider than the processor's would live in memory: hence parts. */
typedef double lane_part __attribute__((vector_size(PART * 8)));
typedef double part_in_memory __attribute__((vector_size(PART * 8), aligned(8), may_alias));
typedef long long part_numbers __attribute__((vector_size(PART * 8)));
typedef struct {
    lane_part at[LANES / PART];
} lanes;

ALWAYS_INLINE lanes load_lanes(const double *from) {
#define OF(p) *(const part_in_memory *)(from + p * PART)
    return (lanes)PARTS(OF);
#undef OF
}
ALWAYS_INLINE void store_part(double *to, lane_part a) { *(part_in_memory *)to = a; }
ALWAYS_INLINE void store_lanes(double *to, lanes a) {
    for (int p = 0; p < LANES / PART; p++)
        store_part(to + p * PART, a.at[p]);
}
ALWAYS_INLINE lanes fill_lanes(double value) {
#define OF(p) (lane_part){0} + value
    return (lanes)PARTS(OF);
#undef OF
}
ALWAYS_INLINE lanes add_lanes(lanes a, lanes b) {
#define OF(p) a.at[p] + b.at[p]
    return (lanes)PARTS(OF);
#undef OF
}
ALWAYS_INLINE lanes subtract_lanes(lanes a, lanes b) {
#define OF(p) a.at[p] - b.at[p]
    return (lanes)PARTS(OF);
#undef OF
}
ALWAYS_INLINE lanes multiply_lanes(lanes a, lanes b) {
#define OF(p) a.at[p] * b.at[p]
    return (lanes)PARTS(OF);
#undef OF
}
ALWAYS_INLINE lanes divide_lanes(lanes a, lanes b) {
#define OF(p) a.at[p] / b.at[p]
    return (lanes)PARTS(OF);
#undef OF
}
ALWAYS_INLINE lane_part select_part(part_numbers which, lane_part a, lane_part b) {
    return (lane_part)(((part_numbers)a & which) | ((part_numbers)b & ~which));
}
#if defined(__AVX512F__)
#include <immintrin.h>
#define WHERE(x, how, y, a, b)                                                                                          \
    (lane_part) _mm512_mask_blend_pd(_mm512_cmp_pd_mask((__m512d)(x), (__m512d)(y), how), (__m512d)(b), (__m512d)(a))
#define SAME(x, a, b) WHERE(x, _CMP_EQ_OQ, x, a, b)
#define ABOVE(x, y, a, b) WHERE(x, _CMP_GT_OQ, y, a, b)
#define LOOK_UP(of, in) (lane_part) _mm512_permutex2var_pd((__m512d)(in).low.at[0], (__m512i)(of), (__m512d)(in).high.at[0])
#define ODD_BITS(x) _mm512_cmp_pd_mask((__m512d)(x), (__m512d)(x), _CMP_UNORD_Q)
#define ABOVE_0_BITS(x) _mm512_cmp_pd_mask((__m512d)(x), _mm512_setzero_pd(), _CMP_GT_OQ)
#define ROOT(a) (lane_part) _mm512_sqrt_pd((__m512d)(a))
#define LESSER(a, b) (lane_part) _mm512_min_pd((__m512d)(a), (__m512d)(b))
#define GREATER(a, b) (lane_part) _mm512_max_pd((__m512d)(a), (__m512d)(b))
#elif defined(__AVX2__)
#include <immintrin.h>
#define ODD_BITS(x) _mm256_movemask_pd(_mm256_cmp_pd((__m256d)(x), (__m256d)(x), _CMP_UNORD_Q))
#define ABOVE_0_BITS(x) _mm256_movemask_pd(_mm256_cmp_pd((__m256d)(x), _mm256_setzero_pd(), _CMP_GT_OQ))
#define ROOT(a) (lane_part) _mm256_sqrt_pd((__m256d)(a))
#define LESSER(a, b) (lane_part) _mm256_min_pd((__m256d)(a), (__m256d)(b))
#define GREATER(a, b) (lane_part) _mm256_max_pd((__m256d)(a), (__m256d)(b))
#elif defined(__SSE2__)
#include <emmintrin.h>
#define ODD_BITS(x) _mm_movemask_pd(_mm_cmpunord_pd((__m128d)(x), (__m128d)(x)))
#define ABOVE_0_BITS(x) _mm_movemask_pd(_mm_cmpgt_pd((__m128d)(x), _mm_setzero_pd()))
#define ROOT(a) (lane_part) _mm_sqrt_pd((__m128d)(a))
#define LESSER(a, b) (lane_part) _mm_min_pd((__m128d)(a), (__m128d)(b))
#define GREATER(a, b) (lane_part) _mm_max_pd((__m128d)(a), (__m128d)(b))
#else
#define ODD_BITS(x) ((x)[0] != (x)[0] || (x)[1] != (x)[1])
#define ABOVE_0_BITS(x) ((x)[0] > 0.0 || (x)[1] > 0.0)
#define ROOT(a) ((lane_part){sqrt((a)[0]), sqrt((a)[1])})
#define LESSER(a, b) select_part((a) < (b), a, b)
#define GREATER(a, b) select_part((a) > (b), a, b)
#endif
#if !defined(SAME)
#define SAME(x, a, b) select_part((x) == (x), a, b)
#define ABOVE(x, y, a, b) select_part((x) > (y), a, b)
#endif
/* a where x is finite, else 0. */
ALWAYS_INLINE lanes keep_finite(lanes a, lanes x) {
#define OF(p) SAME(x.at[p] - x.at[p], a.at[p], (lane_part){0})
    return (lanes)PARTS(OF);
#undef OF
}
/* a where x is not NaN, else b. */
ALWAYS_INLINE lanes keep_present(lanes a, lanes x, lanes b) {
#define OF(p) SAME(x.at[p], a.at[p], b.at[p])
    return (lanes)PARTS(OF);
#undef OF
}
/* a where x is above y, else b. */
ALWAYS_INLINE lanes keep_above(lanes a, lanes x, lanes y, lanes b) {
#define OF(p) ABOVE(x.at[p], y.at[p], a.at[p], b.at[p])
    return (lanes)PARTS(OF);
#undef OF
}
/* Whether a lane is not finite. */
ALWAYS_INLINE int any_lane_odd(lanes a) {
    int bits = 0;
    for (int p = 0; p < LANES / PART; p++)
        bits |= ODD_BITS(a.at[p] - a.at[p]);
    return bits != 0;
}
ALWAYS_INLINE int any_lane_above_0(lanes a) {
    int bits = 0;
    for (int p = 0; p < LANES / PART; p++)
        bits |= ABOVE_0_BITS(a.at[p]);
    return bits != 0;
}
/* The smaller, or the greater, of each two; b where neither is. */
ALWAYS_INLINE lanes pick_lanes(lanes a, lanes b, int greatest) {
#define OF(p) greatest ? GREATER(a.at[p], b.at[p]) : LESSER(a.at[p], b.at[p])
    return (lanes)PARTS(OF);
#undef OF
}
ALWAYS_INLINE lanes root_lanes(lanes a) {
#define OF(p) ROOT(a.at[p])
    return (lanes)PARTS(OF);
#undef OF
}
/* Part p of the eight values that end k before those of `now`; `before` precedes `now`. */
ALWAYS_INLINE lane_part part_back(lanes before, lanes now, int p, int k) {
    const int first = LANES + p * PART - k, at = first / PART, o = first % PART;
    const lane_part low = at < LANES / PART ? before.at[at] : now.at[at - LANES / PART];
    const lane_part high = at + 1 < LANES / PART ? before.at[at + 1] : now.at[(at + 1) % (LANES / PART)];
    return o ? __builtin_shuffle(low, high, (part_numbers)NUMBERS(o)) : low;
}
ALWAYS_INLINE lanes lanes_back(lanes before, lanes now, int k) {
#define OF(p) part_back(before, now, p, k)
    return (lanes)PARTS(OF);
#undef OF
}
/* The last of the eight, eight times. */
ALWAYS_INLINE lanes repeat_last(lanes a) {
    const lane_part last = __builtin_shuffle(a.at[LANES / PART - 1], (part_numbers){0} + (PART - 1));
#define OF(p) last
    return (lanes)PARTS(OF);
#undef OF
}
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
ALWAYS_INLINE lanes divide_lanes(lanes a, lanes b) { ELEMENTWISE(a.at[k] / b.at[k]) }
ALWAYS_INLINE lanes root_lanes(lanes a) { ELEMENTWISE(sqrt(a.at[k])) }
ALWAYS_INLINE lanes keep_above(lanes a, lanes x, lanes y, lanes b) {
    lanes c;
    for (int k = 0; k < LANES; k++)
        c.at[k] = x.at[k] > y.at[k] ? a.at[k] : b.at[k];
    return c;
}
ALWAYS_INLINE lanes keep_finite(lanes a, lanes x) { ELEMENTWISE(x.at[k] - x.at[k] == 0.0 ? a.at[k] : 0.0) }
ALWAYS_INLINE lanes keep_present(lanes a, lanes x, lanes b) { ELEMENTWISE(x.at[k] == x.at[k] ? a.at[k] : b.at[k]) }
ALWAYS_INLINE lanes pick_lanes(lanes a, lanes b, int greatest) {
    ELEMENTWISE((greatest ? a.at[k] > b.at[k] : a.at[k] < b.at[k]) ? a.at[k] : b.at[k])
}
ALWAYS_INLINE lanes repeat_last(lanes a) { return fill_lanes(a.at[LANES - 1]); }
#undef ELEMENTWISE
ALWAYS_INLINE int any_lane_odd(lanes a) {
    double odd = 0.0;
    for (int k = 0; k < LANES; k++)
        odd += a.at[k] - a.at[k];
    return odd != 0.0;
}
ALWAYS_INLINE int any_lane_above_0(lanes a) {
    int above = 0;
    for (int k = 0; k < LANES; k++)
        above |= a.at[k] > 0.0;
    return above;
}
ALWAYS_INLINE lanes lanes_back(lanes before, lanes now, int k) {
    double both[2 * LANES];
    store_lanes(both, before);
    store_lanes(both + LANES, now);
    return load_lanes(both + LANES - k);
}
#endif

/* 1 / (base + 0 … 15 - less): for whole numbers near one another a look-up is quicker than a division, where there is one. */
enum { LOOKED_UP = 16 };
typedef struct {
    lanes low, high;
} lane_shares;

#if defined(LOOK_UP)
enum { LOOKS_UP = 1 };
ALWAYS_INLINE lanes share_of(lanes n, double base, const lane_shares *shares) {
    const lanes place = add_lanes(n, fill_lanes(4503599627370496.0 - base)); /* 2^52: the last bits are the whole number */
    return (lanes){{LOOK_UP(place.at[0], *shares)}};
}
#else
enum { LOOKS_UP = 0 };
ALWAYS_INLINE lanes share_of(lanes n, double base, const lane_shares *shares) {
    (void)base;
    (void)shares;
    return n;
}
#endif

#endif
