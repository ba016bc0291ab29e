"""Pieces booked into the segments of a time account."""

from libc.math cimport rint
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
    const int* cell
    long long* booked
    Py_ssize_t segments
    Py_ssize_t kinds


cdef struct Reading:
    long long ts
    long long unknown
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
    if account.cell[s] < 0 or amount == 0:
        return
    row = account.booked + (account.cell[s] * account.kinds + kind) * 7
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


cdef long long spread(Account* account, Reading last, Reading now, int kind, int q, long long amount) noexcept nogil:
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


cdef void book_one(Account* account, Quantity* of, Reading now, double value, int kind, int q, bint late,
                   bint evenly) noexcept nogil:
    """Book one reading of one quantity: its share of unknown time first, the rest at its stamp or evenly."""
    cdef long long amount = <long long>rint(value * 1e6), lost
    cdef double share
    if not late and (of.seen == 0 or now.ts != of.last.ts):
        of.before = of.last
        of.last = now
        of.seen += of.seen < 2
    if amount == 0:
        return
    if late or of.seen < 2:
        share = 1.0 if account.where[now.segment] == UNKNOWN else 0.0
    else:
        share = <double>(now.unknown - of.before.unknown) / <double>(now.ts - of.before.ts)
    lost = amount if share >= 1.0 else <long long>rint(<double>amount * share)
    if lost != 0:
        book(account, nearest(account, now.segment, True), kind, q, lost)
    amount -= lost
    if evenly and amount > 0 and not late and of.seen == 2 and of.before.segment < now.segment:
        amount = spread(account, of.before, now, kind, q, amount)
    if amount != 0:
        book(account, nearest(account, now.segment, False), kind, q, amount)


def adds_up(const double[:] total, good, scrap, rework):
    """Whether good, scrap and rework (arrays or None; NaN is "not read") add up to total in every row but where it is NaN."""
    cdef Quantity parts[3]
    cdef Py_ssize_t i
    cdef int q
    cdef double rest, value
    cdef bint right = True
    point_at(parts, good, scrap, rework)
    with nogil:
        for i in range(total.shape[0]):
            rest = total[i]
            for q in range(3):
                if parts[q].data != NULL:
                    value = parts[q].data[i * parts[q].stride]
                    if value == value:
                        rest -= value
            if rest > 1e-6 or rest < -1e-6:
                right = False
                break
    return right


cdef point_at(Quantity* parts, good, scrap, rework):
    """Let each part know where its readings are."""
    cdef const double[:] column
    cdef int q
    for q, given in enumerate((good, scrap, rework)):
        parts[q].seen = 0
        parts[q].data = NULL
        if given is not None and len(given):
            column = given
            parts[q].data = &column[0]
            parts[q].stride = column.strides[0] // sizeof(double)


def book_pieces(const long long[::1] ts, good, scrap, rework, const int[::1] kind, const code_t[::1] flag, bint evenly,
                const long long[::1] start, const long long[::1] unknown_before, const code_t[::1] where,
                const int[::1] cell, long long[:, :, ::1] booked):
    """Book counts into the segments of their time stamps; what was made over unknown time is booked there.

    `ts` rises and does not begin before `start`. `good`, `scrap`, `rework` are arrays of float64 or None; NaN is "not
    read". What was made since the same quantity was read before is shared between unknown time and the rest by
    seconds, the rest put at the stamp or, `evenly`, over the running time since. `flag` is LATE for corrections, which were
    made at their stamp, and UNUSED for rows that are passed over. `unknown_before` is the unknown time before a segment [us]. `where` is the enum above; segments
    with cell < 0 lie outside the window. `booked` is [cell, kind, 7] in millionths of a piece: good, scrap, rework of
    planned time, of these in stops, then the totals made in planned stops, outside shifts, and over unknown time.
    """
    cdef Py_ssize_t i, n = ts.shape[0], s = 0
    cdef Quantity quantities[3]
    cdef Reading now
    cdef double value
    cdef int q
    cdef Account account
    if n == 0:
        return
    account = Account(&start[0], &where[0], &cell[0], &booked[0, 0, 0], start.shape[0], booked.shape[1])
    point_at(quantities, good, scrap, rework)
    with nogil:
        for i in range(n):
            while s + 1 < account.segments and start[s + 1] <= ts[i]:
                s += 1
            now = Reading(ts[i], unknown_before[s] + (ts[i] - start[s] if where[s] == UNKNOWN else 0), s)
            if flag[i] & UNUSED:
                continue
            for q in range(3):
                if quantities[q].data != NULL:
                    value = quantities[q].data[i * quantities[q].stride]
                    if value == value:
                        book_one(&account, &quantities[q], now, value, kind[i], q, flag[i] & LATE, evenly)
