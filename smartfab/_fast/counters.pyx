"""Cumulative counters → increments."""

from libc.math cimport isnan

ctypedef signed char flag_t

RESET, WRAP, JUMP = 1, 2, 3


def counter_steps(const long long[::1] ts, const double[::1] value, double max_value, double max_rate,
                  double[::1] step, flag_t[::1] event):
    """Write the increment of each reading over the one before it, and what happened to the counter.

    `ts` in µs; `max_rate` in 1/s; it and `max_value` are NaN where not known. Readings are finite and in order of time.
    A counter that falls has wrapped when it may wrap and the way over the top is possible (at `max_rate`, or no more
    than half the range); else it was reset and counts from zero. A step faster than `max_rate` is a jump: 0.
    Each step depends on two readings alone, so a stream may be cut anywhere if the pieces share one reading.
    """
    cdef Py_ssize_t i, n = value.shape[0]
    cdef double delta, over, most
    cdef bint rated = not isnan(max_rate), wraps = not isnan(max_value)
    cdef flag_t what
    if n == 0:
        return
    step[0] = 0.0
    event[0] = 0
    for i in range(1, n):
        delta = value[i] - value[i - 1]
        most = max_rate * <double>(ts[i] - ts[i - 1])  # pieces × 1e6: whole numbers compare without rounding
        what = 0
        if delta < 0.0:
            over = (max_value - value[i - 1]) + value[i] + 1.0
            if wraps and value[i - 1] <= max_value and value[i] >= 0.0 and (
                over * 1e6 <= most if rated else over <= max_value / 2.0
            ):
                delta = over
                what = 2
            else:
                delta = value[i] if value[i] > 0.0 else 0.0
                what = 1
        if rated and delta * 1e6 > most:
            delta = 0.0
            what = 3
        step[i] = delta
        event[i] = what
