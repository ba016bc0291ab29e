/* Statistics of a tile of windows, out of their sums. */
#ifndef SMARTFAB_TILE_RESULTS_H
#define SMARTFAB_TILE_RESULTS_H

#include "row_elements.h"

enum {
    COUNT, SUM, AVERAGE, VARIANCE, DEVIATION, MINIMUM, MAXIMUM, SKEWNESS, KURTOSIS, SLOPE, ZSCORE, COVARIANCE, CORRELATION,
    STATISTICS
};

/* Below SMALLEST_SQUARE squares lose digits to underflow: a spread that small is told as none. Fourth powers lose them where
   the variance is below SMALLEST_FOURTH. Above CONDITION, the largest (c - mean)^2 / variance at which sums shifted by c are
   trusted with a variance. */
#define SMALLEST_SQUARE 1e-301
#define SMALLEST_FOURTH 1e-141
#define CONDITION 30.0
/* Products between these have a root that lost nothing to underflow or overflow. */
#define NEAR_0 1e-280
#define FAR_FROM_0 1e280

typedef struct {
    double *out[STATISTICS]; /* NULL where it is not asked for */
    double min_periods, ddof, per_second;
    int order; /* highest power of d that is summed */
    int slope, low, high, pair;
} window_plan;

/* Windows of one tile. Where they are `whole`, each has n0 rows and misses none, and the arrays of counts are not filled. */
typedef struct {
    ptrdiff_t count;
    int whole, shared; /* all windows have n0 rows and miss none; they share a shift */
    double n0, base0; /* base0: the shift of all of them, where they have one */
    ON_A_LINE double rows[TILE_ROWS]; /* of the window, missing or not */
    double n[TILE_ROWS];    /* values, which an inf is and NaN is not */
    double inverse[TILE_ROWS], share[TILE_ROWS]; /* 1 / n, 1 / (n - ddof) */
    double base[TILE_ROWS];                      /* the shift */
    double sum[SUMS][TILE_ROWS];                 /* of elements */
    double low[TILE_ROWS], high[TILE_ROWS];
    double mean[TILE_ROWS]; /* less the shift */
    double m2[TILE_ROWS], m3[TILE_ROWS], m4[TILE_ROWS]; /* n * central moments; of a pair: of x, mixed, of y */
    double over[TILE_ROWS], under[TILE_ROWS];           /* of a slope */
    double own[TILE_ROWS];                              /* the value of the window's own row */
} window_tile_sums;

/* The least number of values a statistic is defined on. */
ALWAYS_INLINE double least_values(const window_plan *plan, int statistic) {
    double least = 1.0;
    if (statistic == COUNT || statistic == SUM)
        least = 0.0;
    else if (statistic == VARIANCE || statistic == DEVIATION || statistic == COVARIANCE)
        least = plan->ddof + 1.0;
    else if (statistic == SKEWNESS)
        least = 3.0;
    else if (statistic == KURTOSIS)
        least = 4.0;
    else if (statistic == SLOPE || statistic == ZSCORE || statistic == CORRELATION)
        least = 2.0;
    return least > plan->min_periods ? least : plan->min_periods;
}

/* One value a window, NaN where it holds too few; every NaN gets one bit pattern. */
#define WRITE(statistic, expression)                                                                                    \
    if (plan->out[statistic]) {                                                                                         \
        double *out = plan->out[statistic] + at;                                                                        \
        const double least = least_values(plan, statistic);                                                             \
        for (ptrdiff_t k = 0; k < count; k += LANES)                                                                    \
            FETCH_TO_WRITE(out + TILE_ROWS + k);                                                                        \
        for (ptrdiff_t k = 0; k < count; k++) {                                                                         \
            const double value = (expression);                                                                          \
            out[k] = (N(k) >= least) & (value == value) ? value : NAN;                                                  \
        }                                                                                                               \
    }
#define N(k) (whole ? n0 : tile->n[k])
#define INVERSE(k) (whole ? inverse0 : tile->inverse[k])
#define SHARE(k) (whole ? share0 : tile->share[k])
#define BASE(k) (shared ? base0 : tile->base[k])

ALWAYS_INLINE double zscore_of(double own, double mean, double m2, double share) {
    const double d = own - mean;
    return m2 > 0.0 && is_finite(d) ? d / sqrt(m2 * share) : NAN;
}

/* Adjusted Fisher-Pearson skewness and excess kurtosis (Joanes and Gill 1998, G1 and G2). */
ALWAYS_INLINE double skewness_of(double n, double inverse, double m2, double m3) {
    const double all = m2 * inverse, v = all > SMALLEST_FOURTH ? all : NAN;
    return sqrt(n * (n - 1.0)) / (n - 2.0) * (m3 * inverse) / (v * sqrt(v));
}

