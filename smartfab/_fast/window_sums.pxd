"""Running sums outwards from an edge: the same steps for a whole series and for a chunk of it.

A row that is missing or inf adds 0.0, which leaves the bits of a sum as they are (a sum begun at +0.0 is never -0.0):
a table with holes and one without agree in every bit wherever a window has no hole.
"""

from smartfab._fast.window_sides cimport (
    FINITE, HIGH, INFINITY, LOW, M2, M3, M4, MEAN, S1, S2, S3, S4, SP, T1, T2, VALID, Side, any_odd, is_finite, rows_t,
)


cdef inline void sums(
    const double* x, Side* side, rows_t j, rows_t count, rows_t by, rows_t put, int order, bint slope, bint masked
) noexcept nogil:
    """Add rows j, j+by, … to the tables; `put` is 0 for a front side and 1 for a back side."""
    cdef double* n = side.slot[VALID]
    cdef double* s1 = side.slot[S1]
    cdef double* s2 = side.slot[S2]
    cdef double* s3 = side.slot[S3]
    cdef double* s4 = side.slot[S4]
    cdef double* sp = side.slot[SP]
    cdef double* t1 = side.slot[T1]
    cdef double* t2 = side.slot[T2]
    cdef rows_t from_ = j + put - by, i
    cdef double c = side.shift, d, e, valid, time = j if put else j - side.size
    cdef double an = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, ap = 0, b1 = 0, b2 = 0
    if masked:
        an = n[from_]
    if order >= 1:
        a1 = s1[from_]
    if order >= 2:
        a2 = s2[from_]
    if order >= 4:
        a3 = s3[from_]
        a4 = s4[from_]
    if slope:
        ap = sp[from_]
        if masked:
            b1 = t1[from_]
            b2 = t2[from_]
    for i in range(count):
        d = x[j]
        if masked:
            valid = 1.0 if d == d else 0.0
            an += valid
            n[j + put] = an
            d = d - c if is_finite(d) else 0.0
        else:
            d = d - c
        if order >= 1:
            a1 += d
            s1[j + put] = a1
        if order >= 2:
            e = d * d
            a2 += e
            s2[j + put] = a2
            if order >= 4:
                a3 += e * d
                s3[j + put] = a3
                a4 += e * e
                s4[j + put] = a4
        if slope:
            ap += d * time
            sp[j + put] = ap
            if masked:
                b1 += valid * time
                t1[j + put] = b1
                b2 += valid * time * time
                t2[j + put] = b2
            time += by
        j += by


cdef inline void sums_of(
    const double* x, Side* side, rows_t j, rows_t count, rows_t by, rows_t put, int order, bint slope, bint masked
) noexcept nogil:
    """Choose the loop that makes no more than is needed."""
    if masked:
        if order == 1 and not slope:
            sums(x, side, j, count, by, put, 1, False, True)
        elif order == 2 and not slope:
            sums(x, side, j, count, by, put, 2, False, True)
        else:
            sums(x, side, j, count, by, put, order, slope, True)
    elif order == 1:
        if slope:
            sums(x, side, j, count, by, put, 1, True, False)
        else:
            sums(x, side, j, count, by, put, 1, False, False)
    elif order == 2:
        if slope:
            sums(x, side, j, count, by, put, 2, True, False)
        else:
            sums(x, side, j, count, by, put, 2, False, False)
    elif order == 4:
        sums(x, side, j, count, by, put, 4, slope, False)


cdef inline void extremes(
    const double* x, Side* side, rows_t j, rows_t count, rows_t by, rows_t put, bint low, bint high
) noexcept nogil:
    """Add rows to the tables of the least and the greatest; a missing row compares false and changes neither."""
    cdef double* lows = side.slot[LOW]
    cdef double* highs = side.slot[HIGH]
    cdef rows_t i, first = j
    cdef double a
    if low:
        a = lows[j + put - by]
        for i in range(count):
            a = x[j] if x[j] < a else a
            lows[j + put] = a
            j += by
    j = first
    if high:
        a = highs[j + put - by]
        for i in range(count):
            a = x[j] if x[j] > a else a
            highs[j + put] = a
            j += by


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
    sums_of(x, side, size - 1, size, -1, 0, order, slope, not side.clean)
    extremes(x, side, size - 1, size, -1, 0, low, high)


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
    sums_of(x, side, first, count, 1, 1, order, slope, not side.clean)
    extremes(x, side, first, count, 1, 1, low, high)
