"""What a control chart with a memory plots: the exponential average and the two cumulative sums."""

from libc.math cimport isnan, NAN


def ewma(const double[:] value, double start, double lam, double[::1] out):
    """Write z(i) = z(i-1) + lam · (value(i) − z(i-1)), z before the first point being `start`; NaN is skipped."""
    cdef Py_ssize_t i
    cdef double z = start
    for i in range(value.shape[0]):
        if isnan(value[i]):
            out[i] = NAN
        else:
            z += lam * (value[i] - z)
            out[i] = z


def cusum(const double[:] value, double centre, double slack, double[::1] high, double[::1] low):
    """Write the sums of what exceeds centre ± slack, each starting again from 0; `low` is never positive; NaN is skipped."""
    cdef Py_ssize_t i
    cdef double up = 0.0, down = 0.0
    for i in range(value.shape[0]):
        if isnan(value[i]):
            high[i] = NAN
            low[i] = NAN
        else:
            up += (value[i] - centre) - slack
            up = up if up > 0.0 else 0.0
            down += (value[i] - centre) + slack
            down = down if down < 0.0 else 0.0
            high[i] = up
            low[i] = down
