"""Rolling statistics of float64 columns: whole series, or a chunk at a time.

Missing is NaN. Statistics are told by the numbers of `Statistic` in window_output.pxd; a column's results are the rows
of one buffer, in the order asked for. Workspace is O(window).
"""

from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memmove, memset

from smartfab._fast.window_output cimport (
    AVERAGE, DEVIATION, KURTOSIS, MAXIMUM, MINIMUM, SKEWNESS, SLOPE, STATISTICS, SUM, VARIANCE, ZSCORE,
)
from smartfab._fast.window_sides cimport (
    FINITE, HIGH, LOW, M2, M3, M4, MEAN, MP, S1, S2, S3, S4, SP, T1, T2, VALID, int64_t, release, rows_t,
)
from smartfab._fast.window_walk cimport Walk, flip, walk_rows, walk_times

import numpy as np


cdef enum:
    ELSEWHERE = -1      # a row of the outputs that somebody else writes


cdef int prepare(Walk* walk, tuple statistics, double min_periods, double ddof, bint pair, double[:, ::1] out) except -1:
    """Plan which tables the statistics need; walk.plan.out points into `out`."""
    cdef int statistic, k
    cdef int needs = 1 << VALID
    memset(walk, 0, sizeof(Walk))
    walk.edge = -1
    walk.plan.pair = pair
    walk.plan.min_periods = min_periods
    walk.plan.ddof = ddof
    walk.plan.per_second = 1
    for k, statistic in enumerate(statistics):
        if statistic == ELSEWHERE:
            continue
        if not 0 <= statistic < STATISTICS:
            raise IndexError(statistic)
        if out.shape[1]:
            walk.plan.out[statistic] = &out[k, 0]
        if statistic in (SUM, AVERAGE, SLOPE):
            walk.plan.order = max(walk.plan.order, 1)
        elif statistic in (VARIANCE, DEVIATION, ZSCORE):
            walk.plan.order = max(walk.plan.order, 2)
        elif statistic in (SKEWNESS, KURTOSIS):
            walk.plan.order = 4
        walk.plan.slope |= statistic == SLOPE and not pair
        walk.plan.low |= statistic == MINIMUM
        walk.plan.high |= statistic == MAXIMUM
    if walk.plan.order >= 1 or pair:
        needs |= 1 << S1
    if walk.plan.order >= 2 or pair:
        needs |= 1 << S2 | 1 << FINITE | 1 << MEAN | 1 << M2
    if walk.plan.order == 4 or pair:
        needs |= 1 << S3 | 1 << S4 | 1 << M3 | 1 << M4
    if walk.plan.slope:
        needs |= 1 << SP | 1 << T1 | 1 << T2
    if pair:
        needs |= 1 << SP | 1 << MP
    if walk.plan.low:
        needs |= 1 << LOW
    if walk.plan.high:
        needs |= 1 << HIGH
    walk.plan.needs = needs
    walk.plan.simple = not (pair or walk.plan.order == 4 or ZSCORE in statistics)
    return 0


def rolling_rows(
    const double[::1] x, const double[::1] y, Py_ssize_t window, tuple statistics, double min_periods, double ddof,
    Py_ssize_t start, Py_ssize_t stop, Py_ssize_t ahead, Py_ssize_t step, double[:, ::1] out, Py_ssize_t at=0,
):
    """Write the windows that end with rows start, start + step, … before `stop` to out[:, at], out[:, at + 1], ….

    The window that ends with row v belongs to row v - ahead. `y` is the other series of a covariance, correlation.
    """
    cdef Walk walk
    cdef rows_t count
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
    prepare(&walk, statistics, min_periods, ddof, y is not None, out)
    walk.window = window
    walk.at = at
    with nogil:
        failed = walk_rows(&walk, &x[0], other, start, stop, ahead, step)
    release(&walk.front)
    release(&walk.back)
    if failed:
        raise MemoryError


def rolling_times(
    const double[::1] x, const double[::1] y, const int64_t[::1] t, int64_t left, int64_t right, bint centred,
    bint left_closed, bint right_closed, double per_second, tuple statistics, double min_periods, double ddof,
    Py_ssize_t step, double[:, ::1] out, Py_ssize_t at=0,
):
    """Write the windows from t - left to t + right of every step-th row; `t` does not fall.

    Given `y`, a slope is that of x against y times `per_second`.
    """
    cdef Walk walk
    cdef rows_t n = x.shape[0]
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
    prepare(&walk, statistics, min_periods, ddof, y is not None, out)
    walk.at = at
    walk.plan.per_second = per_second
    walk.left = left
    walk.right = right
    walk.centred = centred
    walk.left_closed = left_closed
    walk.right_closed = right_closed
    with nogil:
        failed = walk_times(&walk, &x[0], other, &t[0], n, 0, n, 0, step)
    release(&walk.front)
    release(&walk.back)
    if failed:
        raise MemoryError


