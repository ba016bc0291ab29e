"""Sums of two series about an edge, and the covariance, correlation and regression out of them."""

from libc.math cimport sqrt

from smartfab._fast.window_output cimport CORRELATION, COVARIANCE, SLOPE, mend
from smartfab._fast.window_sides cimport (
    FINITE, M2, M3, M4, MEAN, MP, NAN, S1, S2, S3, S4, SP, VALID, Side, any_odd, is_finite, rows_t,
)
from smartfab._fast.window_sums cimport count_rows
from smartfab._fast.window_tiles cimport CONDITION, SMALLEST_SQUARE, Plan, Tile, add, count_tile, locate


cdef inline void pair_sums(
    const double* x, const double* y, Side* side, rows_t j, rows_t count, rows_t by, rows_t put, bint masked
) noexcept nogil:
    """Add rows j, j+by, … to the tables; `put` is 0 for a front side and 1 for a back side."""
    cdef rows_t k = j + put - by, i
    cdef double n = 0, ax = side.slot[S1][k], axx = side.slot[S2][k], ay = side.slot[S3][k], ayy = side.slot[S4][k]
    cdef double axy = side.slot[SP][k], d, e
    if masked:
        n = side.slot[VALID][k]
    for i in range(count):
        d = x[j] - side.shift
        e = y[j] - side.shift_y
        k = j + put
        if masked:
            n += 1.0 if x[j] == x[j] and y[j] == y[j] else 0.0
            side.slot[VALID][k] = n
            if not (is_finite(x[j]) and is_finite(y[j])):
                d = 0
                e = 0
        ax += d
        ay += e
        axx += d * d
        ayy += e * e
        axy += d * e
        side.slot[S1][k] = ax
        side.slot[S2][k] = axx
        side.slot[S3][k] = ay
        side.slot[S4][k] = ayy
        side.slot[SP][k] = axy
        j += by


cdef inline void pair_moments(
    const double* x, const double* y, Side* side, rows_t j, rows_t count, rows_t by, rows_t put
) noexcept nogil:
    """Add rows to the tables of means and central second moments (Welford 1962, for two series)."""
    cdef rows_t k = j + put - by, i
    cdef double n = side.slot[FINITE][k], mx = side.slot[MEAN][k], my = side.slot[M3][k]
    cdef double xx = side.slot[M2][k], yy = side.slot[M4][k], xy = side.slot[MP][k], d, e, rest
    for i in range(count):
        if is_finite(x[j]) and is_finite(y[j]):
            d = (x[j] - side.shift) - mx
            e = (y[j] - side.shift_y) - my
            n += 1
            rest = (n - 1) / n
            xx += d * d * rest
            yy += e * e * rest
            xy += d * e * rest
            mx += d / n
            my += e / n
        k = j + put
        side.slot[FINITE][k] = n
        side.slot[MEAN][k] = mx
        side.slot[M2][k] = xx
        side.slot[M3][k] = my
        side.slot[M4][k] = yy
        side.slot[MP][k] = xy
        j += by


cdef inline void find_shift(const double* x, const double* y, Side* side, rows_t j, rows_t count, rows_t by) noexcept nogil:
    cdef rows_t i
    for i in range(count):
        if is_finite(x[j]) and is_finite(y[j]):
            side.shift = x[j]
            side.shift_y = y[j]
            side.shifted = True
            return
        j += by


cdef inline void note_pair_infinities(
    const double* x, const double* y, Side* side, rows_t first, rows_t count, bint front
) noexcept nogil:
    """Note the row with an inf nearest the edge, of those with both values."""
    cdef rows_t j
    for j in range(first, first + count):
        if x[j] == x[j] and y[j] == y[j] and not (is_finite(x[j]) and is_finite(y[j])) and (front or side.plus < 0):
            side.plus = j


cdef inline void build_pair_front(const double* x, const double* y, Side* side, rows_t size) noexcept nogil:
    """Table the rows before an edge, from the edge backwards."""
    side.size = size
    side.clean = not (any_odd(x, size) or any_odd(y, size))
    find_shift(x, y, side, size - 1, size, -1)
    if side.clean:
        pair_sums(x, y, side, size - 1, size, -1, 0, False)
    else:
        note_pair_infinities(x, y, side, 0, size, True)
        pair_sums(x, y, side, size - 1, size, -1, 0, True)


cdef inline void extend_pair_back(const double* x, const double* y, Side* side, rows_t size) noexcept nogil:
    """Table the rows up to size-1 after an edge; those before side.size are tabled already."""
    cdef rows_t first = side.size, count = size - side.size
    if not side.shifted:
        find_shift(x, y, side, first, count, 1)
    if any_odd(x + first, count) or any_odd(y + first, count):
        if side.clean:
            count_rows(side, 0, 1, 1, False)
        note_pair_infinities(x, y, side, first, count, False)
    side.size = size
    if side.clean:
        pair_sums(x, y, side, first, count, 1, 1, False)
    else:
        pair_sums(x, y, side, first, count, 1, 1, True)


