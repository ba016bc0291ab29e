"""Rows and their transaction number come in together, once, whatever fails."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError

import smartfab as sf
from smartfab.errors import StoreError, WriteConflictError


def test_the_second_time_nothing_is_written(store, samples, files):
    assert store.append("samples", samples(), app_id="press-1", seq=1) is True
    assert store.append("samples", samples(), app_id="press-1", seq=1) is False
    assert len(store.read("samples")) == 3
    assert len(files(store.path)) == 1


def test_a_replay_from_a_new_process_is_known(store, samples):
    for seq in range(3):
        store.append("samples", samples(value=seq), app_id="press-1", seq=seq)
    again = sf.open_store(store.path)
    told = [again.append("samples", samples(value=seq), app_id="press-1", seq=seq) for seq in range(5)]
    assert told == [False, False, False, True, True]
    assert len(again.read("samples")) == 15


def test_a_number_below_the_last_is_in(store, samples):
    store.append("samples", samples(), app_id="press-1", seq=7)
    assert store.append("samples", samples(), app_id="press-1", seq=3) is False


def test_every_name_counts_for_itself(store, samples):
    names = ["press-1", "Dây chuyền 1/ép %", "press-1 "]
    assert [store.append("samples", samples(), app_id=name, seq=1) for name in names] == [True, True, True]
    assert [store.append("samples", samples(), app_id=name, seq=1) for name in names] == [False, False, False]


def test_every_table_counts_for_itself(store, samples):
    gap = pd.DataFrame({"signal_id": "a/b", "start": samples(1)["ts"], "end": samples(1)["ts"]})
    assert store.append("samples", samples(), app_id="press-1", seq=1)
    assert store.append("coverage", gap, app_id="press-1", seq=1)


def test_without_number_rows_are_appended_each_time(store, samples):
    assert [store.append("samples", samples()) for _ in range(2)] == [True, True]
    assert len(store.read("samples")) == 6


def test_no_rows_record_their_number(store, samples):
    assert store.append("samples", samples(0), app_id="press-1", seq=4) is True
    assert store.append("samples", samples(), app_id="press-1", seq=4) is False
    assert store.append("samples", samples(), app_id="press-1", seq=5) is True
    assert len(store.read("samples")) == 3


def test_no_rows_and_no_number_write_nothing(store, samples):
    assert store.append("samples", samples(0)) is True
    assert store.tables() == []


@pytest.mark.parametrize(
    ("app_id", "seq"), [("a", None), (None, 1), ("", 1), ("a", -1), ("a", True), ("a", 1.0), ("a", 2**63), (5, 1)]
)
def test_half_a_transaction_is_refused(store, samples, app_id, seq):
    with pytest.raises(StoreError, match="Give both or none"):
        store.append("samples", samples(), app_id=app_id, seq=seq)
    assert store.tables() == []


def test_an_unknown_table_is_refused_with_those_there_are(store, samples):
    with pytest.raises(StoreError, match="no table 'sample'; expected one of samples, coverage, events"):
        store.append("sample", samples())


def test_a_writer_that_was_overtaken_finds_its_number_in(store, samples, files, monkeypatch):
    """Another process commits the same number between this one's look-up and its commit."""
    store.append("samples", samples())
    commit = DeltaTable.create_write_transaction

    def overtaken(handle, *args, **kwargs):
        monkeypatch.setattr(DeltaTable, "create_write_transaction", commit)
        assert sf.open_store(store.path).append("samples", samples(value=50), app_id="press-1", seq=1)
        return commit(handle, *args, **kwargs)

    monkeypatch.setattr(DeltaTable, "create_write_transaction", overtaken)
    assert store.append("samples", samples(value=50), app_id="press-1", seq=1) is False
    assert len(store.read("samples")) == 6
    assert len(files(store.path)) == 2


def test_a_writer_that_was_overtaken_by_an_older_number_still_writes(store, samples, monkeypatch):
    store.append("samples", samples())
    commit = DeltaTable.create_write_transaction

    def overtaken(handle, *args, **kwargs):
        monkeypatch.setattr(DeltaTable, "create_write_transaction", commit)
        assert sf.open_store(store.path).append("samples", samples(), app_id="press-1", seq=1)
        return commit(handle, *args, **kwargs)

    monkeypatch.setattr(DeltaTable, "create_write_transaction", overtaken)
    assert store.append("samples", samples(), app_id="press-1", seq=2) is True
    assert len(store.read("samples")) == 9


def test_a_commit_lost_every_time_is_a_conflict_and_leaves_no_file(store, samples, files, monkeypatch):
    store.append("samples", samples())

    def lost(*args, **kwargs):
        raise CommitFailedError("Concurrent transaction failed.")

    monkeypatch.setattr(DeltaTable, "create_write_transaction", lost)
    with pytest.raises(WriteConflictError, match="lost to other writers"):
        store.append("samples", samples(), app_id="press-1", seq=1)
    monkeypatch.undo()
    assert len(files(store.path)) == 1
    assert store.append("samples", samples(), app_id="press-1", seq=1) is True


def test_a_commit_that_fails_leaves_no_file(store, samples, files, monkeypatch):
    store.append("samples", samples())

    def broken(*args, **kwargs):
        raise DeltaError("No space left on device")

    monkeypatch.setattr(DeltaTable, "create_write_transaction", broken)
    with pytest.raises(StoreError, match="No space left on device"):
        store.append("samples", samples(), app_id="press-1", seq=1)
    monkeypatch.undo()
    assert len(files(store.path)) == 1
    assert store.append("samples", samples(), app_id="press-1", seq=1) is True


@pytest.mark.parametrize("transaction", [{}, {"app_id": "press-1", "seq": 1}])
def test_a_failure_after_the_commit_loses_nothing(store, samples, monkeypatch, transaction):
    """A checkpoint that cannot be written fails the call although the rows are in."""
    store.append("samples", samples())
    commit = DeltaTable.create_write_transaction

    def too_late(*args, **kwargs):
        commit(*args, **kwargs)
        raise DeltaError("checkpoint failed")

    monkeypatch.setattr(DeltaTable, "create_write_transaction", too_late)
    assert store.append("samples", samples(), **transaction) is True
    monkeypatch.undo()
    assert len(store.read("samples")) == 6


def test_a_disk_that_refuses_leaves_no_file(store, samples, files, monkeypatch):
    store.append("samples", samples())
    from smartfab.store import data_files

    write = data_files._write
    days = []

    def full(file, *given):
        days.append(Path(file._file.name).parent.name)
        write(file, *given)
        if len(days) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(data_files, "_write", full)
    two_days = pd.concat([samples(), samples(start="2026-03-03T06:00Z")])
    with pytest.raises(StoreError, match="No space left on device"):
        store.append("samples", two_days)
    assert days == ["utc_day=2026-03-02", "utc_day=2026-03-03"]
    assert len(files(store.path)) == 1
    assert len(store.read("samples")) == 3


def test_a_store_travels_as_its_path(store, samples):
    store.append("samples", samples(), app_id="press-1", seq=1)
    other = pickle.loads(pickle.dumps(store))
    assert other.path == store.path
    assert other.append("samples", samples(), app_id="press-1", seq=1) is False
