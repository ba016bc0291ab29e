/* Where a quantile lies among order statistics, and the value between two of them. */
#ifndef SMARTFAB_INTERPOLATION_H
#define SMARTFAB_INTERPOLATION_H

#include "order_bits.h"

/* What stands for a quantile between two order statistics. */
enum { BY_STRAIGHT_LINE, THE_LOWER, THE_HIGHER, THE_NEAREST, THE_MIDDLE, WAYS_BETWEEN };

typedef struct {
    const double *q;
    ptrdiff_t n;
    int between;  /* one of them, for all quantiles */
    int64_t need; /* valid values a window must hold, >= 1 */
    double *out;
    ptrdiff_t stride; /* from one quantile's row to the next */
} quantile_request;

/* Index of the order statistic at or before the quantile of `valid` values, and the weight of the next (Hyndman & Fan
   1996, definition 7, doi:10.1080/00031305.1996.10473566). */
ALWAYS_INLINE int64_t find_quantile(double q, int64_t valid, double *weight) {
    const double last = (double)(valid - 1);
    double position = q * last;
    position = position > 0.0 ? position : 0.0;
    position = position < last ? position : last;
    *weight = position - (double)(int64_t)position;
    return (int64_t)position;
}

/* The same for every way to stand between two order statistics; of two that are equally near, the one of even index. */
ALWAYS_INLINE int64_t place_quantile(const quantile_request *request, ptrdiff_t k, int64_t valid, double *weight) {
    const int64_t index = find_quantile(request->q[k], valid, weight);
    const double own = *weight;
    if (LIKELY(request->between == BY_STRAIGHT_LINE) || own == 0.0)
        return index;
    *weight = request->between == THE_MIDDLE ? 0.5 : 0.0;
    if (request->between == THE_NEAREST)
        return index + (own > 0.5 || (own == 0.5 && index % 2 == 1));
    return index + (request->between == THE_HIGHER);
}

/* Infinities, sums beyond the largest double, and neighbours of opposite sign, whose cancellation needs the rounding
   errors back: differences and products as exact pairs (Dekker 1971, doi:10.1007/BF01397083) of operands near 1. */
NEVER_INLINE double interpolate_with_care(double a, double b, double weight) {
    const double splitter = 134217729.0; /* 2^27 + 1 */
    double difference, lost, product, error, high, sum, w_high, d_high, back;
    int exponent;
    if (a == b)
        return a;
    if (isinf(a) || isinf(b))
        return isinf(a) && isinf(b) ? NAN : a + b;
    frexp(-a > b ? a : b, &exponent);
    a = ldexp(a, -exponent);
    b = ldexp(b, -exponent);
    difference = b - a;
    back = difference - b;
    lost = (b - (difference - back)) - (a + back);
    product = weight * difference;
    high = splitter * weight;
    w_high = high - (high - weight);
    high = splitter * difference;
    d_high = high - (high - difference);
    error = ((w_high * d_high - product) + w_high * (difference - d_high) + (weight - w_high) * d_high) +
            (weight - w_high) * (difference - d_high);
    sum = a + product;
    back = sum - a;
    error += (a - (sum - back)) + (product - back) + weight * lost;
    return ldexp(sum + error, exponent);
}

/* a + weight · (b − a) for a <= b and 0 < weight < 1, within 2 ulp and never outside [a, b]; a itself where a == b.
   Anchored at the smaller magnitude, so that equal signs cannot cancel. An infinite neighbour gives its infinity, two
   of opposite sign NaN. */
ALWAYS_INLINE double interpolate(double a, double b, double weight) {
    double result;
    if (weight == 0.5) {
        result = 0.5 * (a + b);
        if (UNLIKELY(!(fabs(result) <= DBL_MAX)))
            return interpolate_with_care(a, b, weight);
        return result;
    }
    result = fabs(a) <= fabs(b) ? a + weight * (b - a) : b + (1.0 - weight) * (a - b);
    if (UNLIKELY(!(fabs(result) <= DBL_MAX) || (a < 0.0 && b > 0.0)))
        return interpolate_with_care(a, b, weight);
    result = result < a ? a : result;
    return result > b ? b : result;
}

/* What is known of all values of a block, cheapest first; the formulas, and so the bits, are those of `interpolate`. */
typedef enum { NO_WEIGHT, HALF_WEIGHT, NOT_NEGATIVE, ANY_VALUES } value_class;

ALWAYS_INLINE double interpolate_known(double a, double b, double weight, value_class values) {
    double result;
    if (values == ANY_VALUES)
        return interpolate(a, b, weight);
    if (values == HALF_WEIGHT || weight == 0.5)
        return 0.5 * (a + b);
    result = a + weight * (b - a);
    return result > b ? b : result;
}

#endif
