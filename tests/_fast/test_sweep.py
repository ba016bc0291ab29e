"""The sweep kernel against what they say of themselves."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.sweep import overlay, paint

POINTS = st.lists(st.integers(-50, 50), max_size=12, unique=True).map(sorted)


@given(POINTS, POINTS)
def test_overlay_is_the_union_and_says_what_holds(a: list[int], b: list[int]):
    left, right = np.array(a, np.int64), np.array(b, np.int64)
    start, in_a, in_b = (
        np.empty(len(a) + len(b), np.int64),
        np.empty(len(a) + len(b), np.int32),
        np.empty(len(a) + len(b), np.int32),
    )
    n = overlay(left, right, start, in_a, in_b)
    assert start[:n].tolist() == sorted({*a, *b})
    assert in_a[:n].tolist() == [sum(x <= t for x in a) - 1 for t in start[:n]]
    assert in_b[:n].tolist() == [sum(x <= t for x in b) - 1 for t in start[:n]]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted), max_size=6), st.randoms(use_true_random=False))
def test_what_is_painted_last_covers_what_was_there(intervals: list[list[int]], random):
    order = list(range(len(intervals)))
    random.shuffle(order)
    low, high = (np.array([interval[end] for interval in intervals], np.intp) for end in (0, 1))
    row = np.full(9, -1, np.int32)
    paint(low, high, np.array(order, np.intp), row)
    for piece in range(9):
        assert row[piece] == next((n for n in reversed(order) if intervals[n][0] <= piece < intervals[n][1]), -1)
