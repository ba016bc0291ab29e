"""Run rules of a control chart: points and their zones → which rules each point completes."""

from libc.math cimport isnan


def run_rules(const double[:] value, const double[:] centre, const double[:] sigma, const double[:] lower,
              const double[:] upper, int one_side, unsigned char[::1] fired):
    """Write for each point the rules it completes: bit r-1 is set where Nelson's rule r holds at that point.

    A NaN value is skipped and breaks no run. Zones are open: on a line counts as within it. `one_side` is the length of
    rule 2. What is written at i depends on the points up to i alone.
    """
    cdef Py_ssize_t i
    cdef double v, d, a, before = 0.0
    cdef int side, turn, last_side = 0, last_turn = 0, on_side = 0, trend = 0, swings = 0, within = 0, outside = 0
    cdef int since_high = 8, since_low = 8
    cdef int two_high = 0, two_low = 0, one_high = 0, one_low = 0
    cdef bint first = True, beyond_one, beyond_two
    cdef unsigned char rules
    for i in range(value.shape[0]):
        v = value[i]
        if isnan(v):
            fired[i] = 0
            continue
        d = v - centre[i]
        a = d if d >= 0.0 else -d
        side = (d > 0.0) - (d < 0.0)
        beyond_one = a > sigma[i]
        beyond_two = a > 2.0 * sigma[i]
        turn = 0 if first else (v > before) - (v < before)
        first = False
        before = v

        on_side = (on_side + 1 if side == last_side else 1) if side else 0
        last_side = side
        trend = (trend + 1 if turn == last_turn else 1) if turn else 0
        swings = (swings + 1 if turn == -last_turn else 1) if turn else 0
        last_turn = turn
        two_high = ((two_high << 1) | (beyond_two and side > 0)) & 7
        two_low = ((two_low << 1) | (beyond_two and side < 0)) & 7
        one_high = ((one_high << 1) | (beyond_one and side > 0)) & 31
        one_low = ((one_low << 1) | (beyond_one and side < 0)) & 31
        within = 0 if beyond_one else within + 1
        outside = outside + 1 if beyond_one else 0
        since_high = 0 if side > 0 else since_high + (since_high < 8)
        since_low = 0 if side < 0 else since_low + (since_low < 8)

        rules = v > upper[i] or v < lower[i]
        rules |= (on_side >= one_side) << 1
        rules |= (trend >= 5) << 2
        rules |= (swings >= 13) << 3
        rules |= (_at_least(two_high, 2) or _at_least(two_low, 2)) << 4
        rules |= (_at_least(one_high, 4) or _at_least(one_low, 4)) << 5
        rules |= (within >= 15) << 6
        rules |= (outside >= 8 and since_high < 8 and since_low < 8) << 7
        fired[i] = rules


cdef inline bint _at_least(int bits, int most) noexcept nogil:
    """Whether the newest of these points and enough of them lie beyond."""
    cdef int count = 0
    if not bits & 1:
        return False
    while bits:
        count += bits & 1
        bits >>= 1
    return count >= most
