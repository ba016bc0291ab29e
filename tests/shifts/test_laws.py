import datetime as dt

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from smartfab import clock

ZONES = st.sampled_from(["Europe/Rome", "Asia/Ho_Chi_Minh", "America/New_York"])
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
times = st.integers(0, 47).map(lambda half: f"{half // 2:02d}:{half % 2 * 30:02d}")
dates = st.dates(dt.date(2026, 3, 1), dt.date(2026, 4, 10)).map(str)


@st.composite
def rules(draw):
    return [
        {
            "id": f"S{n}", "start": draw(times), "end": draw(times),
            "days": draw(st.lists(st.sampled_from(DAYS), unique=True)),
            **({"valid_from": draw(dates)} if draw(st.booleans()) else {}),
            **({"valid_to": draw(dates)} if draw(st.booleans()) else {}),
        }
        for n in range(draw(st.integers(1, 3)))
    ]  # fmt: skip


@st.composite
def exceptions(draw):
    found = []
    for _ in range(draw(st.integers(0, 3))):
        first, last = sorted([draw(dates), draw(dates)])
        found.append({"from": first, "to": last, "kind": draw(st.sampled_from(["holiday", "make_up"]))})
    return found


def slow_expand(rules, exceptions, zone, day_start, first, last):
    """Walk through the calendar day by day."""
    found, tz = set(), clock.zone(zone)
    for n in range(-3, 60):
        date = dt.date(2026, 2, 28) + dt.timedelta(days=n)
        on = [item["kind"] for item in exceptions if item["from"] <= str(date) <= item["to"]]
        for rule in rules:
            begin = date + dt.timedelta(days=int(rule["start"] < day_start))
            end = begin + dt.timedelta(days=int(rule["end"] <= rule["start"]))
            valid = rule.get("valid_from", "0") <= str(date) < rule.get("valid_to", "9")
            usual = valid and DAYS[begin.weekday()] in rule["days"] and "holiday" not in on
            kind = "work" if usual else "make_up" if valid and "make_up" in on else None
            lo = clock.wall(begin, clock.clock_time(rule["start"]), tz)
            hi = clock.wall(end, clock.clock_time(rule["end"]), tz)
            if kind and lo < hi and hi > first and lo < last:
                found.add((rule["id"], lo, hi, str(date), kind))
    return found


def as_set(table):
    days = table["production_date"].dt.strftime("%Y-%m-%d")
    columns = [table["shift_id"], clock.micros(table["start"]), clock.micros(table["end"]), days, table["kind"]]
    return set(zip(*columns, strict=True))


@given(rules(), exceptions(), ZONES, times, dates, dates)
def test_equals_a_walk_through_the_calendar(rules, exceptions, zone, day_start, first, last):
    last = max(last, str(dt.date.fromisoformat(first) + dt.timedelta(days=1)))
    table = sf.shifts.ShiftCalendar(rules, zone, exceptions=exceptions, day_start=day_start).expand(first, last)
    window = clock.interval(first, last, tz=zone, day_start=day_start)
    assert as_set(table) == slow_expand(rules, exceptions, zone, day_start, *window)
    assert len(as_set(table)) == len(table)


seconds = st.integers(0, 40 * 86_400)


@given(rules(), exceptions(), ZONES, times, st.lists(seconds, min_size=3, max_size=3, unique=True))
def test_a_window_that_is_cut_gives_the_same_shifts(rules, exceptions, zone, day_start, cuts):
    first, middle, last = (pd.Timestamp("2026-03-01T00:00Z") + pd.Timedelta(seconds=cut) for cut in sorted(cuts))
    calendar = sf.shifts.ShiftCalendar(rules, zone, exceptions=exceptions, day_start=day_start)
    both = pd.concat([calendar.expand(first, middle), calendar.expand(middle, last)])
    whole = calendar.expand(first, last)
    assert as_set(both) == as_set(whole)
    pd.testing.assert_frame_equal(both.drop_duplicates(ignore_index=True), whole)


@given(rules(), ZONES, st.sampled_from(["00:00", "05:00", "06:00", "18:30"]))
def test_a_shift_starts_in_its_production_date(rules, zone, day_start):
    table = sf.shifts.ShiftCalendar(rules, zone, day_start=day_start).expand("2026-03-01", "2026-04-10")
    dates = clock.production_date(clock.micros(table["start"]), zone, day_start)
    assert table["production_date"].to_numpy().tolist() == dates.tolist()
