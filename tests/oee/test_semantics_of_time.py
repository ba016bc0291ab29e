"""What the seconds mean: tests of the numbered semantics 5, 7–11, 16, 21 and 22."""

import itertools

import pandas as pd
import pytest

import smartfab as sf
from tests.minute_tables import data, row
from tests.strategies import at

STATES = ["machine_id", "ts", "state"]


def account_of(states: list[tuple[float, str]], end: float, **options: object) -> pd.DataFrame:
    """The account of a machine whose states are given in seconds."""
    table = pd.DataFrame([("M1", at(s), state) for s, state in states], columns=STATES)
    return sf.oee.time_account(sf.PlantData(states=table, tz="UTC"), at(0), at(end), **options)


@pytest.mark.parametrize(("unknown", "oee"), [("exclude", 0.5), ("down", 0.25), ("bounds", 0.5)])
def test_05_unknown_time_is_left_out_or_lost_or_bounded(unknown, oee):
    gap = pd.DataFrame({"signal_id": ["M1"], "start": [at(3000)], "end": [at(6000)], "recovered": [False]})
    result = row(data([(0, "running")], [(10, "P", 25, 0)], coverage=gap), 0, 100, unknown=unknown)
    assert result["oee"] == oee
    assert (result["oee_low"], result["oee_high"]) == (0.25, 0.75)
    assert (result["planned_s"], result["unknown_s"]) == (3000, 3000)


def test_05_a_recovered_gap_is_no_gap():
    gap = pd.DataFrame({"signal_id": ["M1/state"], "start": [at(60)], "end": [at(120)], "recovered": [True]})
    assert row(data([(0, "running")], [], coverage=gap), 0, 10)["unknown_s"] == 0


def test_05_a_state_holds_no_longer_than_max_gap():
    account = account_of([(0, "running"), (100, "running"), (1000, "running")], 1100, max_gap="5min")
    assert account[["loss", "duration_s"]].to_numpy().tolist() == [["run", 400.0], ["unknown", 600.0], ["run", 100.0]]


def test_05_a_state_holds_until_the_next_sample_but_not_over_a_gap_and_little_coverage_is_marked():
    gap = pd.DataFrame({"signal_id": ["M1/state"], "start": [at(600)], "end": [at(900)], "recovered": [False]})
    result = row(data([(0, "running"), (20, "running")], [(5, "P", 4, 0)], coverage=gap), 0, 30)
    assert (result["run_s"], result["unknown_s"]) == (1200, 600)  # until the next sample, not until the gap's end
    assert result["coverage"] == pytest.approx(2 / 3)
    assert result["reason"] == "not enough data"
    assert (result["oee_low"], result["oee_high"]) == (pytest.approx(240 / 1800), pytest.approx(840 / 1800))


def test_07_bad_status_is_unknown_and_uncertain_is_kept():
    rows = [("M1", at(0), "running", 0), ("M1", at(10), "running", 0x40000000), ("M1", at(20), "running", 0x80000000)]
    account = sf.oee.time_account(sf.PlantData(states=pd.DataFrame(rows, columns=[*STATES, "status"]), tz="UTC"), at(0), at(30))
    assert account[["loss", "duration_s"]].to_numpy().tolist() == [["run", 20.0], ["unknown", 10.0]]


def test_08_stops_and_failures_count_where_they_begin():
    states = [(0, "running"), (55, "unplanned_stop"), (65, "running"), (70, "unplanned_stop"), (72, "running")]
    shifts = [(0, 60, "work"), (60, 120, "work")]
    tables = data(states, [], shifts=shifts)
    tables.shifts["shift_id"] = ["A", "B"]
    kpis = sf.oee.evaluate(tables, at(0), at(7200), by=["shift_id"])
    assert kpis[["n_stops", "n_failures"]].to_numpy().tolist() == [[1, 1], [1, 0]]
    assert kpis["breakdown_s"].tolist() == [300, 300]


def test_08_a_stop_is_judged_on_its_whole_length_before_it_is_cut():
    table = pd.DataFrame(
        [("M1", at(s), x) for s, x in [(0, "running"), (100, "unplanned_stop"), (1000, "running")]], columns=STATES
    )
    account = sf.oee.time_account(sf.PlantData(states=table, tz="UTC"), at(50), at(160))
    assert account[["loss", "duration_s"]].to_numpy().tolist() == [["run", 50.0], ["breakdown", 60.0]]


def test_08_a_stop_whose_end_is_not_known_is_open_and_not_minor():
    account = account_of([(0, "running"), (100, "unplanned_stop")], 160)
    assert account["loss"].tolist() == ["run", "breakdown"]
    assert account["open"].tolist() == [False, True]


