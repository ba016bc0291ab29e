/* Quantiles of windows that move over a ranked block. Missing values share the rank behind the last valid one, where no
   order statistic is ever looked for. */
#ifndef SMARTFAB_SLIDING_WINDOW_H
#define SMARTFAB_SLIDING_WINDOW_H

#include "interpolation.h"
#include "rank_window.h"

enum { POINTERS = 8 }; /* quantiles a sweep can follow */

typedef struct {
    rank_set set;
    int64_t valid; /* values of the window that are not missing */
    rank_pointer pointers[POINTERS];
} rank_window;

ALWAYS_INLINE void come(rank_window *window, const ranked_block *block, ptrdiff_t n, uint32_t rank) {
    insert_rank(window->set, rank);
    window->valid += (int64_t)rank < block->valid;
    for (ptrdiff_t k = 0; k < n; k++)
        window->pointers[k].below += rank < window->pointers[k].rank;
}

ALWAYS_INLINE void go(rank_window *window, const ranked_block *block, ptrdiff_t n, uint32_t rank) {
    remove_rank(window->set, rank);
    window->valid -= (int64_t)rank < block->valid;
    for (ptrdiff_t k = 0; k < n; k++)
        window->pointers[k].below -= rank < window->pointers[k].rank;
}

/* An empty window over a block of n values. */
NEVER_INLINE void clear_window(rank_window *window, ptrdiff_t n) {
    memset(window->set.words - 1, 0, ((size_t)(n >> 6) + 3) * sizeof(uint64_t));
    memset(window->set.settled, 0, ((size_t)(n >> TRACT_SHIFT) + 1) * sizeof(uint16_t));
    memset(window->pointers, 0, sizeof window->pointers);
    window->valid = 0;
}

ALWAYS_INLINE double order_statistic(rank_set set, const double *sorted, uint32_t rank, double weight, value_class values) {
    if (values == NO_WEIGHT || (values != HALF_WEIGHT && weight == 0.0))
        return sorted[rank];
    return interpolate_known(sorted[rank], sorted[next_rank(set, rank)], weight, values);
}

/* Write the quantiles of the window as it stands, whatever changed since the last row. */
NEVER_INLINE void settle(rank_window *window, const ranked_block *block, const quantile_request *request, ptrdiff_t row) {
    for (ptrdiff_t k = 0; k < request->n; k++) {
        rank_pointer *pointer = &window->pointers[k];
        double value = NAN;
        if (window->valid >= request->need) {
            pointer->index = place_quantile(request, k, window->valid, &pointer->weight);
            seek_rank(window->set, pointer);
            value = order_statistic(window->set, block->sorted, pointer->rank, pointer->weight, ANY_VALUES);
        }
        request->out[k * request->stride + row] = value;
    }
}

/* Windows of w values that start `apart` rows from each other move on together, so that their chains of dependent
   operations overlap. Does rows 1 … stop − 1 behind each start while the number of valid values of none changes; returns
   the first row not done. `lanes`, `n`, `values` and `whole` (nothing is missing) are constants where this is inlined. */
ALWAYS_INLINE ptrdiff_t slide_evenly(rank_window *windows, int lanes, ptrdiff_t apart, const ranked_block *block, ptrdiff_t w,
                                     const quantile_request *request, ptrdiff_t n, value_class values, int whole,
                                     ptrdiff_t row, ptrdiff_t stop) {
    const uint32_t *coming = block->rank + w - 1, *going = block->rank - 1;
    const uint32_t all = (uint32_t)block->valid;
    const double *sorted = block->sorted;
    const ptrdiff_t stride = request->stride;
    double *out = request->out;
    double weight[2][POINTERS];
    rank_set set[2];
    uint32_t rank[2][POINTERS];
    for (int lane = 0; lane < lanes; lane++) {
        set[lane] = windows[lane].set;
        for (ptrdiff_t k = 0; k < n; k++) {
            rank[lane][k] = windows[lane].pointers[k].rank;
            weight[lane][k] = windows[lane].pointers[k].weight;
        }
    }
    for (; row < stop; row++) {
        int even = 1;
        for (int lane = 0; lane < lanes && !whole; lane++)
            even &= (coming[row + lane * apart] < all) == (going[row + lane * apart] < all);
        if (UNLIKELY(!even))
            break;
        for (int lane = 0; lane < lanes; lane++) {
            const ptrdiff_t at = row + lane * apart;
            const uint32_t in = coming[at], gone = going[at];
            insert_rank(set[lane], in);
            remove_rank(set[lane], gone);
            for (ptrdiff_t k = 0; k < n; k++) {
                rank[lane][k] = follow_rank(set[lane], rank[lane][k], in, gone);
                out[k * stride + at] = order_statistic(set[lane], sorted, rank[lane][k], weight[lane][k], values);
            }
        }
    }
    for (int lane = 0; lane < lanes; lane++)
        for (ptrdiff_t k = 0; k < n; k++)
            windows[lane].pointers[k].rank = rank[lane][k];
    return row;
}

