import pandas as pd
import pytest

import smartfab as sf
from smartfab.plant_file import parse_plant
from tests.small_plants import plant, samples

TEXT = """
[plant]
id = "vinh-phuc"
timezone = "Asia/Ho_Chi_Minh"
day_start = "06:00"

[[shift]]
id = "Ca1"
start = "06:00"
end = "14:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat"]
breaks = [["10:00", "10:15"]]

[[shift]]
id = "Ca3"
start = "22:00"
end = "06:00"

[[rotation]]
teams = ["A", "B"]
pattern = ["Ca1", "Ca3"]
start = "2026-02-14"

[[exception]]
from = "2026-02-16"
to = "2026-02-22"
kind = "holiday"
name = "Tết"

[[exception]]
from = "2026-02-15"
kind = "make_up"
shifts = ["Ca1"]
line = "press-1"

[[line]]
id = "press-1"
[[line.machine]]
id = "Press01"

[[line]]
id = "press-2"
[[line.machine]]
id = "Press02"
"""


def test_a_plant_is_expanded_by_its_own_rules(local, rows):
    table = sf.shifts.expand(parse_plant(TEXT), "2026-02-14", "2026-02-24")
    assert local(table) == [
        ("02-14 06:00", "02-14 14:00"), ("02-14 10:00", "02-14 10:15"), ("02-14 22:00", "02-15 06:00"),
        ("02-15 06:00", "02-15 14:00"), ("02-15 10:00", "02-15 10:15"), ("02-15 22:00", "02-16 06:00"),
        ("02-23 06:00", "02-23 14:00"), ("02-23 10:00", "02-23 10:15"), ("02-23 22:00", "02-24 06:00"),
    ]  # fmt: skip
    assert rows(table, "shift_id", "line_id", "team_id", "kind")[:6] == [
        ("Ca1", None, "A", "work"), ("Ca1", None, "A", "break"), ("Ca3", None, "B", "work"),
        ("Ca1", "press-1", "B", "make_up"), ("Ca1", "press-1", "B", "break"), ("Ca3", None, "A", "work"),
    ]  # fmt: skip


def test_a_plant_without_shifts_has_an_empty_table_with_a_finding():
    table = sf.shifts.expand(plant({"a": {}}), "2026-03-02", "2026-03-03")
    assert len(table) == 0
    assert sf.findings_of(table)["code"].tolist() == ["no_shifts"]


@pytest.mark.parametrize("shift", [[], [{"id": "X", "start": "06:00", "end": "14:00", "days": ["sun"]}]])
def test_all_time_is_planned_only_where_no_calendar_is_given(shift):
    tags = {"good": {"role": "good_count"}, "state": {"role": "state"}}
    data = sf.PlantData.from_samples(
        samples(("good", 0, 1), ("state", 0, "running")), plant(tags, shift=shift), "2026-03-02", "2026-03-03"
    )
    if shift:
        assert isinstance(data.shifts, pd.DataFrame)
        assert len(data.shifts) == 0
    else:
        assert data.shifts is None
