"""Rolling statistics of float64 columns over windows of rows: whole series, or a chunk at a time.

Missing is NaN. Statistics are told by the numbers in tile_results.h; a column's results are the rows of one buffer, in the
order asked for. A row's bits depend on its window and on where it stands from the first row, on nothing else: not on the
processor's vectors, not on how the series is cut. Workspace is O(window).
"""

from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memmove

import numpy as np

cdef extern from "row_levels.h" nogil:
    enum:
        SUM, AVERAGE, VARIANCE, DEVIATION, MINIMUM, MAXIMUM, SKEWNESS, KURTOSIS, SLOPE, ZSCORE, STATISTICS, LANES

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

    ctypedef struct row_walk:
        window_plan plan
        Py_ssize_t window
        Py_ssize_t block
        Py_ssize_t edge
        Py_ssize_t seen
        Py_ssize_t clean_from
        Py_ssize_t plus
        Py_ssize_t minus
        Py_ssize_t front_plus
        Py_ssize_t front_minus
        Py_ssize_t back_plus
        Py_ssize_t back_minus

    ctypedef struct row_request:
        Py_ssize_t start
        Py_ssize_t stop
        Py_ssize_t ahead
        Py_ssize_t step
        Py_ssize_t at

    row_walk* new_row_walk()
    int begin_walk(row_walk* walk, Py_ssize_t window)
    void end_walk(row_walk* walk)
    int walk_rows(row_walk* walk, const double* x, const double* y, Py_ssize_t size, row_request* request)


cdef enum:
    ELSEWHERE = -1      # a row of the outputs that somebody else writes


cdef row_walk* new_walk(Py_ssize_t window, tuple statistics, double min_periods, double ddof, bint pair) except NULL:
    cdef int statistic
    cdef row_walk* walk = new_row_walk()
    if walk == NULL:
        raise MemoryError
    walk.plan.pair = pair
    walk.plan.min_periods = min_periods
    walk.plan.ddof = ddof
    walk.plan.per_second = 1
    for statistic in statistics:
        if not ELSEWHERE <= statistic < STATISTICS:
            end_walk(walk)
            raise IndexError(statistic)
        if statistic in (SUM, AVERAGE, SLOPE):
            walk.plan.order = max(walk.plan.order, 1)
        elif statistic in (VARIANCE, DEVIATION, ZSCORE):
            walk.plan.order = max(walk.plan.order, 2)
        elif statistic in (SKEWNESS, KURTOSIS):
            walk.plan.order = 4
        walk.plan.slope |= statistic == SLOPE and not pair
        walk.plan.low |= statistic == MINIMUM
        walk.plan.high |= statistic == MAXIMUM
    if begin_walk(walk, window) < 0:
        end_walk(walk)
        raise MemoryError
    return walk


cdef void direct(row_walk* walk, tuple statistics, double[:, ::1] out):
    """Let the results go to the rows of `out`."""
    cdef int k, statistic
    for k, statistic in enumerate(statistics):
        if statistic != ELSEWHERE:
            walk.plan.out[statistic] = &out[k, 0]


def rolling_rows(
    const double[::1] x, const double[::1] y, Py_ssize_t window, tuple statistics, double min_periods, double ddof,
    Py_ssize_t start, Py_ssize_t stop, Py_ssize_t ahead, Py_ssize_t step, double[:, ::1] out, Py_ssize_t at=0,
):
    """Write the windows that end with rows start, start + step, … before `stop` to out[:, at], out[:, at + 1], ….

    The window that ends with row v belongs to row v - ahead. `y` is the other series of a covariance, correlation.
    """
    cdef row_request request
    cdef row_walk* walk
    cdef Py_ssize_t count
    cdef const double* other = NULL
    cdef int failed
    if window < 1 or step < 1 or start < -1 or stop > x.shape[0]:
        raise IndexError("rows outside the series or the outputs")
    count = (stop - start + step - 1) // step if stop > start else 0
    if at < 0 or at > out.shape[1] - count:
        raise IndexError("rows outside the series or the outputs")
    if out.shape[0] != len(statistics) or start < ahead or ahead < 0 and stop - ahead > x.shape[0]:
        raise IndexError("rows outside the series or the outputs")
    if count == 0:
        return
    if y is not None:
        if y.shape[0] != x.shape[0]:
            raise IndexError("series of two lengths")
        other = &y[0]
    walk = new_walk(window, statistics, min_periods, ddof, y is not None)
    direct(walk, statistics, out)
    request = row_request(start, stop, ahead, step, at)
    with nogil:
        failed = walk_rows(walk, &x[0], other, x.shape[0], &request)
        end_walk(walk)
    if failed:
        raise MemoryError


