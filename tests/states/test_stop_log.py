"""Stop logs → states: what is written, what is not, and what was written anew."""

from __future__ import annotations

import bisect

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import MissingColumnError, TableError
from tests.small_plants import codes

TZ = "Asia/Ho_Chi_Minh"
SHIFTS = sf.shifts.ShiftCalendar(
    [
        {"id": "Ca1", "start": "06:00", "end": "14:00", "breaks": [["10:00", "10:30"]]},
        {"id": "Ca3", "start": "22:00", "end": "06:00"},
    ],
    day_start="06:00",
).expand("2026-03-02", "2026-03-03")


def at(text):
    day, _, time = text.rpartition(" ")
    return pd.Timestamp(f"2026-03-{day or '02'}T{time}", tz=TZ)


def log(*rows, **columns):
    names = ["machine_id", "start", "end", "reason_id"]
    return pd.DataFrame([(machine, at(a), at(b), why) for machine, a, b, why in rows], columns=names).assign(**columns)


def told(table, machine="M1"):
    mine = table[table["machine_id"] == machine]
    times = mine["ts"].dt.tz_convert(TZ).dt.strftime("%d %H:%M")
    return list(zip(times, mine["state"], mine["reason_id"].fillna(""), strict=True))


def test_a_stop_is_a_stop_and_the_rest_of_its_shift_runs():
    states = sf.states.from_stops(log(("M1", "08:00", "08:30", "R1"), ("M1", "09:00", "09:05", None)), SHIFTS)
    assert told(states) == [
        ("02 06:00", "running", ""), ("02 08:00", "unplanned_stop", "R1"), ("02 08:30", "running", ""),
        ("02 09:00", "unplanned_stop", ""), ("02 09:05", "running", ""), ("02 14:00", "unknown", ""),
    ]  # fmt: skip
    assert set(states["source"]) == {"entered"}
    assert codes(states) == {"shift_without_log": 1}


def test_a_shift_without_a_row_is_unknown_unless_the_log_is_complete():
    stops = log(("M1", "08:00", "08:30", "R1"))
    assert ("02 22:00", "running", "") not in told(sf.states.from_stops(stops, SHIFTS))
    whole = sf.states.from_stops(stops, SHIFTS, complete=True, otherwise="idle")
    assert told(whole)[-2:] == [("02 22:00", "idle", ""), ("03 06:00", "unknown", "")]
    assert codes(whole) == {}


def test_machines_without_a_row():
    machines = pd.DataFrame({"machine_id": ["M1", "M2"]})
    states = sf.states.from_stops(log(("M1", "08:00", "08:30", "R1")), SHIFTS, machines=machines)
    assert told(states, "M2") == [("02 06:00", "unknown", "")]
    assert told(sf.states.from_stops(log(), SHIFTS, machines=machines, complete=True), "M2")[0] == ("02 06:00", "running", "")


@pytest.mark.parametrize("name", ["minutes", "duration_s"])
def test_a_length_stands_for_the_end(name):
    stops = log(("M1", "08:00", "08:30", "R1")).drop(columns="end").assign(**{name: 30 if name == "minutes" else 1800})
    assert told(sf.states.from_stops(stops, SHIFTS))[1:3] == [("02 08:00", "unplanned_stop", "R1"), ("02 08:30", "running", "")]
    naive = stops.assign(start=stops["start"].dt.tz_localize(None))
    pd.testing.assert_frame_equal(sf.states.from_stops(naive, SHIFTS, tz=TZ), sf.states.from_stops(stops, SHIFTS))


def test_the_kind_of_a_stop_may_be_said():
    states = sf.states.from_stops(log(("M1", "08:00", "08:30", None), state="setup"), SHIFTS)
    assert told(states)[1] == ("02 08:00", "setup", "")


def test_of_overlapping_stops_the_later_one_is_taken_while_it_lasts():
    states = sf.states.from_stops(log(("M1", "08:00", "09:00", "R1"), ("M1", "08:20", "08:40", "R2")), SHIFTS)
    assert told(states)[1:5] == [
        ("02 08:00", "unplanned_stop", "R1"), ("02 08:20", "unplanned_stop", "R2"), ("02 08:40", "unplanned_stop", "R1"),
        ("02 09:00", "running", ""),
    ]  # fmt: skip
    assert codes(states)["stops_overlap"] == 1


