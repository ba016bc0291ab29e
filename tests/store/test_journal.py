"""The journal: durable on return, one owner, every row into the store once, what cannot be read set aside."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading

import pandas as pd
import pyarrow as pa
import pytest

import smartfab as sf
from smartfab.errors import SchemaMismatchError, StoreError, WriteConflictError
from smartfab.store import draining
from smartfab.store.journals import journal_names, journal_path

PATIENT = {"flush_rows": 10**9, "flush_seconds": 1e9}


@pytest.fixture
def opened(store):
    """Return a function that opens a journal nobody drains but the test, and closes it at the end."""
    journals = []

    def make(name="press-1", **settings):
        journals.append(store.journal(name, **{**PATIENT, **settings}))
        return journals[-1]

    yield make
    for journal in journals:
        journal.close()


def _crash(journal):
    """Leave the file as a killed process would: nothing drained, the lock gone."""
    with journal._changed:
        journal._closing = True
        journal._changed.notify_all()
    journal._thread.join()
    journal._file.close()
    journal._ownership.release()


def test_what_was_appended_reaches_the_store_on_close(store, samples):
    with store.journal("press-1") as journal:
        assert [journal.append({"samples": samples(value=k)}) for k in range(3)] == [1, 2, 3]
    assert len(store.read("samples")) == 9


def test_all_tables_of_a_batch_go_together(store, samples):
    ts = samples(1)["ts"]
    gap = pd.DataFrame({"signal_id": "a/b", "start": ts, "end": ts + pd.Timedelta("5s"), "cause": "restart"})
    event = pd.DataFrame({"source_id": "Press01", "ts": ts, "kind": "alarm", "text": "Quá nhiệt"})
    with store.journal("press-1") as journal:
        journal.append({"samples": samples(), "coverage": gap, "events": event})
    assert store.tables() == ["samples", "coverage", "events"]
    assert store.read("events")["text"].tolist() == ["Quá nhiệt"]


@pytest.mark.parametrize("kind", ["frame", "batch", "table", "dictionary"])
def test_rows_may_come_as_a_frame_or_as_arrow(store, samples, kind):
    frame = samples(50)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    rows = {"frame": frame, "batch": table.to_batches()[0], "table": table}.get(kind)
    if kind == "dictionary":
        rows = table.set_column(0, "signal_id", table["signal_id"].dictionary_encode())
    with store.journal("press-1") as journal:
        journal.append({"samples": rows})
    read = store.read("samples")
    pd.testing.assert_frame_equal(read[["signal_id", "ts", "value", "status"]], frame, check_dtype=False)


def test_what_does_not_fit_is_refused_and_nothing_is_in(opened, samples):
    journal = opened()
    bad = pa.table({"signal_id": ["a"], "ts": pa.array([0], pa.timestamp("us", tz="UTC")), "value": ["x"], "extra": [1]})
    with pytest.raises(SchemaMismatchError, match="2 faults"):
        journal.append({"events": pd.DataFrame({"source_id": "a", "ts": samples(1)["ts"]}), "samples": bad})
    with pytest.raises(SchemaMismatchError, match="1 of 2 rows, first at row 1"):
        journal.append({"samples": pa.table({"signal_id": ["a", None], "ts": pa.array([0, 1], pa.timestamp("us", tz="UTC"))})})
    with pytest.raises(StoreError, match="no table"):
        journal.append({"sample": samples()})
    assert journal.health()["waiting_rows"] == 0


def test_infinity_is_null_as_in_a_plain_append(store, samples):
    with store.journal("press-1") as journal:
        journal.append({"samples": samples(3).assign(value=[1.0, float("inf"), float("nan")])})
    assert store.read("samples")["value"].isna().tolist() == [False, True, True]


def test_a_run_that_was_killed_is_taken_over(store, opened, samples):
    first = opened()
    first.append({"samples": samples()})
    _crash(first)
    assert len(store.read("samples")) == 0
    with store.journal("press-1") as second:
        assert second.append({"samples": samples(value=10)}) == 2
    assert len(store.read("samples")) == 6


def test_a_crash_between_commit_and_mark_brings_nothing_twice(store, opened, samples, monkeypatch):
    journal = opened()
    journal.drain()
    for k in range(3):
        journal.append({"samples": samples(value=k)})
    monkeypatch.setattr(journal._queue, "set_through", lambda *_: (_ for _ in ()).throw(StoreError("killed")))
    with pytest.raises(StoreError, match="killed"):
        journal.drain()
    _crash(journal)
    assert len(store.read("samples")) == 9
    with store.journal("press-1") as again:
        again.append({"samples": samples(value=9)})
    assert len(store.read("samples")) == 12


def test_what_the_store_lost_is_put_in_again(store, opened, samples):
    with store.journal("press-1") as journal:
        journal.append({"samples": samples()})
    with store.journal("press-1") as journal:
        journal.append({"samples": samples(value=5)})
    (store.path / "samples" / "_delta_log" / f"{2:020}.json").unlink()  # the second append, as if it had never been
    assert len(sf.open_store(store.path).read("samples")) == 3
    with sf.open_store(store.path).journal("press-1"):
        pass
    assert sorted(sf.open_store(store.path).read("samples")["value"]) == [0, 1, 2, 5, 6, 7]


def test_a_second_owner_is_refused_with_the_process_of_the_first(store, opened):
    opened()
    with pytest.raises(WriteConflictError, match=f"'press-1' is in use by process {os.getpid()}"):
        store.journal("press-1")
    code = "import sys, smartfab as sf; sf.open_store(sys.argv[1]).journal('press-1')"
    told = subprocess.run([sys.executable, "-c", code, str(store.path)], capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert f"in use by process {os.getpid()}" in told.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL are Unix's")
def test_the_kernel_gives_a_journal_back_when_its_owner_is_killed(store, samples):
    def own(path, ready):
        journal = sf.open_store(path).journal("press-1", **PATIENT)
        journal.append({"samples": samples()})
        ready.set()
        threading.Event().wait()

    fork = multiprocessing.get_context("fork")
    ready = fork.Event()
    owner = fork.Process(target=own, args=(store.path, ready))
    owner.start()
    assert ready.wait(60)
    with pytest.raises(WriteConflictError, match=f"process {owner.pid}"):
        store.journal("press-1")
    os.kill(owner.pid, signal.SIGKILL)
    owner.join()
    store.journal("press-1").close()
    assert len(store.read("samples")) == 3


def test_a_corrupt_batch_is_set_aside_and_the_rest_flows(store, opened, samples):
    journal = opened()
    for k in range(3):
        journal.append({"samples": samples(value=10 * k)})
    _flip(journal, 2)
    assert journal.drain() == 6
    assert sorted(store.read("samples")["value"]) == [0, 1, 2, 20, 21, 22]
    assert journal.health()["quarantined"] == 1
    (aside,) = journal._queue.bad()
    assert (aside.number, aside.table, aside.rows) == (2, "samples", 3)
    assert "checksum" in aside.reason


def _flip(journal, number):
    _crash_free = sqlite3.connect(journal.path)
    blob = bytearray(_crash_free.execute("SELECT blob FROM batch WHERE number = ?", (number,)).fetchone()[0])
    blob[len(blob) // 2] ^= 1
    with _crash_free:
        _crash_free.execute("UPDATE batch SET blob = ? WHERE number = ?", (bytes(blob), number))
    _crash_free.close()


def test_a_full_journal_waits_until_the_store_has_taken_some(store, samples):
    with store.journal("press-1", max_bytes=2000, **PATIENT) as journal:
        for k in range(40):
            journal.append({"samples": samples(200, value=k)})
            assert journal.health()["waiting_bytes"] < 4000
        assert journal.health()["committed"] > 0
    assert len(store.read("samples")) == 8000


def test_closing_releases_an_append_that_waits(store, samples, monkeypatch):
    def refuses(*_):
        raise StoreError("No space left on device")

    monkeypatch.setattr(draining, "append_rows", refuses)
    journal = store.journal("press-1", max_bytes=100, **PATIENT)
    journal.append({"samples": samples()})
    told = []

    def late():
        with pytest.raises(StoreError, match="closed"):
            journal.append({"samples": samples()})
        told.append("released")

    waiting = threading.Thread(target=late)
    waiting.start()
    while not journal._asked and journal.health()["error"] is None:
        pass
    with pytest.raises(StoreError, match="No space left"):
        journal.close()
    waiting.join()
    assert told == ["released"]
    monkeypatch.undo()
    store.journal("press-1").close()
    assert len(store.read("samples")) == 3


def test_many_rows_or_old_rows_go_into_the_store_by_themselves(store, samples):
    for settings in ({"flush_rows": 5, "flush_seconds": 1e9}, {"flush_rows": 10**9, "flush_seconds": 0.05}):
        with store.journal("press-1", **settings) as journal:
            before = len(store.read("samples"))
            journal.append({"samples": samples(5)})
            with journal._changed:
                assert journal._changed.wait_for(lambda journal=journal: journal._rows == 0, 60)
            assert len(store.read("samples")) == before + 5


def test_a_collector_learns_where_it_was(store, opened, samples):
    journal = opened()
    assert (journal.last_times(), journal.alive_at()) == ({}, None)
    before = pd.Timestamp.now("UTC").floor("us")
    journal.append({"samples": pd.concat([samples(3), samples(2, signal="Press01/state")])})
    journal.append({"samples": samples(1, start="2026-03-02T05:00Z")})
    expected = {"Press01/good": pd.Timestamp("2026-03-02T06:00:02Z"), "Press01/state": pd.Timestamp("2026-03-02T06:00:01Z")}
    assert journal.last_times() == expected
    journal.drain()
    assert journal.last_times() == expected
    alive = journal.alive_at()
    assert before <= alive <= pd.Timestamp.now("UTC")
    assert journal.append({}) == 2
    assert journal.alive_at() >= alive
    _crash(journal)
    assert opened().last_times() == expected


def test_batches_stay_for_the_grace_period_and_then_go(store, samples):
    with store.journal("press-1", **PATIENT) as journal:
        journal.append({"samples": samples()})
        journal.drain()
        assert journal._queue.size() > 0
    with store.journal("press-1", grace="0s", **PATIENT) as journal:
        assert journal.append({"samples": samples(value=7)}) == 2
        journal.drain()
        assert journal._queue.size() == 0
        assert journal.append({"samples": samples(value=9)}) == 3
        assert journal.last_times() == {"Press01/good": pd.Timestamp("2026-03-02T06:00:02Z")}
    assert len(store.read("samples")) == 9


def test_names_do_not_share_a_file_and_come_back(store):
    names = ["press-1", "Press-1", "Dây chuyền 1/ép %", "press%2D1", "..", "CON"]
    paths = {journal_path(store.path, name) for name in names}
    assert len({path.name.lower() for path in paths}) == len(names)
    for name in names:
        store.journal(name).close()
    assert journal_names(store.path) == sorted(names)
    assert all(path.parent == store.path / "_journal" for path in paths)


@pytest.mark.parametrize("name", ["", None, "x" * 300])
def test_a_name_no_file_can_bear_is_refused(store, name):
    with pytest.raises(StoreError, match="journal name"):
        store.journal(name)


def test_a_file_that_is_no_journal_is_named(store):
    path = journal_path(store.path, "press-1")
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match=r"press-1\.sqlite"):
        store.journal("press-1")
    assert path.read_bytes().startswith(b"not a database")
