"""From window to window along a series: when an edge moves, and which rows are written."""

from smartfab._fast.window_output cimport ZSCORE, put_tile
from smartfab._fast.window_pairs cimport build_pair_front, extend_pair_back, put_pair_tile
from smartfab._fast.window_sides cimport Side, empty, int64_t, is_finite, reserve, rows_t
from smartfab._fast.window_sums cimport build_front, count_rows, extend_back
from smartfab._fast.window_tiles cimport TILE, Plan, Tile

cdef struct Walk:
    Plan plan
    Side front
    Side back
    rows_t window       # of windows in rows
    rows_t first        # row the front side begins with
    rows_t edge         # row the back side begins with, -1 before the first
    rows_t at           # row of the outputs to be written next
    int64_t left        # of windows in time: from time - left
    int64_t right       # to time + right
    bint left_closed
    bint right_closed
    bint centred
    rows_t lo
    rows_t hi


cdef inline int flip(Walk* walk, const double* x, const double* y, rows_t first, rows_t edge) noexcept nogil:
    """Move the edge: the rows first..edge-1 become the front side, the back side begins empty; -1 without memory."""
    cdef Plan* plan = &walk.plan
    cdef Side* front = &walk.front
    cdef Side* back = &walk.back
    cdef rows_t size = edge - first, known = 0
    if back.clean and walk.edge == first:
        known = min(back.size, size)  # these rows were looked at when they came to the back side
    if reserve(front, plan.needs, max(size, 16), 0) < 0 or reserve(back, plan.needs, max(size, 16), 0) < 0:
        return -1
    empty(front, plan.needs, size)
    empty(back, plan.needs, 0)
    back.size = 0
    walk.first = first
    walk.edge = edge
    if plan.pair:
        build_pair_front(x + first, y + first, front, size)
    else:
        build_front(x + first, front, size, known, plan.order, plan.slope, plan.low, plan.high)
    if size and is_finite(x[edge - 1]) and (not plan.pair or is_finite(y[edge - 1])):
        back.shifted = True
        back.shift = front.shift
        back.shift_y = front.shift_y
    back.clean = front.clean
    return 0


cdef inline int extend(Walk* walk, const double* x, const double* y, rows_t end) noexcept nogil:
    """Take the rows up to `end` into the back side; -1 without memory."""
    cdef Plan* plan = &walk.plan
    cdef rows_t size = end - walk.edge
    if size <= walk.back.size:
        return 0
    if reserve(&walk.back, plan.needs, size, walk.back.size + 1) < 0:
        return -1
    if plan.pair:
        extend_pair_back(x + walk.edge, y + walk.edge, &walk.back, size)
    else:
        extend_back(x + walk.edge, &walk.back, size, plan.order, plan.slope, plan.low, plan.high)
    if walk.front.clean and not walk.back.clean:
        count_rows(&walk.front, walk.front.size, -1, 0, plan.slope)
    return 0


cdef inline void write(Walk* walk, const double* x, const double* y, Tile* tile) noexcept nogil:
    if tile.count == 0:
        return
    if walk.plan.pair:
        put_pair_tile(&walk.plan, x + walk.first, y + walk.first, x + walk.edge, y + walk.edge, &walk.front, &walk.back,
                      tile, walk.at)
    else:
        put_tile(&walk.plan, x + walk.first, x + walk.edge, &walk.front, &walk.back, tile, walk.at)
    walk.at += tile.count
    tile.count = 0


cdef inline int walk_rows(
    Walk* walk, const double* x, const double* y, rows_t start, rows_t stop, rows_t ahead, rows_t step
) noexcept nogil:
    """Write the windows that end with rows start, start + step, … before stop; x[0] is the first row of a block.

    The window that ends with row v belongs to row v - ahead. A start of -1 is the window before the first row.
    """
    cdef Tile tile
    cdef rows_t w = walk.window, v = start, edge, end, k
    cdef bint own = walk.plan.out[ZSCORE] != NULL
    tile.count = 0
    while v < stop:
        edge = (v + 1) // w * w
        if walk.edge != edge and flip(walk, x, y, max(edge - w, 0), edge) < 0:
            return -1
        end = min(stop, edge + w - 1)
        if extend(walk, x, y, end) < 0:
            return -1
        tile.m = v + 1 - edge if step == 1 and edge > 0 else -1
        while v < end:
            if tile.m >= 0:
                tile.count = min(end - v, TILE)
                tile.m = v + 1 - edge
            else:
                tile.count = min((end - v + step - 1) // step, TILE)
                for k in range(tile.count):
                    tile.b[k] = v + k * step + 1 - edge
                    tile.a[k] = tile.b[k] if edge > 0 else 0
            if own:
                for k in range(tile.count):
                    tile.own[k] = x[v + k * step - ahead]
            v += tile.count * step
            write(walk, x, y, &tile)
    return 0


cdef inline void bounds(Walk* walk, const int64_t* t, rows_t n, rows_t i) noexcept nogil:
    """The rows [lo, hi) of the window in time of row i."""
    cdef int64_t begin = t[i] - walk.left, end = t[i] + walk.right
    while walk.lo < i and (t[walk.lo] < begin or (t[walk.lo] == begin and not walk.left_closed)):
        walk.lo += 1
    if not walk.centred and walk.right_closed:
        walk.hi = i + 1
        return
    while walk.hi < n and (t[walk.hi] < end or (t[walk.hi] == end and walk.right_closed)):
        walk.hi += 1


cdef inline int write_times(Walk* walk, const double* x, const double* y, Tile* tile) noexcept nogil:
    """Write a tile of windows in time: what lies after the edge is tabled in one go."""
    if tile.count and extend(walk, x, y, walk.edge + tile.b[tile.count - 1]) < 0:
        return -1
    write(walk, x, y, tile)
    return 0


cdef inline int walk_times(
    Walk* walk, const double* x, const double* y, const int64_t* t, rows_t n, rows_t start, rows_t stop, rows_t wanted,
    rows_t step
) noexcept nogil:
    """Write the windows in time of rows wanted, wanted + step, … among start..stop-1.

    The edge moves at the first window that no longer reaches over it, whatever the step.
    """
    cdef Tile tile
    cdef rows_t i
    tile.count = 0
    tile.m = -1
    for i in range(start, stop):
        bounds(walk, t, n, i)
        if walk.edge < 0 or walk.lo >= walk.edge:
            if write_times(walk, x, y, &tile) < 0 or flip(walk, x, y, walk.lo, walk.hi) < 0:
                return -1
        if i != wanted:
            continue
        wanted += step
        tile.a[tile.count] = walk.lo - walk.first
        tile.b[tile.count] = walk.hi - walk.edge
        tile.own[tile.count] = x[i]
        tile.count += 1
        if tile.count == TILE and write_times(walk, x, y, &tile) < 0:
            return -1
    return write_times(walk, x, y, &tile)
