"""Instants, durations and zones: UTC inside, wall clocks at the edges, nights of 23 and 25 hours."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab import clock
from smartfab.errors import TimeError

HOUR = 3600 * clock.SECOND
ROME, SAIGON, NEW_YORK = "Europe/Rome", "Asia/Ho_Chi_Minh", "America/New_York"
ZONES = st.sampled_from(
    [ROME, SAIGON, NEW_YORK, "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin"]
)
INSTANTS = st.integers(-2_000_000_000 * clock.SECOND, 4_000_000_000 * clock.SECOND)


def utc(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()) * clock.SECOND


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5min", 300), ("90s", 90), ("1h30min", 5400), ("1D", 86_400), ("1.5h", 5400), ("5 min", 300), ("00:05:00", 300),
        ("P1D", 86_400), ("250ms", 0.25), ("7us", 7e-6), ("0", 0), (None, 0), (0, 0), (5, 5), (0.25, 0.25), (np.int64(5), 5),
        ("0d", 0), ("7d", 604_800), (np.float32(0.5), 0.5), (dt.timedelta(minutes=5), 300),
        (pd.Timedelta("5min"), 300), (1e-6, 1e-6),
    ],
)  # fmt: skip
def test_durations(value, seconds):
    assert clock.duration(value, what="micro_stop") == round(seconds * clock.SECOND)


@pytest.mark.parametrize(
    "value",
    [
        "5", "12.5", "-5", " 300 ", "five minutes", "", " ", "5M", "5min5", "nat", "-5min", -1, -0.5, float("nan"),
        float("inf"), True, 1e300, "200000D", pd.NaT, [5], dt.timedelta(seconds=-1),
    ],
)  # fmt: skip
def test_what_is_no_duration_is_refused(value):
    with pytest.raises(TimeError, match="micro_stop"):
        clock.duration(value, what="micro_stop")


@given(st.integers(0, 10**6), st.sampled_from([("us", 1), ("ms", 1000), ("s", 10**6), ("min", 6 * 10**7), ("h", 36 * 10**8)]))
def test_a_duration_is_its_number_times_its_unit(number, unit):
    assert clock.duration(f"{number}{unit[0]}", what="x") == number * unit[1]


@pytest.mark.parametrize(
    ("zone", "date", "shown", "instant"),
    [
        (SAIGON, "2026-03-02", "06:00", "2026-03-01T23:00:00"),
        (ROME, "2026-03-29", "01:59", "2026-03-29T00:59:00"),
        (ROME, "2026-03-29", "02:30", "2026-03-29T01:00:00"),  # skipped: the first instant after
        (ROME, "2026-03-29", "03:00", "2026-03-29T01:00:00"),
        (ROME, "2026-10-25", "02:30", "2026-10-25T00:30:00"),  # shown twice: the first
        (ROME, "2026-10-25", "03:00", "2026-10-25T02:00:00"),
        (NEW_YORK, "2026-03-08", "02:30", "2026-03-08T07:00:00"),
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01T05:30:00"),
        ("Europe/Dublin", "2026-10-25", "01:30", "2026-10-25T00:30:00"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00"),  # set back by half an hour
        ("America/Adak", "2026-03-08", "02:30", "2026-03-08T12:00:00"),
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00"),  # a day that never was
    ],
)
def test_wall_clocks(zone, date, shown, instant):
    at = clock.wall(dt.date.fromisoformat(date), dt.time.fromisoformat(shown), clock.zone(zone))
    assert at == utc(instant)


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        (ROME, "2026-03-28", 7), (ROME, "2026-10-24", 9), (ROME, "2026-06-01", 8), (SAIGON, "2026-03-28", 8),
        (NEW_YORK, "2026-03-07", 7), (NEW_YORK, "2026-10-31", 9),
    ],
)  # fmt: skip
def test_a_night_shift_lasts_as_long_as_the_clock_says(zone, date, hours):
    first = dt.date.fromisoformat(date)
    start = clock.wall(first, dt.time(22), clock.zone(zone))
    assert clock.wall(first + dt.timedelta(days=1), dt.time(6), clock.zone(zone)) - start == hours * HOUR


@given(st.dates(dt.date(1975, 1, 1), dt.date(2037, 12, 31)), st.times(), st.times(), ZONES)
def test_a_later_wall_time_is_never_an_earlier_instant(date, one, other, zone):
    early, late = sorted((one, other))
    assert clock.wall(date, early, clock.zone(zone)) <= clock.wall(date, late, clock.zone(zone))


@given(st.dates(dt.date(1975, 1, 1), dt.date(2037, 12, 31)), st.times(), ZONES)
def test_the_clock_shows_that_time_then_unless_it_is_skipped(date, time, zone):
    at = clock.stamp(clock.wall(date, time, clock.zone(zone))).tz_convert(zone)
    assert (at.date(), at.time()) >= (date, time)
    naive = dt.datetime.combine(date, time, tzinfo=clock.zone(zone))
    exists = naive.astimezone(dt.UTC).astimezone(clock.zone(zone)).replace(tzinfo=None) == naive.replace(tzinfo=None)
    assert ((at.date(), at.time()) == (date, time)) is exists


@pytest.mark.parametrize("text", ["06:00", "06:00:30", "00:00", "23:59", "24:00"])
def test_times_of_day(text):
    hour, minute, *second = (int(part) for part in text.split(":"))
    assert clock.clock_time(text) == dt.time(hour % 24, minute, *second)


@pytest.mark.parametrize("text", ["6:00", "25:00", "24:01", "06:60", "06:00+07:00", "0600", "06:00:30.5", "", "six", None, 6])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(TimeError, match="'06:00'"):
        clock.clock_time(text)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-03-02T06:00+07:00", "2026-03-01T23:00:00"),
        ("2026-03-02T06:00:00Z", "2026-03-02T06:00:00"),
        ("2026-03-02 06:00", "2026-03-01T23:00:00"),  # naive: the plant's wall clock
        ("2026-03-02", "2026-03-01T22:30:00"),  # bare: the production date begins at 05:30
        (" 2026-03-02 ", "2026-03-01T22:30:00"),
        ("20260302", "2026-03-01T22:30:00"),
        (dt.date(2026, 3, 2), "2026-03-01T22:30:00"),
        (dt.datetime(2026, 3, 2, 6, 0), "2026-03-01T23:00:00"),  # noqa: DTZ001  naive on purpose
        (pd.Timestamp("2026-03-02T06:00", tz=SAIGON), "2026-03-01T23:00:00"),
        (pd.Timestamp("2300-01-01", tz="UTC"), "2300-01-01T00:00:00"),
        ("9999-12-31T00:00Z", "9999-12-31T00:00:00"),
    ],
)
def test_instants(value, instant):
    assert clock.instant(value, tz=SAIGON, day_start="05:30", what="start") == utc(instant)


@pytest.mark.parametrize(
    "value", ["now", "today", "03/02/2026", "2026-13-01", "10", "", 5, 5.0, None, True, pd.NaT, ["2026-03-02"], dt.time(6)]
)
def test_what_is_no_instant_is_refused_not_guessed(value):
    with pytest.raises(TimeError, match="start"):
        clock.instant(value, tz=SAIGON, what="start")


@pytest.mark.parametrize("value", ["2026-03-02T06:00", "2026-03-02", dt.date(2026, 3, 2)])
def test_a_naive_time_needs_a_zone(value):
    with pytest.raises(TimeError, match=r"end: naive time .* give tz="):
        clock.instant(value, what="end")


def test_intervals_are_half_open_and_run_forward():
    assert clock.interval("2026-03-29", "2026-03-30", tz=ROME) == (utc("2026-03-28T23:00:00"), utc("2026-03-29T22:00:00"))
    for end in ("2026-03-29", "2026-03-28"):
        with pytest.raises(TimeError, match="end > start"):
            clock.interval("2026-03-29", end, tz=ROME)


@pytest.mark.parametrize("name", ["Asia/Hanoi", "", "../etc/passwd", "Asia", "a\0b", None, 7])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(TimeError, match="Asia/Ho_Chi_Minh"):
        clock.zone(name)


@given(st.lists(INSTANTS))
def test_microseconds_go_there_and_back(values):
    times = clock.from_micros(np.array(values, dtype=np.int64))
    assert times.dtype == clock.UTC_DTYPE
    assert clock.micros(times).tolist() == values
    assert clock.micros(pd.Series(times).dt.tz_convert(ROME)).tolist() == values
    assert [clock.stamp(value) for value in values] == list(times)
