"""Statistics of the windows (t − w, t] that end at given instants t, for one signal.

Each cut-off is worked out by itself, from its newest sample backwards through its longest window, and every shorter window
is read off on the way. Stretches of time that lie whole in a window are added as one; they are cut by the clock alone, at
multiples of a 64th of the longest window. So a row depends on the samples in its own windows and on nothing else, bit for bit.
"""

from libc.math cimport INFINITY, isnan, sqrt, NAN
from libc.stdlib cimport free, malloc

# The order of the columns of one window; smartfab.features.statistics names them.
cdef enum:
    MEAN, STD, MIN, MAX, SLOPE, LAST_MINUS_MEAN, LAST, COUNT

cdef double CONDITION = 30.0  # beyond this (c − mean)² / variance the shifted sums give way to a second pass


cdef enum:
    STRETCHES = 24


cdef struct Sums:
    # of x − shift and of the seconds since `newest`; shift is the value at `newest`, the newest there is
    Py_ssize_t n
    long long newest
    double shift, x, xx, low, high, t, tt, tx


cdef struct Stretch:
    Py_ssize_t first
    long long begin
    Sums sums


cdef inline Py_ssize_t _after(const long long* ts, Py_ssize_t n, long long at) noexcept nogil:
    """How many times are not later than `at`."""
    cdef Py_ssize_t lo = 0, hi = n, mid
    while lo < hi:
        mid = (lo + hi) // 2
        if ts[mid] <= at:
            lo = mid + 1
        else:
            hi = mid
    return lo


cdef inline void _clear(Sums* s) noexcept nogil:
    s.n = 0
    s.newest = 0
    s.shift = s.x = s.xx = s.low = s.high = s.t = s.tt = s.tx = 0.0


cdef inline void _add(Sums* s, double x, long long ts) noexcept nogil:
    """One value older than all before."""
    cdef double d, t
    if s.n == 0:
        s.shift = s.low = s.high = x
        s.newest = ts
    d = x - s.shift
    t = 1e-6 * <double>(ts - s.newest)
    s.n += 1
    s.x += d
    s.xx += d * d
    s.t += t
    s.tt += t * t
    s.tx += t * d
    s.low = x if x < s.low else s.low
    s.high = x if x > s.high else s.high


cdef inline void _merge(Sums* s, const Sums* older) noexcept nogil:
    """A stretch older than all before."""
    cdef double d, u, n = <double>older.n
    if older.n == 0:
        return
    if s.n == 0:
        s[0] = older[0]
        return
    d = older.shift - s.shift
    u = 1e-6 * <double>(older.newest - s.newest)
    s.n += older.n
    s.xx += older.xx + d * (2.0 * older.x + n * d)
    s.tx += older.tx + d * older.t + u * (older.x + n * d)
    s.tt += older.tt + u * (2.0 * older.t + n * u)
    s.x += older.x + n * d
    s.t += older.t + n * u
    s.low = older.low if older.low < s.low else s.low
    s.high = older.high if older.high > s.high else s.high


cdef inline void _centred(const long long* ts, const double* x, Py_ssize_t lo, Py_ssize_t hi, const Sums* s,
                          double* mean, double* m2, double* mtx, double* mtt) noexcept nogil:
    """The second pass over [lo, hi): deviations from the means themselves."""
    cdef Py_ssize_t i
    cdef double centre = s.shift + s.x / s.n, middle = s.t / s.n, d, u, e = 0.0
    m2[0] = 0.0
    mtx[0] = 0.0
    mtt[0] = 0.0
    for i in range(lo, hi):
        if isnan(x[i]):
            continue
        d = x[i] - centre
        u = 1e-6 * <double>(ts[i] - s.newest) - middle
        e += d
        m2[0] += d * d
        mtx[0] += u * d
        mtt[0] += u * u
    mean[0] = centre + e / s.n
    m2[0] -= e * e / s.n


cdef inline void _write(const long long* ts, const double* x, Py_ssize_t lo, Py_ssize_t hi, const Sums* s,
                        const int* wanted, Py_ssize_t stats, double* out) noexcept nogil:
    cdef Py_ssize_t k
    cdef double mean, m2, mtx, mtt, value
    for k in range(stats):
        out[k] = 0.0 if wanted[k] == COUNT else NAN
    if s.n == 0:
        return
    mean = s.shift + s.x / s.n
    m2 = s.xx - s.x * s.x / s.n
    mtx = s.tx - s.t * s.x / s.n
    mtt = s.tt - s.t * s.t / s.n
    if s.low == -INFINITY or s.high == INFINITY:
        mean = s.low + s.high if s.low != s.high else s.low
        m2 = mtx = NAN
    elif s.x * s.x / s.n > CONDITION * m2:
        _centred(ts, x, lo, hi, s, &mean, &m2, &mtx, &mtt)
    for k in range(stats):
        value = NAN
        if wanted[k] == MEAN:
            value = mean
        elif wanted[k] == STD and s.n > 1:
            value = sqrt(m2 / (s.n - 1)) if m2 > 0.0 or isnan(m2) else 0.0
        elif wanted[k] == MIN:
            value = s.low
        elif wanted[k] == MAX:
            value = s.high
        elif wanted[k] == SLOPE and mtt > 0.0:
            value = mtx / mtt
        elif wanted[k] == LAST_MINUS_MEAN:
            value = s.shift - mean if not isnan(m2) else NAN
        elif wanted[k] == LAST:
            value = s.shift
        elif wanted[k] == COUNT:
            value = <double>s.n
        out[k] = value if not isnan(value) else NAN