ALWAYS_INLINE double kurtosis_of(double n, double inverse, double m2, double m4) {
    const double all = m2 * inverse, v = all > SMALLEST_FOURTH ? all : NAN;
    return (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (m4 * inverse / (v * v) - 3.0) + 6.0);
}

ALWAYS_INLINE double within_one(double r) {
    const double most = r > 1.0 ? 1.0 : r;
    return most < -1.0 ? -1.0 : most;
}

/* One root where the product is far from overflow and underflow, two where it is not. */
ALWAYS_INLINE int is_far(double product) { return (product > NEAR_0) & (product < FAR_FROM_0); }

ALWAYS_INLINE void put_correlation(const window_tile_sums *tile, double *out, double least, int whole) {
    const double n0 = tile->n0;
    int near = 0;
    for (ptrdiff_t k = 0; k < tile->count; k++) {
        const double product = tile->m2[k] * tile->m4[k], r = within_one(tile->m3[k] / sqrt(product));
        near |= !is_far(product);
        out[k] = (N(k) >= least) & (r == r) ? r : NAN;
    }
    for (ptrdiff_t k = 0; k < tile->count && near; k++) {
        const double xx = tile->m2[k] >= SMALLEST_SQUARE ? tile->m2[k] : NAN;
        const double yy = tile->m4[k] >= SMALLEST_SQUARE ? tile->m4[k] : NAN;
        const double r = within_one(tile->m3[k] / (sqrt(xx) * sqrt(yy)));
        if (!is_far(tile->m2[k] * tile->m4[k]))
            out[k] = (N(k) >= least) & (r == r) ? r : NAN;
    }
}

/* `whole` and `shared` are constants where this is inlined: the same arithmetic, with one count or shift for all windows or
   one for each. */
ALWAYS_INLINE void put_statistics_of(const window_plan *plan, const window_tile_sums *tile, ptrdiff_t at, int whole, int shared) {
    const ptrdiff_t count = tile->count;
    const double n0 = tile->n0, inverse0 = 1.0 / n0, share0 = 1.0 / (n0 - plan->ddof), base0 = tile->base0;
    WRITE(SUM, tile->sum[SUM_D][k] + N(k) * BASE(k))
    WRITE(AVERAGE, BASE(k) + tile->sum[SUM_D][k] * INVERSE(k))
    WRITE(VARIANCE, tile->m2[k] * SHARE(k))
    WRITE(DEVIATION, sqrt(tile->m2[k] * SHARE(k)))
    WRITE(MINIMUM, tile->low[k])
    WRITE(MAXIMUM, tile->high[k])
    WRITE(SKEWNESS, skewness_of(N(k), INVERSE(k), tile->m2[k], tile->m3[k]))
    WRITE(KURTOSIS, kurtosis_of(N(k), INVERSE(k), tile->m2[k], tile->m4[k]))
    WRITE(ZSCORE, zscore_of(tile->own[k] - BASE(k), tile->mean[k], tile->m2[k], SHARE(k)))
    WRITE(COVARIANCE, tile->m3[k] * SHARE(k))
    if (plan->out[CORRELATION])
        put_correlation(tile, plan->out[CORRELATION] + at, least_values(plan, CORRELATION), whole);
    if (plan->pair) {
        WRITE(SLOPE, tile->m3[k] / (tile->m4[k] >= SMALLEST_SQUARE ? tile->m4[k] : NAN) * plan->per_second)
    } else {
        WRITE(SLOPE, tile->over[k] * (whole ? tile->under[0] : tile->under[k]))
    }
    if (plan->out[COUNT])
        for (ptrdiff_t k = 0; k < count; k++) /* as in pandas, min_periods asks a count for rows, not for values */
            plan->out[COUNT][at + k] = (whole ? n0 : tile->rows[k]) >= plan->min_periods ? N(k) : NAN;
}

#undef WRITE

NEVER_INLINE void put_statistics(const window_plan *plan, const window_tile_sums *tile, ptrdiff_t at) {
    if (tile->whole && tile->shared)
        put_statistics_of(plan, tile, at, 1, 1);
    else if (tile->shared)
        put_statistics_of(plan, tile, at, 0, 1);
    else if (tile->whole)
        put_statistics_of(plan, tile, at, 1, 0);
    else
        put_statistics_of(plan, tile, at, 0, 0);
}

