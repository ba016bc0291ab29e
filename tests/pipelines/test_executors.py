"""A loop, a pool of processes and a Dask cluster give the same tables; a worker that is lost changes nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import warnings
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

import smartfab as sf
from tests.pipelines.conftest import DAYS


@pytest.fixture
def reference(tmp_path, sim):
    store = sf.open_store(tmp_path / "loop")
    store.append("samples", sim.samples)
    assert sf.pipelines.backfill(sim.plant, store, DAYS).ok
    return store


def test_a_pool_of_processes_gives_the_same_tables(filled, sim, reference, equal):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert sf.pipelines.backfill(sim.plant, filled, DAYS, pool).ok
    equal(filled, reference)


def test_threads_give_the_same_tables(filled, sim, reference, equal):
    with ThreadPoolExecutor(2) as pool:
        assert sf.pipelines.backfill(sim.plant, filled, DAYS, executor=pool).ok
    equal(filled, reference)


def _kill(*_given, **_named):
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """An executor whose worker is killed over the part of one date, as by the kernel when memory is short."""

    def __init__(self, pool, day):
        self._pool, self._day = pool, day

    def submit(self, call, part, **named):
        return self._pool.submit(_kill if part.date.isoformat() == self._day else call, part, **named)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
def test_a_killed_worker_changes_nothing_and_is_told(filled, sim, reference, equal):
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        run = sf.pipelines.backfill(sim.plant, filled, DAYS, Deadly(pool, DAYS[1]))
    assert "BrokenProcessPool" in run.failed[f"L1 {DAYS[1]}"]
    assert DAYS[1] not in run.changed
    assert len(filled.read("oee", DAYS[1], None)) == 0
    assert [day.isoformat() for day in sf.pipelines.missing(sim.plant, filled, DAYS)][-1] == DAYS[1]
    assert sf.pipelines.backfill(sim.plant, filled, sf.pipelines.missing(sim.plant, filled, DAYS)).ok
    equal(filled, reference)


def test_a_future_that_was_cancelled_is_told(filled, sim):
    class Refuses:
        def submit(self, *_given, **_named):
            future = Future()
            future.set_exception(RuntimeError("no room"))
            return future

    run = sf.pipelines.backfill(sim.plant, filled, DAYS, Refuses())
    assert sorted(run.failed) == [f"L1 {day}" for day in DAYS]
    assert filled.version("oee") == -1


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Dask's own dependencies
        made = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        )
        yield made
        made.close()


@pytest.mark.filterwarnings("ignore")  # what a cluster says while its worker dies is Dask's
def test_dask_gives_the_same_tables_also_when_a_worker_is_killed(cluster, filled, sim, reference, equal, tmp_path):
    from distributed import Client

    with Client(cluster) as client:
        assert sf.pipelines.backfill(sim.plant, filled, DAYS, client).ok
        equal(filled, reference)
        other = sf.open_store(tmp_path / "other")
        other.append("samples", sim.samples)
        pids = list(client.run(os.getpid).values())

        def kill_one(done, _total):
            if done == 1:
                os.kill(pids[0], signal.SIGKILL)

        assert sf.pipelines.backfill(sim.plant, other, [*DAYS, "2026-03-04"], client, progress=kill_one).ok
        sf.pipelines.backfill(sim.plant, filled, [*DAYS, "2026-03-04"])
        equal(filled, other)