cdef inline long long _number(long long ts, long long length) noexcept nogil:
    """Which stretch of the clock an instant lies in."""
    cdef long long number = ts // length  # C rounds towards 0
    return number - 1 if number * length > ts else number


cdef Py_ssize_t _cut(const long long* ts, const double* x, Py_ssize_t lo, Py_ssize_t hi, long long length, Py_ssize_t* place,
                     Stretch* stretch) noexcept nogil:
    """Sum up the stretches that hold samples lo…hi−1; `place` says in which of them a sample lies."""
    cdef Py_ssize_t i = lo, k, first, many = 0
    cdef long long begin
    while i < hi:
        first = i
        begin = _number(ts[i], length) * length
        while i < hi and ts[i] - begin < length:
            place[i - lo] = many
            i += 1
        stretch[many].first = first
        stretch[many].begin = begin
        _clear(&stretch[many].sums)
        for k in range(i - 1, first - 1, -1):
            if not isnan(x[k]):
                _add(&stretch[many].sums, x[k], ts[k])
        many += 1
    return many


cdef inline Py_ssize_t _back(const long long* ts, const double* x, Py_ssize_t i, Py_ssize_t lo, long long after, long long cutoff,
                             long long length, const Py_ssize_t* place, const Stretch* stretch, Sums* s) noexcept nogil:
    """Add the samples from i backwards that are later than `after`; return the first that is not."""
    cdef const Stretch* here
    while i >= lo and ts[i] > after:
        here = &stretch[place[i - lo]]
        # whole: it began later than the window, is over at the cut-off, and nothing of it was added yet
        if here.begin > after and here.begin + (length - 1) <= cutoff and place[i - lo] != place[i + 1 - lo]:
            _merge(s, &here.sums)
            i = here.first - 1
        else:
            if not isnan(x[i]):
                _add(s, x[i], ts[i])
            i -= 1
    return i


def cutoff_windows(const long long[::1] ts, const double[::1] x, const long long[::1] cutoff, const long long[::1] widths,
                   const int[::1] wanted, double[:, ::1] out, long long[::1] newest):
    """Write the wanted statistics of each window of each cut-off, and the time of the newest sample that was used.

    `ts` [us] never falls; `widths` [us] rise; NaN is missing; a column of `out` is window × statistic. A slope is per second.
    `newest` stays as it was where no window holds a value.
    """
    cdef Py_ssize_t rows = cutoff.shape[0], many = widths.shape[0], stats = wanted.shape[0]
    cdef Py_ssize_t r, i, k, hi, lo = ts.shape[0], top = 0
    cdef long long length
    cdef Sums s
    cdef Py_ssize_t* place
    cdef Stretch* stretch
    if rows == 0 or many == 0 or stats == 0:
        return
    if ts.shape[0] == 0:
        _clear(&s)
        for r in range(rows):
            for k in range(many):
                _write(NULL, NULL, 0, 0, &s, &wanted[0], stats, &out[r, k * stats])
        return
    length = max(1, widths[many - 1] // STRETCHES)
    for r in range(rows):
        lo = min(lo, _after(&ts[0], ts.shape[0], cutoff[r] - widths[many - 1]))
        top = max(top, _after(&ts[0], ts.shape[0], cutoff[r]))
    place = <Py_ssize_t*>malloc((top - lo + 2) * sizeof(Py_ssize_t))
    stretch = <Stretch*>malloc((top - lo + 1) * sizeof(Stretch))
    if place == NULL or stretch == NULL:
        free(place)
        free(stretch)
        raise MemoryError
    with nogil:
        place[top - lo] = -1
        _cut(&ts[0], &x[0], lo, top, length, place, stretch)
        for r in range(rows):
            _clear(&s)
            hi = _after(&ts[0], ts.shape[0], cutoff[r])
            i = hi - 1
            for k in range(many):
                i = _back(&ts[0], &x[0], i, lo, cutoff[r] - widths[k], cutoff[r], length, place, stretch, &s)
                _write(&ts[0], &x[0], i + 1, hi, &s, &wanted[0], stats, &out[r, k * stats])
            if s.n > 0 and s.newest > newest[r]:
                newest[r] = s.newest
    free(place)
    free(stretch)