def test_09_a_stop_as_long_as_the_threshold_is_a_minor_stop():
    account = account_of(
        [(0, "running"), (10, "unplanned_stop"), (310, "running"), (400, "unplanned_stop"), (701, "running")], 800
    )
    assert account["loss"].tolist() == ["run", "minor_stop", "run", "breakdown", "run"]


def test_09_a_machine_s_own_threshold_wins():
    table = pd.DataFrame([("M1", at(0), "unplanned_stop"), ("M1", at(60), "running")], columns=STATES)
    machines = pd.DataFrame({"machine_id": ["M1"], "line_id": ["L"], "micro_stop_s": [59.0]})
    account = sf.oee.time_account(sf.PlantData(states=table, machines=machines, tz="UTC"), at(0), at(90), micro_stop="5min")
    assert account["loss"].tolist() == ["breakdown", "run"]


def test_09_a_product_has_a_threshold_of_its_own_and_it_wins_over_the_machine_s():
    stops = [(0, "running"), (10, "unplanned_stop"), (13, "running"), (60, "unplanned_stop"), (63, "running")]
    tables = data(stops, [(5, "P", 1, 0), (50, "Q", 1, 0)])
    tables.products = pd.DataFrame({"product_id": ["P", "Q"], "ideal_cycle_s": 60.0, "micro_stop_s": [180.0, None]})
    tables.machines = pd.DataFrame({"machine_id": ["M1"], "line_id": ["L1"], "micro_stop_s": [179.0]})
    account = sf.oee.time_account(tables, at(0), at(6000))
    assert account["loss"].tolist() == ["run", "minor_stop", "run", "run", "breakdown", "run"]
    assert account["product_id"].tolist() == ["P", "P", "P", "Q", "Q", "Q"]


def test_10_debounce_gives_time_to_what_was_before_and_loses_none():
    states = [
        (0, "running"),
        (100, "unplanned_stop"),
        (500, "running"),
        (502, "unplanned_stop"),
        (900, "running"),
        (950, "unplanned_stop"),
        (951, "running"),
    ]
    account = account_of(states, 1000, min_run="5s", min_stop="2s")
    assert account[["loss", "duration_s"]].to_numpy().tolist() == [["run", 100.0], ["breakdown", 800.0], ["run", 100.0]]


def test_11_as_of_shows_the_old_reason():
    data = sf.PlantData(
        states=pd.DataFrame([("M1", at(0), "unplanned_stop"), ("M1", at(1000), "running")], columns=STATES),
        stop_reasons=pd.DataFrame(
            {
                "machine_id": "M1",
                "start": at(0),
                "end": at(1000),
                "reason_id": ["jam", "tool"],
                "recorded_at": [at(2000), at(9000)],
            }
        ),
        tz="UTC",
    )
    assert sf.oee.time_account(data, at(0), at(1000))["reason_id"].tolist() == ["tool"]
    assert sf.oee.time_account(data, at(0), at(1000), as_of=at(5000))["reason_id"].tolist() == ["jam"]
    assert sf.oee.time_account(data, at(0), at(1000), as_of=at(1500))["reason_id"].isna().all()


def test_11_a_reason_splits_its_stop_by_its_bounds_and_what_nobody_declared_leads_the_pareto():
    tables = data([(0, "running"), (10, "unplanned_stop"), (50, "running"), (60, "unplanned_stop"), (68, "running")])
    tables.stop_reasons = pd.DataFrame(
        {"machine_id": "M1", "start": [at(600), at(600)], "end": [at(1800), at(1800)], "reason_id": ["guess", "jam"],
         "recorded_at": [at(4000), at(9000)]}
    )  # fmt: skip
    account = sf.oee.time_account(tables, at(0), at(6000))
    assert account[["duration_s", "loss", "reason_id"]].fillna("").to_numpy().tolist() == [
        [600, "run", ""], [1200, "breakdown", "jam"], [1200, "breakdown", ""], [600, "run", ""], [480, "breakdown", ""],
        [1920, "run", ""],
    ]  # fmt: skip
    assert sf.oee.pareto(account)["reason_id"].tolist() == ["not_declared", "jam"]
    before = sf.oee.time_account(tables, at(0), at(6000), as_of=at(5000))
    assert before["reason_id"].dropna().tolist() == ["guess"]


def test_11_a_reason_that_is_classified_anew_does_not_rewrite_the_past():
    tables = data([(0, "running"), (10, "unplanned_stop"), (20, "running"), (60, "unplanned_stop"), (70, "running")])
    tables.stop_reasons = pd.DataFrame(
        {"machine_id": "M1", "start": [at(600), at(3600)], "end": [at(1200), at(4200)], "reason_id": "clean"}
    )
    tables.reasons = pd.DataFrame(
        {"reason_id": "clean", "category": ["planned_stop", "unplanned_stop"], "valid_from": [pd.NaT, at(3000)]}
    )
    account = sf.oee.time_account(tables, at(0), at(6000))
    assert account["loss"].tolist() == ["run", "planned_stop", "run", "breakdown", "run"]
    assert account["reason_id"].dropna().tolist() == ["clean", "clean"]
    tables = sf.PlantData(
        states=tables.states.assign(reason_id=[None, "clean", None, "clean", None]), reasons=tables.reasons, tz="UTC"
    )
    assert sf.oee.time_account(tables, at(0), at(6000))["loss"].tolist() == account["loss"].tolist()


