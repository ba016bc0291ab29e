"""Cumulative counters → increments."""

from libc.math cimport isnan

ctypedef signed char flag_t

RESET, WRAP, JUMP = 1, 2, 3


def counter_steps(const long long[::1] ts, const double[::1] value, double max_value, double max_rate_per_us,
                  double[::1] step, flag_t[::1] event):
    """Write the increment of each reading over the one before it, and what happened to the counter.

    `max_value` and `max_rate_per_us` are NaN where not known. Readings must be finite and in order of time.
    A counter that falls has wrapped when it may wrap and the way over the top is possible (at `max_rate`, or less
    than half the range); else it was reset and counts from zero. A step faster than `max_rate` is a jump: 0.
    """
    cdef Py_ssize_t i, n = value.shape[0]
    cdef double delta, over, dt
    cdef bint rated = not isnan(max_rate_per_us)
    cdef bint wraps = not isnan(max_value)
    if n == 0:
        return
    step[0] = 0.0
    event[0] = 0
    for i in range(1, n):
        delta = value[i] - value[i - 1]
        dt = <double>(ts[i] - ts[i - 1])
        event[i] = 0
        if delta < 0:
            over = (max_value - value[i - 1]) + value[i] + 1.0
            if wraps and value[i - 1] <= max_value and (
                over <= max_rate_per_us * dt if rated else over <= max_value / 2
            ):
                delta = over
                event[i] = 2
            else:
                delta = value[i]
                event[i] = 1
                if delta < 0:
                    delta = 0.0
        if rated and delta > max_rate_per_us * dt:
            delta = 0.0
            event[i] = 3
        step[i] = delta
