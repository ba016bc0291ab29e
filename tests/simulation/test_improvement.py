"""An improvement's gain is the difference of two runs with the same draws."""

import pandas as pd
import pytest

import smartfab as sf


def change(kind, size=0.5, at="2026-03-04"):
    return {"at": at, "kind": kind, "size": size}


@pytest.fixture(scope="module")
def plain():
    return sf.simulation.line(days=4, seed=9)


@pytest.mark.parametrize("kind", ["cycle", "stops", "scrap"])
def test_gain_is_the_difference_of_two_runs(plain, kind):
    sim = sf.simulation.line(days=4, seed=9, improvement=change(kind))
    gain = sim.truth.gain
    window = (gain["at"], sim.end)
    assert gain["at"] == pd.Timestamp("2026-03-04T06:00+07:00")
    assert gain["gain"] == sim.truth.between(*window).oee - plain.truth.between(*window).oee
    assert gain["gain"] == gain["oee_with"] - gain["oee_without"]
    assert gain["gain"] > 0.003
    assert (gain["kpi"], gain["kind"], gain["size"]) == ("oee", kind, 0.5)


def test_nothing_changes_before_the_improvement(plain):
    sim = sf.simulation.line(days=4, seed=9, improvement=change("cycle", 1.0))
    at = sim.truth.gain["at"]
    before = [s.samples[s.samples["ts"] < at].reset_index(drop=True) for s in (sim, plain)]
    pd.testing.assert_frame_equal(*before, check_exact=True)
    assert not sim.samples.equals(plain.samples)


def test_each_kind_moves_what_it_says(plain):
    """Size 1 takes all of it away: no stop, no slow cycle, no defect begins after it."""
    at = pd.Timestamp("2026-03-04T06:00+07:00")
    window = (at + pd.Timedelta("4h"), plain.end)
    was = plain.truth.between(*window).machines.sum(numeric_only=True)
    for kind in ("stops", "scrap"):
        sim = sf.simulation.line(days=4, seed=9, improvement=change(kind, 1))
        now = sim.truth.between(*window).machines.sum(numeric_only=True)
        left = now["breakdown_s"] + now["minor_stop_s"] if kind == "stops" else now["scrap"] + now["rework"]
        assert left == 0
        assert was["breakdown_s"] + was["minor_stop_s"] > 0
        assert was["scrap"] + was["rework"] > 0
    fast = sf.simulation.line(days=4, seed=9, improvement=change("cycle", 1))
    parts = fast.parts[(fast.parts["start"] > window[0]) & (fast.parts["machine_id"] == "Kiln01")]
    ideal = fast.data.products.query("machine_id == 'Kiln01'").set_index("product_id")["ideal_cycle_s"]
    product = fast.data.counts.set_index("part_id")["product_id"].loc[parts["part_id"]]
    seconds = (parts["end"] - parts["start"]).dt.total_seconds().to_numpy() + 0.200001
    exact = seconds < 60  # cycles with a break in them last longer
    assert exact.mean() > 0.99
    assert seconds[exact] == pytest.approx(product.map(ideal).to_numpy()[exact], abs=1e-9)


def test_a_larger_improvement_gains_more():
    gains = [
        sf.simulation.line(days=6, seed=4, improvement=change("stops", size, "2026-03-03")).truth.gain["gain"]
        for size in (0.1, 0.4, 0.9)
    ]
    assert 0 < gains[0] < gains[1] < gains[2]


def test_no_improvement_no_gain(plain):
    assert plain.truth.gain is None


def test_the_gain_belongs_to_the_whole_line():
    sim = sf.simulation.line(days=1, seed=1, improvement=change("scrap", at="2026-03-02"))
    assert sim.truth.gain is not None
    assert sim.truth.between(sim.start, sim.end).gain is None


def test_an_improvement_may_begin_at_any_instant():
    sim = sf.simulation.line(days=1, seed=1, improvement=change("stops", at="2026-03-02T10:10:00+07:00"))
    assert sim.truth.gain["at"] == pd.Timestamp("2026-03-02T03:10Z")
