"""Every way a power cut or a bad disk changes a store is found, and healed from what the journals hold."""

from __future__ import annotations

import os
import time

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import StoreError, WriteConflictError

PATIENT = {"flush_rows": 10**9, "flush_seconds": 1e9}


@pytest.fixture
def journalled(store, samples):
    """Five appends of one journal, each a commit of its own, over two days."""
    for k in range(5):
        with store.journal("press-1", **PATIENT) as journal:
            journal.append({"samples": samples(50, start=f"2026-03-02T{19 + k}:59:30Z", value=100 * k)})
    return store


def _log(store, version, table="samples"):
    return store.path / table / "_delta_log" / f"{version:020}.json"


def _values(store):
    return sorted(sf.open_store(store.path).read("samples")["value"])


ALL = sorted(100.0 * k + n for k in range(5) for n in range(50))
LOG = {
    "empty": lambda path: path.write_bytes(b""),
    "zero-filled": lambda path: path.write_bytes(bytes(500)),
    "torn": lambda path: path.write_bytes(path.read_bytes()[:350]),
    "torn at a line": lambda path: path.write_bytes(path.read_bytes().splitlines(keepends=True)[0]),
    "missing": lambda path: path.unlink(),
}
DATA = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "torn": lambda path: path.write_bytes(path.read_bytes()[:300]),
    "zero-filled": lambda path: path.write_bytes(bytes(path.stat().st_size)),
}


def test_a_whole_store_has_no_fault(journalled):
    report = journalled.verify()
    assert report.ok
    assert (report.commits, report.files, report.faults) == (6, 6, ())
    assert report.to_dict()["ok"] is True


@pytest.mark.parametrize("version", [0, 1, 3, 5])
@pytest.mark.parametrize("damage", LOG.values(), ids=LOG)
def test_a_damaged_commit_is_found_and_its_rows_come_back(journalled, damage, version):
    damage(_log(journalled, version))
    report = journalled.verify()
    if not (version == 5 and not _log(journalled, 5).exists()):  # a log without its end is a shorter log
        assert [(fault.kind, fault.path) for fault in report.faults] == [("commit", _log(journalled, version))]
    told = sf.open_store(journalled.path).heal(report)
    assert told.ok
    assert _values(journalled) == ALL
    assert sf.open_store(journalled.path).verify().ok


@pytest.mark.parametrize("damage", DATA.values(), ids=DATA)
@pytest.mark.parametrize("place", [0, 3, 5])
def test_a_damaged_file_is_found_and_its_rows_come_back(journalled, files, damage, place):
    path = files(journalled.path)[place]
    damage(path)
    report = journalled.verify()
    assert [(fault.kind, fault.path) for fault in report.faults] == [("file", path)]
    told = journalled.heal(report)
    assert told.ok
    assert told.rows > 0
    assert _values(journalled) == ALL


def test_every_flipped_byte_of_a_data_file_is_found(store, samples, files):
    store.append("samples", samples(20))
    path = files(store.path)[0]
    content = path.read_bytes()
    for place in range(0, len(content), 7):
        path.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        assert not store.verify().ok
    path.write_bytes(content)
    assert store.verify().ok


def test_a_flipped_byte_of_what_a_commit_does_is_found(journalled):
    path = _log(journalled, 4)
    content = path.read_bytes()
    for what in (b'"size":', b"numRecords", b"part-", b'"appId":"journal', b'"version":', b"minValues"):
        place = content.index(what) + len(what) + 2
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert [fault.kind for fault in journalled.verify().faults][:1] == ["commit"]
    path.write_bytes(content)


def test_what_a_compaction_made_is_healed_from_what_it_replaced(journalled, files):
    before = set(files(journalled.path))
    for day in ("2026-03-02", "2026-03-03"):
        journalled.compact(day)
    (fresh,) = set(files(journalled.path)) - before
    fresh.write_bytes(fresh.read_bytes()[:-5])
    assert journalled.heal(journalled.verify()).ok
    assert _values(journalled) == ALL


def test_what_nobody_has_any_more_stays_a_fault(store, samples, files):
    store.append("samples", samples())
    files(store.path)[0].write_bytes(b"PAR1")
    told = store.heal(store.verify())
    assert not told.ok
    assert [(fault.rows, fault.table) for fault in told.left] == [(3, "samples")]
    assert files(store.path)[0].exists()


