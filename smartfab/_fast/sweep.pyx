"""Step functions of time laid over each other, and pieces booked into the segments that come out.

A step function is its strictly rising break points [us]; piece i holds on [t[i], t[i+1]), and -1 before t[0].
"""

from libc.math cimport rint

ctypedef signed char code_t


def overlay(const long long[::1] a, const long long[::1] b, long long[::1] start, int[::1] in_a, int[::1] in_b):
    """Write the union of two step functions' break points and which piece of each holds there; return how many."""
    cdef Py_ssize_t i = 0, j = 0, n = 0, na = a.shape[0], nb = b.shape[0]
    cdef long long t
    while i < na or j < nb:
        if j >= nb or (i < na and a[i] <= b[j]):
            t = a[i]
        else:
            t = b[j]
        while i < na and a[i] == t:
            i += 1
        while j < nb and b[j] == t:
            j += 1
        start[n] = t
        in_a[n] = <int>(i - 1)
        in_b[n] = <int>(j - 1)
        n += 1
    return n


cdef enum:
    RUNNING = 0
    STOPPED = 1
    PLANNED_STOP = 2
    NO_SHIFT = 3
    UNKNOWN = 4


cdef inline Py_ssize_t nearest(const code_t[::1] where, Py_ssize_t s, bint unknown) noexcept nogil:
    """The last segment up to s that is, or is not, unknown; s itself where there is none."""
    cdef Py_ssize_t k = s
    while k >= 0 and (where[k] == UNKNOWN) != unknown:
        k -= 1
    return k if k >= 0 else s


def book_pieces(const long long[::1] ts, good, scrap, rework, const int[::1] kind, const code_t[::1] late,
                const long long[::1] start, const long long[::1] unknown_before, const code_t[::1] where,
                const int[::1] cell, long long[:, :, ::1] booked):
    """Book counts into the segments of their time stamps; what was made over unknown time is booked there.

    `ts` rises and does not begin before `start`. `good`, `scrap`, `rework` are arrays of
    float64 or None; NaN is "not read".
    What was made since the same quantity was read before is shared between unknown time and the rest by seconds;
    `late` rows are corrections and made at their stamp. `unknown_before` is the unknown time before a segment [us].
    `where` is the enum above; segments with cell < 0 lie outside the window. `booked` is [cell, kind, 7] in
    millionths of a piece: good, scrap, rework of planned time, of these in stops, then the totals made in planned
    stops, outside shifts, and over unknown time.
    """
    cdef Py_ssize_t i, k, n = ts.shape[0], m = start.shape[0], s = 0
    cdef long long unknown, amount, lost
    cdef long long this_ts[3]       # of the newest reading, and of the one before it with another time stamp
    cdef long long this_unknown[3]
    cdef long long last_ts[3]
    cdef long long last_unknown[3]
    cdef int seen[3]
    cdef double share, value
    cdef int q
    cdef const double[:] column
    cdef const double* data[3]
    cdef Py_ssize_t stride[3]
    for q, given in enumerate((good, scrap, rework)):
        data[q] = NULL
        if given is not None and n:
            column = given
            data[q] = &column[0]
            stride[q] = column.strides[0] // sizeof(double)
    for q in range(3):
        seen[q] = 0
        this_ts[q] = this_unknown[q] = last_ts[q] = last_unknown[q] = 0
    for i in range(n):
        while s + 1 < m and start[s + 1] <= ts[i]:
            s += 1
        unknown = unknown_before[s] + (ts[i] - start[s] if where[s] == UNKNOWN else 0)
        for q in range(3):
            if data[q] == NULL:
                continue
            value = data[q][i * stride[q]]
            if value != value:
                continue
            amount = <long long>rint(value * 1e6)
            if not late[i] and (seen[q] == 0 or ts[i] != this_ts[q]):
                last_ts[q] = this_ts[q]
                last_unknown[q] = this_unknown[q]
                this_ts[q] = ts[i]
                this_unknown[q] = unknown
                seen[q] += seen[q] < 2
            if late[i] or seen[q] < 2:
                share = 1.0 if where[s] == UNKNOWN else 0.0
            else:
                share = <double>(unknown - last_unknown[q]) / <double>(ts[i] - last_ts[q])
            if amount == 0:
                continue
            lost = amount if share >= 1.0 else <long long>rint(<double>amount * share)
            if lost != 0:
                k = nearest(where, s, True)
                if cell[k] >= 0:
                    booked[cell[k], kind[i], 6] += lost
            amount -= lost
            if amount == 0:
                continue
            k = nearest(where, s, False)
            if cell[k] < 0:
                continue
            if where[k] == PLANNED_STOP:
                booked[cell[k], kind[i], 4] += amount
            elif where[k] == NO_SHIFT:
                booked[cell[k], kind[i], 5] += amount
            else:
                booked[cell[k], kind[i], q] += amount
                if where[k] == STOPPED:
                    booked[cell[k], kind[i], 3] += amount
