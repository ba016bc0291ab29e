"""Statistics out of a merged tile of windows."""

from libc.math cimport sqrt

from smartfab._fast.window_sides cimport HIGH, INFINITY, LOW, NAN, S1, SP, VALID, Side, is_finite, rows_t
from smartfab._fast.window_tiles cimport (
    Plan, Tile, count_tile, first_order, is_tame, locate, put_whole_slope, put_whole_variance, regression, second_order,
)

cdef extern from *:
    """
    /* The variance below which fourth powers lose digits to underflow. */
    #define SMALLEST_FOURTH 1e-141
    """
    const double SMALLEST_FOURTH

cdef enum:
    COUNT
    SUM
    AVERAGE
    VARIANCE
    DEVIATION
    MINIMUM
    MAXIMUM
    SKEWNESS
    KURTOSIS
    SLOPE
    ZSCORE
    COVARIANCE
    CORRELATION
    STATISTICS


cdef inline double floor_of(const Plan* plan, int statistic) noexcept nogil:
    """The least number of values a statistic is defined on."""
    cdef double least = 1
    if statistic == COUNT or statistic == SUM:
        least = 0
    elif statistic == VARIANCE or statistic == DEVIATION or statistic == COVARIANCE:
        least = plan.ddof + 1
    elif statistic == SKEWNESS:
        least = 3
    elif statistic == KURTOSIS:
        least = 4
    elif statistic == SLOPE or statistic == ZSCORE or statistic == CORRELATION:
        least = 2
    return least if least > plan.min_periods else plan.min_periods


cdef inline void put_extremes(const Plan* plan, const Side* front, const Side* back, Tile* tile, rows_t at) noexcept nogil:
    cdef rows_t k, m = tile.m
    cdef double* out
    cdef const double* f
    cdef const double* b
    if plan.low:
        out = plan.out[MINIMUM] + at
        f = front.slot[LOW]
        b = back.slot[LOW]
        if m >= 0:
            for k in range(tile.count):
                out[k] = f[m + k] if f[m + k] < b[m + k] else b[m + k]
        else:
            for k in range(tile.count):
                out[k] = f[tile.a[k]] if f[tile.a[k]] < b[tile.b[k]] else b[tile.b[k]]
    if plan.high:
        out = plan.out[MAXIMUM] + at
        f = front.slot[HIGH]
        b = back.slot[HIGH]
        if m >= 0:
            for k in range(tile.count):
                out[k] = f[m + k] if f[m + k] > b[m + k] else b[m + k]
        else:
            for k in range(tile.count):
                out[k] = f[tile.a[k]] if f[tile.a[k]] > b[tile.b[k]] else b[tile.b[k]]


cdef inline void put_sums(const Plan* plan, const Tile* tile, rows_t at) noexcept nogil:
    cdef rows_t k, count = tile.count
    cdef double* out
    if plan.out[SUM] != NULL:
        out = plan.out[SUM] + at
        for k in range(count):
            out[k] = tile.s[k] + tile.n[k] * tile.base[k]
    if plan.out[AVERAGE] != NULL:
        out = plan.out[AVERAGE] + at
        for k in range(count):
            out[k] = tile.base[k] + tile.mu[k]
    if plan.out[SLOPE] != NULL and not plan.pair:
        out = plan.out[SLOPE] + at
        for k in range(count):
            out[k] = tile.over[k] / tile.under[k]


cdef inline void put_variance(const Plan* plan, const Tile* tile, rows_t at) noexcept nogil:
    cdef rows_t k, count = tile.count
    cdef double variance[128]
    cdef double share
    if plan.out[VARIANCE] != NULL or plan.out[DEVIATION] != NULL:
        if tile.whole:
            share = 1.0 / (tile.n[0] - plan.ddof)
            for k in range(count):
                variance[k] = tile.m2[k] * share
        else:
            for k in range(count):
                variance[k] = tile.m2[k] * (1.0 / (tile.n[k] - plan.ddof))
        put_spread(plan, variance, count, at)


