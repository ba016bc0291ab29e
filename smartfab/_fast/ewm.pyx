"""Exponentially weighted mean and variance: weights fall by 1 - alpha a row, missing rows included.

Missing is NaN, and an inf: these sums never forget.
"""

from libc.math cimport NAN


cdef inline bint finite4(const double* x) noexcept nogil:
    cdef double odd = (x[0] - x[0]) + (x[1] - x[1]) + (x[2] - x[2]) + (x[3] - x[3])
    return odd == odd


cdef void mean_of(const double* x, Py_ssize_t n, double alpha, double min_periods, double* out) noexcept nogil:
    """Serial until the sum of the weights has converged, then four rows a step; both begin anew after a missing row."""
    cdef double q = 1 - alpha, q2 = q * q, q3 = q2 * q, q4 = q2 * q2
    cdef double num = 0, den = 0, last = NAN, seen = 0, u0, u1, u2, u3, inverse
    cdef Py_ssize_t i = 0
    while i < n:
        if i % 4 == 0 and i + 4 <= n and seen + 1 >= min_periods and den * q + 1 == den:
            inverse = 1 / den
            while i + 4 <= n and finite4(x + i):
                u0 = x[i]
                u1 = x[i + 1] + q * u0
                u2 = x[i + 2] + q * u1
                u3 = x[i + 3] + q * u2
                out[i] = (u0 + q * num) * inverse
                out[i + 1] = (u1 + q2 * num) * inverse
                out[i + 2] = (u2 + q3 * num) * inverse
                num = u3 + q4 * num
                last = num * inverse
                out[i + 3] = last
                i += 4
                seen += 4
            if i >= n:
                return
        num *= q
        den *= q
        if x[i] - x[i] == 0:
            num += x[i]
            den += 1
            seen += 1
            last = num / den
        elif den < 1e-290:
            num = 0
            den = 0
        out[i] = last if seen >= min_periods else NAN
        i += 1


cdef void variance_of(const double* x, Py_ssize_t n, double alpha, double min_periods, double* out) noexcept nogil:
    """Weighted form of Welford's recursion, without bias."""
    cdef double q = 1 - alpha, mean = 0, spread = 0, weight = 0, squares = 0, seen = 0, d, part, value, bias
    cdef Py_ssize_t i
    for i in range(n):
        weight *= q
        squares *= q * q
        if x[i] - x[i] == 0:
            d = x[i] - mean
            part = 1 / (weight + 1)
            spread = (1 - part) * (spread + d * d * part)
            mean += d * part
            weight += 1
            squares += 1
            seen += 1
        elif weight < 1e-140:
            weight = 0
            squares = 0
        bias = weight * weight - squares
        value = NAN
        if seen >= min_periods and seen >= 2 and bias > 0:
            value = spread * (weight * weight / bias)
        out[i] = value


def ewm_mean(const double[::1] x, double alpha, double min_periods, double[::1] out):
    """Write the weighted mean of every row's past and itself, NaN until `min_periods` values were seen."""
    if out.shape[0] != x.shape[0]:
        raise IndexError("series and output of two lengths")
    if x.shape[0]:
        with nogil:
            mean_of(&x[0], x.shape[0], alpha, max(min_periods, 1), &out[0])


def ewm_var(const double[::1] x, double alpha, double min_periods, double[::1] out):
    """Write the weighted variance of every row's past and itself, without bias."""
    if out.shape[0] != x.shape[0]:
        raise IndexError("series and output of two lengths")
    if x.shape[0]:
        with nogil:
            variance_of(&x[0], x.shape[0], alpha, min_periods, &out[0])
