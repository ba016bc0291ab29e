import pandas as pd
import pytest

import smartfab as sf

LINES = {"L1": ["M1", "M2"], "L2": ["M3"]}


def test_a_holiday_takes_the_shifts_of_its_dates_away_last_date_included(dates_of, day_shift):
    tet = {"from": "2026-03-04", "to": "2026-03-09", "kind": "holiday", "name": "Tết"}
    assert dates_of([day_shift], [tet]) == ["03-02", "03-03", "03-10", "03-11", "03-12", "03-13"]


def test_a_holiday_goes_by_production_date(dates_of):
    night = {"id": "N", "start": "22:00", "end": "06:00"}
    early = {"id": "E", "start": "02:00", "end": "05:00"}
    off = {"from": "2026-03-03", "kind": "holiday"}
    window = ("2026-03-02T12:00", "2026-03-04T12:00")
    assert dates_of([night], [off], window=window, day_start="06:00") == ["03-02"]
    assert dates_of([early], [off], window=window, day_start="06:00") == ["03-02"]


def test_a_holiday_may_name_shifts(dates_of, day_shift):
    late = {**day_shift, "id": "S", "start": "14:00", "end": "22:00"}
    off = {"from": "2026-03-03", "kind": "holiday", "shifts": ["S"]}
    assert dates_of([day_shift, late], [off], window=("2026-03-02", "2026-03-05")) == [
        "03-02", "03-02", "03-03", "03-04", "03-04",
    ]  # fmt: skip


def test_a_holiday_of_one_line_leaves_the_others_at_work(rows, day_shift):
    off = {"from": "2026-03-03", "kind": "holiday", "line": "L1"}
    rules = [day_shift, {**day_shift, "id": "one", "line": "L1"}, {**day_shift, "id": "kiln", "machine": "M2"},
             {**day_shift, "id": "other", "machine": "M3"}]  # fmt: skip
    table = sf.shifts.ShiftCalendar(rules, exceptions=[off], lines=LINES).expand("2026-03-02", "2026-03-04")
    monday, tuesday = pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-03")
    assert rows(table, "production_date", "shift_id", "line_id", "machine_id") == [
        (monday, "D", None, None), (monday, "kiln", None, "M2"), (monday, "one", "L1", None), (monday, "other", None, "M3"),
        (tuesday, "D", "L2", None), (tuesday, "other", None, "M3"),
    ]  # fmt: skip


def test_a_make_up_day_runs_all_shifts_or_those_named(dates_of, day_shift):
    late = {**day_shift, "id": "S", "start": "14:00", "end": "22:00", "breaks": [["18:00", "18:30"]]}
    saturday = {"from": "2026-03-07", "kind": "make_up"}
    assert dates_of([day_shift, late], [saturday], "make_up") == ["03-07", "03-07"]
    assert dates_of([day_shift, late], [{**saturday, "shifts": ["D"]}], "make_up") == ["03-07"]
    assert "03-07" in dates_of([day_shift, late], [saturday], "break")


def test_a_make_up_day_changes_nothing_where_the_shift_runs_anyway(dates_of, day_shift):
    usual = {"from": "2026-03-06", "to": "2026-03-07", "kind": "make_up"}
    assert dates_of([day_shift], [usual], "make_up") == ["03-07"]
    assert "03-06" in dates_of([day_shift], [usual])


def test_make_up_and_overtime_stand_on_a_holiday(dates_of, day_shift):
    tet = {"from": "2026-03-04", "to": "2026-03-06", "kind": "holiday"}
    extra = [
        {"from": "2026-03-05", "kind": "make_up"},
        {"from": "2026-03-06", "kind": "overtime", "start": "08:00", "end": "12:00"},
    ]
    assert dates_of([day_shift], [*extra, tet], "make_up") == ["03-05"]
    assert dates_of([day_shift], [*extra, tet], "overtime") == ["03-06"]
    assert "03-05" not in dates_of([day_shift], [*extra, tet])


def test_overtime_adds_its_own_time(rows, local, day_shift):
    extra = {"from": "2026-03-02", "to": "2026-03-03", "kind": "overtime", "start": "14:00", "end": "16:00", "name": "Tăng ca"}
    table = sf.shifts.ShiftCalendar([day_shift], exceptions=[extra]).expand("2026-03-02", "2026-03-04")
    extra_rows = table[table["kind"] == "overtime"]
    assert local(extra_rows) == [("03-02 14:00", "03-02 16:00"), ("03-03 14:00", "03-03 16:00")]
    assert rows(extra_rows, "shift_id", "planned") == [("Tăng ca", True)] * 2
    booked = sf.shifts.ShiftCalendar([day_shift], exceptions=[{**extra, "shifts": ["D"], "line": "L1"}])
    table = booked.expand("2026-03-02", "2026-03-03")
    assert rows(table[table["kind"] == "overtime"], "shift_id", "line_id") == [("D", "L1")]


def test_overtime_before_day_start_is_on_the_next_calendar_day(local):
    extra = {"from": "2026-03-02", "kind": "overtime", "start": "02:00", "end": "04:00"}
    table = sf.shifts.ShiftCalendar([], exceptions=[extra], day_start="06:00").expand("2026-03-02", "2026-03-03")
    assert local(table) == [("03-03 02:00", "03-03 04:00")]
    assert table["production_date"].tolist() == [pd.Timestamp("2026-03-02")]
    assert table["shift_id"].tolist() == ["overtime"]


def test_overtime_of_a_named_shift_runs_it_where_it_does_not(dates_of, day_shift):
    extra = {"from": "2026-03-06", "to": "2026-03-08", "kind": "overtime", "shifts": ["D"]}
    assert dates_of([day_shift], [extra], "overtime") == ["03-07", "03-08"]


def test_exceptions_respect_the_validity_of_a_shift(dates_of, day_shift):
    rule = {**day_shift, "valid_to": "2026-03-07"}
    assert dates_of([rule], [{"from": "2026-03-07", "kind": "make_up"}], "make_up") == []


@pytest.mark.parametrize("line", ["L1", "L2"])
def test_a_make_up_day_of_one_line(rows, day_shift, line):
    extra = {"from": "2026-03-07", "kind": "make_up", "line": line}
    table = sf.shifts.ShiftCalendar([day_shift], exceptions=[extra], lines=LINES).expand("2026-03-06", "2026-03-08")
    assert rows(table, "kind", "line_id") == [("work", None), ("make_up", line)]