/* A window that holds an inf: its sum and mean are that inf, or NaN for both signs; whatever is not ordered is NaN. */
NEVER_INLINE void put_infinite(const window_plan *plan, const window_tile_sums *tile, ptrdiff_t k, ptrdiff_t at, int plus,
                                int minus) {
    const double n = tile->whole ? tile->n0 : tile->n[k];
    for (int statistic = SUM; statistic < STATISTICS; statistic++) {
        if (!plan->out[statistic] || statistic == MINIMUM || statistic == MAXIMUM)
            continue;
        if ((statistic == SUM || statistic == AVERAGE) && plus != minus && n >= least_values(plan, statistic))
            plan->out[statistic][at + k] = plus ? INFINITY : -INFINITY;
        else
            plan->out[statistic][at + k] = NAN;
    }
}

/* Central moments of x out of sums about the shift; returns whether a window is too badly conditioned for them. */
ALWAYS_INLINE int moments_of(const window_plan *plan, window_tile_sums *tile, int whole) {
    const ptrdiff_t count = tile->count;
    const double n0 = tile->n0, inverse0 = 1.0 / n0;
    const double *s = tile->sum[SUM_D], *s2 = tile->sum[SUM_D2], *s3 = tile->sum[SUM_D3], *s4 = tile->sum[SUM_D4];
    double poor = 0.0;
    (void)n0;
    if (plan->order < 2)
        return 0;
    for (ptrdiff_t k = 0; k < count; k++)
        tile->mean[k] = s[k] * INVERSE(k);
    if (plan->order == 4)
        for (ptrdiff_t k = 0; k < count; k++) {
            const double mu = tile->mean[k];
            tile->m4[k] = s4[k] - mu * (4.0 * s3[k] - mu * (6.0 * s2[k] - 3.0 * mu * s[k]));
            tile->m3[k] = s3[k] - mu * (3.0 * s2[k] - 2.0 * mu * s[k]);
        }
    for (ptrdiff_t k = 0; k < count; k++) {
        const double square = s[k] * tile->mean[k], m2 = s2[k] - square;
        tile->m2[k] = m2 < SMALLEST_SQUARE ? 0.0 : m2;
        poor = square > CONDITION * m2 ? 1.0 : poor;
    }
    return poor != 0.0;
}

/* The same of a pair: x in m2, y in m4, mixed in m3. */
ALWAYS_INLINE int pair_moments_of(window_tile_sums *tile, int whole) {
    const double n0 = tile->n0, inverse0 = 1.0 / n0;
    const double *s = tile->sum[SUM_D], *e = tile->sum[SUM_E];
    double poor = 0.0;
    (void)n0;
    for (ptrdiff_t k = 0; k < tile->count; k++) {
        const double xx = s[k] * s[k] * INVERSE(k), yy = e[k] * e[k] * INVERSE(k);
        const double m2 = tile->sum[SUM_D2][k] - xx, m4 = tile->sum[SUM_E2][k] - yy;
        tile->m2[k] = m2;
        tile->m4[k] = m4;
        tile->m3[k] = tile->sum[SUM_DE][k] - s[k] * e[k] * INVERSE(k);
        poor = (xx > CONDITION * m2) | (yy > CONDITION * m4) ? 1.0 : poor;
    }
    return poor != 0.0;
}

/* Least squares against the row number; `middle0` is the mean row number of the first window, the next one's is 1 more where
   `moving`. */
ALWAYS_INLINE void slopes_of(window_tile_sums *tile, double w, double middle0, int moving, int whole) {
    const double *s = tile->sum[SUM_D], *td = tile->sum[SUM_TD], *t = tile->sum[SUM_T], *tt = tile->sum[SUM_TT];
    const double under0 = 1.0 / (w * (w * w - 1.0) / 12.0);
    tile->under[0] = under0;
    for (int k = 0; k < (int)tile->count; k++) {
        const double middle = middle0 + (moving ? (double)k : 0.0), all = td[k] - middle * s[k];
        if (whole) {
            tile->over[k] = all;
        } else {
            const int full = tile->n[k] == w;
            const double inverse = tile->inverse[k], spread = (tile->n[k] * tt[k] - t[k] * t[k]) * inverse;
            tile->over[k] = full ? all : td[k] - t[k] * inverse * s[k];
            tile->under[k] = full ? under0 : 1.0 / spread;
        }
    }
}

NEVER_INLINE int moments_of_sums(const window_plan *plan, window_tile_sums *tile) {
    if (plan->pair)
        return tile->whole ? pair_moments_of(tile, 1) : pair_moments_of(tile, 0);
    return tile->whole ? moments_of(plan, tile, 1) : moments_of(plan, tile, 0);
}

NEVER_INLINE void slopes_of_sums(window_tile_sums *tile, double w, double middle0, int moving) {
    if (tile->whole)
        slopes_of(tile, w, middle0, moving, 1);
    else
        slopes_of(tile, w, middle0, moving, 0);
}

#endif