def test_a_stop_over_the_end_of_a_shift_stays_whole():
    states = sf.states.from_stops(log(("M1", "03 05:50", "03 06:20", "R1")), SHIFTS)
    assert told(states)[-2:] == [("03 05:50", "unplanned_stop", "R1"), ("03 06:20", "unknown", "")]


def test_a_stop_outside_every_shift_is_remarked():
    states = sf.states.from_stops(log(("M1", "15:00", "15:10", "R1"), ("M1", "08:00", "08:30", "R1")), SHIFTS)
    assert codes(states)["stop_outside_shifts"] == 1


def test_a_shift_entered_anew_counts_as_entered_last():
    early, late = pd.Timestamp("2026-03-03T00:00Z"), pd.Timestamp("2026-03-04T00:00Z")
    first = log(
        ("M1", "08:00", "08:30", "R1"), ("M1", "09:00", "09:30", "R1"), ("M1", "23:00", "23:30", "R1"), recorded_at=early
    )
    again = log(("M1", "08:10", "08:30", "R2"), recorded_at=late)
    states = sf.states.from_stops(pd.concat([first, again]), SHIFTS)
    assert [row for row in told(states) if row[1] == "unplanned_stop"] == [
        ("02 08:10", "unplanned_stop", "R2"), ("02 23:00", "unplanned_stop", "R1"),
    ]  # fmt: skip
    assert codes(states)["stops_replaced"] == 2


def test_shifts_of_another_machine_or_line_do_not_count():
    shifts = SHIFTS.assign(machine_id=["M2" if kind == "Ca3" else None for kind in SHIFTS["shift_id"]])
    machines = pd.DataFrame({"machine_id": ["M1"], "line_id": ["L1"]})
    assert codes(sf.states.from_stops(log(("M1", "08:00", "08:30", "R")), shifts, machines=machines)) == {}
    lines = SHIFTS.assign(line_id="L2")
    assert codes(sf.states.from_stops(log(("M1", "08:00", "08:30", "R")), lines, machines=machines)) == {
        "stop_outside_shifts": 1
    }


def test_faults():
    with pytest.raises(TableError, match="end"):
        sf.states.from_stops(log(("M1", "08:30", "08:00", "R")), SHIFTS)
    with pytest.raises(TableError, match="'broken' in 1 rows"):
        sf.states.from_stops(log(("M1", "08:00", "08:30", "R"), state="broken"), SHIFTS)
    with pytest.raises(MissingColumnError, match="minutes"):
        sf.states.from_stops(log(("M1", "08:00", "08:30", "R")).drop(columns="end"), SHIFTS)
    with pytest.raises(TableError, match="otherwise"):
        sf.states.from_stops(log(), SHIFTS, otherwise="fine")


MINUTES = st.integers(-60, 600)
STOPS = st.lists(st.tuples(MINUTES, st.integers(1, 120), st.sampled_from(["A", "B", None])), min_size=1, max_size=6)


@given(STOPS)
def test_every_minute_is_what_the_log_says(stops):
    begin = at("06:00")
    rows = [("M1", begin + pd.Timedelta(minutes=a), begin + pd.Timedelta(minutes=a + n), why) for a, n, why in stops]
    frame = pd.DataFrame(rows, columns=["machine_id", "start", "end", "reason_id"])
    states = sf.states.from_stops(frame, SHIFTS, complete=True)
    since = ((states["ts"] - begin) // pd.Timedelta(minutes=1)).tolist()
    kinds = list(zip(states["state"], states["reason_id"], strict=True))
    ordered = sorted(enumerate(stops), key=lambda item: (item[1][0], item[1][0] + item[1][1], item[0]))
    for minute in range(-60, 720, 7):
        place = bisect.bisect_right(since, minute) - 1
        found = kinds[place] if place >= 0 else ("unknown", None)
        standing = [(a, why) for _, (a, n, why) in ordered if a <= minute < a + n]
        if standing:
            newest = max(a for a, _ in standing)
            assert found[0] == "unplanned_stop"
            assert (found[1] if pd.notna(found[1]) else None) in {why for a, why in standing if a == newest}
        else:
            assert found[0] == ("running" if 0 <= minute < 480 else "unknown")