/* One row after another, whatever comes and goes. */
ALWAYS_INLINE void slide_once(rank_window *window, const ranked_block *block, ptrdiff_t w, const quantile_request *request,
                              ptrdiff_t row) {
    come(window, block, request->n, block->rank[row + w - 1]);
    go(window, block, request->n, block->rank[row - 1]);
    settle(window, block, request, row);
}

/* The cheapest sweep for what is known of the block and of the windows' weights. */
#define SLIDE(lanes, n, values)                                                                                       \
    (whole ? slide_evenly(windows, lanes, apart, block, w, request, n, values, 1, row, stop)                          \
           : slide_evenly(windows, lanes, apart, block, w, request, n, values, 0, row, stop))

NEVER_INLINE ptrdiff_t slide_one_quantile(rank_window *windows, ptrdiff_t apart, const ranked_block *block, ptrdiff_t w,
                                          const quantile_request *request, int whole, ptrdiff_t row, ptrdiff_t stop) {
    const double weight = windows[0].pointers[0].weight;
    if (weight != windows[1].pointers[0].weight)
        return SLIDE(2, 1, ANY_VALUES);
    if (weight == 0.0)
        return SLIDE(2, 1, NO_WEIGHT);
    if (weight == 0.5 && block->least >= -DBL_MAX / 2 && block->most <= DBL_MAX / 2)
        return SLIDE(2, 1, HALF_WEIGHT);
    if (block->least >= 0.0 && block->most <= DBL_MAX / 2)
        return SLIDE(2, 1, NOT_NEGATIVE);
    return SLIDE(2, 1, ANY_VALUES);
}

NEVER_INLINE ptrdiff_t slide_quantiles(rank_window *windows, const ranked_block *block, ptrdiff_t w,
                                       const quantile_request *request, int whole, ptrdiff_t row, ptrdiff_t stop) {
    const ptrdiff_t apart = 0;
    if (block->least >= 0.0 && block->most <= DBL_MAX / 2) {
        if (request->n == 3)
            return SLIDE(1, 3, NOT_NEGATIVE);
        return SLIDE(1, request->n, NOT_NEGATIVE);
    }
    if (request->n == 3)
        return SLIDE(1, 3, ANY_VALUES);
    return SLIDE(1, request->n, ANY_VALUES);
}

/* All windows of w values in a ranked block of w − 1 + rows; row 0 ends at position w − 1. One quantile has one chain of
   dependent operations, so two windows share its rows; several quantiles have as many chains. */
NEVER_INLINE void slide_block(rank_window *windows, const ranked_block *block, ptrdiff_t w, const quantile_request *request,
                        ptrdiff_t rows) {
    const int lanes = request->n == 1 && rows >= w && rows > 1 ? 2 : 1;
    const ptrdiff_t apart = rows / lanes;
    const int whole = block->valid == w - 1 + rows;
    ptrdiff_t row = 1;
    for (int lane = 0; lane < lanes; lane++) {
        clear_window(&windows[lane], w - 1 + rows);
        for (ptrdiff_t at = lane * apart; at < lane * apart + w; at++)
            come(&windows[lane], block, 0, block->rank[at]);
        settle(&windows[lane], block, request, lane * apart);
    }
    while (row < apart) {
        if (windows[0].valid >= request->need && windows[lanes - 1].valid >= request->need) {
            if (lanes == 2)
                row = slide_one_quantile(windows, apart, block, w, request, whole, row, apart);
            else
                row = slide_quantiles(windows, block, w, request, whole, row, apart);
        }
        if (row < apart) {
            for (int lane = 0; lane < lanes; lane++)
                slide_once(&windows[lane], block, w, request, row + lane * apart);
            row++;
        }
    }
    if (lanes * apart < rows)
        slide_once(&windows[lanes - 1], block, w, request, rows - 1);
}

/* The windows [lo, hi) of some rows, in a ranked block of n values that begins at `base`. Bounds that run back stand
   still, and none leads out of the block. */
static void step_block(rank_window *window, const ranked_block *block, int64_t base, int64_t n, const int64_t *lo,
                       const int64_t *hi, const quantile_request *request, ptrdiff_t rows) {
    int64_t left = 0, right = 0;
    clear_window(window, n);
    for (ptrdiff_t row = 0; row < rows; row++) {
        const int64_t from = lo[row] - base < n ? lo[row] - base : n, to = hi[row] - base < n ? hi[row] - base : n;
        for (; right < to || right < from; right++)
            come(window, block, request->n, block->rank[right]);
        for (; left < from; left++)
            go(window, block, request->n, block->rank[left]);
        settle(window, block, request, row);
    }
}

#endif
