"""Pieces booked into the segments of a time account.

Most rows are plain: since the reading before no unknown time has passed, and they are booked at their own stamp. They are
taken in stretches (`book_stretch`); what is left is weighed row by row (`book_one`).
"""

from libc.math cimport NAN, llrint
from libc.stdint cimport INT64_MAX, int64_t

from smartfab._fast.booked_time cimport (
    LATE, UNKNOWN, UNUSED, Account, Quantity, Reading, book, code_t, nearest, spread,
)

cdef double NOT_READ = NAN


cdef void book_one(Account* account, Quantity* of, Reading now, double value, int kind, int q, bint late,
                   bint evenly) noexcept nogil:
    """Book one reading of one quantity: its share of unknown time first, the rest at its stamp or evenly."""
    cdef long long amount = llrint(value * 1e6), lost
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
    lost = amount if share >= 1.0 else llrint(<double>amount * share)
    if lost != 0:
        book(account, nearest(account, now.segment, True), kind, q, lost)
    amount -= lost
    if evenly and amount > 0 and not late and of.seen == 2 and of.before.segment < now.segment:
        amount = spread(account, of.before, now, kind, q, amount)
    if amount != 0:
        book(account, nearest(account, now.segment, False), kind, q, amount)


cdef inline bint at_hand(Quantity* of, Reading now, bint evenly) noexcept nogil:
    """Whether a reading of this quantity is booked at its own stamp alone: no unknown time, nor, `evenly`, another segment
    since the readings it may be measured from."""
    if of.seen > 0 and (of.last.unknown != now.unknown or (evenly and of.last.segment != now.segment)):
        return False
    return of.seen < 2 or (of.before.unknown == now.unknown and (not evenly or of.before.segment == now.segment))


cdef void remember(Quantity* of, const long long* ts, Reading now, Py_ssize_t first, Py_ssize_t i) noexcept nogil:
    """Take up the last readings of rows [first, i), all in segments with the unknown time of `now`.

    The segment of a reading matters only where all of them lie in one.
    """
    cdef Py_ssize_t k = i - 1, newest
    if of.data == &NOT_READ:
        return
    while k >= first and of.data[k * of.stride] != of.data[k * of.stride]:
        k -= 1
    if k < first or (of.seen and ts[k] == of.last.ts):
        return
    newest = k
    while k >= first and (ts[k] == ts[newest] or of.data[k * of.stride] != of.data[k * of.stride]):
        k -= 1
    if k >= first:
        of.before = Reading(ts[k], now.unknown, now.segment)
        of.seen = 2
    else:
        of.before = of.last
        of.seen += of.seen < 2
    of.last = Reading(ts[newest], now.unknown, now.segment)


cdef inline Py_ssize_t take(Quantity* of, const long long* ts, Py_ssize_t i, Py_ssize_t stop, long long until,
                            long long* amount) noexcept nogil:
    """Add up rows from i to `stop` that are stamped before `until`; return the first that is not."""
    cdef const double* good = of[0].data
    cdef const double* scrap = of[1].data
    cdef const double* rework = of[2].data
    cdef Py_ssize_t a = of[0].stride, b = of[1].stride, c = of[2].stride
    cdef long long goods = 0, scraps = 0, reworks = 0
    while i < stop and ts[i] < until:
        if good[i * a] == good[i * a]:
            goods += llrint(good[i * a] * 1e6)
        if scrap[i * b] == scrap[i * b]:
            scraps += llrint(scrap[i * b] * 1e6)
        if rework[i * c] == rework[i * c]:
            reworks += llrint(rework[i * c] * 1e6)
        i += 1
    amount[0], amount[1], amount[2] = goods, scraps, reworks
    return i


cdef inline Py_ssize_t first_unready(Quantity* of, bint* ready, const long long* ts, Py_ssize_t i, Py_ssize_t stop,
                                     long long until) noexcept nogil:
    """The first row from i to `stop` that reads a quantity that is not at hand, or is stamped no more before `until`."""
    cdef double value
    cdef int q
    while i < stop and ts[i] < until:
        for q in range(3):
            value = of[q].data[i * of[q].stride]
            if value == value and not ready[q]:
                return i
        i += 1
    return i


