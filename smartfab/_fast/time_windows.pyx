"""Rolling statistics of float64 columns over windows in time: whole series, or a chunk at a time.

Missing is NaN. Statistics are told by the numbers in tile_results.h; a column's results are the rows of one buffer, in the
order asked for. Workspace is O(window).
"""

from libc.stdint cimport int64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memmove

import numpy as np

cdef extern from "time_levels.h" nogil:
    enum:
        SUM, AVERAGE, VARIANCE, DEVIATION, MINIMUM, MAXIMUM, SKEWNESS, KURTOSIS, SLOPE, ZSCORE, STATISTICS

    ctypedef struct window_plan:
        double* out[13]
        double min_periods
        double ddof
        double per_second
        int order
        int slope
        int low
        int high
        int pair

    ctypedef struct time_walk:
        window_plan plan
        Py_ssize_t first
        Py_ssize_t edge
        Py_ssize_t lo
        Py_ssize_t hi
        Py_ssize_t at
        int64_t left
        int64_t right
        int left_closed
        int right_closed
        int centred

    time_walk* new_time_walk()
    void begin_time_walk(time_walk* walk)
    void end_time_walk(time_walk* walk)
    int flip_sides(time_walk* walk, const double* x, const double* y, Py_ssize_t first, Py_ssize_t edge)
    int walk_times(time_walk* walk, const double* x, const double* y, const int64_t* t, Py_ssize_t n, Py_ssize_t start,
                   Py_ssize_t stop, Py_ssize_t wanted, Py_ssize_t step)


cdef enum:
    ELSEWHERE = -1      # a row of the outputs that somebody else writes


cdef time_walk* new_walk(tuple statistics, double min_periods, double ddof, bint pair) except NULL:
    cdef int statistic
    cdef time_walk* walk
    for statistic in statistics:
        if not ELSEWHERE <= statistic < STATISTICS or statistic == SLOPE and not pair:
            raise IndexError(statistic)
    walk = new_time_walk()
    if walk == NULL:
        raise MemoryError
    walk.plan.pair = pair
    walk.plan.min_periods = min_periods
    walk.plan.ddof = ddof
    walk.plan.per_second = 1
    for statistic in statistics:
        if statistic in (SUM, AVERAGE):
            walk.plan.order = max(walk.plan.order, 1)
        elif statistic in (VARIANCE, DEVIATION, ZSCORE):
            walk.plan.order = max(walk.plan.order, 2)
        elif statistic in (SKEWNESS, KURTOSIS):
            walk.plan.order = 4
        walk.plan.low |= statistic == MINIMUM
        walk.plan.high |= statistic == MAXIMUM
    begin_time_walk(walk)
    return walk


cdef void direct(time_walk* walk, tuple statistics, double[:, ::1] out):
    """Let the results go to the rows of `out`."""
    cdef int k, statistic
    for k, statistic in enumerate(statistics):
        if statistic != ELSEWHERE:
            walk.plan.out[statistic] = &out[k, 0]


def rolling_times(
    const double[::1] x, const double[::1] y, const int64_t[::1] t, int64_t left, int64_t right, bint centred,
    bint left_closed, bint right_closed, double per_second, tuple statistics, double min_periods, double ddof,
    Py_ssize_t step, double[:, ::1] out, Py_ssize_t at=0,
):
    """Write the windows from t - left to t + right of every step-th row; `t` does not fall.

    Given `y`, a slope is that of x against y times `per_second`.
    """
    cdef time_walk* walk
    cdef Py_ssize_t n = x.shape[0]
    cdef const double* other = NULL
    cdef int failed
    if step < 1 or t.shape[0] != n or out.shape[0] != len(statistics) or at < 0 or out.shape[1] < at + (n + step - 1) // step:
        raise IndexError("rows outside the series or the outputs")
    if n == 0:
        return
    if y is not None:
        if y.shape[0] != n:
            raise IndexError("series of two lengths")
        other = &y[0]
    walk = new_walk(statistics, min_periods, ddof, y is not None)
    direct(walk, statistics, out)
    walk.at = at
    walk.plan.per_second = per_second
    walk.left = left
    walk.right = right
    walk.centred = centred
    walk.left_closed = left_closed
    walk.right_closed = right_closed
    with nogil:
        failed = walk_times(walk, &x[0], other, &t[0], n, 0, n, 0, step)
        end_time_walk(walk)
    if failed:
        raise MemoryError


def window_bounds(
    const int64_t[::1] t, int64_t before, int64_t after, bint left_closed, bint right_closed, bint own_last, Py_ssize_t step,
    int64_t[::1] lo, int64_t[::1] hi,
):
    """Write the rows [lo, hi) of the windows of every step-th row; `t` does not fall. With `own_last` a row is its window's last."""
    cdef Py_ssize_t n = t.shape[0], k, i, first = 0, end = 0
    cdef int64_t begin, last
    if step < 1 or lo.shape[0] != (n + step - 1) // step or hi.shape[0] != lo.shape[0]:
        raise IndexError("rows outside the series or the outputs")
    with nogil:
        for k in range(lo.shape[0]):
            i = k * step
            begin = t[i] - before + (not left_closed)
            while first < n and t[first] < begin:
                first += 1
            lo[k] = first
            if own_last:
                hi[k] = i + 1
                continue
            last = t[i] + after - (not right_closed)
            while end < n and t[end] <= last:
                end += 1
            hi[k] = end if end > first else first


