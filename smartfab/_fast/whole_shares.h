/* Products of two 64-bit numbers divided by a third, exact: what a share of a span is worth. */
#ifndef SMARTFAB_WHOLE_SHARES_H
#define SMARTFAB_WHOLE_SHARES_H

#include <stdint.h>

#if defined(_MSC_VER)
#include <intrin.h>
static __inline int64_t share_floor(uint64_t a, uint64_t b, uint64_t whole, uint64_t less)
{
    uint64_t high, low = _umul128(a, b, &high), rest;
    if (low < less) high -= 1;
    low -= less;
    return (int64_t)_udiv128(high, low, whole, &rest);
}
#else
static inline int64_t share_floor(uint64_t a, uint64_t b, uint64_t whole, uint64_t less)
{
    return (int64_t)(((unsigned __int128)a * b - less) / whole);
}
#endif

/* Of n pieces spread evenly over `whole`, the k-th at k/n: how many lie before `x` > 0. */
#define pieces_before(n, x, whole) share_floor((uint64_t)(n), (uint64_t)(x), (uint64_t)(whole), 1)
/* Of an amount spread over `whole`, what lies before `x`. */
#define amount_before(amount, x, whole) share_floor((uint64_t)(amount), (uint64_t)(x), (uint64_t)(whole), 0)

#endif
