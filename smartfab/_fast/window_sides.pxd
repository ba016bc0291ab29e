"""The two sides of a window's edge, each a set of tables of running sums.

An edge stands between two rows. The front side holds sums over the last rows before it (row j of the table covers
rows j..size-1), the back side sums over the first rows after it (row m covers rows 0..m-1): a window over the edge is
one of each, and nothing is ever subtracted from a sum that has seen a value which left.
"""

from libc.math cimport INFINITY, NAN
from libc.stdint cimport int64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy

ctypedef Py_ssize_t rows_t

cdef enum:         # the tables
    VALID       # rows that are not missing
    S1          # sums of powers of d = x - shift
    S2
    S3          # of a pair: of e = y - shift_y
    S4          # of a pair: of e * e
    SP          # of d * (row number from the edge); of a pair: of d * e
    T1          # sums of row numbers of the rows that are not missing
    T2
    LOW
    HIGH
    FINITE      # count, mean and central moments of d, made only when a window is badly conditioned
    MEAN
    M2
    M3          # of a pair: mean of e
    M4          # of a pair: second moment of e
    MP          # of a pair: the mixed moment
    SLOTS

cdef struct Side:
    double* slot[16]
    double* memory
    rows_t size         # rows in the tables
    rows_t capacity
    rows_t explained    # rows in the central moment tables
    bint clean          # every row is finite
    bint shifted        # the shift is known
    double shift
    double shift_y
    rows_t plus         # row of +inf nearest the edge, -1 for none; of a pair: of any inf
    rows_t minus


cdef inline bint any_odd(const double* x, rows_t n) noexcept nogil:
    """Whether a value is NaN or inf."""
    cdef double a = 0, b = 0, c = 0, d = 0
    cdef rows_t i
    for i in range(0, n - 3, 4):
        a += x[i] - x[i]
        b += x[i + 1] - x[i + 1]
        c += x[i + 2] - x[i + 2]
        d += x[i + 3] - x[i + 3]
    for i in range(n & ~<rows_t>3, n):
        a += x[i] - x[i]
    a = (a + b) + (c + d)
    return a != a


cdef inline bint is_finite(double value) noexcept nogil:
    return value - value == 0


cdef inline void release(Side* side) noexcept nogil:
    free(side.memory)
    side.memory = NULL


cdef inline int reserve(Side* side, int needs, rows_t capacity, rows_t keep) noexcept nogil:
    """Make room for `capacity` rows in every needed table, keeping the first `keep`; -1 when memory is out."""
    cdef double* memory
    cdef int slot, count = 0
    if side.memory != NULL and capacity <= side.capacity:
        return 0
    if side.memory != NULL:
        capacity = max(capacity, 2 * side.capacity)
    for slot in range(SLOTS):
        count += needs >> slot & 1
    memory = <double*>malloc((count * (capacity + 1) + 1) * sizeof(double))
    if memory == NULL:
        return -1
    count = 0
    for slot in range(SLOTS):
        if not needs >> slot & 1:
            continue
        if side.memory != NULL:
            memcpy(memory + count * (capacity + 1), side.slot[slot], keep * sizeof(double))
        side.slot[slot] = memory + count * (capacity + 1)
        count += 1
    free(side.memory)
    side.memory = memory
    side.capacity = capacity
    return 0


cdef inline void empty(Side* side, int needs, rows_t zero) noexcept nogil:
    """Begin the tables anew; row `zero` is the sum over no rows."""
    cdef int slot
    for slot in range(SLOTS):
        if needs >> slot & 1:
            side.slot[slot][zero] = 0
    if needs >> LOW & 1:
        side.slot[LOW][zero] = INFINITY
    if needs >> HIGH & 1:
        side.slot[HIGH][zero] = -INFINITY
    side.explained = 0
    side.clean = True
    side.shifted = False
    side.shift = 0
    side.shift_y = 0
    side.plus = -1
    side.minus = -1