cdef inline void put_spread(const Plan* plan, const double* variance, rows_t count, rows_t at) noexcept nogil:
    cdef rows_t k
    cdef double* out
    if plan.out[VARIANCE] != NULL:
        out = plan.out[VARIANCE] + at
        for k in range(count):
            out[k] = variance[k]
    if plan.out[DEVIATION] != NULL:
        out = plan.out[DEVIATION] + at
        for k in range(count):
            out[k] = sqrt(variance[k])


cdef inline void put_zscore(const Plan* plan, const Tile* tile, rows_t at) noexcept nogil:
    cdef rows_t k, count = tile.count
    cdef double d
    cdef double* out
    if plan.out[ZSCORE] != NULL:
        out = plan.out[ZSCORE] + at
        for k in range(count):
            d = (tile.own[k] - tile.base[k]) - tile.mu[k]
            out[k] = d / sqrt(tile.m2[k] / (tile.n[k] - 1)) if tile.m2[k] > 0 and is_finite(d) else NAN


cdef inline void put_shape(const Plan* plan, const Tile* tile, rows_t at) noexcept nogil:
    """Adjusted Fisher-Pearson skewness and excess kurtosis (Joanes and Gill 1998, G1 and G2)."""
    cdef rows_t k, count = tile.count
    cdef double n, v
    cdef double* out
    if plan.out[SKEWNESS] != NULL:
        out = plan.out[SKEWNESS] + at
        for k in range(count):
            n = tile.n[k]
            v = tile.m2[k] * tile.inverse[k]
            v = v if v > SMALLEST_FOURTH else NAN
            out[k] = sqrt(n * (n - 1)) / (n - 2) * (tile.m3[k] * tile.inverse[k]) / (v * sqrt(v))
    if plan.out[KURTOSIS] != NULL:
        out = plan.out[KURTOSIS] + at
        for k in range(count):
            n = tile.n[k]
            v = tile.m2[k] * tile.inverse[k]
            v = v if v > SMALLEST_FOURTH else NAN
            out[k] = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (tile.m4[k] * tile.inverse[k] / (v * v) - 3) + 6)


cdef inline void mend(const Plan* plan, const Side* front, const Side* back, Tile* tile, rows_t at) noexcept nogil:
    """Windows that hold too few values, or an inf; and one bit pattern for every NaN."""
    cdef rows_t k
    cdef int statistic
    cdef double least
    cdef bint plus, minus
    cdef double* out
    for statistic in range(COUNT + 1, STATISTICS):
        if plan.out[statistic] == NULL:
            continue
        out = plan.out[statistic] + at
        least = floor_of(plan, statistic)
        if not tile.whole or tile.n[0] < least:
            for k in range(tile.count):
                out[k] = out[k] if (tile.n[k] >= least) & (out[k] == out[k]) else NAN
        else:
            for k in range(tile.count):
                out[k] = out[k] if out[k] == out[k] else NAN
    if front.plus < 0 and front.minus < 0 and back.plus < 0 and back.minus < 0:
        return
    locate(tile)
    for k in range(tile.count):
        plus = tile.a[k] <= front.plus or (back.plus >= 0 and back.plus < tile.b[k])
        minus = tile.a[k] <= front.minus or (back.minus >= 0 and back.minus < tile.b[k])
        if not (plus or minus):
            continue
        for statistic in range(COUNT + 1, STATISTICS):
            if plan.out[statistic] == NULL or statistic == MINIMUM or statistic == MAXIMUM:
                continue
            least = floor_of(plan, statistic)
            out = plan.out[statistic] + at + k
            if (statistic == SUM or statistic == AVERAGE) and not (plus and minus) and tile.n[k] >= least:
                out[0] = INFINITY if plus else -INFINITY
            else:
                out[0] = NAN


cdef inline void put_count(const Plan* plan, const Tile* tile, rows_t at) noexcept nogil:
    """As in pandas, min_periods asks a count for rows, not for values."""
    cdef rows_t k
    cdef double* out
    if plan.out[COUNT] != NULL:
        out = plan.out[COUNT] + at
        for k in range(tile.count):
            out[k] = tile.n[k] if tile.rows[k] >= plan.min_periods else NAN


