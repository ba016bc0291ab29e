"""A tile of windows: both sides of the edge merged, in arrays short enough to stay in the nearest cache."""

from libc.math cimport fabs

from smartfab._fast.window_sides cimport (
    FINITE, M2, M3, M4, MEAN, S1, S2, S3, S4, SP, T1, T2, VALID, Side, rows_t,
)
from smartfab._fast.window_sums cimport moments

cdef enum:
    TILE = 128
    # The largest (c - mean)^2 / variance at which sums shifted by c are trusted with a variance.
    CONDITION = 30

cdef extern from *:
    """
    /* Below it squares lose digits to underflow: a spread that small is told as none. */
    #define SMALLEST_SQUARE 1e-301
    #define LARGEST_TAME 1e150
    """
    const double SMALLEST_SQUARE
    const double LARGEST_TAME

cdef struct Plan:
    int needs           # tables, a bit a Slot
    int order           # highest power summed
    bint slope
    bint low
    bint high
    bint pair
    bint simple         # nothing but counts, sums, means, slopes, extremes, variances
    double min_periods
    double ddof
    double per_second   # of time windows: what a slope per unit of the time column is multiplied with
    double* out[16]     # one buffer a Statistic, NULL where it is not asked for

cdef struct Tile:
    rows_t count
    rows_t a[128]       # where a window begins in the front table
    rows_t b[128]       # and ends in the back table
    bint whole          # all windows have the same number of rows, and none is missing
    bint split          # the two sides have different shifts
    rows_t m            # window k begins and ends at row m + k of the tables; -1: at a[k] and b[k]
    double n[128]       # rows that are not missing
    double rows[128]
    double inverse[128]
    double base[128]    # the shift of the sums
    double s[128]       # sum of d
    double mu[128]      # mean of d
    double m2[128]      # n * central moments
    double m3[128]
    double m4[128]
    double over[128]    # slope: sum of (time - mean time) * d, and of (time - mean time)^2
    double under[128]
    double own[128]     # the value of the row the window belongs to


cdef inline void locate(Tile* tile) noexcept nogil:
    """Fill a and b of windows that begin and end at m + k."""
    cdef rows_t k
    if tile.m >= 0:
        for k in range(tile.count):
            tile.a[k] = tile.m + k
            tile.b[k] = tile.m + k


cdef inline void add(double* to, const double* front, const double* back, const Tile* tile) noexcept nogil:
    """Merge one table of sums."""
    cdef rows_t k, m = tile.m, count = tile.count
    if m >= 0:
        for k in range(count):
            to[k] = front[m + k] + back[m + k]
    else:
        for k in range(count):
            to[k] = front[tile.a[k]] + back[tile.b[k]]


cdef inline void count_tile(const Side* front, const Side* back, Tile* tile) noexcept nogil:
    """Rows of each window, those not missing, and one over it."""
    cdef rows_t k, m = tile.m, count = tile.count
    cdef double inverse
    tile.whole = front.clean and m >= 0 and front.size > 0
    if m >= 0 and front.size > 0:
        for k in range(count):
            tile.rows[k] = <double>front.size
    else:
        for k in range(count):
            tile.rows[k] = <double>(front.size - tile.a[k] + tile.b[k])
    if front.clean:
        for k in range(count):
            tile.n[k] = tile.rows[k]
    else:
        add(tile.n, front.slot[VALID], back.slot[VALID], tile)
    if tile.whole:
        inverse = 1.0 / tile.rows[0]
        for k in range(count):
            tile.inverse[k] = inverse
    else:
        for k in range(count):
            tile.inverse[k] = 1.0 / tile.n[k]


cdef inline void first_order(const Side* front, const Side* back, Tile* tile) noexcept nogil:
    """Sum and mean of d = x - base."""
    cdef rows_t k, count = tile.count
    cdef double nf, nb
    if tile.split:
        for k in range(count):
            nf = front.slot[VALID][tile.a[k]]
            nb = back.slot[VALID][tile.b[k]]
            if nf == 0 or not front.shifted:
                tile.base[k] = back.shift
                tile.s[k] = back.slot[S1][tile.b[k]]
            else:
                tile.base[k] = front.shift
                tile.s[k] = front.slot[S1][tile.a[k]]
                if nb > 0 and back.shifted:
                    tile.s[k] += back.slot[S1][tile.b[k]] + nb * (back.shift - front.shift)
    else:
        add(tile.s, front.slot[S1], back.slot[S1], tile)
        for k in range(count):
            tile.base[k] = back.shift
    for k in range(count):
        tile.mu[k] = tile.s[k] * tile.inverse[k]


