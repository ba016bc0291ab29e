"""A production date runs from one day_start to the next, whatever the clocks do in between."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab import clock

ZONES = st.sampled_from(
    ["Europe/Rome", "Asia/Ho_Chi_Minh", "America/New_York", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
)
STARTS = st.sampled_from(["00:00", "01:30", "02:30", "06:00", "06:00:01", "14:00", "23:59:59", "24:00"])
DATES = st.dates(dt.date(1975, 1, 1), dt.date(2037, 12, 31))


def dates_of(*instants: int, tz: str, day_start: str) -> list[str]:
    found = clock.production_date(np.array(instants, dtype=np.int64), tz, day_start)
    assert found.dtype == "datetime64[us]"
    return [str(day.astype("datetime64[D]")) for day in found]


def at(text: str) -> int:
    return clock.instant(text, what="at")


@pytest.mark.parametrize(
    ("instant", "tz", "day_start", "date"),
    [
        ("2026-03-02T05:59:59.999999+07:00", "Asia/Ho_Chi_Minh", "06:00", "2026-03-01"),
        ("2026-03-02T06:00:00+07:00", "Asia/Ho_Chi_Minh", "06:00", "2026-03-02"),
        ("2026-03-01T23:00:00+00:00", "Asia/Ho_Chi_Minh", "06:00", "2026-03-02"),
        ("2026-03-02T00:00:00+07:00", "Asia/Ho_Chi_Minh", "00:00", "2026-03-02"),
        ("2026-03-29T00:59:59+00:00", "Europe/Rome", "02:30", "2026-03-28"),  # 01:59:59, then the clock skips 02:30
        ("2026-03-29T01:00:00+00:00", "Europe/Rome", "02:30", "2026-03-29"),
        ("2026-10-25T00:29:59+00:00", "Europe/Rome", "02:30", "2026-10-24"),
        ("2026-10-25T00:30:00+00:00", "Europe/Rome", "02:30", "2026-10-25"),  # the first 02:30
        ("2026-10-25T01:10:00+00:00", "Europe/Rome", "02:30", "2026-10-25"),  # 02:10 for the second time
        ("1969-07-20T20:17:00+00:00", "America/New_York", "06:00", "1969-07-20"),
    ],
)
def test_worked_examples(instant, tz, day_start, date):
    assert dates_of(at(instant), tz=tz, day_start=day_start) == [date]


@given(DATES, ZONES, STARTS, st.integers(0, 86_399))
def test_an_instant_lies_between_its_day_start_and_the_next(date, tz, day_start, second):
    begin = clock.instant(date, tz=tz, day_start=day_start, what="begin")
    end = clock.instant(date + dt.timedelta(days=1), tz=tz, day_start=day_start, what="end")
    if begin == end:  # a day the zone never had
        return
    inside = begin + (end - begin) * second // 86_400
    assert dates_of(begin, inside, end - 1, tz=tz, day_start=day_start) == [date.isoformat()] * 3
    assert dates_of(end, tz=tz, day_start=day_start) > [date.isoformat()]


@given(st.lists(st.integers(0, 2_000_000_000 * clock.SECOND), min_size=2), ZONES, STARTS)
def test_later_is_never_an_earlier_date_and_each_is_told_alone(instants, tz, day_start):
    instants.sort()
    together = dates_of(*instants, tz=tz, day_start=day_start)
    assert together == sorted(together)
    assert together == [dates_of(instant, tz=tz, day_start=day_start)[0] for instant in instants]


def test_no_instants_give_no_dates():
    assert dates_of(tz="UTC", day_start="06:00") == []