cdef inline void put_simple(
    Plan* plan, const double* xf, const double* xb, Side* front, Side* back, Tile* tile, rows_t at
) noexcept nogil:
    """Sum, mean, variance, deviation where windows lie one behind the other: the same arithmetic in fewer steps."""
    cdef rows_t k, count = tile.count
    cdef double n = front.size, inverse = 1.0 / n, c = back.shift, share
    cdef const double* f = front.slot[S1] + tile.m
    cdef const double* b = back.slot[S1] + tile.m
    cdef double* out
    if plan.out[SUM] != NULL:
        out = plan.out[SUM] + at
        if tile.whole:
            for k in range(count):
                out[k] = (f[k] + b[k]) + n * c
        else:
            for k in range(count):
                out[k] = (f[k] + b[k]) + tile.n[k] * c
    if plan.out[AVERAGE] != NULL:
        out = plan.out[AVERAGE] + at
        if tile.whole:
            for k in range(count):
                out[k] = c + (f[k] + b[k]) * inverse
        else:
            for k in range(count):
                out[k] = c + (f[k] + b[k]) * tile.inverse[k]
    if plan.slope:
        put_whole_slope(f, b, front.slot[SP] + tile.m, back.slot[SP] + tile.m, tile, n, plan.out[SLOPE] + at)
    if plan.order < 2:
        return
    if tile.whole and put_whole_variance(front, back, tile, plan.ddof, tile.m2):
        put_spread(plan, tile.m2, count, at)
        return
    if tile.whole:
        for k in range(count):
            tile.s[k] = f[k] + b[k]
            tile.mu[k] = tile.s[k] * inverse
    else:
        for k in range(count):
            tile.s[k] = f[k] + b[k]
            tile.mu[k] = tile.s[k] * tile.inverse[k]
    second_order(plan, xf, xb, front, back, tile)
    put_variance(plan, tile, at)


cdef inline bint put_simply(
    Plan* plan, const double* xf, const double* xb, Side* front, Side* back, Tile* tile, rows_t at
) noexcept nogil:
    """Take the short way where it leads to the same bits; False where it does not."""
    cdef rows_t k
    if not plan.simple or tile.split or tile.m < 0 or front.size == 0 or plan.slope and not tile.whole:
        return False
    tile.n[0] = front.size
    if not front.clean:
        for k in range(tile.count):
            tile.n[k] = front.slot[VALID][tile.m + k] + back.slot[VALID][tile.m + k]
            tile.inverse[k] = 1.0 / tile.n[k]
    if plan.order >= 1:
        put_simple(plan, xf, xb, front, back, tile, at)
    if plan.out[COUNT] != NULL:
        for k in range(tile.count):
            plan.out[COUNT][at + k] = tile.n[0] if tile.whole else tile.n[k]
    return True


cdef inline void put_tile(
    Plan* plan, const double* xf, const double* xb, Side* front, Side* back, Tile* tile, rows_t at
) noexcept nogil:
    """Write the statistics of a tile's windows to rows at, at + 1, … of the outputs."""
    tile.split = front.size > 0 and not is_finite(xf[front.size - 1])
    tile.whole = front.clean and tile.m >= 0 and front.size > 0
    if tile.split:
        locate(tile)
    put_extremes(plan, front, back, tile, at)
    if put_simply(plan, xf, xb, front, back, tile, at):
        if not tile.whole or tile.n[0] < plan.ddof + 1 or tile.n[0] < plan.min_periods or not is_tame(plan, front, back):
            mend(plan, front, back, tile, at)
        return
    count_tile(front, back, tile)
    if plan.order >= 1:
        first_order(front, back, tile)
    if plan.slope:
        regression(front, back, tile)
    if plan.order >= 2:
        second_order(plan, xf, xb, front, back, tile)
    if plan.order >= 1:
        put_sums(plan, tile, at)
    if plan.order >= 2:
        put_variance(plan, tile, at)
        put_zscore(plan, tile, at)
    if plan.order == 4:
        put_shape(plan, tile, at)
    put_count(plan, tile, at)
    mend(plan, front, back, tile, at)
