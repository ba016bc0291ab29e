"""What must be known of a long column before it is used, in one look at it."""

from libc.math cimport fabs
from libc.stdint cimport INT64_MIN, int64_t


def order_of_times(const int64_t[::1] ts):
    """Return whether any time is before the one above it, and whether any is equal to it."""
    cdef Py_ssize_t i
    cdef int64_t before = INT64_MIN, now
    cdef bint falls = False, ties = False
    with nogil:
        if ts.shape[0]:
            before = ts[0]
        for i in range(1, ts.shape[0]):
            now = ts[i]
            falls |= now < before
            ties |= now == before
            before = now
    return falls, ties


def lacks_times(const int64_t[::1] ts):
    """Return whether any time is missing: the smallest int64."""
    cdef Py_ssize_t i
    cdef int64_t lacking = 0
    with nogil:
        for i in range(ts.shape[0]):
            lacking |= ts[i] == INT64_MIN
    return lacking != 0


def exceeds(const double[::1] value, double most):
    """Return whether any value is greater than `most` or less than minus that; NaN is not."""
    cdef Py_ssize_t i
    cdef int64_t beyond = 0
    with nogil:
        for i in range(value.shape[0]):
            beyond |= fabs(value[i]) > most
    return beyond != 0


def adds_up(const double[:] total, good, scrap, rework):
    """Return whether good, scrap and rework (arrays or None; NaN is "not read") add up to total wherever that is read."""
    cdef const double[:] column
    cdef const double* data[3]
    cdef Py_ssize_t stride[3]
    cdef Py_ssize_t i
    cdef int parts = 0, q
    cdef double rest, value
    cdef bint right = True
    for given in (good, scrap, rework):
        if given is not None and len(given):
            column = given
            data[parts] = &column[0]
            stride[parts] = column.strides[0] // sizeof(double)
            parts += 1
    with nogil:
        for i in range(total.shape[0]):
            rest = total[i]
            for q in range(parts):
                value = data[q][i * stride[q]]
                if value == value:
                    rest -= value
            if rest > 1e-6 or rest < -1e-6:
                right = False
                break
    return right