cdef inline void explain(Plan* plan, const double* xf, const double* xb, Side* front, Side* back) noexcept nogil:
    """Bring the tables of central moments up to date."""
    if front.explained < front.size:
        moments(xf, front, front.size - 1, front.size, -1, 0, plan.order == 4)
        front.explained = front.size
    if back.explained < back.size:
        moments(xb, back, back.explained, back.size - back.explained, 1, 1, plan.order == 4)
        back.explained = back.size


cdef inline void merge(const Plan* plan, const Side* front, const Side* back, Tile* tile, rows_t k) noexcept nogil:
    """Central moments of one window from those of its two sides (Chan, Golub and LeVeque 1979; Pébay 2008)."""
    cdef rows_t a = tile.a[k], b = tile.b[k]
    cdef double na = front.slot[FINITE][a], nb = back.slot[FINITE][b], n = na + nb, d, p, q
    cdef double a2 = front.slot[M2][a], b2 = back.slot[M2][b], a3, b3
    if na == 0 or nb == 0:
        tile.m2[k] = a2 if nb == 0 else b2
        if plan.order == 4:
            tile.m3[k] = front.slot[M3][a] if nb == 0 else back.slot[M3][b]
            tile.m4[k] = front.slot[M4][a] if nb == 0 else back.slot[M4][b]
        return
    d = (back.shift - front.shift) + (back.slot[MEAN][b] - front.slot[MEAN][a])
    p = na / n
    q = nb / n
    tile.m2[k] = (a2 + b2) + d * d * (na * q)
    if plan.order == 4:
        a3 = front.slot[M3][a]
        b3 = back.slot[M3][b]
        tile.m3[k] = (a3 + b3) + d * d * d * (na * q) * (p - q) + 3 * d * (p * b2 - q * a2)
        tile.m4[k] = ((front.slot[M4][a] + back.slot[M4][b]) + d * d * d * d * (na * q) * (p * p - p * q + q * q)
                      + 6 * d * d * (p * p * b2 + q * q * a2) + 4 * d * (p * b3 - q * a3))


cdef inline void second_order(
    Plan* plan, const double* xf, const double* xb, Side* front, Side* back, Tile* tile
) noexcept nogil:
    """Sum of squares about the mean: from the shifted sums, or merged where those would lose too much."""
    cdef rows_t k, count = tile.count
    cdef double square
    cdef long long poor = 0
    if tile.split:
        explain(plan, xf, xb, front, back)
        for k in range(count):
            merge(plan, front, back, tile, k)
        flush(tile)
        return
    add(tile.m2, front.slot[S2], back.slot[S2], tile)
    if plan.order == 4:
        higher_orders(front, back, tile)
    for k in range(count):
        square = tile.s[k] * tile.mu[k]
        tile.m2[k] = tile.m2[k] - square
        poor |= <long long>(square > CONDITION * tile.m2[k])
    if poor:
        locate(tile)
        explain(plan, xf, xb, front, back)
        for k in range(count):
            if tile.s[k] * tile.mu[k] > CONDITION * tile.m2[k]:
                merge(plan, front, back, tile, k)
    flush(tile)


cdef inline void flush(Tile* tile) noexcept nogil:
    cdef rows_t k
    for k in range(tile.count):
        tile.m2[k] = 0.0 if tile.m2[k] < SMALLEST_SQUARE else tile.m2[k]


