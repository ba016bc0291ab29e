"""The sweep kernel against what they say of themselves."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.sweep import overlay

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