def test_rows_whose_commit_is_lost_and_no_journal_has_are_told_and_kept(store, samples, files):
    for seq in range(3):
        store.append("samples", samples(seq + 1), app_id="a", seq=seq)
    _log(store, 2).write_bytes(_log(store, 2).read_bytes()[:40])
    store = sf.open_store(store.path)
    told = store.heal(store.verify())
    assert (told.ok, [fault.version for fault in told.left], told.healed) == (False, [2], [])
    assert [path.suffix for path in told.quarantined] == [".json", ".parquet"]
    assert len(store.read("samples")) == 1 + 3
    assert len(files(store.path)) == 3  # the one put aside is kept


def test_a_table_whose_first_commit_was_torn_can_be_written_again(store, samples):
    store.append("samples", samples(), app_id="a", seq=1)
    for version in (0, 1):
        _log(store, version).write_bytes(b"")
    store = sf.open_store(store.path)
    assert store.heal(store.verify()).ok
    assert store.append("samples", samples(), app_id="a", seq=1) is True
    assert len(store.read("samples")) == 3


def test_a_damaged_checkpoint_gives_way_to_the_commits(store, samples):
    for seq in range(102):
        store.append("samples", samples(1), app_id="a", seq=seq)
    checkpoint = next((store.path / "samples" / "_delta_log").glob("*.checkpoint.parquet"))
    checkpoint.write_bytes(checkpoint.read_bytes()[:100])
    report = store.verify()
    assert [fault.kind for fault in report.faults] == ["checkpoint"]
    assert store.heal(report).ok
    assert len(sf.open_store(store.path).read("samples")) == 102


def test_an_earlier_version_of_a_figure_is_looked_at_too(store, files):
    for oee in (0.7, 0.6):
        row = pd.DataFrame({"production_date": pd.to_datetime(["2026-03-02"]), "machine_id": "Press01", "oee": oee})
        store.replace_day("oee", "2026-03-02", row)
    min(files(store.path), key=lambda path: path.stat().st_mtime_ns).unlink()
    assert [fault.kind for fault in store.verify().faults] == ["old_file"]


def test_a_damaged_batch_of_a_journal_is_found(store, samples):
    import sqlite3

    with store.journal("press-1", **PATIENT) as journal:
        journal.append({"samples": samples()})
        path = journal.path
    with sqlite3.connect(path) as database:
        database.execute("UPDATE batch SET checksum = checksum + 1")
    database.close()
    (fault,) = store.verify().faults
    assert (fault.kind, fault.table, fault.rows) == ("journal", "press-1", 3)


def test_nothing_is_healed_under_a_collector(journalled):
    _log(journalled, 3).write_bytes(b"")
    with journalled.journal("press-1", **PATIENT):
        with pytest.raises(WriteConflictError, match=f"in use by process {os.getpid()}"):
            journalled.heal(journalled.verify())
        assert _log(journalled, 3).read_bytes() == b""
    assert not journalled.verify().ok


def test_what_killed_writers_left_is_swept_after_a_day(journalled, files):
    table = journalled.path / "samples"
    left = [
        table / "utc_day=2026-03-02" / "part-a.parquet",
        table / "utc_day=2026-03-02" / "part-b.parquet#1",
        table / "utc_day=2026-03-02" / "part-c.parquet.unfinished",
        table / "_delta_log" / f"{9:020}.json#1",
        journalled.path / ".probe-x",
    ]
    kept = files(journalled.path)
    for path in (*left, *kept):
        path.touch()
    assert journalled.sweep() == []
    for path in (*left, *kept):
        os.utime(path, (time.time() - 90_000,) * 2)
    assert journalled.sweep() == sorted(left)
    assert files(journalled.path) == kept
    assert journalled.verify().ok


def test_nothing_is_swept_while_the_log_is_damaged(journalled, files):
    _log(journalled, 3).write_bytes(b"")
    for path in files(journalled.path):
        os.utime(path, (time.time() - 90_000,) * 2)
    assert journalled.sweep() == []


def test_vacuum_waits_for_a_week(journalled, files):
    journalled.compact("2026-03-02")
    assert journalled.vacuum() == 0
    with pytest.raises(StoreError, match="at least 7 days"):
        journalled.vacuum(older_than="1D")
    assert journalled.vacuum(older_than="8D") == 0
    assert len(files(journalled.path)) == 7
