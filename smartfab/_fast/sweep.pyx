"""Step functions of time: intervals painted over each other, and two functions laid over each other.

A step function is its strictly rising break points [us]; piece i holds on [t[i], t[i+1]), and -1 before t[0].
"""


def overlay(const long long[::1] a, const long long[::1] b, long long[::1] start, int[::1] in_a, int[::1] in_b):
    """Write the union of two step functions' break points and which piece of each holds there; return how many."""
    cdef Py_ssize_t i = 0, j = 0, n = 0, na = a.shape[0], nb = b.shape[0]
    cdef long long t
    with nogil:
        while i < na or j < nb:
            if j >= nb or (i < na and a[i] <= b[j]):
                t = a[i]
            else:
                t = b[j]
            i += i < na and a[i] == t
            j += j < nb and b[j] == t
            start[n] = t
            in_a[n] = <int>(i - 1)
            in_b[n] = <int>(j - 1)
            n += 1
    return n


def paint(const Py_ssize_t[::1] low, const Py_ssize_t[::1] high, const Py_ssize_t[::1] order, int[::1] row):
    """Write the number of each interval, in `order`, to the pieces [low, high) it covers; a later one covers an earlier."""
    cdef Py_ssize_t k, n, piece
    with nogil:
        for k in range(order.shape[0]):
            n = order[k]
            for piece in range(low[n], high[n]):
                row[piece] = <int>n
