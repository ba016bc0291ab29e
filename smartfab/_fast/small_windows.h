/* Windows of few values, sorted side by side: an insertion network whose columns are the windows of neighbouring rows. */
#ifndef SMARTFAB_SMALL_WINDOWS_H
#define SMARTFAB_SMALL_WINDOWS_H

#include "interpolation.h"

enum { SMALL_WINDOW = 16, TILE = 128 };

typedef struct {
    double values[TILE + SMALL_WINDOW]; /* missing as +inf, which stands behind every valid value */
    double carried[TILE];
    int present[TILE + SMALL_WINDOW];
    double sorted[SMALL_WINDOW][TILE]; /* the smallest values of each row's window */
} window_tile;

/* Two vectors of values, ordered element by element. */
ALWAYS_INLINE void order_pairs(double *__restrict low, double *__restrict high) {
    for (int column = 0; column < TILE; column++) {
        const double a = low[column], b = high[column];
        low[column] = a < b ? a : b;
        high[column] = a > b ? a : b;
    }
}

FOR_EACH_VECTOR_WIDTH
static void sort_columns(window_tile *tile, int w, int keep) {
    for (int j = 0; j < w; j++) {
        memcpy(tile->carried, tile->values + j, sizeof tile->carried);
        for (int k = 0; k < j && k < keep; k++)
            order_pairs(tile->sorted[k], tile->carried);
        if (j < keep)
            memcpy(tile->sorted[j], tile->carried, sizeof tile->carried);
    }
}

/* Load the values of the windows that end at rows first … first + rows − 1; returns how many are missing. */
static int load_tile(window_tile *tile, const double *x, ptrdiff_t first, ptrdiff_t rows, int w) {
    const ptrdiff_t used = rows + w - 1, pad = first < w - 1 ? w - 1 - first : 0;
    const double *from = x + (first - (w - 1) + pad) - pad;
    int present = 0;
    for (ptrdiff_t i = 0; i < TILE + SMALL_WINDOW; i++) {
        tile->values[i] = INFINITY;
        tile->present[i] = 0;
    }
    for (ptrdiff_t i = pad; i < used; i++) {
        const int valid = from[i] == from[i];
        tile->values[i] = valid ? from[i] + 0.0 : INFINITY;
        tile->present[i] = valid;
        present += valid;
    }
    return (int)used - present;
}

/* Rows first … last − 1 of all quantiles, for w <= SMALL_WINDOW. */
static void roll_small_windows(window_tile *tile, const double *x, ptrdiff_t first, ptrdiff_t last, int w,
                               const quantile_request *request) {
    double weight, highest = 0.0;
    int keep;
    for (ptrdiff_t k = 0; k < request->n; k++)
        highest = request->q[k] > highest ? request->q[k] : highest;
    keep = (int)find_quantile(highest, w, &weight) + 2;
    keep = keep < w ? keep : w;
    for (; first < last; first += TILE) {
        const ptrdiff_t rows = last - first < TILE ? last - first : TILE;
        const int missing = load_tile(tile, x, first, rows, w);
        sort_columns(tile, w, keep);
        for (ptrdiff_t k = 0; k < request->n; k++) {
            double *out = request->out + k * request->stride + first;
            int64_t valid = missing ? -tile->present[w - 1] : w, index = place_quantile(request, k, w, &weight);
            for (int j = 0; missing && j < w; j++)
                valid += tile->present[j];
            for (ptrdiff_t row = 0; row < rows; row++) {
                if (missing) {
                    valid += tile->present[row + w - 1];
                    index = place_quantile(request, k, valid, &weight);
                }
                if (valid < request->need)
                    out[row] = NAN;
                else if (weight == 0.0)
                    out[row] = tile->sorted[index][row];
                else
                    out[row] = interpolate(tile->sorted[index][row], tile->sorted[index + 1][row], weight);
                valid -= missing ? tile->present[row] : 0;
            }
        }
    }
}

#endif
