"""Nights on which the clocks change; the hours are those of the zones' published changes."""

import datetime as dt

import pandas as pd
import pytest

import smartfab as sf
from smartfab import clock

NIGHT = {"id": "N", "start": "22:00", "end": "06:00"}


def hours(table):
    return ((table["end"] - table["start"]).dt.total_seconds() / 3600).tolist()


@pytest.mark.parametrize(
    ("zone", "date", "length"),
    [
        ("Europe/Rome", "2026-03-27", 8), ("Europe/Rome", "2026-03-28", 7), ("Europe/Rome", "2026-03-29", 8),
        ("Europe/Rome", "2026-10-24", 9), ("Europe/Rome", "2026-10-25", 8),
        ("America/New_York", "2026-03-07", 7), ("America/New_York", "2026-10-31", 9), ("America/New_York", "2026-03-28", 8),
        ("Asia/Ho_Chi_Minh", "2026-03-28", 8), ("Asia/Ho_Chi_Minh", "2026-10-24", 8), ("Asia/Ho_Chi_Minh", "2026-03-07", 8),
        ("Australia/Lord_Howe", "2026-04-04", 8.5), ("Australia/Lord_Howe", "2026-10-03", 7.5),
    ],
)  # fmt: skip
def test_a_night_is_as_long_as_its_clock_says(zone, date, length):
    table = sf.shifts.ShiftCalendar([NIGHT], tz=zone).expand(date, str(dt.date.fromisoformat(date) + dt.timedelta(days=1)))
    night = table[table["production_date"] == date]
    assert hours(night) == [length]


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York", "Asia/Ho_Chi_Minh"])
def test_three_shifts_join_without_a_hole_through_a_year(zone):
    rules = [{"id": name, "start": start, "end": end} for name, start, end in
             [("A", "02:30", "10:30"), ("B", "10:30", "18:30"), ("C", "18:30", "02:30")]]  # fmt: skip
    table = sf.shifts.ShiftCalendar(rules, tz=zone).expand("2026-01-01", "2027-01-01")
    assert (table["start"].iloc[1:].reset_index(drop=True) == table["end"].iloc[:-1]).all()
    assert len(table) == 3 * 365 + 1  # and the one that began before


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York", "Asia/Ho_Chi_Minh"])
@pytest.mark.parametrize("start", ["01:30", "02:00", "02:30", "03:00"])
def test_both_ends_are_what_the_wall_clock_shows(zone, start):
    table = sf.shifts.ShiftCalendar([{"id": "X", "start": start, "end": "05:00"}], tz=zone).expand("2026-01-01", "2027-01-01")
    where = clock.zone(zone)
    dates = [stamp.date() for stamp in pd.date_range("2026-01-01", "2026-12-31")]
    assert clock.micros(table["start"]).tolist() == [clock.wall(date, clock.clock_time(start), where) for date in dates]
    assert clock.micros(table["end"]).tolist() == [clock.wall(date, dt.time(5), where) for date in dates]


def test_a_break_in_the_hour_that_is_skipped_has_no_row():
    rule = {**NIGHT, "breaks": [["02:00", "02:30"]]}
    table = sf.shifts.ShiftCalendar([rule], tz="Europe/Rome").expand("2026-03-27", "2026-03-30")
    broken = table.loc[table["kind"] == "break", "production_date"].dt.day.tolist()
    assert broken == [26, 27, 29]


def test_a_shift_in_the_hour_that_is_skipped_has_no_row():
    rule = {"id": "X", "start": "02:00", "end": "02:45"}
    table = sf.shifts.ShiftCalendar([rule], tz="Europe/Rome").expand("2026-03-28", "2026-03-31")
    assert table["production_date"].dt.day.tolist() == [28, 30]
