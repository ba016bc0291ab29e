"""Several processes and threads on one table: nothing lost, nothing twice."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pandas as pd

import smartfab as sf

WRITERS, WRITES, ROWS = 3, 6, 4


def _frame(writer, seq):
    ts = pd.date_range("2026-03-02T06:00Z", periods=ROWS, freq="1s", unit="us") + pd.Timedelta(minutes=seq)
    return pd.DataFrame({"signal_id": f"máy {writer}/good", "ts": ts, "value": float(seq)})


def _write(path, writer, barrier, told):
    """Create the store and its table, then write numbers of one's own and numbers every process writes."""
    barrier.wait()
    store = sf.open_store(path)
    for seq in range(WRITES):
        own = store.append("samples", _frame(writer, seq), app_id=f"own-{writer}", seq=seq)
        shared = store.append("samples", _frame("shared", seq), app_id="shared", seq=seq)
        told.put((writer, seq, own, shared))


def test_processes_that_create_and_write_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(WRITERS), context.Queue()
    path = tmp_path / "Dữ liệu"
    processes = [context.Process(target=_write, args=(path, writer, barrier, told)) for writer in range(WRITERS)]
    for process in processes:
        process.start()
    answers = pd.DataFrame([told.get(timeout=120) for _ in range(WRITERS * WRITES)], columns=["writer", "seq", "own", "shared"])
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * WRITERS

    expected = pd.concat([_frame(writer, seq) for writer in (*range(WRITERS), "shared") for seq in range(WRITES)])
    expected = expected.sort_values(["signal_id", "ts"], ignore_index=True)
    read = sf.open_store(path).read("samples", columns=["signal_id", "ts", "value"])
    pd.testing.assert_frame_equal(read, expected)
    assert answers["own"].all()
    assert answers.groupby("seq")["shared"].sum().tolist() == [1] * WRITES


def test_threads_of_one_store(store):
    with ThreadPoolExecutor(4) as threads:
        jobs = [(writer, seq) for seq in range(5) for writer in range(4)]
        told = list(threads.map(lambda job: store.append("samples", _frame(*job)), jobs))
        raced = list(threads.map(lambda _: store.append("samples", _frame("shared", 0), app_id="shared", seq=0), range(4)))
    assert all(told)
    assert sorted(raced) == [False, False, False, True]
    assert len(store.read("samples")) == (20 + 1) * ROWS


def test_threads_that_read_while_others_write(store):
    store.append("samples", _frame(0, 0))
    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(lambda: [store.append("samples", _frame(0, seq)) for seq in range(1, 12)])
        sizes = [len(store.read("samples"))]
        while not writing.done():
            sizes.append(len(store.read("samples")))
        writing.result()
    assert sizes == sorted(sizes)
    assert {size % ROWS for size in sizes} == {0}
    assert len(store.read("samples")) == 12 * ROWS
