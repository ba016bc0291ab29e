/* The ranks inside a moving window, as a bit set with a coarse summary, and pointers to the order statistics in it. */
#ifndef SMARTFAB_RANK_WINDOW_H
#define SMARTFAB_RANK_WINDOW_H

#include "rank_sort.h"

/* A search crosses two tracts word by word at most and those between them one by one. */
enum { TRACT_SHIFT = 12, WORDS_A_TRACT = 1 << (TRACT_SHIFT - 6) };

typedef struct {
    uint64_t *words;   /* one bit a rank, one more word before and behind */
    uint16_t *settled; /* one number a tract: 0 where nothing came since the last search found it empty */
} rank_set;

typedef struct {
    uint32_t rank;  /* of the order statistic while `below` is its index */
    int64_t below;  /* how many ranks of the window are smaller than `rank` */
    int64_t index;  /* of the order statistic looked for */
    double weight;  /* of the next order statistic */
} rank_pointer;

ALWAYS_INLINE void insert_rank(rank_set set, uint32_t rank) {
    set.words[rank >> 6] |= (uint64_t)1 << (rank & 63);
    set.settled[rank >> TRACT_SHIFT] = 1;
}

ALWAYS_INLINE void remove_rank(rank_set set, uint32_t rank) { set.words[rank >> 6] &= ~((uint64_t)1 << (rank & 63)); }

/* The first rank in a word behind `word`. There must be one. */
NEVER_INLINE uint32_t first_rank_behind(rank_set set, uint32_t word) {
    uint32_t tract = word / WORDS_A_TRACT, end = (tract + 1) * WORDS_A_TRACT;
    for (word++; word < end; word++)
        if (set.words[word])
            return word << 6 | (uint32_t)lowest_bit(set.words[word]);
    for (tract++;; set.settled[tract++] = 0) {
        while (!set.settled[tract])
            tract++;
        end = (tract + 1) * WORDS_A_TRACT;
        for (word = tract * WORDS_A_TRACT; word < end; word++)
            if (set.words[word])
                return word << 6 | (uint32_t)lowest_bit(set.words[word]);
    }
}

/* The last rank in a word before `word`. There must be one. */
NEVER_INLINE uint32_t last_rank_before(rank_set set, uint32_t word) {
    uint32_t tract = word / WORDS_A_TRACT, start = tract * WORDS_A_TRACT;
    while (word-- > start)
        if (set.words[word])
            return word << 6 | (uint32_t)highest_bit(set.words[word]);
    for (tract--;; set.settled[tract--] = 0) {
        while (!set.settled[tract])
            tract--;
        start = tract * WORDS_A_TRACT;
        for (word = start + WORDS_A_TRACT; word-- > start;)
            if (set.words[word])
                return word << 6 | (uint32_t)highest_bit(set.words[word]);
    }
}

/* The 64 ranks from `rank` >= −64 on, as bits 0 … 63. */
ALWAYS_INLINE uint64_t ranks_from(rank_set set, int64_t rank) {
    const uint64_t *word = set.words + (rank >> 6);
    return word[0] >> (rank & 63) | word[1] << (~rank & 63) << 1;
}

ALWAYS_INLINE uint32_t next_rank(rank_set set, uint32_t rank) {
    const uint64_t behind = ranks_from(set, rank) & ~(uint64_t)1;
    if (UNLIKELY(behind == 0))
        return first_rank_behind(set, rank >> 6);
    return rank + (uint32_t)lowest_bit(behind);
}

/* The rank of the order statistic after `come` came and `gone` went, its index being the same: at most one place away.
   One more below asks for the rank before, one less for the next, none for this one or, where it went, the next. Random
   data would mispredict every branch here: the 64 ranks to search are chosen by arithmetic. */
ALWAYS_INLINE uint32_t follow_rank(rank_set set, uint32_t rank, uint32_t come, uint32_t gone) {
    int64_t change = (int64_t)(come < rank) - (int64_t)(gone < rank), more, start;
    uint64_t some, lowest;
    HIDE(change);
    more = (change + 1) >> 1;
    start = (int64_t)rank + (int64_t)((uint64_t)change >> 63) - (more << 6);
    some = ranks_from(set, start);
    if (UNLIKELY(some == 0))
        return more ? last_rank_before(set, rank >> 6) : first_rank_behind(set, rank >> 6);
    lowest = (uint64_t)lowest_bit(some);
    return (uint32_t)(start + (int64_t)(lowest ^ ((lowest ^ (uint64_t)highest_bit(some)) & (0 - (uint64_t)more))));
}

/* Move the pointer to the order statistic `index`, from wherever it stands; the window must hold more than `index`. */
NEVER_INLINE void seek_rank(rank_set set, rank_pointer *pointer) {
    uint32_t word = pointer->rank >> 6;
    uint64_t some = set.words[word];
    int64_t excess = pointer->below - pointer->index;
    pointer->below = pointer->index;
    if (excess > 0) {
        some &= ((uint64_t)1 << (pointer->rank & 63)) - 1;
        for (; excess > count_bits(some); some = set.words[word]) {
            excess -= count_bits(some);
            word = last_rank_before(set, word) >> 6;
        }
        while (--excess)
            some ^= (uint64_t)1 << highest_bit(some);
        pointer->rank = word << 6 | (uint32_t)highest_bit(some);
        return;
    }
    some &= ~(uint64_t)0 << (pointer->rank & 63);
    for (; -excess >= count_bits(some); some = set.words[word]) {
        excess += count_bits(some);
        word = first_rank_behind(set, word) >> 6;
    }
    for (; excess; excess++)
        some &= some - 1;
    pointer->rank = word << 6 | (uint32_t)lowest_bit(some);
}

#endif