cdef class RowState:
    """Windows of rows over a series that arrives in chunks: the results are those of the whole series, bit for bit.

    `ahead` is 0, or -1 where the own row is not in the window.
    """

    cdef row_walk* walk
    cdef double* x          # the rows that a window can still reach, at the buffer's front
    cdef Py_ssize_t size
    cdef Py_ssize_t capacity
    cdef Py_ssize_t dropped     # rows that were in front of them
    cdef Py_ssize_t step
    cdef Py_ssize_t ahead
    cdef tuple made

    def __cinit__(self, Py_ssize_t window, Py_ssize_t ahead, Py_ssize_t step, tuple statistics, double min_periods, double ddof):
        if window < 1 or step < 1 or ahead not in (0, -1):
            raise IndexError("a window outside what a stream can keep")
        self.walk = new_walk(window, statistics, min_periods, ddof, False)
        self.made = (window, ahead, step, statistics, min_periods, ddof)
        self.ahead = ahead
        self.step = step

    def __dealloc__(self):
        if self.walk != NULL:
            end_walk(self.walk)
        free(self.x)

    def __reduce__(self):
        return _resume, (self.made, np.array(<double[:self.size]>self.x) if self.size else None, self.dropped)

    cdef void forget(self):
        """Drop rows that no window can reach any more: whole blocks, so that edges stay where they are."""
        cdef row_walk* walk = self.walk
        cdef Py_ssize_t block = walk.block, end = self.size + self.ahead, useless
        if block:
            useless = max(end // block - 2, 0) * block
        else:
            useless = max(end - walk.window - LANES, 0)
        if useless == 0:
            return
        self.size -= useless
        self.dropped += useless
        memmove(self.x, self.x + useless, self.size * sizeof(double))
        walk.edge -= useless
        walk.seen = max(walk.seen - useless, 0)
        walk.clean_from = max(walk.clean_from - useless, 0)
        walk.plus = max(walk.plus - useless, -1)
        walk.minus = max(walk.minus - useless, -1)
        walk.front_plus = max(walk.front_plus - useless, -1)
        walk.front_minus = max(walk.front_minus - useless, -1)
        walk.back_plus = max(walk.back_plus - useless, -1)
        walk.back_minus = max(walk.back_minus - useless, -1)

    cdef int take(self, const double[::1] x) except -1:
        cdef Py_ssize_t more = x.shape[0]
        cdef void* grown
        if more == 0:
            return 0
        if self.size + more > self.capacity:
            self.forget()
            if 2 * (self.size + more) > self.capacity:
                grown = realloc(self.x, 2 * (self.size + more) * sizeof(double))
                if grown == NULL:
                    raise MemoryError
                self.x = <double*>grown
                self.capacity = 2 * (self.size + more)
        memcpy(self.x + self.size, &x[0], more * sizeof(double))
        self.size += more
        return 0

    def push(self, const double[::1] x):
        """Take the next rows; return the statistics of every step-th of them, one row a statistic."""
        cdef Py_ssize_t start, skip, count
        cdef row_request request
        cdef int failed
        self.take(x)
        start = self.size - x.shape[0]
        skip = (-(self.dropped + start)) % self.step
        if skip < 0:
            skip += self.step
        count = (x.shape[0] - skip + self.step - 1) // self.step if x.shape[0] > skip else 0
        result = np.empty((len(self.made[3]), count))
        if count == 0:
            return result
        direct(self.walk, self.made[3], result)
        request = row_request(start + skip + self.ahead, self.size + self.ahead, self.ahead, self.step, 0)
        with nogil:
            failed = walk_rows(self.walk, self.x, NULL, self.size, &request)
        if failed:
            raise MemoryError
        return result


def _resume(made, x, dropped):
    cdef RowState state = RowState(*made)
    if x is not None:
        state.take(x)
    state.dropped = dropped
    return state
