"""The whole chain on a line whose truth is known to the microsecond."""

import numpy as np
import pandas as pd
import pytest

import smartfab as sf

KEYS = ["machine_id", "shift_id", "production_date"]


@pytest.fixture(scope="module", params=[1, 2])
def sim(request):
    return sf.simulation.line(days=2, seed=request.param)


def from_truth(sim):
    return sim.data


def from_samples(sim):
    return sf.PlantData.from_samples(sim.samples, sim.plant, sim.start, sim.end)


@pytest.mark.parametrize("source", [from_truth, from_samples])
def test_seconds_and_pieces_are_the_truth_s(sim, source):
    kpis = sf.oee.evaluate(source(sim), sim.start, sim.end).set_index(KEYS).sort_index()
    losses, counts = sim.truth.losses.set_index(KEYS).sort_index(), sim.truth.counts.set_index(KEYS).sort_index()
    assert len(kpis) == len(losses)
    for column in (
        "calendar_s",
        "no_shift_s",
        "planned_stop_s",
        "planned_s",
        "breakdown_s",
        "setup_s",
        "blocked_starved_s",
        "minor_stop_s",
        "run_s",
    ):
        assert np.array_equal(kpis[column], losses.loc[kpis.index, column]), column
    for column in ("total", "good", "scrap", "rework"):
        assert np.array_equal(kpis[column], counts.loc[kpis.index, column]), column
    for column in ("ideal_s", "good_ideal_s", "reduced_speed_s", "quality_s"):
        assert kpis[column].to_numpy() == pytest.approx(losses.loc[kpis.index, column].to_numpy(), abs=1e-6), column


@pytest.mark.parametrize("source", [from_truth, from_samples])
def test_the_line_s_oee_is_the_truth_s(sim, source):
    assert sf.oee.line(source(sim), sim.start, sim.end)["oee"].iloc[0] == pytest.approx(sim.truth.oee, abs=1e-12)


def test_a_window_inside_agrees_with_the_truth_of_that_window(sim):
    start, end = sim.start + pd.Timedelta("5h13min"), sim.start + pd.Timedelta("31h7min")
    kpis = sf.oee.evaluate(sim.data, start, end, by=["machine_id"]).set_index("machine_id")
    truth = (
        sim.truth.between(start, end).losses.groupby("machine_id")[["planned_s", "breakdown_s", "minor_stop_s", "run_s"]].sum()
    )
    for column in truth:
        assert kpis.loc[truth.index, column].to_numpy() == pytest.approx(truth[column].to_numpy(), abs=1e-6), column


def test_samples_in_any_order_and_twice_give_the_same_figures(sim):
    mixed = pd.concat([sim.samples, sim.samples.sample(frac=0.3, random_state=1)]).sample(frac=1, random_state=2)
    plain = sf.oee.evaluate(from_samples(sim), sim.start, sim.end)
    again = sf.oee.evaluate(sf.PlantData.from_samples(mixed, sim.plant, sim.start, sim.end), sim.start, sim.end)
    pd.testing.assert_frame_equal(again, plain, check_exact=True)
