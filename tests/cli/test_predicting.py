"""The demo's defects: honest figures where there is something to learn from, none where there is not."""

from __future__ import annotations

import pytest

import smartfab as sf
from smartfab.cli.predicting import predict

pytestmark = pytest.mark.usefixtures("quick_trees")


def test_the_cause_is_found_from_collected_samples(sim, filled):
    told = predict(sim, sf.open_store(filled / "store"))
    assert told.foremost == told.cause == sim.truth.defect_cause["signal_id"]
    assert set(told.defects) == {"mcc", "far", "base_rate"}
    made = sim.parts[sim.parts["machine_id"] == sim.truth.defect_cause["machine_id"]]
    assert 0 < told.defects["base_rate"] < 3 * (made["label"] == "defect").mean()
    assert -1 <= told.defects["mcc"] <= 1


def test_too_few_defects_make_no_figure(tmp_path):
    short = sf.simulation.line(days=0.02)
    store = sf.open_store(tmp_path)
    store.append("samples", short.samples)
    assert predict(short, store) is None
