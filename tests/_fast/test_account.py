"""Buckets of segments and their sums, against the table of what goes where."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.account import add_up, bucket
from smartfab.oee.buckets import OF_CATEGORY
from smartfab.vocabulary import CATEGORIES, LOSSES

OPEN, BREAK, STOP, CLOSED = range(4)


def booked(category: str, calendar: int, *, short: bool = False, stops_clock: bool = True) -> str:
    loss = np.empty(1, np.int8)
    zero = np.zeros(1, np.int32)
    bucket(
        zero, zero, np.array([CATEGORIES.index(category)], np.int8), np.array([short], np.int8), np.array([calendar], np.int8),
        OF_CATEGORY, stops_clock, loss,
    )  # fmt: skip
    return LOSSES[loss[0]]


def test_each_category_has_its_bucket_in_planned_time():
    assert {name: booked(name, OPEN) for name in CATEGORIES} == {
        "running": "run", "idle": "idle", "blocked": "blocked_starved", "starved": "blocked_starved", "setup": "setup",
        "planned_stop": "planned_stop", "unplanned_stop": "breakdown", "off": "idle", "unknown": "unknown",
    }  # fmt: skip
    assert booked("unplanned_stop", OPEN, short=True) == "minor_stop"


def test_the_calendar_comes_before_the_machine():
    for name in CATEGORIES:
        assert booked(name, CLOSED) == "no_shift"
        assert booked(name, STOP) == booked(name, BREAK) == "planned_stop"
        assert booked(name, BREAK, stops_clock=False) == booked(name, OPEN)
        assert booked(name, STOP, stops_clock=False) == "planned_stop"


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 8), st.integers(-1, 2), st.integers(-1, 3)), min_size=1, max_size=20)
)
def test_time_is_added_up_by_cell_and_bucket_and_a_stop_counts_once(segments):
    length, loss, cell, stop = (np.array(column) for column in zip(*segments, strict=True))
    stop = np.maximum.accumulate(np.where(stop >= 0, stop + 4 * np.arange(len(stop)) // 8, -1)) * (stop >= 0) - (stop < 0)
    n, start = np.arange(len(length), dtype=np.int32), np.cumsum(length) - length
    time, events = np.zeros((3, len(LOSSES)), np.int64), np.zeros((3, 2), np.int64)
    add_up(
        start.astype(np.int64), int(length.sum()), loss.astype(np.int8), n, n, stop.astype(np.int32), cell.astype(np.int32),
        time, events,
    )  # fmt: skip
    for c in range(3):
        for what in range(len(LOSSES)):
            assert time[c, what] == length[(cell == c) & (loss == what)].sum()
    lost = [(number, c, what) for number, c, what in zip(stop, cell, loss, strict=True) if what in {3, 7} and number >= 0]
    firsts = [(c, what) for k, (number, c, what) in enumerate(lost) if not k or lost[k - 1][0] != number]
    assert events[:, 0].tolist() == [sum(where == c for where, _ in firsts) for c in range(3)]
    assert events[:, 1].tolist() == [sum((where, what) == (c, 3) for where, what in firsts) for c in range(3)]
