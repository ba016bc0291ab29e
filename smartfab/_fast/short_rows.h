/* Windows of few rows: two passes over each, eight or more side by side. The shift is the last finite value of the window. */
#ifndef SMARTFAB_SHORT_ROWS_H
#define SMARTFAB_SHORT_ROWS_H

#include "row_state.h"

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

NEVER_INLINE void sum_short_whole(window_tile_sums *tile, const double *x, int w, int order, int slope) {
    if (order < 2 && !slope)
        sum_short_whole_of(tile, x, w, 1, 0);
    else if (order == 2 && !slope)
        sum_short_whole_of(tile, x, w, 2, 0);
    else
        sum_short_whole_of(tile, x, w, order, slope);
}

/* Rows may be missing. A missing row adds +0.0 where `sum_short_whole` has no row: the bits of a whole window are the same.
   The shift is 0 where no value is finite. */
ALWAYS_INLINE void sum_short_of(window_tile_sums *tile, const double *rows, int w, int order) {
    const lanes nothing = fill_lanes(0.0), nan = fill_lanes(NAN);
    for (ptrdiff_t k = 0; k < tile->count; k += LANES) {
        lanes shift = nan, s = nothing, td = nothing, t = nothing, tt = nothing, m2 = nothing, m3 = nothing, m4 = nothing, mean;
        for (int j = 0; j < w; j++) {
            const lanes x = load_lanes(rows + k - j);
            shift = keep_present(shift, shift, keep_present(x, subtract_lanes(x, x), nan));
        }
        shift = keep_present(shift, shift, nothing);
        for (int j = 0; j < w; j++) {
            const lanes x = load_lanes(rows + k - j), d = keep_finite(subtract_lanes(x, shift), x), back = fill_lanes((double)-j);
            s = add_lanes(s, d);
            td = add_lanes(td, multiply_lanes(back, d));
            t = add_lanes(t, keep_finite(back, x));
            tt = add_lanes(tt, keep_finite(multiply_lanes(back, back), x));
        }
        mean = multiply_lanes(s, load_lanes(tile->inverse + k));
        for (int j = 0; j < w && order >= 2; j++) {
            const lanes x = load_lanes(rows + k - j);
            const lanes d = keep_finite(subtract_lanes(subtract_lanes(x, shift), mean), x), square = multiply_lanes(d, d);
            m2 = add_lanes(m2, square);
            m3 = add_lanes(m3, multiply_lanes(square, d));
            m4 = add_lanes(m4, multiply_lanes(square, square));
        }
        store_lanes(tile->base + k, shift);
        store_lanes(tile->sum[SUM_D] + k, s);
        store_lanes(tile->sum[SUM_TD] + k, td);
        store_lanes(tile->sum[SUM_T] + k, t);
        store_lanes(tile->sum[SUM_TT] + k, tt);
        store_lanes(tile->mean + k, mean);
        store_lanes(tile->m2 + k, m2);
        store_lanes(tile->m3 + k, m3);
        store_lanes(tile->m4 + k, m4);
    }
}

NEVER_INLINE void sum_short(window_tile_sums *tile, const double *x, int w, int order) {
    if (order < 2)
        sum_short_of(tile, x, w, 1);
    else
        sum_short_of(tile, x, w, order);
}

/* The same of a pair, of whose rows both values must be finite. */
NEVER_INLINE void sum_short_pair(window_tile_sums *tile, const double *x, const double *y, int w) {
    double shift_y[TILE_ROWS], s[TILE_ROWS], e[TILE_ROWS];
    double *shift = tile->base;
    const ptrdiff_t count = tile->count;
    for (ptrdiff_t k = 0; k < count; k++) {
        shift[k] = shift_y[k] = NAN;
        s[k] = e[k] = tile->m2[k] = tile->m3[k] = tile->m4[k] = 0.0;
    }
    for (int j = 0; j < w; j++)
        for (ptrdiff_t k = 0; k < count; k++) {
            const int first = !(shift[k] == shift[k]) && is_finite(x[k - j]) && is_finite(y[k - j]);
            shift[k] = first ? x[k - j] : shift[k];
            shift_y[k] = first ? y[k - j] : shift_y[k];
        }
    for (int j = 0; j < w; j++)
        for (ptrdiff_t k = 0; k < count; k++) {
            const int valid = is_finite(x[k - j]) && is_finite(y[k - j]);
            s[k] += valid ? x[k - j] - shift[k] : 0.0;
            e[k] += valid ? y[k - j] - shift_y[k] : 0.0;
        }
    for (ptrdiff_t k = 0; k < count; k++) {
        s[k] *= tile->inverse[k];
        e[k] *= tile->inverse[k];
    }
    for (int j = 0; j < w; j++)
        for (ptrdiff_t k = 0; k < count; k++) {
            const int valid = is_finite(x[k - j]) && is_finite(y[k - j]);
            const double d = valid ? x[k - j] - shift[k] - s[k] : 0.0, f = valid ? y[k - j] - shift_y[k] - e[k] : 0.0;
            tile->m2[k] += d * d;
            tile->m3[k] += d * f;
            tile->m4[k] += f * f;
        }
}

ALWAYS_INLINE void pick_short_of(const window_tile_sums *tile, const double *x, int w, int greatest, double *windows) {
    const lanes none = fill_lanes(greatest ? -INFINITY : INFINITY);
    for (ptrdiff_t k = 0; k < tile->count; k += LANES) {
        lanes picked = none;
        for (int j = 0; j < w; j++) {
            const lanes own = load_lanes(x + k - j);
            picked = pick_lanes(picked, keep_present(own, own, none), greatest);
        }
        store_lanes(windows + k, picked);
    }
}

NEVER_INLINE void pick_short(const window_tile_sums *tile, const double *x, int w, int greatest, double *windows) {
    if (greatest)
        pick_short_of(tile, x, w, 1, windows);
    else
        pick_short_of(tile, x, w, 0, windows);
}

#endif
