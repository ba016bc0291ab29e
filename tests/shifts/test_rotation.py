import pandas as pd

import smartfab as sf

RULES = [{"id": f"Ca{n}", "start": start, "end": end} for n, start, end in
         [(1, "06:00", "14:00"), (2, "14:00", "22:00"), (3, "22:00", "06:00")]]  # fmt: skip
FOUR = {
    "teams": ["A", "B", "C", "D"],
    "pattern": ["Ca1", "Ca1", "Ca2", "Ca2", "Ca3", "Ca3", "off", "off"],
    "start": "2026-01-01",
}


def roster(rotations, first, last, rules=RULES):
    table = sf.shifts.ShiftCalendar(rules, rotations=rotations, day_start="06:00").expand(first, last)
    table["date"] = table["production_date"].dt.strftime("%m-%d")
    wide = table.pivot(index="date", columns="shift_id", values="team_id").astype(object)
    wide = wide.where(wide.notna(), None)
    return {date: tuple(row) for date, row in zip(wide.index, wide.values.tolist(), strict=True)}


def test_three_shifts_four_teams():
    assert roster([FOUR], "2026-01-01", "2026-01-10") == {
        "01-01": ("A", "D", "C"), "01-02": ("A", "D", "C"),
        "01-03": ("B", "A", "D"), "01-04": ("B", "A", "D"),
        "01-05": ("C", "B", "A"), "01-06": ("C", "B", "A"),
        "01-07": ("D", "C", "B"), "01-08": ("D", "C", "B"),
        "01-09": ("A", "D", "C"),
    }  # fmt: skip


def test_every_team_works_six_days_of_eight_and_every_shift_is_manned():
    table = sf.shifts.ShiftCalendar(RULES, rotations=[FOUR], day_start="06:00").expand("2026-01-01", "2026-03-06")
    assert table["team_id"].notna().all()
    assert table.groupby("team_id")["production_date"].nunique().tolist() == [48] * 4


def test_nobody_is_on_duty_before_the_rotation_starts_or_when_it_has_ended():
    short = {**FOUR, "end": "2026-01-02"}
    assert roster([short], "2025-12-31", "2026-01-03") == {
        "12-31": (None, None, None), "01-01": ("A", "D", "C"), "01-02": (None, None, None),
    }  # fmt: skip


def test_a_later_rotation_takes_over():
    other = {"teams": ["X", "Y", "Z"], "pattern": ["Ca1", "Ca2", "Ca3"], "start": "2026-01-02"}
    assert roster([FOUR, other], "2026-01-01", "2026-01-04") == {
        "01-01": ("A", "D", "C"), "01-02": ("X", "Z", "Y"), "01-03": ("Y", "X", "Z"),
    }  # fmt: skip


def test_teams_that_share_a_shift_are_named_together():
    pair = {"teams": ["X", "Y"], "pattern": ["Ca1", "Ca1"], "start": "2026-01-01"}
    assert roster([pair], "2026-01-01", "2026-01-02") == {"01-01": ("X+Y", None, None)}


def test_breaks_have_the_team_of_their_shift_and_extra_shifts_have_one_too():
    rules = [{**RULES[0], "breaks": [["10:00", "10:15"]], "days": ["mon"]}]
    extra = {"from": "2026-01-06", "kind": "make_up"}
    table = sf.shifts.ShiftCalendar(
        rules, rotations=[{**FOUR, "pattern": ["Ca1", "off", "off", "off"]}], exceptions=[extra]
    ).expand("2026-01-05", "2026-01-07")
    assert table[["kind", "team_id"]].values.tolist() == [["work", "A"], ["break", "A"], ["make_up", "B"], ["break", "B"]]
    assert table["production_date"].tolist() == [pd.Timestamp("2026-01-05")] * 2 + [pd.Timestamp("2026-01-06")] * 2
