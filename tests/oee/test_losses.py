"""Losses by model, the Pareto of stops, and reliability."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import smartfab as sf
from tests.oracles import World
from tests.strategies import at, plant_data, worlds

WHOLE = {"six_big": "planned_s", "iso22400": "planned_s", "semi_e10": "calendar_s"}


@pytest.mark.parametrize("model", WHOLE)
@given(worlds())
def test_the_losses_of_each_model_add_up_to_its_whole(model: str, world: World):
    kpis = sf.oee.evaluate(plant_data(world), at(0), at(400), by=["machine_id", "production_date"])
    parts = sf.oee.losses(kpis, model=model)
    assert parts["duration_s"].sum() == pytest.approx(kpis[WHOLE[model]].sum(), abs=1e-6)


def test_six_big_losses_of_the_vorne_shift():
    kpis = sf.oee.from_totals(planned_s=420 * 60, run_s=373 * 60, ideal_cycle_s=1, total=19271, good=18848)
    parts = sf.oee.losses(kpis).set_index("loss")["duration_s"]
    assert parts.to_dict() == {
        "breakdown": 2820, "setup_and_adjustment": 0, "idling_and_minor_stops": 0, "reduced_speed": 3109,
        "defects_and_rework": 423, "good_ideal_time": 18848,
    }  # fmt: skip
    assert sf.oee.losses(kpis)["share"].iloc[-1] == kpis["oee"].iloc[0]


def test_an_unknown_model_and_a_foreign_table_are_refused():
    with pytest.raises(sf.errors.TableError, match="model"):
        sf.oee.losses(pd.DataFrame(), model="x")
    with pytest.raises(sf.errors.TableError, match=r"oee\.planned_s"):
        sf.oee.losses(pd.DataFrame({"x": [1]}))


def account(states: list[tuple[float, str, str | None]], end: float, shifts=None) -> pd.DataFrame:
    table = pd.DataFrame(
        [("M1", at(s), state, reason) for s, state, reason in states], columns=["machine_id", "ts", "state", "reason_id"]
    )
    return sf.oee.time_account(sf.PlantData(states=table, shifts=shifts, tz="UTC"), at(0), at(end))


STATES = [
    (0, "running", None), (1000, "unplanned_stop", None), (1400, "running", None), (2000, "unplanned_stop", "jam"),
    (3000, "running", None), (4000, "unplanned_stop", "jam"), (4600, "running", None), (5000, "setup", None),
    (5100, "running", None), (6000, "unplanned_stop", None), (6060, "running", None),
]  # fmt: skip


def test_the_pareto_leads_with_what_nobody_declared():
    rows = sf.oee.pareto(account(STATES, 7000))
    assert rows[["reason_id", "duration_s", "n_stops"]].to_numpy().tolist() == [
        ["not_declared", 400, 1], ["jam", 1600, 2], ["setup", 100, 1], ["minor_stop", 60, 1],
    ]  # fmt: skip
    assert rows["cumulative"].iloc[-1] == pytest.approx(1)


def test_what_is_beyond_the_top_is_added_up():
    rows = sf.oee.pareto(account(STATES, 7000), by="loss", top=1)
    assert rows[["loss", "duration_s"]].to_numpy().tolist() == [["breakdown", 2000], ["others", 160]]
    assert rows["share"].sum() == 1


def test_mtbf_mttr_mttf():
    row = sf.oee.reliability(account(STATES, 7000)).iloc[0]
    run, down, failures = 7000 - 2000 - 60 - 100, 2000, 3
    assert (row["n_failures"], row["mttr_s"]) == (failures, down / failures)
    assert row["mttf_s"] == (run + 100) / failures
    assert row["mtbf_s"] == (run + 100 + down) / failures
    iso = sf.oee.reliability(account(STATES, 7000), convention="iso22400").iloc[0]
    assert iso["mtbf_s"] == (run + 100 + down) / (failures + 1)
    assert iso["mttr_s"] == down / (failures + 1)
    assert iso["convention"] == "iso22400"


def test_mtbf_without_a_failure_is_unknown_with_a_lower_bound():
    row = sf.oee.reliability(account([(0, "running", None)], 7000)).iloc[0]
    assert np.isnan(row["mtbf_s"])
    assert np.isnan(row["mttr_s"])
    assert row["mtbf_low_s"] == 7000


def test_a_break_within_a_failure_does_not_make_two():
    shifts = pd.DataFrame(
        {
            "shift_id": "A",
            "start": [at(0), at(1100)],
            "end": [at(7000), at(1200)],
            "planned": [True, False],
            "kind": ["work", "break"],
        }
    )
    assert sf.oee.reliability(account(STATES, 7000, shifts)).iloc[0]["n_failures"] == 3
