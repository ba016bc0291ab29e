"""Running sums outwards from an edge: the same steps for a whole series and for a chunk of it.

A row that is missing or inf adds 0.0, which leaves the bits of a sum as they are (a sum begun at +0.0 is never -0.0):
a table with holes and one without agree in every bit wherever a window has no hole.
"""

from libc.math cimport fabs

from smartfab._fast.window_scans cimport scan, scan_high, scan_low, scan_squares, scan_two
from smartfab._fast.window_sides cimport (
    FINITE, HIGH, INFINITY, LOW, M2, M3, M4, MEAN, S1, S2, S3, S4, SP, T1, T2, VALID, Side, any_odd, int64_t, is_finite, rows_t,
)


cdef enum:
    STRETCH = 128       # rows a step, a multiple of 4


cdef inline void sums_clean(
    const double* x, Side* side, rows_t count, rows_t by, rows_t k, int order, bint low, bint high
) noexcept nogil:
    """Tables that need no more than the rows themselves, none of them missing."""
    if low:
        scan_low(x, by, count, side.slot[LOW] + k, by)
    if high:
        scan_high(x, by, count, side.slot[HIGH] + k, by)
    if order == 1:
        scan(x, by, side.shift, count, side.slot[S1] + k, by)
    elif order >= 2:
        scan_squares(x, by, side.shift, count, side.slot[S1] + k, side.slot[S2] + k, by)


cdef inline void sums_masked(
    double* d, double* valid, Side* side, rows_t n, rows_t by, rows_t k, int order, bint low, bint high
) noexcept nogil:
    """The same of rows of which some are missing; d becomes the shifted rows, 0 where they are."""
    cdef double e[128]
    cdef double c = side.shift
    cdef rows_t i
    if low:
        for i in range(n):
            e[i] = d[i] if d[i] == d[i] else INFINITY
        scan_low(e, 1, n, side.slot[LOW] + k, by)
    if high:
        for i in range(n):
            e[i] = d[i] if d[i] == d[i] else -INFINITY
        scan_high(e, 1, n, side.slot[HIGH] + k, by)
    for i in range(n):
        valid[i] = 1.0 if d[i] == d[i] else 0.0
        d[i] = d[i] - c if is_finite(d[i]) else 0.0
    if order == 1:
        scan_two(d, valid, n, side.slot[S1] + k, side.slot[VALID] + k, by)
        return
    scan(valid, 1, 0.0, n, side.slot[VALID] + k, by)
    if order >= 2:
        scan_squares(d, 1, 0.0, n, side.slot[S1] + k, side.slot[S2] + k, by)


cdef inline void sums(
    const double* x, Side* side, rows_t j, rows_t count, rows_t by, int order, bint slope, bint low, bint high
) noexcept nogil:
    """Add `count` rows from row j outwards to the tables; a multiple of 4 rows stand between j and the edge."""
    cdef double d[128]
    cdef double e[128]
    cdef double valid[128]
    cdef double time = j if by > 0 else j - side.size
    cdef rows_t k = j if by > 0 else j + 1, n, i
    if side.clean:
        sums_clean(x + j, side, count, by, k, order, low, high)
        if order < 4 and not slope:
            return
    while count > 0:
        n = min(count, STRETCH)
        for i in range(n):
            d[i] = x[j + i * by]
        if side.clean:
            for i in range(n):
                d[i] = d[i] - side.shift
        else:
            sums_masked(d, valid, side, n, by, k, order, low, high)
        if order >= 4:
            for i in range(n):
                e[i] = d[i] * d[i] * d[i]
            scan(e, 1, 0.0, n, side.slot[S3] + k, by)
            for i in range(n):
                e[i] = (d[i] * d[i]) * (d[i] * d[i])
            scan(e, 1, 0.0, n, side.slot[S4] + k, by)
        if slope:
            times(d, valid, n, time, by, side, k)
        time += n * by
        k += n * by
        j += n * by
        count -= n


cdef inline void times(
    const double* d, const double* valid, rows_t n, double time, rows_t by, Side* side, rows_t k
) noexcept nogil:
    """The sums that a slope needs: of d, and of the valid rows, with the row number."""
    cdef double e[128]
    cdef double f[128]
    cdef int i
    for i in range(<int>n):
        e[i] = time + <double>(i * <int>by)
        f[i] = d[i] * e[i]
    scan(f, 1, 0.0, n, side.slot[SP] + k, by)
    if not side.clean:
        for i in range(<int>n):
            f[i] = valid[i] * e[i]
            e[i] = f[i] * e[i]
        scan(f, 1, 0.0, n, side.slot[T1] + k, by)
        scan(e, 1, 0.0, n, side.slot[T2] + k, by)


