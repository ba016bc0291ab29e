/* Bit scans for every compiler, and doubles as unsigned keys of the same order. */
#ifndef SMARTFAB_ORDER_BITS_H
#define SMARTFAB_ORDER_BITS_H

#include "inlining.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* HIDE keeps a compiler from turning a select back into a branch, which random data mispredict. */
#if defined(_MSC_VER)
#include <intrin.h>
#define HIDE(number) ((void)0)
static __forceinline int lowest_bit(uint64_t word) {
    unsigned long at;
    _BitScanForward64(&at, word);
    return (int)at;
}
static __forceinline int highest_bit(uint64_t word) {
    unsigned long at;
    _BitScanReverse64(&at, word);
    return (int)at;
}
#else
#define HIDE(number) __asm__("" : "+r"(number))
ALWAYS_INLINE int lowest_bit(uint64_t word) { return __builtin_ctzll(word); }
ALWAYS_INLINE int highest_bit(uint64_t word) { return 63 - __builtin_clzll(word); }
#endif

/* Portable on purpose: without -mpopcnt the builtin is a call. */
ALWAYS_INLINE int count_bits(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555ULL;
    word = (word & 0x3333333333333333ULL) + (word >> 2 & 0x3333333333333333ULL);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
    return (int)(word * 0x0101010101010101ULL >> 56);
}

/* Adding +0.0 makes one zero of two: the sign of a zero never tells the way it was found. */
ALWAYS_INLINE uint64_t order_key(double value) {
    uint64_t bits;
    value += 0.0;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((0 - (bits >> 63)) | 0x8000000000000000ULL);
}

#endif
