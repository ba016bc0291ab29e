/* Windows whose sums about a shift lose too much, or whose two sides have shifts of their own. */
#ifndef SMARTFAB_TILE_MOMENTS_H
#define SMARTFAB_TILE_MOMENTS_H

#include "moments.h"
#include "tile_results.h"

/* Whether window k of a tile is too badly conditioned for its sums; `pair` tells of two series. */
ALWAYS_INLINE int is_poor(const window_tile_sums *tile, ptrdiff_t k, int pair) {
    const double inverse = tile->whole ? 1.0 / tile->n0 : tile->inverse[k], s = tile->sum[SUM_D][k];
    if (pair) {
        const double e = tile->sum[SUM_E][k];
        return s * s * inverse > CONDITION * tile->m2[k] || e * e * inverse > CONDITION * tile->m4[k];
    }
    return s * (s * inverse) > CONDITION * (tile->sum[SUM_D2][k] - s * (s * inverse));
}

/* Central moments of window k out of those of its two sides; the back's shift lies `apart` above the front's. */
NEVER_INLINE void mend_window(window_tile_sums *tile, ptrdiff_t k, const central *front, const central *back, double apart,
                        double apart_y, int pair) {
    if (pair) {
        const central m = merge_pairs(front, back, apart, apart_y);
        tile->m2[k] = m.at[MOMENT_2];
        tile->m3[k] = m.at[MOMENT_XY];
        tile->m4[k] = m.at[MOMENT_Y];
    } else {
        const central m = merge_moments(front, back, apart);
        tile->m2[k] = m.at[MOMENT_2] < SMALLEST_SQUARE ? 0.0 : m.at[MOMENT_2];
        tile->m3[k] = m.at[MOMENT_3];
        tile->m4[k] = m.at[MOMENT_4];
    }
}

#endif
