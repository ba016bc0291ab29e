"""The sweep kernels against what they say of themselves."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.sweep import book_pieces, overlay

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


def book(ts, pieces, where, start, cell, late=None):
    """One kind; returns [cell, 7] in pieces."""
    ts, start = np.array(ts, np.int64), np.array(start, np.int64)
    where = np.array(where, np.int8)
    span = np.where(where == 4, np.diff(start, append=start[-1]), 0)
    booked = np.zeros((max(cell) + 1, 1, 7), np.int64)
    book_pieces(
        ts, *np.array(pieces, float), np.zeros(len(ts), np.int32), np.array(late or [0] * len(ts), np.int8), start,
        np.cumsum(span) - span, where, np.array(cell, np.int32), booked,
    )  # fmt: skip
    return booked[:, 0] / 1e6


NONE = [np.nan]


def test_pieces_lie_in_the_segment_of_their_stamp_half_open():
    booked = book([10, 19, 20], [[1, 2, 4], NONE * 3, NONE * 3], [0, 1], [10, 20], [0, 1])
    assert booked[0, 0] == 3
    assert booked[1, [0, 3]].tolist() == [4, 4]


def test_a_quantity_is_shared_since_it_was_read_before_itself():
    # good is read at 0 and 40, scrap at 0, 30 and 40; unknown on [10, 30)
    pieces = [[0, np.nan, 40], [0, 9, 1], NONE * 3]
    booked = book([0, 30, 40], pieces, [0, 4, 0], [0, 10, 30], [0, 0, 0])
    assert booked[0, 0] == 20
    assert booked[0, 1] == 9 - 6 + 1
    assert booked[0, 6] == 20 + 6


def test_a_late_correction_is_not_shared_and_does_not_shorten_the_next_span():
    pieces = [[0, 5, 30], NONE * 3, NONE * 3]
    shared = book([0, 25, 30], pieces, [0, 4, 0], [0, 10, 20], [0, 0, 0], late=[0, 1, 0])
    assert shared[0, 0] == 5 + 20
    assert shared[0, 6] == 10


def test_segments_outside_the_window_take_nothing():
    booked = book([5, 15], [[1, 2], NONE * 2, NONE * 2], [0, 0], [0, 10], [-1, 0])
    assert booked[0, 0] == 2
