"""Quantiles of moving windows: order statistics found exactly, interpolated between neighbours.

Blocks of rows are ranked once; a window is then a set of ranks in which pointers follow the order statistics.
A row is a function of the values in its own window alone, so any split of the rows gives the same bits.
"""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc

cdef extern from "small_windows.h" nogil:
    const int SMALL_WINDOW

    const int WAYS_BETWEEN

    ctypedef struct quantile_request:
        const double *q
        Py_ssize_t n
        int between
        int64_t need
        double *out
        Py_ssize_t stride

    ctypedef struct window_tile:
        pass

    void roll_small_windows(window_tile *tile, const double *x, Py_ssize_t first, Py_ssize_t last, int w,
                            quantile_request *request)

cdef extern from "sliding_window.h" nogil:
    const int BUCKETS, POINTERS, TRACT_SHIFT

    ctypedef struct ranked_block:
        uint64_t *packed
        uint64_t *other
        uint32_t *rank
        double *sorted
        uint32_t *histogram
        Py_ssize_t valid
        double least
        double most

    ctypedef struct rank_set:
        uint64_t *words
        uint16_t *settled

    ctypedef struct rank_window:
        rank_set set

    void scan_block(ranked_block *block, const double *x, Py_ssize_t n)
    void rank_block(ranked_block *block, const double *x, Py_ssize_t n)
    void slide_block(rank_window *windows, const ranked_block *block, Py_ssize_t w, quantile_request *request,
                     Py_ssize_t rows)
    void step_block(rank_window *window, const ranked_block *block, int64_t base, int64_t n, const int64_t *lo,
                    const int64_t *hi, quantile_request *request, Py_ssize_t rows)


cdef struct workspace:
    ranked_block block
    rank_window windows[2]
    void *memory


cdef int reserve(workspace *space, Py_ssize_t n) except -1 nogil:
    """Memory for blocks of n values, in one piece: the widest items first, so that all are aligned."""
    cdef Py_ssize_t words = ((n >> TRACT_SHIFT) + 1 << TRACT_SHIFT - 6) + 2, tracts = (n >> TRACT_SHIFT) + 1
    cdef char *at
    if n > 0x7FFFFFFF:
        with gil:
            raise MemoryError("a window of more than 2^31 values")
    space.memory = malloc(28 * (n + 1) + 8 * BUCKETS + 2 * (8 * words + 2 * tracts) + 16)
    if space.memory == NULL:
        with gil:
            raise MemoryError("no memory to rank a block of values")
    at = <char *>space.memory
    space.block.packed = <uint64_t *>at
    space.block.other = space.block.packed + n + 1
    space.block.sorted = <double *>(space.block.other + n + 1)
    space.windows[0].set.words = <uint64_t *>(space.block.sorted + n + 1) + 1
    space.windows[1].set.words = space.windows[0].set.words + words
    space.block.rank = <uint32_t *>(space.windows[1].set.words + words - 1)
    space.block.histogram = space.block.rank + n + 1
    space.windows[0].set.settled = <uint16_t *>(space.block.histogram + 2 * BUCKETS)
    space.windows[1].set.settled = space.windows[0].set.settled + tracts
    return 0


cdef void rank_padded(workspace *space, const double *x, Py_ssize_t pad, Py_ssize_t n) noexcept nogil:
    """Rank x[0 .. n) as positions pad .. pad + n; the pad before the series counts as missing."""
    cdef uint32_t *rank = space.block.rank
    cdef Py_ssize_t at
    space.block.rank = rank + pad
    rank_block(&space.block, x, n)
    space.block.rank = rank
    for at in range(pad):
        rank[at] = <uint32_t>space.block.valid


cdef Py_ssize_t rows_a_block(Py_ssize_t w) noexcept nogil:
    """Long blocks sort each value fewer times, short ones stay in the cache."""
    if w < 256:
        return max(512, 16 * w)
    if w < 4000:
        return 8 * w
    return 4 * w if w < 20000 else 2 * w


cdef void roll(workspace *space, const double *x, Py_ssize_t w, quantile_request *request, Py_ssize_t first,
               Py_ssize_t last) noexcept nogil:
    cdef Py_ssize_t row = first, rows, start, pad, n, k, at
    cdef quantile_request part = request[0]
    while row < last:
        rows = min(rows_a_block(w), last - row)
        start = row - w + 1
        pad = -start if start < 0 else 0
        n = w - 1 + rows - pad
        scan_block(&space.block, x + start + pad, n)
        if pad == 0 and space.block.valid == n and space.block.least == space.block.most and w >= request.need:
            for k in range(request.n):
                for at in range(row, row + rows):
                    request.out[k * request.stride + at] = space.block.least
        else:
            rank_padded(space, x + start + pad, pad, n)
            k = 0
            while k < request.n:
                part.q = request.q + k
                part.n = min(request.n - k, POINTERS)
                part.out = request.out + k * request.stride + row
                slide_block(space.windows, &space.block, w, &part, rows)
                k += POINTERS
        row += rows


