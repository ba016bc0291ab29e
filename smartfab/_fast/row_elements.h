/* What is summed: powers of a row's distance from a shift, also with the row number and with a second series. */
#ifndef SMARTFAB_ROW_ELEMENTS_H
#define SMARTFAB_ROW_ELEMENTS_H

#include "lane_extremes.h"

#include <math.h>
#include <stdint.h>

/* d = x - shift, e = y - shift of y, t the row number from the edge. A pair uses the places of d^3, d^4 and t * d. */
enum { SUM_D, SUM_D2, SUM_D3, SUM_D4, SUM_TD, SUM_T, SUM_TT, SUMS, SUM_E = SUM_D3, SUM_E2 = SUM_D4, SUM_DE = SUM_TD };

/* Elements of a tile's rows, after those of the eight rows in front of it. */
typedef struct {
    ON_A_LINE double of[SUMS][LANES + TILE_ROWS];
} tile_elements;

enum { CACHE_LINE = 64 };

/* The first line in memory that is CACHE_LINE bytes longer than what goes into it. */
ALWAYS_INLINE void *on_a_line(void *memory) {
    return (void *)(((uintptr_t)memory + CACHE_LINE - 1) & ~(uintptr_t)(CACHE_LINE - 1));
}

ALWAYS_INLINE int is_finite(double value) { return value - value == 0.0; }

NEVER_INLINE int any_odd(const double *x, ptrdiff_t rows) {
    lanes none = fill_lanes(0.0), nothing = none;
    double all[LANES], rest = 0.0;
    ptrdiff_t i = 0;
    for (; i + 2 * LANES <= rows; i += 2 * LANES) {
        const lanes a = load_lanes(x + i), b = load_lanes(x + i + LANES);
        FETCH_AHEAD((const char *)(x + i) + FETCHED_AHEAD);
        FETCH_AHEAD((const char *)(x + i + LANES) + FETCHED_AHEAD);
        none = add_lanes(none, subtract_lanes(a, a));
        nothing = add_lanes(nothing, subtract_lanes(b, b));
    }
    for (; i < rows; i++)
        rest += x[i] - x[i];
    store_lanes(all, add_lanes(none, nothing));
    for (int k = 0; k < LANES; k++)
        rest += all[k];
    return rest != 0.0;
}

/* Whether a value is infinite. */
NEVER_INLINE int any_infinite(const double *x, ptrdiff_t rows) {
    double found = 0.0;
    for (ptrdiff_t i = 0; i < rows; i++)
        found = fabs(x[i]) == INFINITY ? 1.0 : found;
    return found != 0.0;
}

/* A copy of rows first … first + count - 1, in which rows outside [from, to) are missing. */
NEVER_INLINE void copy_rows(double *copy, const double *x, ptrdiff_t first, ptrdiff_t count, ptrdiff_t from, ptrdiff_t to) {
    ptrdiff_t begin = from > first ? from - first : 0, end = to - first < count ? to - first : count;
    begin = begin < count ? begin : count;
    end = end > begin ? end : begin;
    for (ptrdiff_t i = 0; i < begin; i++)
        copy[i] = NAN;
    if (end > begin)
        memcpy(copy + begin, x + first + begin, (size_t)(end - begin) * sizeof(double));
    for (ptrdiff_t i = end; i < count; i++)
        copy[i] = NAN;
}

/* The distances of rows, some of which may miss, from their shifts, and where they are needed the row numbers of those that
   do not; the first is `number` rows after the edge. A missing row adds +0.0, which leaves the bits of every sum as they
   are. */
NEVER_INLINE void fill_elements(tile_elements *elements, int needs, const double *x, const double *y, ptrdiff_t rows,
                                ptrdiff_t number, double shift, double shift_y) {
    double *d = elements->of[SUM_D], *e = elements->of[SUM_E], *t = elements->of[SUM_T], *tt = elements->of[SUM_TT];
    if (y) {
        for (ptrdiff_t i = 0; i < rows; i++) {
            const int valid = is_finite(x[i]) & is_finite(y[i]);
            d[i] = valid ? x[i] - shift : 0.0;
            e[i] = valid ? y[i] - shift_y : 0.0;
        }
        return;
    }
    for (ptrdiff_t i = 0; i < rows; i++)
        d[i] = is_finite(x[i]) ? x[i] - shift : 0.0;
    if (needs >> SUM_T & 1)
        for (int i = 0; i < (int)rows; i++) {
            const double own = (double)number + (double)i;
            t[i] = is_finite(x[i]) ? own : 0.0;
            tt[i] = is_finite(x[i]) ? own * own : 0.0;
        }
}

/* Squares of distances; of a single series also the powers beyond. */
NEVER_INLINE void fill_powers(tile_elements *elements, int needs, int pair, ptrdiff_t rows) {
    const double *d = elements->of[SUM_D], *e = elements->of[SUM_E];
    if (needs >> SUM_D2 & 1)
        for (ptrdiff_t i = 0; i < rows; i++)
            elements->of[SUM_D2][i] = d[i] * d[i];
    if (pair) {
        for (ptrdiff_t i = 0; i < rows; i++) {
            elements->of[SUM_E2][i] = e[i] * e[i];
            elements->of[SUM_DE][i] = d[i] * e[i];
        }
        return;
    }
    if (needs >> SUM_D3 & 1)
        for (ptrdiff_t i = 0; i < rows; i++) {
            elements->of[SUM_D3][i] = d[i] * d[i] * d[i];
            elements->of[SUM_D4][i] = (d[i] * d[i]) * (d[i] * d[i]);
        }
}

#endif
