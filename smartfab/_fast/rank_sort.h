/* Ranks of the values of a block by a radix sort; equal values rank by position, missing ones stand behind. */
#ifndef SMARTFAB_RANK_SORT_H
#define SMARTFAB_RANK_SORT_H

#include "order_bits.h"

enum { DIGIT = 11, SHORT_DIGIT = 8, SHORT_BLOCK = 2400, BUCKETS = 1 << DIGIT, DIGITS_OF_A_KEY = 6, FIXES_A_VALUE = 4 };

typedef struct {
    uint64_t *packed, *other; /* the leading bits of a key over its position; room for the other side of a pass */
    uint32_t *rank;           /* of each position; missing values hold `valid` */
    double *sorted;           /* the value at each rank */
    uint32_t *histogram;      /* 2 · BUCKETS */
    ptrdiff_t valid;          /* how many values are not missing */
    double least, most;
} ranked_block;

/* Least, most and number of the valid values; eight lanes hide the latencies. */
NEVER_INLINE void scan_block(ranked_block *block, const double *x, ptrdiff_t n) {
    double least[8], most[8], doubt[8];
    ptrdiff_t i = 0, missing = 0;
    for (int lane = 0; lane < 8; lane++) {
        least[lane] = INFINITY;
        most[lane] = -INFINITY;
        doubt[lane] = 0.0;
    }
    for (; i + 8 <= n; i += 8)
        for (int lane = 0; lane < 8; lane++) {
            least[lane] = x[i + lane] < least[lane] ? x[i + lane] : least[lane];
            most[lane] = x[i + lane] > most[lane] ? x[i + lane] : most[lane];
            doubt[lane] += x[i + lane];
        }
    for (; i < n; i++) {
        least[0] = x[i] < least[0] ? x[i] : least[0];
        most[0] = x[i] > most[0] ? x[i] : most[0];
        doubt[0] += x[i];
    }
    for (int lane = 1; lane < 8; lane++) {
        least[0] = least[lane] < least[0] ? least[lane] : least[0];
        most[0] = most[lane] > most[0] ? most[lane] : most[0];
        doubt[0] += doubt[lane];
    }
    if (!(fabs(doubt[0]) <= DBL_MAX))
        for (i = 0; i < n; i++)
            missing += x[i] != x[i];
    block->least = least[0] + 0.0;
    block->most = most[0] + 0.0;
    block->valid = n - missing;
}

static void sums_before(uint32_t *histogram, int buckets) {
    uint32_t total = 0;
    for (int bucket = 0; bucket < buckets; bucket++) {
        const uint32_t here = histogram[bucket];
        histogram[bucket] = total;
        total += here;
    }
}

/* Every bit of the keys counts: six passes over positions, for blocks whose leading bits tell too little. */
NEVER_INLINE void sort_by_whole_keys(ranked_block *block, const double *x, ptrdiff_t n) {
    uint64_t *from = block->packed, *to = block->other;
    uint32_t *histogram = block->histogram;
    ptrdiff_t valid = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        if (x[i] == x[i])
            from[valid++] = (uint64_t)i;
    for (int digit = 0; digit < DIGITS_OF_A_KEY; digit++) {
        const int shift = digit * DIGIT;
        uint64_t *const source = from;
        memset(histogram, 0, BUCKETS * sizeof(uint32_t));
        for (ptrdiff_t i = 0; i < valid; i++)
            histogram[order_key(x[source[i]]) >> shift & (BUCKETS - 1)]++;
        sums_before(histogram, BUCKETS);
        for (ptrdiff_t i = 0; i < valid; i++)
            to[histogram[order_key(x[source[i]]) >> shift & (BUCKETS - 1)]++] = source[i];
        from = to;
        to = source;
    }
}

/* Two passes over the leading bits. What they leave in disorder is near its place: an insertion sort ends it, or, where
   that would take long, gives up and returns 0. */
