"""A compacted day has the same rows, sorted, in one file; nobody who writes meanwhile loses anything."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import smartfab as sf
from smartfab.errors import CorruptTableError
from smartfab.store import compaction


@pytest.fixture
def day(store):
    """Forty appends of one day, signals mixed, and one of the next day."""
    rng = np.random.default_rng(7)
    for k in range(40):
        ts = pd.date_range(f"2026-03-02T{k // 2:02}:{30 * (k % 2):02}Z", periods=50, freq="1s", unit="us")
        names = rng.choice(["Press01/good", "Press02/force", "Ép 1/nhiệt"], 50)
        store.append("samples", pd.DataFrame({"signal_id": names, "ts": ts, "value": rng.normal(size=50)}), app_id="a", seq=k)
    store.append("samples", pd.DataFrame({"signal_id": ["a/b"], "ts": [pd.Timestamp("2026-03-03T00:00Z")]}))
    return store


def test_the_rows_stay_and_the_files_become_one(day, files):
    before = day.read("samples")
    assert day.compact("2026-03-02") is True
    pd.testing.assert_frame_equal(day.read("samples"), before)
    pd.testing.assert_frame_equal(sf.open_store(day.path).read("samples"), before)
    told = day._table("samples").snapshot().files
    assert len(told) == 2
    assert len(files(day.path)) == 42


def test_what_is_one_file_is_left_alone(day):
    assert day.compact("2026-03-02") is True
    versions = len(day.history("samples"))
    assert [day.compact("2026-03-02"), day.compact("2026-03-03"), day.compact("2026-03-09")] == [False] * 3
    assert len(day.history("samples")) == versions
    assert sf.open_store(day.path).append("samples", day.read("samples").iloc[:1], app_id="a", seq=39) is False


def test_a_signal_with_many_rows_has_row_groups_of_its_own(day, files, monkeypatch):
    monkeypatch.setattr(compaction, "OWN_GROUP", 600)
    monkeypatch.setattr(compaction, "MOST_AT_ONCE", 700)
    before = day.read("samples")
    day.compact("2026-03-02")
    newest = max(files(day.path), key=lambda path: path.stat().st_mtime_ns)
    footer = pq.ParquetFile(newest).metadata
    groups = [footer.row_group(k) for k in range(footer.num_row_groups)]
    names = [(group.column(0).statistics.min, group.column(0).statistics.max) for group in groups]
    assert names == [(name, name) for name in sorted(set(before["signal_id"]) - {"a/b"})]
    pd.testing.assert_frame_equal(day.read("samples"), before)
    for name, low, high in [("Press02/force", None, None), ("Ép 1/nhiệt", "2026-03-02T05:00Z", "2026-03-02T06:00:20Z")]:
        expected = before[before["signal_id"] == name]
        if low is not None:
            expected = expected[(expected["ts"] >= low) & (expected["ts"] < high)]
        read = day.read("samples", low, high, signals=[name])
        pd.testing.assert_frame_equal(read, expected.reset_index(drop=True))


def _meanwhile(table, monkeypatch, act):
    commit = table._commit

    def overtaken(handle, change):
        monkeypatch.setattr(table, "_commit", commit)
        act()
        commit(handle, change)

    monkeypatch.setattr(table, "_commit", overtaken)


def test_an_append_to_the_same_day_meanwhile_is_kept(day, samples, monkeypatch):
    other = sf.open_store(day.path)
    _meanwhile(day._table("samples"), monkeypatch, lambda: other.append("samples", samples(7)))
    assert day.compact("2026-03-02") is True
    assert len(day.read("samples")) == 2001 + 7


def test_of_two_compactions_one_wins_and_no_row_is_there_twice(day, monkeypatch, files):
    other = sf.open_store(day.path)
    _meanwhile(day._table("samples"), monkeypatch, lambda: other.compact("2026-03-02"))
    assert day.compact("2026-03-02") is False
    assert len(day.read("samples")) == 2001
    assert len(files(day.path)) == 42


def test_an_append_that_a_compaction_overtook_is_kept(day, samples, monkeypatch):
    other = sf.open_store(day.path)
    _meanwhile(day._table("samples"), monkeypatch, lambda: other.compact("2026-03-02"))
    assert day.append("samples", samples(7), app_id="late", seq=1) is True
    assert len(day.read("samples")) == 2001 + 7


def test_a_damaged_file_changes_nothing(day, files):
    versions = len(day.history("samples"))
    path = files(day.path)[3]
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(CorruptTableError, match=path.name):
        day.compact("2026-03-02")
    assert len(day.history("samples")) == versions
    assert len(files(day.path)) == 41
