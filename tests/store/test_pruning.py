"""Only the files and row groups that can hold the rows are opened; memory does not grow with the table."""

from __future__ import annotations

from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

from smartfab.store import delta_log, reading
from smartfab.store.data_files import ROW_GROUP
from smartfab.store.layout import layout_of
from smartfab.store.selection import select
from smartfab.store.snapshots import snapshot_of

DAYS = ("2026-03-01", "2026-03-02", "2026-03-03")


@pytest.fixture
def opened(store):
    """Return a function that lists the files a reader would open, relative to the table."""

    def names(table, start, end):
        told = layout_of(table)
        folder = store.path / table
        reader = reading.Reader(folder, told, snapshot_of(delta_log.opened(folder, told), told), select(told, start, end))
        return sorted(fragment.path.removeprefix(f"{folder}/") for fragment in reader.fragments)

    return names


def test_one_day_opens_the_files_of_that_day(store, samples, opened):
    for day in DAYS:
        store.append("samples", samples(start=f"{day}T06:00Z"))
    selected = opened("samples", "2026-03-02T00:00Z", "2026-03-03T00:00Z")
    assert [name.split("/")[0] for name in selected] == ["utc_day=2026-03-02"]
    handle = DeltaTable(str(store.path / "samples"))
    uris = handle.file_uris(file_pruning_predicate=[("utc_day", "=", "2026-03-02")])
    assert [unquote(uri) for uri in uris] == [str(store.path / "samples" / selected[0])]
    assert len(opened("samples", "2026-03-02T00:00Z", None)) == 2
    assert len(opened("samples", None, "2026-03-02T00:00Z")) == 1
    assert len(opened("samples", None, "2026-03-02T00:00:00.000001Z")) == 1


def test_within_a_day_the_times_of_the_files_decide(store, samples, opened):
    for hour in (6, 7, 8):
        store.append("samples", samples(60, start=f"2026-03-02T{hour:02}:00Z"))
    assert len(opened("samples", "2026-03-02T07:00Z", "2026-03-02T08:00Z")) == 1
    assert len(opened("samples", "2026-03-02T07:30Z", "2026-03-02T08:00Z")) == 0


def test_a_gap_begun_days_before_is_found(store, samples, opened):
    gap = pd.DataFrame({"signal_id": "a/b", "start": samples(1)["ts"], "end": samples(1)["ts"] + pd.Timedelta("9D")})
    store.append("coverage", gap)
    assert len(opened("coverage", "2026-03-10T00:00Z", "2026-03-10T01:00Z")) == 1
    assert len(opened("coverage", "2026-04-10T00:00Z", "2026-04-10T01:00Z")) == 0


def test_states_are_found_by_time_without_a_working_day(store, opened):
    for day in DAYS:
        ts = pd.date_range(f"{day}T06:00Z", periods=3, freq="1h", unit="us")
        store.append("states", pd.DataFrame({"machine_id": "a", "ts": ts, "state": "idle"}))
    assert len(opened("states", "2026-03-02T00:00Z", "2026-03-03T00:00Z")) == 1


def test_production_dates_open_their_partition(store, opened):
    for day in DAYS:
        store.append("oee", pd.DataFrame({"production_date": [pd.Timestamp(day)], "oee": [0.5]}))
    assert [name.split("/")[0] for name in opened("oee", "2026-03-02", "2026-03-03")] == ["production_date=2026-03-02"]


def test_files_without_statistics_are_read(store, samples):
    """Another program may write without statistics, or for some columns only: no row may be lost over it."""
    store.append("samples", samples())
    handle = DeltaTable(str(store.path / "samples"))
    schema = pa.schema(handle.schema().to_arrow())
    ts = pd.date_range("2026-03-02T06:00:00.999999Z", periods=2, freq="1s", unit="us")
    rows = {"signal_id": ["z/1", "z/1"], "ts": ts, "value": [np.inf, 1.0], "utc_day": ts.date}
    rows |= {name: pa.nulls(2) for name in ("text", "status", "server_ts")}
    handle.alter.set_table_properties({"delta.dataSkippingStatsColumns": "signal_id"})
    write_deltalake(handle, pa.table(rows).select(schema.names).cast(schema), mode="append")

    def signals(start, end):
        return store.read("samples", f"2026-03-02T06:00:0{start}Z", f"2026-03-02T06:00:0{end}Z")["signal_id"].tolist()

    assert signals("0.999999", "2") == ["Press01/good", "z/1", "z/1"]
    assert signals("1", "2") == ["Press01/good", "z/1"]
    assert signals("1.999999", "2") == ["z/1"]


def test_times_another_program_cut_to_milliseconds_are_found(store):
    ts = pd.to_datetime(["2026-03-02T06:00:00.000100Z", "2026-03-02T06:00:00.999999Z"])
    rows = pa.table({"signal_id": ["a", "b"], "ts": ts, "utc_day": ts.date})
    store.append("samples", pd.DataFrame({"signal_id": [], "ts": []}), app_id="a", seq=1)
    handle = DeltaTable(str(store.path / "samples"))
    write_deltalake(handle, rows, mode="append", schema_mode="merge")
    assert store.read("samples", "2026-03-02T06:00:00.9995Z", "2026-03-02T07:00Z")["signal_id"].tolist() == ["b"]


def _million(n, signals):
    ts = pd.date_range("2026-03-02T00:00Z", periods=n // signals, freq="100ms", unit="us")
    names = np.repeat([f"Press{k:02}/cycle_time" for k in range(signals)], n // signals)
    return pd.DataFrame({"signal_id": names, "ts": np.tile(ts, signals), "value": np.arange(float(n))})


def test_rows_are_sorted_in_row_groups_a_reader_can_skip(store, files):
    frame = _million(4 * ROW_GROUP, 8).sample(frac=1, random_state=1)
    store.append("samples", frame)
    parquet = pq.ParquetFile(files(store.path)[0])
    groups = [parquet.metadata.row_group(k) for k in range(parquet.metadata.num_row_groups)]
    assert [group.num_rows for group in groups] == [ROW_GROUP] * 4
    bounds = [(group.column(0).statistics.min, group.column(0).statistics.max) for group in groups]
    assert bounds == [(f"Press{2 * k:02}/cycle_time", f"Press{2 * k + 1:02}/cycle_time") for k in range(4)]
    assert parquet.schema_arrow.field("signal_id").type == pa.string()


def test_one_signal_decodes_its_row_group_only(store, monkeypatch):
    store.append("samples", _million(4 * ROW_GROUP, 8))
    told = layout_of("samples")
    asked = select(told, signals=["Press05/cycle_time"])
    reader = reading.Reader(store.path / "samples", told, store._table("samples").snapshot(), asked)
    whole = reader.fragments[0].subset(reading.row_filter(asked, told), schema=told.declared)
    assert [group.id for group in whole.row_groups] == [2]
    assert len(reader.rows()) == ROW_GROUP // 2


def test_batches_are_bounded(store):
    store.append("samples", _million(12 * ROW_GROUP, 8))
    before = pa.total_allocated_bytes()
    rows, most, live = 0, 0, 0
    for batch in store.scan("samples"):
        rows += len(batch)
        most = max(most, len(batch))
        live = max(live, pa.total_allocated_bytes() - before)
    assert rows == 12 * ROW_GROUP
    assert most <= reading.BATCH_ROWS
    assert live < store.read("samples").memory_usage(deep=True).sum() / 2
