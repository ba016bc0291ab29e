"""Random lives of the nightly job, and one that is killed with -9."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import smartfab as sf
from tests.faults.jobs import FIGURES, Jobs, thin
from tests.faults.seeds import LIVES, portions, seeds, told
from tests.tree import ROOT

HOW_MANY = max(1, LIVES // 150)
KILLS = 4
DAYS = ["2026-03-02", "2026-03-03"]
pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def sim():
    return sf.simulation.line(days=2, seed=3, machines=1)


@pytest.mark.parametrize("portion", portions(1, of=HOW_MANY))
def test_the_figures_are_those_of_one_quiet_run(portion, room, sim):
    for seed in seeds(portion, 1, of=HOW_MANY):
        story = []
        with told(seed, story) as rng, pytest.MonkeyPatch.context() as patched:
            life = Jobs(room / "store", rng, story, sim, patched)
            life.live(rng.randint(3, 6))
            life.end()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
def test_a_night_killed_with_9_and_run_again(room, sim):
    """At any moment: what was committed is whole, and the next run gives the tables of a night that was left alone."""
    rows, plant = thin(sim), room / "plant.toml"
    plant.write_text(sim.plant.to_toml(), encoding="utf-8")
    quiet = sf.open_store(room / "quiet")
    quiet.append("samples", rows)
    begin = time.monotonic()
    sf.pipelines.backfill(sim.plant, quiet, DAYS)
    took = time.monotonic() - begin
    for seed in seeds(0, KILLS, of=KILLS):
        folder = room / str(seed)
        with told(seed, []) as rng:
            sf.open_store(folder).append("samples", rows)
            _killed_within(took * rng.random(), plant, folder)
            store = sf.open_store(folder)
            assert store.verify().ok
            assert sf.pipelines.backfill(sim.plant, store, sf.pipelines.missing(sim.plant, store, DAYS)).ok
            for name in FIGURES:
                pd.testing.assert_frame_equal(store.read(name), quiet.read(name), obj=name)


def _killed_within(seconds, plant, folder):
    command = [sys.executable, "-m", "tests.faults.night", str(plant), str(folder), *DAYS]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begins\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.send_signal(signal.SIGKILL)
