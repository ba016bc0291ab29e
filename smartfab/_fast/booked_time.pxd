"""What pieces are booked into: a machine's account of time, and the readings of its counters."""

from libc.stdint cimport int64_t

cdef extern from "whole_shares.h" nogil:
    int64_t pieces_before(int64_t n, int64_t x, int64_t whole)
    int64_t amount_before(int64_t amount, int64_t x, int64_t whole)

ctypedef signed char code_t

cdef enum:
    RUNNING = 0
    STOPPED = 1
    PLANNED_STOP = 2
    NO_SHIFT = 3
    UNKNOWN = 4
    MILLION = 1_000_000
    LATE = 1
    UNUSED = 2


cdef struct Account:
    const long long* start
    const code_t* where
    const int* at_fixed
    const int* cell
    long long* booked
    Py_ssize_t segments
    Py_ssize_t kinds


cdef struct Reading:
    long long ts
    long long unknown     # unknown time that has passed up to it [us]
    Py_ssize_t segment


cdef struct Quantity:
    const double* data
    Py_ssize_t stride
    Reading last          # the newest reading, and the one before it with another time stamp
    Reading before
    int seen


cdef inline Py_ssize_t nearest(Account* account, Py_ssize_t s, bint unknown) noexcept nogil:
    """The last segment up to s that is, or is not, unknown; s itself where there is none."""
    cdef Py_ssize_t k = s
    while k >= 0 and (account.where[k] == UNKNOWN) != unknown:
        k -= 1
    return k if k >= 0 else s


cdef inline void book(Account* account, Py_ssize_t s, int kind, int q, long long amount) noexcept nogil:
    """Put an amount of good, scrap or rework (q) where segment s says."""
    cdef long long* row
    cdef int cell = account.cell[account.at_fixed[s]]
    if cell < 0 or amount == 0:
        return
    row = account.booked + (cell * account.kinds + kind) * 7
    if account.where[s] == PLANNED_STOP:
        row[4] += amount
    elif account.where[s] == NO_SHIFT:
        row[5] += amount
    elif account.where[s] == UNKNOWN:
        row[6] += amount
    else:
        row[q] += amount
        if account.where[s] == STOPPED:
            row[3] += amount


cdef inline long long spread(Account* account, Reading last, Reading now, int kind, int q, long long amount) noexcept nogil:
    """Spread an amount over the running time between two readings; return what is left where nothing ran.

    Whole pieces: the k-th of n lies at the first instant at which k/n of the running time has passed.
    """
    cdef Py_ssize_t s
    cdef long long up = 0, passed = 0, begin, end, upto, before = 0
    cdef bint whole = amount % MILLION == 0
    for s in range(last.segment, now.segment + 1):
        if account.where[s] == RUNNING:
            begin = last.ts if s == last.segment else account.start[s]
            end = now.ts if s == now.segment else account.start[s + 1]
            up += end - begin
    if up == 0:
        return amount
    for s in range(last.segment, now.segment + 1):
        begin = last.ts if s == last.segment else account.start[s]
        end = now.ts if s == now.segment else account.start[s + 1]
        if s == now.segment:
            upto = amount
        elif account.where[s] == RUNNING:
            passed += end - begin
            upto = MILLION * pieces_before(amount // MILLION, passed, up) if whole else amount_before(amount, passed, up)
        elif whole and passed > 0:
            # a piece that is finished just when the machine stops lies in what follows
            upto = MILLION * amount_before(amount // MILLION, passed, up)
        else:
            continue
        if account.where[s] == UNKNOWN:
            book(account, nearest(account, s, False), kind, q, upto - before)
        else:
            book(account, s, kind, q, upto - before)
        before = upto
    return 0
