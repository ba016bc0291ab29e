"""Running sums outwards from an edge: the same steps for a whole series and for a chunk of it.

A row that is missing or inf adds 0.0, which leaves the bits of a sum as they are (a sum begun at +0.0 is never -0.0):
a table with holes and one without agree in every bit wherever a window has no hole.
"""

from smartfab._fast.window_sides cimport (
    FINITE, HIGH, INFINITY, LOW, M2, M3, M4, MEAN, S1, S2, S3, S4, SP, T1, T2, VALID, Side, any_odd, is_finite, memcpy, rows_t,
)


cdef enum:
    STRETCH = 128       # rows a step, a multiple of 4


cdef inline void scan(const double* d, rows_t count, double* to, rows_t by) noexcept nogil:
    """Running sums of d into to[by], to[2 * by], … from to[0] on, four rows a step.

    Groups of four count from the edge, and a part of a group is summed as the whole one is: the bits do not depend on
    where a chunk ends.
    """
    cdef rows_t i
    cdef double a = to[0], p, r
    for i in range(0, count - 3, 4):
        p = d[i] + d[i + 1]
        r = d[i + 2] + d[i + 3]
        to[by] = a + d[i]
        p = a + p
        to[2 * by] = p
        to[3 * by] = p + d[i + 2]
        a = p + r
        to += 4 * by
        to[0] = a
    i = count & ~<rows_t>3
    if i < count:
        to[by] = a + d[i]
    if i + 1 < count:
        p = a + (d[i] + d[i + 1])
        to[2 * by] = p
    if i + 2 < count:
        to[3 * by] = p + d[i + 2]


cdef inline void scan_low(const double* d, rows_t count, double* to, rows_t by) noexcept nogil:
    """Running least values; d holds no NaN."""
    cdef rows_t i
    cdef double a = to[0], p, r
    for i in range(0, count - 3, 4):
        p = d[i + 1] if d[i + 1] < d[i] else d[i]
        r = d[i + 3] if d[i + 3] < d[i + 2] else d[i + 2]
        to[by] = d[i] if d[i] < a else a
        p = p if p < a else a
        to[2 * by] = p
        to[3 * by] = d[i + 2] if d[i + 2] < p else p
        a = r if r < p else p
        to += 4 * by
        to[0] = a
    for i in range(count & ~<rows_t>3, count):
        a = d[i] if d[i] < a else a
        to += by
        to[0] = a


cdef inline void scan_high(const double* d, rows_t count, double* to, rows_t by) noexcept nogil:
    """Running greatest values; d holds no NaN."""
    cdef rows_t i
    cdef double a = to[0], p, r
    for i in range(0, count - 3, 4):
        p = d[i + 1] if d[i + 1] > d[i] else d[i]
        r = d[i + 3] if d[i + 3] > d[i + 2] else d[i + 2]
        to[by] = d[i] if d[i] > a else a
        p = p if p > a else a
        to[2 * by] = p
        to[3 * by] = d[i + 2] if d[i + 2] > p else p
        a = r if r > p else p
        to += 4 * by
        to[0] = a
    for i in range(count & ~<rows_t>3, count):
        a = d[i] if d[i] > a else a
        to += by
        to[0] = a


cdef inline void gather(const double* x, double* to, rows_t count, bint back) noexcept nogil:
    """Rows from the edge outwards: x[0], x[1], … or x[0], x[-1], …."""
    cdef rows_t i
    if back:
        memcpy(to, x, count * sizeof(double))
    else:
        for i in range(count):
            to[i] = x[-i]


cdef inline void sums(
    const double* x, Side* side, rows_t j, rows_t count, bint back, int order, bint slope, bint low, bint high
) noexcept nogil:
    """Add `count` rows from row j outwards to the tables; a multiple of 4 rows stand between j and the edge."""
    cdef double d[128]
    cdef double e[128]
    cdef double f[128]
    cdef double valid[128]
    cdef double c = side.shift, time = j if back else j - side.size
    cdef rows_t by = 1 if back else -1, k = j if back else j + 1, n, i
    cdef bint masked = not side.clean
    while count > 0:
        n = min(count, STRETCH)
        gather(x + j, d, n, back)
        if low:
            for i in range(n):
                e[i] = d[i] if d[i] == d[i] else INFINITY
            scan_low(e, n, side.slot[LOW] + k, by)
        if high:
            for i in range(n):
                e[i] = d[i] if d[i] == d[i] else -INFINITY
            scan_high(e, n, side.slot[HIGH] + k, by)
        if masked:
            for i in range(n):
                valid[i] = 1.0 if d[i] == d[i] else 0.0
                d[i] = d[i] - c if is_finite(d[i]) else 0.0
            scan(valid, n, side.slot[VALID] + k, by)
        else:
            for i in range(n):
                d[i] = d[i] - c
        if order >= 1:
            scan(d, n, side.slot[S1] + k, by)
        if order >= 2:
            for i in range(n):
                e[i] = d[i] * d[i]
            scan(e, n, side.slot[S2] + k, by)
        if order >= 4:
            for i in range(n):
                f[i] = e[i] * d[i]
                e[i] = e[i] * e[i]
            scan(f, n, side.slot[S3] + k, by)
            scan(e, n, side.slot[S4] + k, by)
        if slope:
            times(d, valid, n, time, by, masked, side, k)
        time += n * by
        k += n * by
        j += n * by
        count -= n


cdef inline void times(
    const double* d, const double* valid, rows_t n, double time, rows_t by, bint masked, Side* side, rows_t k
) noexcept nogil:
    """The sums that a slope needs: of d, and of the valid rows, with the row number."""
    cdef double e[128]
    cdef double f[128]
    cdef int i
    for i in range(<int>n):
        e[i] = time + <double>(i * <int>by)
        f[i] = d[i] * e[i]
    scan(f, n, side.slot[SP] + k, by)
    if masked:
        for i in range(<int>n):
            f[i] = valid[i] * e[i]
            e[i] = f[i] * e[i]
        scan(f, n, side.slot[T1] + k, by)
        scan(e, n, side.slot[T2] + k, by)


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


cdef inline void build_front(const double* x, Side* side, rows_t size, int order, bint slope, bint low, bint high) noexcept nogil:
    """Table the rows x[0..size-1] before an edge, from the edge backwards."""
    cdef rows_t j
    side.size = size
    side.clean = not any_odd(x, size)
    for j in range(size - 1, -1, -1):
        if is_finite(x[j]):
            side.shift = x[j]
            side.shifted = True
            break
    if not side.clean:
        note_infinities(x, side, 0, size, True)
    sums(x, side, size - 1, size, False, order, slope, low, high)


cdef inline void extend_back(const double* x, Side* side, rows_t size, int order, bint slope, bint low, bint high) noexcept nogil:
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
    sums(x, side, first, size - first, True, order, slope, low, high)
