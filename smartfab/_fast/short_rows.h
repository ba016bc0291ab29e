/* Windows of few rows: two passes over each, eight or more side by side. The shift is the last finite value of the window. */
#ifndef SMARTFAB_SHORT_ROWS_H
#define SMARTFAB_SHORT_ROWS_H

#include "tile_results.h"

enum { SHORT_WINDOW = 24 };

/* The rows of a tile's windows: SHORT_WINDOW rows before the first window's end stand in front. */
typedef struct {
    ON_A_LINE double x[SHORT_WINDOW + TILE_ROWS + LANES], y[SHORT_WINDOW + TILE_ROWS + LANES];
} short_tile;

/* Nothing is missing: sums and central moments of eight windows at a time, in registers. */
ALWAYS_INLINE void sum_short_whole_of(window_tile_sums *tile, const double *x, int w, int order, int slope) {
    const lanes inverse = fill_lanes(1.0 / (double)w), nothing = fill_lanes(0.0);
    for (ptrdiff_t k = 0; k < tile->count; k += LANES) {
        const lanes shift = load_lanes(x + k);
        lanes s = nothing, m2 = nothing, m3 = nothing, m4 = nothing, td = nothing, mean;
        for (int j = 0; j < w; j++) {
            const lanes d = subtract_lanes(load_lanes(x + k - j), shift);
            s = add_lanes(s, d);
            if (slope)
                td = add_lanes(td, multiply_lanes(fill_lanes((double)-j), d));
        }
        mean = multiply_lanes(s, inverse);
        store_lanes(tile->base + k, shift);
        store_lanes(tile->sum[SUM_D] + k, s);
        store_lanes(tile->mean + k, mean);
        store_lanes(tile->sum[SUM_TD] + k, td);
        if (order < 2)
            continue;
        for (int j = 0; j < w; j++) {
            const lanes d = subtract_lanes(subtract_lanes(load_lanes(x + k - j), shift), mean), square = multiply_lanes(d, d);
            m2 = add_lanes(m2, square);
            if (order == 4) {
                m3 = add_lanes(m3, multiply_lanes(square, d));
                m4 = add_lanes(m4, multiply_lanes(square, square));
            }
        }
        store_lanes(tile->m2 + k, m2);
        store_lanes(tile->m3 + k, m3);
        store_lanes(tile->m4 + k, m4);
    }
}

FOR_EACH_VECTOR_WIDTH
static void sum_short_whole(window_tile_sums *tile, const double *x, int w, int order, int slope) {
    if (order < 2 && !slope)
        sum_short_whole_of(tile, x, w, 1, 0);
    else if (order == 2 && !slope)
        sum_short_whole_of(tile, x, w, 2, 0);
    else
        sum_short_whole_of(tile, x, w, order, slope);
}

/* The last finite value of each window, 0 where it has none; of a pair, of the last row in which both are. */
ALWAYS_INLINE void shift_short(const window_tile_sums *tile, const double *x, const double *y, int w, int pair, double *shift,
                               double *shift_y) {
    for (ptrdiff_t k = 0; k < tile->count; k++) {
        shift[k] = NAN;
        shift_y[k] = pair ? NAN : 0.0;
    }
    for (int j = 0; j < w; j++)
        for (ptrdiff_t k = 0; k < tile->count; k++) {
            const int first = !(shift[k] == shift[k]) && is_finite(x[k - j]) && (!pair || is_finite(y[k - j]));
            shift[k] = first ? x[k - j] : shift[k];
            if (pair)
                shift_y[k] = first ? y[k - j] : shift_y[k];
        }
    for (ptrdiff_t k = 0; k < tile->count; k++) {
        shift_y[k] = shift[k] == shift[k] ? shift_y[k] : 0.0;
        shift[k] = shift[k] == shift[k] ? shift[k] : 0.0;
    }
}

/* Rows may be missing. A missing row adds +0.0 where `sum_short_whole` has no row: the bits of a whole window are the same. */
FOR_EACH_VECTOR_WIDTH
static void sum_short(window_tile_sums *tile, const double *x, const double *y, int w, int order, int pair) {
    double shift_y[TILE_ROWS], mean_y[TILE_ROWS];
    const ptrdiff_t count = tile->count;
    double *s = tile->sum[SUM_D], *e = tile->sum[SUM_E];
    shift_short(tile, x, y, w, pair, tile->base, shift_y);
    memset(tile->sum, 0, sizeof tile->sum);
    memset(tile->m2, 0, sizeof tile->m2);
    memset(tile->m3, 0, sizeof tile->m3);
    memset(tile->m4, 0, sizeof tile->m4);
    for (int j = 0; j < w; j++)
        for (ptrdiff_t k = 0; k < count; k++) {
            const int valid = is_finite(x[k - j]) && (!pair || is_finite(y[k - j]));
            const double d = valid ? x[k - j] - tile->base[k] : 0.0;
            s[k] += d;
            if (pair) {
                e[k] += valid ? y[k - j] - shift_y[k] : 0.0;
            } else {
                tile->sum[SUM_TD][k] += (double)-j * d;
                tile->sum[SUM_T][k] += valid ? (double)-j : 0.0;
                tile->sum[SUM_TT][k] += valid ? (double)j * (double)j : 0.0;
            }
        }
    for (ptrdiff_t k = 0; k < count; k++) {
        tile->mean[k] = s[k] * tile->inverse[k];
        mean_y[k] = e[k] * tile->inverse[k];
    }
    for (int j = 0; j < w && (order >= 2 || pair); j++)
        for (ptrdiff_t k = 0; k < count; k++) {
            const int valid = is_finite(x[k - j]) && (!pair || is_finite(y[k - j]));
            const double d = valid ? x[k - j] - tile->base[k] - tile->mean[k] : 0.0, square = d * d;
            const double f = pair && valid ? y[k - j] - shift_y[k] - mean_y[k] : 0.0;
            tile->m2[k] += square;
            tile->m3[k] += pair ? d * f : square * d;
            tile->m4[k] += pair ? f * f : square * square;
        }
}

FOR_EACH_VECTOR_WIDTH
static void pick_short(const window_tile_sums *tile, const double *x, int w, int greatest, double *windows) {
    const double none = greatest ? -INFINITY : INFINITY;
    for (ptrdiff_t k = 0; k < tile->count; k++)
        windows[k] = none;
    for (int j = 0; j < w; j++)
        for (ptrdiff_t k = 0; k < tile->count; k++) {
            const double value = x[k - j] == x[k - j] ? x[k - j] : none;
            windows[k] = PICK(windows[k], value, greatest);
        }
}

#endif
