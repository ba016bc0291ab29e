"""Running sums and extremes of rows, in groups of four that count from an edge."""

from smartfab._fast.window_sides cimport rows_t


cdef inline void scan(const double* x, rows_t read, double c, rows_t count, double* to, rows_t by) noexcept nogil:
    """Running sums of d = x - c into to[by], to[2 * by], … from to[0] on, four rows a step.

    Groups of four count from the edge, and a part of a group is summed as the whole one is: the bits do not depend on
    where a chunk ends.
    """
    cdef rows_t i
    cdef double a = to[0], d, e, f, g, p = 0
    for i in range(0, count - 3, 4):
        d = x[0] - c
        e = x[read] - c
        f = x[2 * read] - c
        g = x[3 * read] - c
        p = d + e
        to[by] = a + d
        to[2 * by] = a + p
        to[3 * by] = a + (p + f)
        a = a + (p + (f + g))
        to += 4 * by
        x += 4 * read
        to[0] = a
    i = count & 3
    if i > 0:
        d = x[0] - c
        to[by] = a + d
        if i > 1:
            p = d + (x[read] - c)
            to[2 * by] = a + p
            if i > 2:
                to[3 * by] = a + (p + (x[2 * read] - c))


cdef inline void scan_two(const double* d, const double* v, rows_t count, double* to, double* two, rows_t by) noexcept nogil:
    """Running sums of d and of v, each as `scan` makes them: two chains of additions side by side."""
    cdef rows_t i
    cdef double a = to[0], b = two[0], p, q
    for i in range(0, count - 3, 4):
        p = d[i] + d[i + 1]
        q = v[i] + v[i + 1]
        to[by] = a + d[i]
        two[by] = b + v[i]
        to[2 * by] = a + p
        two[2 * by] = b + q
        to[3 * by] = a + (p + d[i + 2])
        two[3 * by] = b + (q + v[i + 2])
        a = a + (p + (d[i + 2] + d[i + 3]))
        b = b + (q + (v[i + 2] + v[i + 3]))
        to += 4 * by
        two += 4 * by
        to[0] = a
        two[0] = b
    i = count & ~<rows_t>3
    scan(d + i, 1, 0.0, count & 3, to, by)
    scan(v + i, 1, 0.0, count & 3, two, by)


cdef inline void scan_squares(
    const double* x, rows_t read, double c, rows_t count, double* to, double* two, rows_t by
) noexcept nogil:
    """Running sums of d into `to` as `scan` makes them, and of d * d into `two` the same way."""
    cdef rows_t i
    cdef double a = to[0], b = two[0], d, e, f, g, p = 0, q = 0
    for i in range(0, count - 3, 4):
        d = x[0] - c
        e = x[read] - c
        f = x[2 * read] - c
        g = x[3 * read] - c
        p = d + e
        to[by] = a + d
        to[2 * by] = a + p
        to[3 * by] = a + (p + f)
        a = a + (p + (f + g))
        d = d * d
        f = f * f
        q = d + e * e
        two[by] = b + d
        two[2 * by] = b + q
        two[3 * by] = b + (q + f)
        b = b + (q + (f + g * g))
        to += 4 * by
        two += 4 * by
        x += 4 * read
        to[0] = a
        two[0] = b
    i = count & 3
    if i > 0:
        d = x[0] - c
        to[by] = a + d
        two[by] = b + d * d
        if i > 1:
            e = x[read] - c
            p = d + e
            q = d * d + e * e
            to[2 * by] = a + p
            two[2 * by] = b + q
            if i > 2:
                f = x[2 * read] - c
                to[3 * by] = a + (p + f)
                two[3 * by] = b + (q + f * f)


cdef inline void scan_low(const double* x, rows_t read, rows_t count, double* to, rows_t by) noexcept nogil:
    """Running least values; x holds no NaN."""
    cdef rows_t i
    cdef double a = to[0], p, r
    for i in range(0, count - 3, 4):
        p = x[read] if x[read] < x[0] else x[0]
        r = x[3 * read] if x[3 * read] < x[2 * read] else x[2 * read]
        to[by] = x[0] if x[0] < a else a
        p = p if p < a else a
        to[2 * by] = p
        to[3 * by] = x[2 * read] if x[2 * read] < p else p
        a = r if r < p else p
        to += 4 * by
        x += 4 * read
        to[0] = a
    for i in range(count & 3):
        a = x[i * read] if x[i * read] < a else a
        to += by
        to[0] = a


cdef inline void scan_high(const double* x, rows_t read, rows_t count, double* to, rows_t by) noexcept nogil:
    """Running greatest values; x holds no NaN."""
    cdef rows_t i
    cdef double a = to[0], p, r
    for i in range(0, count - 3, 4):
        p = x[read] if x[read] > x[0] else x[0]
        r = x[3 * read] if x[3 * read] > x[2 * read] else x[2 * read]
        to[by] = x[0] if x[0] > a else a
        p = p if p > a else a
        to[2 * by] = p
        to[3 * by] = x[2 * read] if x[2 * read] > p else p
        a = r if r > p else p
        to += 4 * by
        x += 4 * read
        to[0] = a
    for i in range(count & 3):
        a = x[i * read] if x[i * read] > a else a
        to += by
        to[0] = a