NEVER_INLINE int sort_by_leading_bits(ranked_block *block, int digit) {
    uint64_t *packed = block->packed, *other = block->other;
    uint32_t *low = block->histogram, *high = low + BUCKETS;
    const int high_shift = 64 - digit, low_shift = high_shift - digit;
    const uint64_t mask = ((uint64_t)1 << digit) - 1;
    const ptrdiff_t n = block->valid;
    ptrdiff_t fixes = 0;
    memset(low, 0, sizeof(uint32_t) << digit);
    memset(high, 0, sizeof(uint32_t) << digit);
    for (ptrdiff_t i = 0; i < n; i++) {
        low[packed[i] >> low_shift & mask]++;
        high[packed[i] >> high_shift]++;
    }
    sums_before(low, 1 << digit);
    sums_before(high, 1 << digit);
    for (ptrdiff_t i = 0; i < n; i++)
        other[low[packed[i] >> low_shift & mask]++] = packed[i];
    for (ptrdiff_t i = 0; i < n; i++)
        packed[high[other[i] >> high_shift]++] = other[i];
    for (ptrdiff_t i = 1; i < n; i++) {
        const uint64_t item = packed[i];
        ptrdiff_t hole = i;
        if (UNLIKELY(item < packed[i - 1])) {
            for (; hole > 0 && packed[hole - 1] > item; hole--)
                packed[hole] = packed[hole - 1];
            packed[hole] = item;
            fixes += i - hole;
            if (fixes > FIXES_A_VALUE * n)
                return 0;
        }
    }
    return 1;
}

/* Ranks and values from the sorted positions; 0 where bits that did not fit into `packed` would change the order. */
NEVER_INLINE int set_ranks(ranked_block *block, const double *x, uint64_t positions) {
    double *sorted = block->sorted;
    int64_t disorder = 0;
    for (ptrdiff_t i = 0; i < block->valid; i++) {
        const uint32_t position = (uint32_t)(block->packed[i] & positions);
        block->rank[position] = (uint32_t)i;
        sorted[i] = x[position] + 0.0;
    }
    for (ptrdiff_t i = 1; i < block->valid; i++)
        disorder += sorted[i - 1] > sorted[i];
    return disorder == 0;
}

/* Leading bits of the keys: relative steps, so that no outlier crowds the others together. */
static void pack_keys(ranked_block *block, const double *x, ptrdiff_t n, uint64_t positions) {
    const uint64_t least = order_key(block->least), range = order_key(block->most) - least;
    const int lead = range ? 63 - highest_bit(range) : 0;
    ptrdiff_t kept = 0;
    if (block->valid == n)
        for (ptrdiff_t i = 0; i < n; i++)
            block->packed[i] = ((order_key(x[i]) - least) << lead & ~positions) | (uint64_t)i;
    else
        for (ptrdiff_t i = 0; i < n; i++) {
            block->packed[kept] = ((order_key(x[i]) - least) << lead & ~positions) | (uint64_t)i;
            kept += x[i] == x[i];
        }
}

/* Places between least and most: even steps, for values on both sides of zero, where most keys lie unused. */
static void pack_places(ranked_block *block, const double *x, ptrdiff_t n, uint64_t positions) {
    const double least = block->least, scale = 4e18 / (block->most - least); /* < 2^62 */
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        if (x[i] == x[i])
            block->packed[kept++] = ((uint64_t)(int64_t)((x[i] - least) * scale) << 2 & ~positions) | (uint64_t)i;
}

/* Fill `rank` and `sorted` from x[0 … n) as `scan_block` saw it; 0 < n < 2^31. */
static void rank_block(ranked_block *block, const double *x, ptrdiff_t n) {
    const uint64_t positions = ((uint64_t)2 << highest_bit((uint64_t)n)) - 1;
    const double range = block->most - block->least;
    const int digit = n < SHORT_BLOCK ? SHORT_DIGIT : DIGIT;
    for (ptrdiff_t i = 0; i < n && block->valid < n; i++)
        block->rank[i] = (uint32_t)block->valid;
    if (block->least < 0.0 && block->most > 0.0 && range >= 1e-200 && range <= DBL_MAX) {
        pack_places(block, x, n, positions);
        if (sort_by_leading_bits(block, digit) && set_ranks(block, x, positions))
            return;
    }
    pack_keys(block, x, n, positions);
    if (sort_by_leading_bits(block, digit) && set_ranks(block, x, positions))
        return;
    sort_by_whole_keys(block, x, n);
    set_ranks(block, x, ~(uint64_t)0);
}

#endif
