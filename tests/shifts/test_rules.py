import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TimeError
from smartfab.plant_grammar import ShiftRule
from smartfab.vocabulary import TABLES

NIGHT = {"id": "N", "start": "22:00", "end": "06:00", "breaks": [["23:45", "00:15"], ["02:00", "02:30"]]}


def calendar(*rules, **more):
    return sf.shifts.ShiftCalendar(rules, **more)


def test_columns_and_types_are_those_of_the_table(day_shift):
    table = calendar(day_shift).expand("2026-03-02", "2026-03-04")
    assert list(table) == [column.name for column in TABLES["shifts"].columns]
    assert table.dtypes.astype(str).to_dict() == {
        "shift_id": "str", "start": "datetime64[us, UTC]", "end": "datetime64[us, UTC]", "line_id": "str", "machine_id": "str",
        "production_date": "datetime64[us]", "team_id": "str", "planned": "bool", "kind": "str",
    }  # fmt: skip
    assert table.dtypes.equals(calendar(day_shift).expand("2026-03-07", "2026-03-08").dtypes)  # a Saturday: no rows


def test_breaks_lie_over_the_whole_shift_and_may_stand_after_midnight(local, rows):
    table = calendar(NIGHT).expand("2026-03-02T22:00", "2026-03-03T06:00")
    assert local(table) == [
        ("03-02 22:00", "03-03 06:00"), ("03-02 23:45", "03-03 00:15"), ("03-03 02:00", "03-03 02:30"),
    ]  # fmt: skip
    date = pd.Timestamp("2026-03-02")
    assert rows(table, "shift_id", "production_date", "planned", "kind") == [
        ("N", date, True, "work"), ("N", date, False, "break"), ("N", date, False, "break"),
    ]  # fmt: skip


def test_shifts_that_overlap_the_window_come_whole_with_all_their_breaks(local):
    table = calendar(NIGHT).expand("2026-03-03T05:59", "2026-03-03T06:30")
    assert local(table)[0] == ("03-02 22:00", "03-03 06:00")
    assert len(table) == 3
    assert len(calendar(NIGHT).expand("2026-03-03T06:00", "2026-03-03T22:00")) == 0


def test_a_shift_before_day_start_belongs_to_the_date_before(rows):
    early = {"id": "E", "start": "02:00", "end": "06:00"}
    table = calendar(early, day_start="06:00").expand("2026-03-02", "2026-03-03")
    assert rows(table, "start", "production_date") == [(pd.Timestamp("2026-03-02T19:00Z"), pd.Timestamp("2026-03-02"))]


def test_days_are_those_the_shift_starts_on():
    sunday_night = {**NIGHT, "days": ["sun"]}
    early_monday = {"id": "E", "start": "02:00", "end": "06:00", "days": ["mon"]}
    table = calendar(sunday_night, early_monday, day_start="06:00").expand("2026-03-02", "2026-03-09")
    starts = table.loc[table["planned"], "start"].dt.tz_convert("Asia/Ho_Chi_Minh")
    assert starts.dt.strftime("%a %H:%M").tolist() == ["Sun 22:00", "Mon 02:00"]
    assert table.loc[table["planned"], "production_date"].dt.strftime("%a").tolist() == ["Sun", "Sun"]


def test_validity_goes_by_production_date_and_leaves_valid_to_out(dates_of, day_shift):
    rule = {**day_shift, "valid_from": "2026-03-04", "valid_to": "2026-03-10"}
    assert dates_of([rule]) == ["03-04", "03-05", "03-06", "03-09"]


def test_a_later_version_of_a_shift_ends_the_one_before(local, day_shift):
    newer = {**day_shift, "start": "07:00", "valid_from": "2026-03-04"}
    table = calendar(day_shift, newer).expand("2026-03-03", "2026-03-05")
    assert local(table) == [("03-03 06:00", "03-03 14:00"), ("03-04 07:00", "03-04 14:00")]


def test_a_rule_may_be_of_one_line_or_machine(rows, day_shift):
    rules = [{**day_shift, "line": "L1"}, {**day_shift, "id": "K", "machine": "Kiln01"}, {**day_shift, "id": "Z"}]
    table = calendar(*rules).expand("2026-03-02", "2026-03-03")
    assert rows(table, "shift_id", "line_id", "machine_id") == [("D", "L1", None), ("K", None, "Kiln01"), ("Z", None, None)]


@pytest.mark.parametrize(("start", "end"), [("00:00", "24:00"), ("06:00", "06:00"), ("00:00", "00:00")])
def test_a_shift_may_last_the_whole_day(start, end):
    table = calendar({"id": "X", "start": start, "end": end}).expand("2026-03-02T12:00", "2026-03-02T12:01")
    assert (table["end"] - table["start"]).tolist() == [pd.Timedelta(days=1)]


def test_rules_may_be_models_or_dicts(day_shift):
    window = ("2026-03-02", "2026-03-09")
    pd.testing.assert_frame_equal(
        calendar(ShiftRule.model_validate(day_shift)).expand(*window), calendar(day_shift).expand(*window)
    )


def test_window_is_read_in_the_zone_of_the_plant(day_shift):
    aware = calendar(day_shift).expand(pd.Timestamp("2026-03-01T17:00Z"), pd.Timestamp("2026-03-02T17:00Z"))
    pd.testing.assert_frame_equal(calendar(day_shift).expand("2026-03-02", "2026-03-03"), aware)
    pd.testing.assert_frame_equal(calendar(day_shift).expand("2026-03-02T00:00", "2026-03-03T00:00"), aware)
    with pytest.raises(TimeError, match="not after"):
        calendar(day_shift).expand("2026-03-03", "2026-03-02")


def test_ten_years_are_one_call():
    table = calendar(NIGHT, tz="Europe/Rome").expand("2020-01-01", "2030-01-01")
    nights = table[table["planned"]]
    assert len(nights) == 3653 + 1  # and the one that began before
    assert (nights["end"] - nights["start"]).sum() == pd.Timedelta(hours=8 * 3654)  # ten hours lost, ten gained


def test_no_rules_is_a_finding_and_an_empty_table():
    table = calendar().expand("2026-03-02", "2026-03-03")
    assert len(table) == 0
    assert sf.findings_of(table)["code"].tolist() == ["no_shifts"]
