"""The time account of a machine: segments of time, each in one bucket, and their sums.

Segments are where its states (`at_state`: which piece) and its calendar, products and window (`at_fixed`: which piece) meet.
"""

ctypedef signed char code_t

cdef enum:
    LOSS_NO_SHIFT = 0
    LOSS_PLANNED_STOP = 1
    LOSS_BREAKDOWN = 3
    LOSS_MINOR_STOP = 7
    OPEN_TIME = 0
    BREAK = 1
    CALENDAR_STOP = 2


def bucket(const int[::1] at_state, const int[::1] at_fixed, const code_t[::1] category, const code_t[::1] short,
           const code_t[::1] calendar, const code_t[::1] of_category, bint break_stops_clock, code_t[::1] loss):
    """Write the bucket of each segment: what the calendar says first, then the machine's category."""
    cdef Py_ssize_t s
    cdef code_t told
    with nogil:
        for s in range(at_state.shape[0]):
            told = calendar[at_fixed[s]]
            if told == OPEN_TIME or (told == BREAK and not break_stops_clock):
                loss[s] = LOSS_MINOR_STOP if short[at_state[s]] else of_category[category[at_state[s]]]
            elif told == BREAK or told == CALENDAR_STOP:
                loss[s] = LOSS_PLANNED_STOP
            else:
                loss[s] = LOSS_NO_SHIFT


def add_up(const long long[::1] start, long long end, const code_t[::1] loss, const int[::1] at_state,
           const int[::1] at_fixed, const int[::1] stop, const int[::1] cell, long long[:, ::1] time, long long[:, ::1] events):
    """Add the time of each segment [us] to its cell and bucket, and each stop to the cell of its first planned segment.

    `cell` is that of each fixed piece, -1 outside the window; `stop` the number of each state's stop, -1 for none. `time` is
    [cell, bucket]; `events` [cell, 2]: stops, and those of them that are failures.
    """
    cdef Py_ssize_t s, n = start.shape[0]
    cdef int here, number, counted = -1
    cdef code_t what
    with nogil:
        for s in range(n):
            here = cell[at_fixed[s]]
            what = loss[s]
            if what == LOSS_BREAKDOWN or what == LOSS_MINOR_STOP:
                number = stop[at_state[s]]
                if number >= 0 and number != counted:
                    counted = number
                    if here >= 0:
                        events[here, 0] += 1
                        events[here, 1] += what == LOSS_BREAKDOWN
            if here >= 0:
                time[here, what] += (start[s + 1] if s + 1 < n else end) - start[s]