# Nights of 22:00–06:00 by the production date they begin on, and how long they last [h].
NIGHTS = [
    ("Europe/Rome", "2026-03-27", 8), ("Europe/Rome", "2026-03-28", 7), ("Europe/Rome", "2026-10-24", 9),
    ("Europe/Rome", "2026-10-25", 8), ("America/New_York", "2026-03-07", 7), ("America/New_York", "2026-03-08", 8),
    ("America/New_York", "2026-10-31", 9), ("America/New_York", "2026-11-01", 8), ("Asia/Ho_Chi_Minh", "2026-03-28", 8),
    ("Asia/Ho_Chi_Minh", "2026-10-24", 8), ("Asia/Ho_Chi_Minh", "2026-11-01", 8),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "date", "hours"), NIGHTS, ids=[f"{zone}-{date}" for zone, date, _ in NIGHTS])
def test_16_a_night_shift_lasts_as_long_as_its_two_wall_clock_ends_are_apart(zone: str, date: str, hours: int):
    rules = [{"id": "N", "start": "22:00", "end": "06:00"}]
    day = pd.Timestamp(date, tz=zone)
    shifts = sf.shifts.ShiftCalendar(rules, tz=zone).expand(day, day + pd.Timedelta(days=2))
    night = shifts[pd.to_datetime(shifts["production_date"]) == pd.Timestamp(date)]
    assert ((night["end"] - night["start"]) / pd.Timedelta(hours=1)).tolist() == [hours]
    states = pd.DataFrame({"machine_id": ["M1"], "ts": night["start"].tolist(), "state": "running"})
    rows = sf.oee.evaluate(
        sf.PlantData(states=states, shifts=night, tz=zone), day, day + pd.Timedelta(days=2), by=["shift_id", "production_date"]
    )
    mine = rows[rows["shift_id"] == "N"]
    assert mine[["planned_s", "run_s"]].to_numpy().tolist() == [[hours * 3600.0] * 2]
    assert pd.to_datetime(mine["production_date"]).tolist() == [pd.Timestamp(date)]


def test_21_a_naive_window_is_refused_without_a_zone():
    tables = data([(0, "running")])
    tables.tz = None
    with pytest.raises(sf.errors.TimeError, match="naive"):
        sf.oee.evaluate(tables, "2026-03-02T00:00", at(60))


def test_21_mixed_iso_strings_parse_and_a_window_is_a_second_or_ten_years():
    states = pd.DataFrame(
        {"machine_id": "M1", "ts": ["2026-03-02T00:00:00Z", "2026-03-02T00:00:00.250Z"], "state": ["running", "idle"]}
    )
    tables = sf.PlantData(states=states, tz="UTC")
    second = sf.oee.evaluate(tables, "2026-03-02T00:00:00Z", "2026-03-02T00:00:01Z").iloc[0]
    assert (second["run_s"], second["idle_s"], second["calendar_s"]) == (0.25, 0.75, 1)
    decade = sf.oee.evaluate(tables, "2020-01-01", "2030-01-01", by=["machine_id"]).iloc[0]
    assert (decade["calendar_s"], decade["run_s"]) == (3653 * 86400, 0.25)
    assert decade["calendar_s"] == decade["unknown_s"] + decade["planned_s"]


def test_22_seconds_and_counts_do_not_depend_on_how_the_window_was_asked_for():
    states = [(0, "running"), (7, "unplanned_stop"), (11, "running"), (40, "starved"), (43, "running")]
    tables = data(
        states,
        [(5, "P", 3, 1), (42, "P", 5, 0), (70, "P", 2, 2)],
        shifts=[(0, 30, "work"), (20, 25, "break"), (30, 80, "work")],
    )
    whole = row(tables, 0, 90)
    for minutes in (1, 7, 45):  # by the minute, askew, in halves
        edges = [*range(0, 90, minutes), 90]
        parts = pd.concat(
            [sf.oee.evaluate(tables, at(a * 60), at(b * 60), by=["machine_id"]) for a, b in itertools.pairwise(edges)]
        )
        again = sf.oee.rollup(parts, by=["machine_id"]).iloc[0]
        columns = [name for name in whole.index if name.endswith("_s") or name in {"total", "good", "scrap", "total_in_stop"}]
        assert again[columns].tolist() == whole[columns].tolist()