cdef class TimeState:
    """Windows over a series that arrives in chunks: the results are those of the whole series, bit for bit.

    `window` is in units of the time column.
    """

    cdef time_walk* walk
    cdef double* x          # the rows that a window can still reach, at the buffer's front
    cdef double* y
    cdef int64_t* t
    cdef Py_ssize_t size
    cdef Py_ssize_t capacity
    cdef Py_ssize_t dropped     # rows that were in front of them
    cdef Py_ssize_t step
    cdef int columns
    cdef tuple made

    def __cinit__(self, Py_ssize_t window, bint left_closed, bint right_closed, Py_ssize_t step, bint pair,
                  double per_second, tuple statistics, double min_periods, double ddof):
        if window < 1 or step < 1:
            raise IndexError("a window outside what a stream can keep")
        self.walk = new_walk(statistics, min_periods, ddof, pair)
        self.made = (window, left_closed, right_closed, step, pair, per_second, statistics, min_periods, ddof)
        self.walk.left = window
        self.walk.left_closed = left_closed
        self.walk.right_closed = right_closed
        self.walk.plan.per_second = per_second
        self.step = step
        self.columns = len(statistics)

    def __dealloc__(self):
        if self.walk != NULL:
            end_time_walk(self.walk)
        free(self.x)
        free(self.y)
        free(self.t)

    def __reduce__(self):
        walk = self.walk
        kept = [None if data is None else np.array(data) for data in (
            <double[:self.size]>self.x if self.size else None,
            <double[:self.size]>self.y if self.size and walk.plan.pair else None,
            <int64_t[:self.size]>self.t if self.size else None)]
        return _resume, (self.made, *kept, self.dropped, walk.first, walk.edge, walk.lo, walk.hi)

    cdef int room(self, Py_ssize_t more) except -1:
        """Forget rows that no window can reach any more, and make room for `more`."""
        cdef time_walk* walk = self.walk
        cdef Py_ssize_t useless, rest
        if self.size + more <= self.capacity:
            return 0
        useless = max(walk.first, 0)
        rest = self.size - useless
        if useless:
            memmove(self.x, self.x + useless, rest * sizeof(double))
            if walk.plan.pair:
                memmove(self.y, self.y + useless, rest * sizeof(double))
            memmove(self.t, self.t + useless, rest * sizeof(int64_t))
            self.size = rest
            self.dropped += useless
            walk.first -= useless
            walk.edge = max(walk.edge - useless, -1)
            walk.lo -= useless
            walk.hi -= useless
        if 2 * (rest + more) > self.capacity:
            self.resize(2 * (rest + more))
        return 0

    cdef int resize(self, Py_ssize_t capacity) except -1:
        cdef void* grown = realloc(self.x, capacity * sizeof(double))
        if grown == NULL:
            raise MemoryError
        self.x = <double*>grown
        if self.walk.plan.pair:
            grown = realloc(self.y, capacity * sizeof(double))
            if grown == NULL:
                raise MemoryError
            self.y = <double*>grown
        grown = realloc(self.t, capacity * sizeof(int64_t))
        if grown == NULL:
            raise MemoryError
        self.t = <int64_t*>grown
        self.capacity = capacity
        return 0

    cdef int take(self, const double[::1] x, const double[::1] y, const int64_t[::1] t) except -1:
        cdef Py_ssize_t more = x.shape[0]
        if t.shape[0] != more or self.walk.plan.pair and (y is None or y.shape[0] != more):
            raise IndexError("chunks of two lengths")
        if more == 0:
            return 0
        self.room(more)
        memcpy(self.x + self.size, &x[0], more * sizeof(double))
        if self.walk.plan.pair:
            memcpy(self.y + self.size, &y[0], more * sizeof(double))
        memcpy(self.t + self.size, &t[0], more * sizeof(int64_t))
        self.size += more
        return 0

    def push(self, const double[::1] x, const int64_t[::1] t, const double[::1] y=None):
        """Take the next rows; return the statistics of every step-th of them, one row a statistic."""
        cdef Py_ssize_t start, skip, count
        cdef int failed, k
        cdef double[:, ::1] out
        self.take(x, y, t)
        start = self.size - x.shape[0]
        skip = (-(self.dropped + start)) % self.step
        if skip < 0:
            skip += self.step
        count = (x.shape[0] - skip + self.step - 1) // self.step if x.shape[0] > skip else 0
        result = np.empty((self.columns, count))
        out = result
        if x.shape[0] == 0:
            return result
        for k in range(self.columns):
            if self.made[6][k] != ELSEWHERE:
                self.walk.plan.out[<int>self.made[6][k]] = &out[k, 0] if count else NULL
        self.walk.at = 0
        with nogil:
            failed = walk_times(self.walk, self.x, self.y, self.t, self.size, start, self.size, start + skip, self.step)
        if failed:
            raise MemoryError
        return result


def _resume(made, x, y, t, dropped, first, edge, lo, hi):
    cdef TimeState state = TimeState(*made)
    if x is not None:
        state.take(x, y, t)
    state.dropped = dropped
    state.walk.lo = lo
    state.walk.hi = hi
    if edge >= 0 and x is not None and flip_sides(state.walk, state.x, state.y, first, edge) < 0:
        raise MemoryError
    return state