cdef class RollingState:
    """Windows over a series that arrives in chunks: the results are those of the whole series, bit for bit.

    `window` is in rows where `timed` is false, else in units of the time column. `ahead` is 0, or -1 where the own row
    is not in the window.
    """

    cdef Walk walk
    cdef double* x          # the rows that a window can still reach, at the buffer's front
    cdef double* y
    cdef int64_t* t
    cdef rows_t size
    cdef rows_t capacity
    cdef rows_t dropped     # rows that were in front of them
    cdef rows_t step
    cdef rows_t ahead
    cdef bint timed
    cdef int columns
    cdef tuple made

    def __cinit__(self, Py_ssize_t window, bint timed, bint left_closed, bint right_closed, Py_ssize_t ahead, Py_ssize_t step,
                  bint pair, double per_second, tuple statistics, double min_periods, double ddof):
        if window < 1 or step < 1 or ahead not in (0, -1):
            raise IndexError("a window outside what a stream can keep")
        prepare(&self.walk, statistics, min_periods, ddof, pair, np.empty((len(statistics), 0)))
        self.made = (window, timed, left_closed, right_closed, ahead, step, pair, per_second, statistics, min_periods, ddof)
        self.walk.window = window
        self.walk.left = window
        self.walk.left_closed = left_closed
        self.walk.right_closed = right_closed
        self.walk.plan.per_second = per_second
        self.timed = timed
        self.ahead = ahead
        self.step = step
        self.columns = len(statistics)

    def __dealloc__(self):
        release(&self.walk.front)
        release(&self.walk.back)
        free(self.x)
        free(self.y)
        free(self.t)

    def __reduce__(self):
        walk = self.walk
        kept = [None if data is None else np.array(data) for data in (
            <double[:self.size]>self.x if self.size else None,
            <double[:self.size]>self.y if self.size and walk.plan.pair else None,
            <int64_t[:self.size]>self.t if self.size and self.timed else None)]
        return _resume, (self.made, *kept, self.dropped, walk.first, walk.edge, walk.lo, walk.hi)

    cdef int room(self, rows_t more) except -1:
        """Forget rows that no window can reach any more, and make room for `more`."""
        cdef Walk* walk = &self.walk
        cdef rows_t useless, rest
        if self.size + more <= self.capacity:
            return 0
        if self.timed:
            useless = max(walk.first, 0)
        else:
            useless = max((self.size + self.ahead + 1) // walk.window - 1, 0) * walk.window
        rest = self.size - useless
        if useless:
            memmove(self.x, self.x + useless, rest * sizeof(double))
            if walk.plan.pair:
                memmove(self.y, self.y + useless, rest * sizeof(double))
            if self.timed:
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

    cdef int resize(self, rows_t capacity) except -1:
        cdef void* grown = realloc(self.x, capacity * sizeof(double))
        if grown == NULL:
            raise MemoryError
        self.x = <double*>grown
        if self.walk.plan.pair:
            grown = realloc(self.y, capacity * sizeof(double))
            if grown == NULL:
                raise MemoryError
            self.y = <double*>grown
        if self.timed:
            grown = realloc(self.t, capacity * sizeof(int64_t))
            if grown == NULL:
                raise MemoryError
            self.t = <int64_t*>grown
        self.capacity = capacity
        return 0

    cdef int take(self, const double[::1] x, const double[::1] y, const int64_t[::1] t) except -1:
        cdef rows_t more = x.shape[0]
        if self.walk.plan.pair and (y is None or y.shape[0] != more) or self.timed and (t is None or t.shape[0] != more):
            raise IndexError("chunks of two lengths")
        if more == 0:
            return 0
        self.room(more)
        memcpy(self.x + self.size, &x[0], more * sizeof(double))
        if self.walk.plan.pair:
            memcpy(self.y + self.size, &y[0], more * sizeof(double))
        if self.timed:
            memcpy(self.t + self.size, &t[0], more * sizeof(int64_t))
        self.size += more
        return 0

    def push(self, const double[::1] x, const double[::1] y=None, const int64_t[::1] t=None):
        """Take the next rows; return the statistics of every step-th of them, one row a statistic."""
        cdef rows_t start, skip, count
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
            if self.made[8][k] != ELSEWHERE:
                self.walk.plan.out[<int>self.made[8][k]] = &out[k, 0] if count else NULL
        self.walk.at = 0
        with nogil:
            if self.timed:
                failed = walk_times(&self.walk, self.x, self.y, self.t, self.size, start, self.size, start + skip, self.step)
            else:
                failed = walk_rows(&self.walk, self.x, self.y, start + skip + self.ahead, self.size + self.ahead, self.ahead,
                                   self.step)
        if failed:
            raise MemoryError
        return result


def _resume(made, x, y, t, dropped, first, edge, lo, hi):
    cdef RollingState state = RollingState(*made)
    if x is not None:
        state.take(x, y, t)
    state.dropped = dropped
    state.walk.lo = lo
    state.walk.hi = hi
    if state.timed and edge >= 0 and x is not None and flip(&state.walk, state.x, state.y, first, edge) < 0:
        raise MemoryError
    return state
