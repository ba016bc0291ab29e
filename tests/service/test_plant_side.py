"""The plant behind the service, on a simulated line with its store."""

from __future__ import annotations

import datetime as dt

import pytest

import smartfab as sf
from smartfab.service.plant_side import PlantSide


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    sim = sf.simulation.line(days=0.5)
    folder = tmp_path_factory.mktemp("plant") / "store"
    sf.open_store(folder).append("samples", sim.samples)
    return sim.plant, folder


@pytest.mark.parametrize(("at", "this_shift"), [("13:30", True), ("14:30", False)])
def test_a_stop_of_the_first_shift_is_of_this_shift_until_the_second_begins(line, at, this_shift):
    plant, folder = line
    side = PlantSide(plant, folder, lambda: dt.datetime.fromisoformat(f"2026-03-02T{at}:00+07:00"))
    stops = side.open_stops(8)
    assert stops["machine_id"].tolist() == ["Kiln01"]
    assert stops["shift_id"].tolist() == ["Ca1"]
    assert stops["this_shift"].tolist() == [this_shift]
