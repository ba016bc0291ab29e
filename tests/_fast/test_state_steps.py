"""Reasons laid over states, and stops, against a look at every second."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.state_steps import explain, stops

RUNNING, UNPLANNED, UNKNOWN, NONE = 0, 6, 8, -1
HORIZON = 40
POINTS = st.sets(st.integers(1, HORIZON - 1), max_size=8).map(sorted)
STANDS_FOR = np.array([NONE, 5, UNPLANNED, UNKNOWN, NONE], np.int8)  # the last is for no reason


@st.composite
def states(draw):
    start = [0, *draw(POINTS)]
    piece = st.tuples(
        st.sampled_from([RUNNING, 1, 5, UNPLANNED, UNKNOWN]), st.sampled_from([-1, 0, 1, 3]), st.sampled_from([0, 1])
    )
    return start, [draw(piece) for _ in start]


def at(start, values, second, otherwise):
    held = [value for begin, value in zip(start, values, strict=True) if begin <= second]
    return held[-1] if held else otherwise


def explained_slowly(piece, entered):
    category, reason, source = piece
    said = entered >= 0 and category != RUNNING
    if said:
        reason, source = entered, 2
    if category != RUNNING and (category != UNKNOWN or said):
        if reason >= 0 and STANDS_FOR[reason] >= 0:
            category = int(STANDS_FOR[reason])
        if said and category == UNKNOWN:
            category = UNPLANNED
    return category, reason, source


@given(states(), POINTS, st.data())
def test_a_person_s_reason_wins_on_stops_and_turns_them_into_what_it_stands_for(machine, entered_start, data):
    start, pieces = machine
    entered = [data.draw(st.sampled_from([-1, 0, 1, 2, 3])) for _ in entered_start]
    room = len(start) + len(entered_start)
    out = np.empty(room, np.int64), np.empty(room, np.int8), np.empty(room, np.int32), np.empty(room, np.int8)
    n, in_vain = explain(
        np.array(start, np.int64), np.array([p[0] for p in pieces], np.int8), np.array([p[1] for p in pieces], np.int32),
        np.array([p[2] for p in pieces], np.int8), np.array(entered_start, np.int64), np.array(entered, np.int32), 2,
        STANDS_FOR, *out,
    )  # fmt: skip
    told = [part[:n].tolist() for part in out]
    result = list(zip(*told[1:], strict=True))
    every = [explained_slowly(at(start, pieces, s, None), at(entered_start, entered, s, -1)) for s in range(HORIZON)]
    assert [at(told[0], result, second, None) for second in range(HORIZON)] == every
    assert all(a != b for a, b in pairwise(result))
    last = max([0, *start, *entered_start])
    runs = [at(start, pieces, s, None)[0] == RUNNING and at(entered_start, entered, s, -1) >= 0 for s in range(last)]
    assert in_vain == sum(runs)


@given(states(), st.lists(st.integers(0, 12), min_size=9, max_size=9))
def test_stops_are_whole_stretches_and_short_ones_have_an_end(machine, micro_stop):
    start, pieces = machine
    category, reason = [p[0] for p in pieces], [p[1] for p in pieces]
    number, short = np.empty(len(start), np.int32), np.empty(len(start), np.int8)
    limit = np.array(micro_stop, np.int64)
    stops(np.array(start, np.int64), np.array(category, np.int8), np.array(reason, np.int32), limit, number, short)
    for i in range(len(start)):
        assert (number[i] >= 0) == (category[i] == UNPLANNED)
        if number[i] < 0:
            assert not short[i]
            continue
        first, last = i, i
        while first and category[first - 1] == UNPLANNED:
            first -= 1
        while last + 1 < len(start) and category[last + 1] == UNPLANNED:
            last += 1
        assert set(number[first : last + 1]) == {number[i]}
        assert (number == number[i]).sum() == last - first + 1
        ends = last + 1 < len(start) and start[last + 1] - start[first] <= micro_stop[first]
        assert bool(short[i]) == (ends and reason[i] < 0)