def rolling_quantiles(const double[::1] x, Py_ssize_t window, const double[::1] q, Py_ssize_t min_periods,
                      double[:, ::1] out, Py_ssize_t first=0, Py_ssize_t last=-1,
                      int between=0):
    """Write the quantile q[k] of x[i − window + 1 … i] into out[k, i] for first <= i < last (−1: to the end).

    NaN is missing, and so is what lies before the series; ±inf are values, both zeros are 0.0. Where fewer than
    `min_periods` values (at least one) are left, the result is NaN. Between two order statistics the value is
    a + f · (b − a) within 2 ulp; an infinite neighbour gives its infinity, two of opposite sign NaN. `between` is another
    way than that: 1 the lower of the two, 2 the higher, 3 the nearer, 4 the middle of both.
    """
    cdef workspace space
    cdef quantile_request request
    cdef window_tile *tile
    cdef Py_ssize_t n = x.shape[0], w = max(min(window, n), 1)
    last = n if last < 0 else min(last, n)
    first = max(first, 0)
    if first >= last or q.shape[0] == 0:
        return
    if out.shape[0] < q.shape[0] or out.shape[1] < last:
        raise IndexError("out holds fewer rows or columns than asked for")
    if not 0 <= between < WAYS_BETWEEN:
        raise IndexError(between)
    request.q, request.n, request.need, request.between = &q[0], q.shape[0], max(min_periods, 1), between
    request.out, request.stride = &out[0, 0], out.shape[1]
    with nogil:
        if w <= SMALL_WINDOW:
            tile = <window_tile *>malloc(sizeof(window_tile))
            if tile == NULL:
                with gil:
                    raise MemoryError("no memory for a tile of windows")
            roll_small_windows(tile, &x[0], first, last, <int>w, &request)
            free(tile)
        else:
            reserve(&space, w + min(rows_a_block(w), last - first))
            roll(&space, &x[0], w, &request, first, last)
            free(space.memory)


cdef Py_ssize_t plan_block(const int64_t[::1] lo, const int64_t[::1] hi, Py_ssize_t n, Py_ssize_t row, Py_ssize_t last,
                           int64_t *base, int64_t *end) noexcept nogil:
    """The values [base, end) that the rows from `row` on need, and the first row left to the next block.

    A block ends some widths of its first window on: all blocks together hold a small multiple of the values.
    """
    cdef int64_t limit, reach
    base[0] = min(max(lo[row], 0), n)
    end[0] = min(max(hi[row], base[0]), n)
    limit = end[0] + rows_a_block(end[0] - base[0])
    while row < last:
        reach = min(max(lo[row], hi[row]), n)
        if reach > limit:
            break
        end[0] = max(end[0], reach)
        row += 1
    return row


cdef void step(workspace *space, const double *x, Py_ssize_t n, const int64_t[::1] lo, const int64_t[::1] hi,
               quantile_request *request, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    cdef Py_ssize_t row = first, stop, k
    cdef int64_t base = 0, end = 0
    cdef quantile_request part = request[0]
    while row < last:
        stop = plan_block(lo, hi, n, row, last, &base, &end)
        scan_block(&space.block, x + base, end - base)
        if end > base:
            rank_block(&space.block, x + base, end - base)
        k = 0
        while k < request.n:
            part.q = request.q + k
            part.n = min(request.n - k, POINTERS)
            part.out = request.out + k * request.stride + row
            step_block(space.windows, &space.block, base, end - base, &lo[row], &hi[row], &part, stop - row)
            k += POINTERS
        row = stop


def bounded_quantiles(const double[::1] x, const int64_t[::1] lo, const int64_t[::1] hi, const double[::1] q,
                      Py_ssize_t min_periods, double[:, ::1] out, Py_ssize_t first=0, Py_ssize_t last=-1,
                      int between=0):
    """Write the quantile q[k] of x[lo[i] … hi[i] − 1] into out[k, i] for first <= i < last (−1: to the end).

    Neither bound may run back; hi[i] <= lo[i] is an empty window. The rest is as in `rolling_quantiles`.
    """
    cdef workspace space
    cdef quantile_request request
    cdef Py_ssize_t n = x.shape[0], rows = min(lo.shape[0], hi.shape[0]), row, most = 0
    cdef int64_t base = 0, end = 0
    cdef const double *values = &x[0] if n else NULL
    last = rows if last < 0 else min(last, rows)
    first = max(first, 0)
    if first >= last or q.shape[0] == 0:
        return
    if out.shape[0] < q.shape[0] or out.shape[1] < last:
        raise IndexError("out holds fewer rows or columns than asked for")
    if not 0 <= between < WAYS_BETWEEN:
        raise IndexError(between)
    request.q, request.n, request.need, request.between = &q[0], q.shape[0], max(min_periods, 1), between
    request.out, request.stride = &out[0, 0], out.shape[1]
    with nogil:
        row = first
        while row < last:
            row = plan_block(lo, hi, n, row, last, &base, &end)
            most = max(most, end - base)
        reserve(&space, most)
        step(&space, values, n, lo, hi, &request, first, last)
        free(space.memory)
