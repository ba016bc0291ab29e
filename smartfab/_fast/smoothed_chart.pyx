"""A multivariate chart with a memory: smoothed deviations, and how much each signal adds to their T².

One row after the other, in the same operations whatever the chunk: what is resumed goes on bit for bit.
"""

from libc.math cimport isnan, NAN


def smooth(const double[:, ::1] x, const unsigned char[::1] missing, const unsigned char[::1] restart, double lam,
           bint of_differences, double[::1] z, double[::1] before, double[:, ::1] out):
    """Write z += lam · (v − z) row by row, v being the row itself or its difference from the row before.

    A missing row is NaN and leaves the memory as it is; a restart begins again from z = 0, and with no row before. `z` and
    `before` (NaN: none yet) are the memory, and hold it afterwards.
    """
    cdef Py_ssize_t i, j, n = x.shape[0], p = x.shape[1]
    cdef double v
    with nogil:
        for i in range(n):
            for j in range(p):
                if missing[i]:
                    out[i, j] = NAN
                    continue
                if restart[i]:
                    z[j] = 0.0
                    before[j] = NAN
                v = x[i, j]
                if of_differences:
                    v = 0.0 if isnan(before[j]) else x[i, j] - before[j]
                    before[j] = x[i, j]
                z[j] += lam * (v - z[j])
                out[i, j] = z[j]


def contributions(const double[:, ::1] z, const double[::1] centre, const double[:, ::1] whitening, double[:, ::1] out,
                  double[::1] total):
    """Write the squares of whitening · (z − centre), and their sum from the first to the last; NaN rows stay NaN."""
    cdef Py_ssize_t i, j, k, n = z.shape[0], p = z.shape[1]
    cdef double w
    with nogil:
        for i in range(n):
            total[i] = 0.0
            for j in range(p):
                w = 0.0
                for k in range(p):
                    w += whitening[j, k] * (z[i, k] - centre[k])
                w *= w
                out[i, j] = w if not isnan(w) else NAN
                total[i] += w
            if isnan(total[i]):
                total[i] = NAN
