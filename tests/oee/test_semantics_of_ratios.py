"""What the ratios mean: tests of the numbered semantics 1–4, 19 and 20."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from tests.minute_tables import data, row
from tests.strategies import at

RATIOS = ["availability", "performance", "quality", "oee", "ooe", "teep", "nee"]


def test_01_rollup_over_any_partition_equals_the_whole_and_all_machine_time_is_said():
    states = pd.DataFrame(
        {"machine_id": ["M1", "M1", "M2"], "ts": [at(0), at(3000), at(0)], "state": ["running", "unplanned_stop", "running"]}
    )
    counts = pd.DataFrame({"machine_id": ["M1", "M2", "M2"], "ts": [at(60), at(120), at(4000)], "good": [20.0, 30.0, 10.0]})
    machines = pd.DataFrame({"machine_id": ["M1", "M2"], "line_id": "L1"})
    tables = data(shifts=[(0, 30, "work"), (30, 90, "work")])
    tables.states, tables.counts, tables.machines = states, counts, machines
    tables.shifts["shift_id"] = ["A", "B"]
    whole = sf.oee.evaluate(tables, at(0), at(6000), by=["line_id"])
    for by in (["machine_id"], ["shift_id"], ["machine_id", "shift_id", "production_date"], ["line_id", "product_id"]):
        rows = sf.oee.rollup(sf.oee.evaluate(tables, at(0), at(6000), by=by))
        assert rows["oee"].iloc[0] == whole["oee"].iloc[0] == 3600 / (5400 * 2)
        assert rows["run_s"].iloc[0] == whole["run_s"].iloc[0] == 3000 + 5400
    told = sf.findings_of(sf.oee.rollup(sf.oee.evaluate(tables, at(0), at(6000))))
    assert "all_machine_time" in told["code"].tolist()


def test_02_performance_is_never_capped_and_above_one_is_flagged():
    made = [(50, "P", 120, 0), (150, "P", 80, 0)]
    tables = data([(0, "running")], made)
    halves = pd.concat([sf.oee.evaluate(tables, at(0), at(6000)), sf.oee.evaluate(tables, at(6000), at(12000))])
    assert halves["performance"].tolist() == [1.2, 0.8]
    assert sf.oee.rollup(halves)["oee"].iloc[0] == 1.0
    whole = sf.oee.evaluate(tables, at(0), at(6000))
    assert "performance_above_one" in sf.findings_of(whole)["code"].tolist()


def test_03_quality_is_weighted_by_ideal_time():
    made = [(10, "slow", 100, 0), (20, "quick", 0, 100)]
    result = row(data([(0, "running")], made, products=[("slow", 60.0), ("quick", 3.0)]), 0, 200)
    assert result["oee"] == 0.5
    assert result["quality"] == pytest.approx(100 / 105)


def test_04_zero_planned_time_has_no_ratio_and_a_reason():
    result = row(data([(0, "running")], [], shifts=[(500, 600, "work")]), 0, 100)
    assert result[["availability", "performance", "quality", "oee", "ooe", "nee"]].isna().all()
    assert result["reason"] == "no planned time"
    assert result["no_shift_s"] == result["calendar_s"] == 6000


def test_04_a_lost_shift_is_zero_not_blank():
    result = row(data([(0, "unplanned_stop")], [(500, "P", 1, 0)]), 0, 100)
    assert result["availability"] == result["oee"] == 0
    assert np.isnan(result["performance"])
    assert np.isnan(result["quality"])


def test_04_running_without_a_piece():
    result = row(data([(0, "running")], [(500, "P", 1, 0)]), 0, 100)
    assert result["performance"] == result["oee"] == 0
    assert np.isnan(result["quality"])
    assert result["reason"] == "no pieces were made"


@pytest.mark.parametrize(
    ("counts", "why"), [(None, "no pieces were counted on this machine"), ([(5, "Q", 3, 0)], "pieces without an ideal cycle")]
)
def test_04_without_counts_or_ideal_cycle_there_is_no_performance(counts, why):
    result = row(data([(0, "running")], counts), 0, 100)
    assert result["availability"] == 1
    assert result[RATIOS[1:]].isna().all()
    assert result["reason"] == why


def test_04_an_uncounted_machine_makes_the_sum_unknown_but_it_still_adds_up():
    states = pd.DataFrame({"machine_id": ["M1", "M2"], "ts": at(0), "state": "running"})
    counts = pd.DataFrame({"machine_id": "M1", "ts": [at(30)], "good": [30.0]})
    products = pd.DataFrame({"product_id": ["P"], "ideal_cycle_s": [1.0]})
    kpis = sf.oee.evaluate(sf.PlantData(states=states, counts=counts, products=products, tz="UTC"), at(0), at(60))
    assert kpis["oee"].tolist()[0] == 0.5
    total = sf.oee.rollup(kpis).iloc[0]
    assert total["run_s"] == 120
    assert np.isnan(total["total"])
    assert np.isnan(total["oee"])


def test_19_a_line_has_the_time_of_its_constraint_and_the_good_pieces_of_its_exit():
    tables = data()
    tables.machines = pd.DataFrame({"machine_id": ["A", "B"], "line_id": "L1", "constraint": [True, False]})
    tables.states = pd.DataFrame(
        [("A", at(0), "running"), ("A", at(4800), "blocked"), ("B", at(0), "running"), ("B", at(3000), "unplanned_stop")],
        columns=["machine_id", "ts", "state"],
    )
    tables.counts = pd.DataFrame({"machine_id": ["A", "B"], "ts": [at(60), at(120)], "good": [70.0, 60.0], "scrap": [0.0, 5.0]})
    result = sf.oee.line(tables, at(0), at(6000), line_id="L1").iloc[0]
    assert (result["planned_s"], result["run_s"], result["blocked_starved_s"]) == (6000, 4800, 1200)
    assert (result["breakdown_s"], result["n_failures"]) == (0, 0)
    assert (result["total"], result["good"], result["oee"]) == (70, 60, 0.6)


def test_20_without_a_failure_mtbf_is_nan_with_a_lower_bound_and_iso_s_divisor_is_named():
    account = sf.oee.time_account(data([(0, "running")]), at(0), at(6000))
    never = sf.oee.reliability(account).iloc[0]
    assert np.isnan(never["mtbf_s"])
    assert (never["n_failures"], never["mtbf_low_s"], never["convention"]) == (0, 6000, "per_failure")
    iso = sf.oee.reliability(account, convention="iso22400").iloc[0]
    assert (iso["mtbf_s"], iso["convention"]) == (6000, "iso22400")


def test_missing_products_and_shifts_are_findings_not_errors():
    kpis = sf.oee.evaluate(data([(0, "running")], [(5, "P", 3, 0)], products=None), at(0), at(600))
    assert np.isnan(kpis["performance"].iloc[0])
    assert {"no_products", "no_shifts", "uncosted_pieces"} <= set(sf.findings_of(kpis)["code"])


def test_minor_stops_move_between_ratios_and_leave_the_oee():
    tables = data([(0, "running"), (10, "unplanned_stop"), (12, "running")], [(5, "P", 50, 0)])
    first, second = (row(tables, 0, 100, minor_stops=m) for m in ("performance", "availability"))
    assert (first["availability"], second["availability"]) == (1.0, 0.98)
    assert first["oee"] == second["oee"] == 0.5


WRONG = [
    {"by": ["colour"]}, {"unknown": "maybe"}, {"minor_stops": "no"}, {"break_policy": "x"}, {"attribution": "x"},
    {"stamp": "x"}, {"micro_stop": "-5min"},
]  # fmt: skip


@pytest.mark.parametrize("option", WRONG, ids=lambda option: next(iter(option)))
def test_bad_options_are_refused(option):
    with pytest.raises(sf.errors.TableError, match=next(iter(option))):
        sf.oee.evaluate(data([(0, "running")]), at(0), at(60), **option)


def test_each_of_the_22_semantics_has_a_test_that_bears_its_number():
    files = Path(__file__).parent.glob("test_semantics_of_*.py")
    told = {int(number) for file in files for number in re.findall(r"^def test_(\d\d)_", file.read_text("utf-8"), re.MULTILINE)}
    assert told == set(range(1, 23))