cdef inline void moments(const double* x, Side* side, rows_t j, rows_t count, rows_t by, rows_t put, bint four) noexcept nogil:
    """Add rows to the tables of central moments (Welford 1962; Pébay 2008, SAND2008-6212, equations 3.1)."""
    cdef double* finite = side.slot[FINITE]
    cdef double* means = side.slot[MEAN]
    cdef double* m2s = side.slot[M2]
    cdef double* m3s = side.slot[M3]
    cdef double* m4s = side.slot[M4]
    cdef rows_t k = j + put - by, i
    cdef double n = finite[k], mean = means[k], m2 = m2s[k], m3 = 0, m4 = 0, d, part, term
    if four:
        m3 = m3s[k]
        m4 = m4s[k]
    for i in range(count):
        if is_finite(x[j]):
            d = (x[j] - side.shift) - mean
            n += 1
            part = d / n
            term = d * part * (n - 1)
            if four:
                m4 += term * part * part * (n * n - 3 * n + 3) + 6 * part * part * m2 - 4 * part * m3
                m3 += term * part * (n - 2) - 3 * part * m2
            m2 += term
            mean += part
        k = j + put
        finite[k] = n
        means[k] = mean
        m2s[k] = m2
        if four:
            m3s[k] = m3
            m4s[k] = m4
        j += by


cdef inline void note_infinities(const double* x, Side* side, rows_t first, rows_t count, bint front) noexcept nogil:
    """Note which infinite rows lie nearest the edge: every window that holds an inf holds one of these."""
    cdef rows_t j
    cdef int64_t infinite = 0
    for j in range(first, first + count):
        infinite |= <int64_t>(fabs(x[j]) == INFINITY)
    if not infinite:
        return
    for j in range(first, first + count):
        if x[j] == INFINITY and (front or side.plus < 0):
            side.plus = j
        elif x[j] == -INFINITY and (front or side.minus < 0):
            side.minus = j


cdef inline void count_rows(Side* side, rows_t zero, rows_t by, rows_t put, bint slope) noexcept nogil:
    """Fill the tables of valid rows for a side that was clean until now; `zero` is its sum over no rows."""
    cdef rows_t i, k = zero
    cdef double time = 0 if put else -1
    side.slot[VALID][k] = 0
    if slope:
        side.slot[T1][k] = 0
        side.slot[T2][k] = 0
    for i in range(side.size):
        side.slot[VALID][k + by] = i + 1
        if slope:
            side.slot[T1][k + by] = side.slot[T1][k] + time
            side.slot[T2][k + by] = side.slot[T2][k] + time * time
            time += by
        k += by
    side.clean = False


cdef inline void build_front(
    const double* x, Side* side, rows_t size, rows_t known, int order, bint slope, bint low, bint high
) noexcept nogil:
    """Table the rows x[0..size-1] before an edge, from the edge backwards; the first `known` of them are finite."""
    cdef rows_t j
    side.size = size
    side.clean = not any_odd(x + known, size - known)
    for j in range(size - 1, -1, -1):
        if is_finite(x[j]):
            side.shift = x[j]
            side.shifted = True
            break
    if not side.clean:
        note_infinities(x, side, 0, size, True)
    sums(x, side, size - 1, size, -1, order, slope, low, high)


cdef inline void extend_back(
    const double* x, Side* side, rows_t size, int order, bint slope, bint low, bint high
) noexcept nogil:
    """Table the rows up to x[size-1] after an edge; those before side.size are tabled already."""
    cdef rows_t j, first = side.size, count = size - side.size
    cdef bint odd = any_odd(x + first, count)
    if not side.shifted:
        for j in range(first, size):
            if is_finite(x[j]):
                side.shift = x[j]
                side.shifted = True
                break
    if odd:
        if side.clean:
            count_rows(side, 0, 1, 1, slope)
        note_infinities(x, side, first, count, False)
    side.size = size
    first = first & ~<rows_t>3
    sums(x, side, first, size - first, 1, order, slope, low, high)
