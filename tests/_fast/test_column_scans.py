"""Scans of long columns against what they say of themselves."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.column_scans import adds_up, exceeds, lacks_times, order_of_times

LEAST, MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
TIMES = st.lists(st.sampled_from([LEAST, LEAST + 1, -1, 0, 1, 2, 3, MOST]), max_size=40)


@given(TIMES)
def test_order_and_missing_times(times: list[int]):
    ts = np.array(times, np.int64)
    pairs = list(pairwise(times))
    assert order_of_times(ts) == (any(b < a for a, b in pairs), any(a == b for a, b in pairs))
    assert lacks_times(ts) == (LEAST in times)


@pytest.mark.parametrize(
    ("value", "beyond"), [(np.nan, False), (np.inf, True), (-np.inf, True), (1e12, False), (1.1e12, True), (-1.1e12, True)]
)
@pytest.mark.parametrize("place", [0, 7, 18])
def test_a_value_beyond_the_limit_is_seen_anywhere(value: float, beyond: bool, place: int):
    values = np.ones(19)
    values[place] = value
    assert exceeds(values, 1e12) is beyond
    assert not exceeds(values[:0], 1e12)


def test_what_adds_up_and_what_does_not():
    total, good, scrap = np.array([3.0, np.nan, 2.0]), np.array([2.0, 9.0, 2.0]), np.array([1.0, np.nan, np.nan])
    assert adds_up(total, good, scrap, None)
    assert not adds_up(total, good, None, None)
    assert adds_up(total[:0], None, None, None)
    assert adds_up(total[::-1], good[::-1], scrap[::-1], None)