cdef inline void merge_pair(const Side* front, const Side* back, Tile* tile, rows_t k) noexcept nogil:
    """Central moments of one window from those of its two sides (Chan, Golub and LeVeque 1979)."""
    cdef rows_t a = tile.a[k], b = tile.b[k]
    cdef double na = front.slot[FINITE][a], nb = back.slot[FINITE][b], weight, d, e
    tile.m2[k] = front.slot[M2][a] + back.slot[M2][b]
    tile.m4[k] = front.slot[M4][a] + back.slot[M4][b]
    tile.m3[k] = front.slot[MP][a] + back.slot[MP][b]
    if na > 0 and nb > 0:
        d = (back.shift - front.shift) + (back.slot[MEAN][b] - front.slot[MEAN][a])
        e = (back.shift_y - front.shift_y) + (back.slot[M3][b] - front.slot[M3][a])
        weight = na * (nb / (na + nb))
        tile.m2[k] += d * d * weight
        tile.m4[k] += e * e * weight
        tile.m3[k] += d * e * weight


cdef inline void explain_pair(
    const double* xf, const double* yf, const double* xb, const double* yb, Side* front, Side* back
) noexcept nogil:
    """Bring the tables of central moments up to date."""
    if front.explained < front.size:
        pair_moments(xf, yf, front, front.size - 1, front.size, -1, 0)
        front.explained = front.size
    if back.explained < back.size:
        pair_moments(xb, yb, back, back.explained, back.size - back.explained, 1, 1)
        back.explained = back.size


cdef inline void pair_orders(
    const double* xf, const double* yf, const double* xb, const double* yb, Side* front, Side* back, Tile* tile
) noexcept nogil:
    """Central moments: of x in m2, of y in m4, mixed in m3."""
    cdef rows_t k
    cdef double sx[128]
    cdef double sy[128]
    cdef double xx, yy
    cdef long long poor = tile.split
    if not tile.split:
        add(sx, front.slot[S1], back.slot[S1], tile)
        add(sy, front.slot[S3], back.slot[S3], tile)
        add(tile.m2, front.slot[S2], back.slot[S2], tile)
        add(tile.m4, front.slot[S4], back.slot[S4], tile)
        add(tile.m3, front.slot[SP], back.slot[SP], tile)
        for k in range(tile.count):
            xx = sx[k] * sx[k] * tile.inverse[k]
            yy = sy[k] * sy[k] * tile.inverse[k]
            tile.m2[k] -= xx
            tile.m4[k] -= yy
            tile.m3[k] -= sx[k] * sy[k] * tile.inverse[k]
            xx -= CONDITION * tile.m2[k]
            yy -= CONDITION * tile.m4[k]
            tile.mu[k] = xx if xx > yy else yy
            poor |= <long long>(tile.mu[k] > 0)
    if poor:
        locate(tile)
        explain_pair(xf, yf, xb, yb, front, back)
        for k in range(tile.count):
            if tile.split or tile.mu[k] > 0:
                merge_pair(front, back, tile, k)


cdef inline void put_pair_tile(
    Plan* plan, const double* xf, const double* yf, const double* xb, const double* yb, Side* front, Side* back, Tile* tile,
    rows_t at
) noexcept nogil:
    """Write the statistics of a tile's windows to rows at, at + 1, … of the outputs."""
    cdef rows_t k
    cdef double r, xx, yy
    tile.split = front.size > 0 and not (is_finite(xf[front.size - 1]) and is_finite(yf[front.size - 1]))
    if tile.split:
        locate(tile)
    count_tile(front, back, tile)
    pair_orders(xf, yf, xb, yb, front, back, tile)
    if plan.out[COVARIANCE] != NULL:
        for k in range(tile.count):
            plan.out[COVARIANCE][at + k] = tile.m3[k] / (tile.n[k] - plan.ddof)
    if plan.out[CORRELATION] != NULL:
        for k in range(tile.count):
            xx = tile.m2[k] if tile.m2[k] >= SMALLEST_SQUARE else NAN
            yy = tile.m4[k] if tile.m4[k] >= SMALLEST_SQUARE else NAN
            r = tile.m3[k] / (sqrt(xx) * sqrt(yy))
            r = 1.0 if r > 1 else r
            plan.out[CORRELATION][at + k] = -1.0 if r < -1 else r
    if plan.out[SLOPE] != NULL:
        for k in range(tile.count):
            yy = tile.m4[k] if tile.m4[k] >= SMALLEST_SQUARE else NAN
            plan.out[SLOPE][at + k] = tile.m3[k] / yy * plan.per_second
    mend(plan, front, back, tile, at)
