"""The board for other programs: the board's figures, JSON-ready, one line a look."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from smartfab.connectors.opcua.simulator import SimulatorServer

import smartfab as sf
from smartfab.cli.board_rows import live_rows


def test_the_figures_are_those_of_the_shift():
    sim = sf.simulation.line(days=0.1)
    end = sim.start + pd.Timedelta(hours=2)
    account, kpis = sf.oee.time_account(sim.data, sim.start, end), sf.oee.evaluate(sim.data, sim.start, end)
    told = live_rows(sim.plant, account, kpis, {"L1": {"state": "collecting", "age_s": {"a": 4.0, "b": 2.0, "c": None}}})
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["at"], told["shift_id"]) == (end.isoformat(), "Ca1")
    assert told["lines"] == {"L1": {"state": "collecting", "newest_age_s": 2.0}}
    assert [row["machine_id"] for row in told["machines"]] == account["machine_id"].drop_duplicates().tolist()
    own = kpis[kpis["shift_id"] == "Ca1"].set_index("machine_id")["oee"]
    assert all(row["oee"] == pytest.approx(own[row["machine_id"]]) for row in told["machines"])
    stops = account[(account["category"] == "unplanned_stop") & (account["shift_id"] == "Ca1")]
    assert [row["duration_s"] for row in told["stops"]] == stops["duration_s"].tolist()


def test_nothing_known_is_null():
    told = live_rows(sf.simulation.line(days=0.1).plant, None, None, {"L1": {}})
    assert told == {
        "plant": "vinh-phuc", "at": None, "shift_id": None, "lines": {"L1": {"state": "idle", "newest_age_s": None}},
        "machines": [], "stops": [],
    }  # fmt: skip


def test_watch_prints_an_object_a_line(run, sim, tmp_path):
    with SimulatorServer(sim, speed=3000.0) as server:
        (tmp_path / "plant.toml").write_text(server.plant.to_toml(), encoding="utf-8")
        ended = run("watch", tmp_path / "plant.toml", "--json", "--seconds", "6", "--every", "2")
    assert (ended.code, ended.errors) == (0, [])
    looks = [json.loads(line) for line in ended.out.splitlines()]
    assert len(looks) >= 2
    assert {row["machine_id"] for row in looks[-1]["machines"]} == {"Press01", "Dryer01", "Kiln01"}