cdef Py_ssize_t book_stretch(Account* account, Quantity* of, const long long* ts, Py_ssize_t i, Py_ssize_t stop,
                             Reading now, int kind, bint evenly) noexcept nogil:
    """Book rows from i to `stop` as long as they are at hand and in known time; return the first row that is not booked.

    `now` is the reading of row i. With `evenly` all lie in its segment.
    """
    cdef bint ready[3]
    cdef long long amount[3]
    cdef Py_ssize_t s = now.segment, first = i, last
    cdef long long until
    cdef bint stale = False
    cdef int q
    for q in range(3):
        ready[q] = at_hand(&of[q], now, evenly)
        stale |= not ready[q]
    while i < stop and s < account.segments and account.where[s] != UNKNOWN:
        until = account.start[s + 1] if s + 1 < account.segments else INT64_MAX
        last = stop
        if stale:
            last = first_unready(of, ready, ts, i, stop, until)
            if last < stop and ts[last] < until:
                stop = last
        i = take(of, ts, i, last, until, amount)
        for q in range(3):
            book(account, s, kind, q, amount[q])
        if evenly:
            break
        s += 1
    for q in range(3):
        remember(&of[q], ts, now, first, i)
    return i


cdef struct Rows:
    const long long* ts
    const code_t* flag    # NULL: no row has one
    const int64_t* run    # first row of each run of one kind
    const int* kind
    Py_ssize_t runs
    Py_ssize_t count


cdef void book_rows(Account* account, Quantity* of, Rows* rows, bint evenly) noexcept nogil:
    cdef Py_ssize_t i = 0, s = 0, run = 0, stop = 0
    cdef long long passed = 0         # unknown time before segment s [us]
    cdef Py_ssize_t first
    cdef Reading now
    cdef double value
    cdef code_t flag
    cdef int q
    while i < rows.count:
        while s + 1 < account.segments and account.start[s + 1] <= rows.ts[i]:
            if account.where[s] == UNKNOWN:
                passed += account.start[s + 1] - account.start[s]
            s += 1
        while run + 1 < rows.runs and rows.run[run + 1] <= i:
            run += 1
        now = Reading(rows.ts[i], passed, s)
        if account.where[s] == UNKNOWN:
            now.unknown += rows.ts[i] - account.start[s]
        else:
            if stop <= i:
                stop = rows.run[run + 1] if run + 1 < rows.runs else rows.count
                stop = unflagged(rows, i, stop)
            if stop > i:
                first = i
                i = book_stretch(account, of, rows.ts, i, stop, now, rows.kind[run], evenly)
                if i > first:
                    continue
        flag = rows.flag[i] if rows.flag != NULL else 0
        for q in range(3):
            value = of[q].data[i * of[q].stride]
            if value == value and not flag & UNUSED:
                book_one(account, &of[q], now, value, rows.kind[run], q, flag & LATE, evenly)
        i += 1


cdef inline Py_ssize_t unflagged(Rows* rows, Py_ssize_t i, Py_ssize_t stop) noexcept nogil:
    """The first row from i on that has a flag, or `stop`."""
    if rows.flag == NULL:
        return stop
    while i < stop and rows.flag[i] == 0:
        i += 1
    return i


cdef point_at(Quantity* parts, good, scrap, rework):
    """Let each part know where its readings are; None is never read."""
    cdef const double[:] column
    cdef int q
    for q, given in enumerate((good, scrap, rework)):
        parts[q].seen = 0
        parts[q].data = &NOT_READ
        parts[q].stride = 0
        if given is not None and len(given):
            column = given
            parts[q].data = &column[0]
            parts[q].stride = column.strides[0] // sizeof(double)


def book_pieces(const long long[::1] ts, good, scrap, rework, const int64_t[::1] run, const int[::1] kind, flag, bint evenly,
                const long long[::1] start, const code_t[::1] where, const int[::1] at_fixed, const int[::1] cell,
                long long[:, :, ::1] booked):
    """Book counts into the segments of their time stamps; what was made over unknown time is booked there.

    `ts` rises and does not begin before `start`. `good`, `scrap`, `rework` are arrays of float64 or None; NaN is "not
    read". What was made since the same quantity was read before is shared between unknown time and the rest by
    seconds, the rest put at the stamp or, `evenly`, over the running time since. Rows from `run[k]` to the next are of kind
    `kind[k]`. `flag` is None or, for each row, LATE for corrections, which were made at their stamp, and UNUSED for rows
    that are passed over. `where` is the enum above, `at_fixed[s]` the piece whose `cell` segment s is in, -1 outside the
    window. `booked` is [cell, kind, 7] in millionths of a piece: good, scrap, rework of planned time, of these in stops,
    then the totals made in planned stops, outside shifts, and over unknown time.
    """
    cdef Quantity quantities[3]
    cdef const code_t[::1] flags
    cdef Account account
    cdef Rows rows
    if ts.shape[0] == 0:
        return
    account = Account(
        &start[0], &where[0], &at_fixed[0], &cell[0], &booked[0, 0, 0], start.shape[0], booked.shape[1]
    )
    rows = Rows(&ts[0], NULL, &run[0], &kind[0], run.shape[0], ts.shape[0])
    if flag is not None:
        flags = flag
        rows.flag = &flags[0]
    point_at(quantities, good, scrap, rework)
    with nogil:
        book_rows(&account, quantities, &rows, evenly)
