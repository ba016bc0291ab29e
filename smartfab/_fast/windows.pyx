"""Rolling statistics of float64 columns: whole series, or a chunk at a time.

Missing is NaN. Statistics are told by the numbers of `Statistic` in window_output.pxd; a column's results are the rows
of one buffer, in the order asked for. Workspace is O(window).
"""

from smartfab._fast.window_output cimport STATISTICS, KURTOSIS, MAXIMUM, MINIMUM, SKEWNESS, SLOPE, SUM, AVERAGE, VARIANCE, DEVIATION, ZSCORE
from smartfab._fast.window_sides cimport (
    FINITE, HIGH, LOW, M2, M3, M4, MEAN, MP, S1, S2, S3, S4, SP, T1, T2, VALID, int64_t, release, rows_t,
)
from smartfab._fast.window_walk cimport Walk, walk_rows, walk_times
from libc.string cimport memset


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
        if not 0 <= statistic < STATISTICS:
            raise ValueError(statistic)
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
    return 0


def rolling_rows(
    const double[::1] x, const double[::1] y, Py_ssize_t window, tuple statistics, double min_periods, double ddof,
    Py_ssize_t start, Py_ssize_t stop, Py_ssize_t ahead, Py_ssize_t step, double[:, ::1] out, Py_ssize_t at=0,
):
    """Write the windows of `window` rows that end with rows start, start + step, … before `stop` to out[:, at], out[:, at + 1], …

    The window that ends with row v belongs to row v - ahead. `y` is the other series of a covariance, correlation.
    """
    cdef Walk walk
    cdef rows_t count = (stop - start + step - 1) // step if stop > start else 0
    cdef const double* other = NULL
    cdef int failed
    if window < 1 or step < 1 or start < 0 or stop > x.shape[0] or at < 0 or at + count > out.shape[1]:
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
    Py_ssize_t step, double[:, ::1] out,
):
    """Write the windows from t - left to t + right of every step-th row; `t` does not fall.

    Given `y`, a slope is that of x against y times `per_second`.
    """
    cdef Walk walk
    cdef rows_t n = x.shape[0]
    cdef const double* other = NULL
    cdef int failed
    if step < 1 or t.shape[0] != n or out.shape[0] != len(statistics) or out.shape[1] < (n + step - 1) // step:
        raise IndexError("rows outside the series or the outputs")
    if n == 0:
        return
    if y is not None:
        if y.shape[0] != n:
            raise IndexError("series of two lengths")
        other = &y[0]
    prepare(&walk, statistics, min_periods, ddof, y is not None, out)
    walk.plan.per_second = per_second
    walk.left = left
    walk.right = right
    walk.centred = centred
    walk.left_closed = left_closed
    walk.right_closed = right_closed
    with nogil:
        failed = walk_times(&walk, &x[0], other, &t[0], n, 0, n, step)
    release(&walk.front)
    release(&walk.back)
    if failed:
        raise MemoryError