cdef inline void higher_orders(const Side* front, const Side* back, Tile* tile) noexcept nogil:
    """Third and fourth power sums about the mean, while m2 still holds the plain sum of squares."""
    cdef rows_t k, count = tile.count
    cdef double mu
    add(tile.m3, front.slot[S3], back.slot[S3], tile)
    add(tile.m4, front.slot[S4], back.slot[S4], tile)
    for k in range(count):
        mu = tile.mu[k]
        tile.m4[k] = tile.m4[k] - mu * (4 * tile.m3[k] - mu * (6 * tile.m2[k] - 3 * mu * tile.s[k]))
        tile.m3[k] = tile.m3[k] - mu * (3 * tile.m2[k] - 2 * mu * tile.s[k])


cdef inline void regression(const Side* front, const Side* back, Tile* tile) noexcept nogil:
    """Least squares against the row number, counted from the edge."""
    cdef rows_t k, count = tile.count
    cdef double t1[128]
    cdef double t2[128]
    cdef double nb, n, middle, jump
    add(tile.over, front.slot[SP], back.slot[SP], tile)
    if tile.split:
        for k in range(count):
            nb = back.slot[VALID][tile.b[k]]
            if front.slot[VALID][tile.a[k]] == 0 or not front.shifted:
                tile.over[k] = back.slot[SP][tile.b[k]]
            elif nb > 0 and back.shifted:
                jump = back.shift - front.shift
                tile.over[k] += back.slot[T1][tile.b[k]] * jump
    if not front.clean:
        add(t1, front.slot[T1], back.slot[T1], tile)
        add(t2, front.slot[T2], back.slot[T2], tile)
    if tile.whole:
        n = tile.rows[0]
        middle = <double>tile.m - 0.5 * (n + 1)
        for k in range(count):
            tile.over[k] -= (middle + <double><int>k) * tile.s[k]
            tile.under[k] = n * (n * n - 1) / 12
        return
    locate(tile)
    for k in range(count):
        n = tile.rows[k]
        middle = 0.5 * <double>(tile.a[k] - front.size + tile.b[k] - 1)
        if front.clean or tile.n[k] == n:
            tile.over[k] -= middle * tile.s[k]
            tile.under[k] = n * (n * n - 1) / 12
        else:
            tile.over[k] -= t1[k] * tile.inverse[k] * tile.s[k]
            tile.under[k] = (tile.n[k] * t2[k] - t1[k] * t1[k]) * tile.inverse[k]


cdef inline void put_whole_slope(
    const double* f, const double* b, const double* ft, const double* bt, const Tile* tile, double n, double* out
) noexcept nogil:
    """Least squares against the row number, as `regression` does it, of windows that miss nothing."""
    cdef int k
    cdef double middle = <double>tile.m - 0.5 * (n + 1), under = n * (n * n - 1) / 12
    for k in range(<int>tile.count):
        out[k] = ((ft[k] + bt[k]) - (middle + <double>k) * (f[k] + b[k])) / under


cdef inline bint put_whole_variance(
    const Side* front, const Side* back, const Tile* tile, double ddof, double* variance
) noexcept nogil:
    """Variances of windows that miss nothing, as `second_order` makes them, in one loop; False where one is poor."""
    cdef rows_t k, m = tile.m
    cdef double n = tile.n[0], inverse = 1.0 / n, share = 1.0 / (n - ddof), s, square, m2
    cdef const double* f = front.slot[S1] + m
    cdef const double* b = back.slot[S1] + m
    cdef const double* ff = front.slot[S2] + m
    cdef const double* bb = back.slot[S2] + m
    cdef long long poor = 0
    for k in range(tile.count):
        s = f[k] + b[k]
        square = s * (s * inverse)
        m2 = (ff[k] + bb[k]) - square
        poor |= <long long>(square > CONDITION * m2)
        m2 = 0.0 if m2 < SMALLEST_SQUARE else m2
        variance[k] = m2 * share
    return not poor


cdef inline bint is_tame(const Plan* plan, const Side* front, const Side* back) noexcept nogil:
    """Whether no sum of the two sides is near overflow: what comes of them is never NaN."""
    cdef int slot
    for slot in range(S1, min(plan.order, 2) + S1):
        if not (fabs(front.slot[slot][0]) < LARGEST_TAME and fabs(back.slot[slot][back.size]) < LARGEST_TAME):
            return False
    return not plan.slope or (fabs(front.slot[SP][0]) < LARGEST_TAME and fabs(back.slot[SP][back.size]) < LARGEST_TAME)
