import pytest

import smartfab as sf
from smartfab.errors import PlantError, TimeError


def faults(rules=(), **more):
    with pytest.raises(PlantError) as error:
        sf.shifts.ShiftCalendar(rules, **more)
    return {fault.where: fault.found for fault in error.value.faults}


def test_every_fault_is_told_at_once_with_its_place(day_shift):
    found = faults(
        [{**day_shift, "start": "25:00", "colour": "red"}, {**day_shift, "id": "S", "breaks": [["14:00", "14:10"]]},
         {"id": "N"}],
        rotations=[{"teams": ["A", "B"], "pattern": ["D", "S", "X"], "start": "2026-01-01"},
                   {"teams": [], "pattern": ["D"], "start": "soon"}],
        exceptions=[{"from": "2026-01-03", "to": "2026-01-01", "kind": "holiday"}, {"from": "2026-01-01", "kind": "feast"},
                    {"from": "2026-01-01", "kind": "overtime"}],
    )  # fmt: skip
    assert set(found) == {
        "shift.0.start", "shift.0.colour", "shift.1", "shift.2.start", "shift.2.end", "rotation.0.pattern", "rotation.1.teams",
        "rotation.1.start", "exception.0.to", "exception.1.kind", "exception.2.kind",
    }  # fmt: skip
    assert "14:00–14:10" in found["shift.1"]
    assert "colour" in found["shift.0.colour"]


@pytest.mark.parametrize(
    ("start", "end", "pause", "inside"),
    [
        ("06:00", "14:00", ("05:00", "05:10"), False),
        ("06:00", "14:00", ("13:50", "14:10"), False),
        ("06:00", "14:00", ("06:00", "14:00"), True),
        ("22:00", "06:00", ("21:50", "22:10"), False),
        ("22:00", "06:00", ("05:50", "06:00"), True),
        ("22:00", "06:00", ("00:10", "23:50"), False),
        ("06:00", "06:00", ("05:30", "06:00"), True),
        ("06:00", "06:00", ("05:30", "06:30"), False),
    ],
)
def test_a_break_lies_inside_its_shift(start, end, pause, inside):
    rule = {"id": "X", "start": start, "end": end, "breaks": [pause]}
    if inside:
        sf.shifts.ShiftCalendar([rule])
    else:
        assert list(faults([rule])) == ["shift.0"]


@pytest.mark.parametrize(
    "exception",
    [
        {"from": "2026-01-01", "kind": "holiday", "start": "06:00", "end": "07:00"},
        {"from": "2026-01-01", "kind": "overtime", "start": "06:00"},
        {"from": "2026-01-01", "kind": "overtime", "start": "06:00", "end": "07:00", "shifts": ["D", "S"]},
    ],
)
def test_times_that_cannot_be_kept_are_refused(day_shift, exception):
    assert "exception.0" in faults([day_shift, {**day_shift, "id": "S"}], exceptions=[exception])


def test_a_holiday_of_one_line_needs_to_know_the_others(day_shift):
    holiday = {"from": "2026-01-01", "kind": "holiday", "line": "L1"}
    assert list(faults([day_shift], exceptions=[holiday])) == ["exception.0.line"]
    sf.shifts.ShiftCalendar([{**day_shift, "line": "L1"}], exceptions=[holiday])


def test_names_that_are_none_of_the_plant_are_refused(day_shift):
    lines = {"L1": ["M1"]}
    found = faults(
        [{**day_shift, "line": "L9"}, {**day_shift, "id": "S", "machine": "M9"}],
        exceptions=[{"from": "2026-01-01", "kind": "holiday", "shifts": ["Q"]},
                    {"from": "2026-01-01", "kind": "holiday", "line": "L7"}],
        lines=lines,
    )  # fmt: skip
    assert set(found) == {"shift.0.line", "shift.1.machine", "exception.0.shifts", "exception.1.line"}


def test_the_same_shift_twice_is_refused(day_shift):
    assert list(faults([day_shift, day_shift])) == ["shift.1.id"]


def test_zone_and_day_start_must_exist(day_shift):
    with pytest.raises(TimeError, match="Mars"):
        sf.shifts.ShiftCalendar([day_shift], tz="Mars/Olympus")
    with pytest.raises(TimeError, match="6 o'clock"):
        sf.shifts.ShiftCalendar([day_shift], day_start="6 o'clock")
