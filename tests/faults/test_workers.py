"""A worker that is lost over a backfill, at any moment: the tables are those of a plain loop."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings

import pandas as pd
import pytest

import smartfab as sf
from tests.faults.jobs import FIGURES, thin
from tests.faults.seeds import first, told

DAYS = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]
KILLS = 3
pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")]


@pytest.mark.filterwarnings("ignore")  # what a cluster says while its worker dies is Dask's
def test_a_lost_worker_of_dask_changes_nothing(room):
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    sim = sf.simulation.line(days=2, seed=3, machines=1)
    plain = sf.open_store(room / "plain")
    plain.append("samples", thin(sim))
    assert sf.pipelines.backfill(sim.plant, plain, DAYS).ok
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        )
    with cluster, distributed.Client(cluster) as client:
        for seed in range(first(), first() + KILLS):
            with told(seed, []) as rng:
                store = sf.open_store(room / str(seed))
                store.append("samples", thin(sim))
                client.wait_for_workers(2)
                victim = rng.choice(sorted(client.run(os.getpid).values()))
                timer = threading.Timer(rng.random() * 0.8, os.kill, (victim, signal.SIGKILL))
                timer.start()
                run = sf.pipelines.backfill(sim.plant, store, DAYS, executor=client)
                timer.join()
                assert run.ok, run.failed
                for name in FIGURES:
                    pd.testing.assert_frame_equal(store.read(name), plain.read(name), obj=name)
