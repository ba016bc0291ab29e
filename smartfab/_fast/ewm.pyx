"""Exponentially weighted mean and variance: weights fall by 1 - alpha a row, or by the time that passed.

Missing is NaN, and an inf: these sums never forget.
"""

from libc.math cimport NAN, pow


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


cdef struct decay:
    double alpha
    double min_periods
    bint adjust         # else a value's weight is its share of the sum of weights as it stood when the value came
    bint ignore         # missing rows do not age the weights
    const double* ages  # by how many rows, or half-lives, a row is older than the one before it; NULL for one row each
    bint spread         # a variance is asked for, not a mean
    bint bias


cdef void weigh(const double* x, Py_ssize_t n, const decay* how, double* out) noexcept nogil:
    """Weighted form of Welford's recursion, for weights of every kind.

    `pairs` is the sum of products of any two weights: the square of their sum less the sum of their squares.
    """
    cdef double q = 1 - how.alpha, mean = NAN, spread = 0, weight = 0, pairs = 0, seen = 0
    cdef double d, part, factor = q, value, own, all_weight
    cdef Py_ssize_t i
    cdef bint here
    for i in range(n):
        here = x[i] - x[i] == 0
        if seen > 0 and (here or not how.ignore):
            if how.ages != NULL:
                factor = pow(q, how.ages[i])
            weight *= factor
            pairs *= factor * factor
        if here:
            own = 1
            if not how.adjust:
                own = how.alpha if how.ages == NULL or seen == 0 else 1 - weight
            if seen == 0:
                mean = 0
            all_weight = weight + own
            d = x[i] - mean
            part = own / all_weight
            spread = weight / all_weight * (spread + d * d * part)
            mean += d * part
            pairs += 2 * weight * own
            weight = all_weight
            seen += 1
            if not how.adjust:
                pairs /= weight * weight
                weight = 1
        elif weight < 1e-140:
            weight = 0
            pairs = 0
        value = mean
        if how.spread:
            value = spread if how.bias else NAN
            if not how.bias and seen >= 2 and pairs > 0:
                value = spread * (weight * weight / pairs)
        out[i] = value if seen >= how.min_periods and seen > 0 else NAN


def ewm_mean(const double[::1] x, double alpha, double min_periods, double[::1] out):
    """Write the weighted mean of every row's past and itself, NaN until `min_periods` values were seen."""
    if out.shape[0] != x.shape[0]:
        raise IndexError("series and output of two lengths")
    if x.shape[0]:
        with nogil:
            mean_of(&x[0], x.shape[0], alpha, max(min_periods, 1), &out[0])


def ewm_weighted(
    const double[::1] x, const double[::1] ages, double alpha, double min_periods, bint adjust, bint ignore, bint spread,
    bint bias, double[::1] out,
):
    """Write the weighted mean of every row's past and itself, or where `spread` is asked for its variance.

    `ages` tells by how much each row is older than the one before it; None, by one row.
    """
    cdef decay how
    if out.shape[0] != x.shape[0] or ages is not None and ages.shape[0] != x.shape[0]:
        raise IndexError("series and output of two lengths")
    if x.shape[0] == 0:
        return
    how.alpha, how.min_periods, how.adjust, how.ignore, how.spread, how.bias = alpha, min_periods, adjust, ignore, spread, bias
    how.ages = NULL
    if ages is not None:
        how.ages = &ages[0]
    with nogil:
        weigh(&x[0], x.shape[0], &how, &out[0])
