"""The tables are plain Delta Lake and plain Parquet: other programs read the same rows without us."""

from __future__ import annotations

import json
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from deltalake import DeltaTable

import smartfab as sf


@pytest.fixture
def filled(store):
    ts = pd.date_range("2026-03-01T23:59:59.5Z", periods=4, freq="500ms", unit="us")
    frame = pd.DataFrame(
        {
            "signal_id": ["Máy/nhiệt độ"] * 4, "ts": ts, "value": [1.5, np.nan, np.inf, -2.0],
            "text": [None, "x" * 300, "ổ", None], "status": [0, 0x80000000, 0, 2**32 - 1],
        }
    )  # fmt: skip
    store.append("samples", frame)
    return store


def test_deltalake_reads_it(filled):
    table = DeltaTable(str(filled.path / "samples")).to_pyarrow_table()
    assert table.schema == pa.schema(
        [
            ("signal_id", pa.string()), ("ts", pa.timestamp("us", "UTC")), ("value", pa.float64()), ("text", pa.string()),
            ("status", pa.int64()), ("server_ts", pa.timestamp("us", "UTC")), ("utc_day", pa.date32()),
        ]
    )  # fmt: skip
    rows = table.sort_by("ts").to_pandas()
    assert rows["value"].tolist()[::3] == [1.5, -2.0]
    assert rows["value"].isna().tolist() == [False, True, True, False]
    assert rows["status"].tolist() == [0, 0x80000000, 0, 2**32 - 1]
    assert rows["utc_day"].astype(str).tolist() == ["2026-03-01", "2026-03-02", "2026-03-02", "2026-03-02"]


@pytest.mark.parametrize(
    ("column", "operator", "bound", "rows"),
    [
        ("value", "<", 0, 1), ("value", ">", 1, 1), ("status", ">=", 0x80000000, 2), ("text", "=", "x" * 300, 1),
        ("text", ">", "x" * 100, 2), ("ts", ">=", pd.Timestamp("2026-03-02T00:00:00.5Z"), 2),
        ("signal_id", "=", "Máy/nhiệt độ", 4),
    ],
)  # fmt: skip
def test_its_filters_lose_no_row(filled, column, operator, bound, rows):
    """deltalake leaves out files by the statistics we wrote; incomplete ones make it lose rows."""
    assert len(DeltaTable(str(filled.path / "samples")).to_pandas(filters=[(column, operator, bound)])) == rows


def test_its_filters_lose_no_long_text(store, samples):
    store.append("samples", samples(1).assign(text="lỗi " * 50))
    handle = DeltaTable(str(store.path / "samples"))
    for operator, bound in (("=", "lỗi " * 50), (">", "lỗi " * 30), ("<", "lỗi " * 51)):
        assert len(handle.to_pandas(filters=[("text", operator, bound)])) == 1


def test_its_filters_lose_no_row_where_a_number_is_not_finite(store):
    at = pd.to_datetime(["2026-03-02T06:00Z"], utc=True)
    for limit in (1.0, np.inf, -np.inf):
        store.append("alarms", pd.DataFrame({"source": "T2", "start": at, "limit": [limit], "value": [0.5]}))
    handle = DeltaTable(str(store.path / "alarms"))
    assert len(handle.to_pandas(filters=[("limit", ">=", 1.0)])) == 2
    assert len(handle.to_pandas(filters=[("value", "=", 0.5)])) == 3
    log = [json.loads(line) for path in sorted(store.path.rglob("*.json")) for line in path.read_text().splitlines()]
    said = [json.loads(action["add"]["stats"], parse_constant=pytest.fail) for action in log if "add" in action]
    assert [one["numRecords"] for one in said] == [1, 1, 1]
    assert sorted(store.read("alarms")["limit"]) == [-np.inf, 1.0, np.inf]


def test_pyarrow_reads_the_folder(filled):
    dataset = ds.dataset(filled.path / "samples", partitioning="hive", exclude_invalid_files=True)
    table = dataset.to_table(filter=ds.field("status") == 0)
    assert sorted(map(str, table["text"].to_pylist())) == ["None", "ổ"]
    assert table.schema.field("signal_id").type == pa.string()


def test_deltalake_counts_and_compacts_it(filled):
    """Another program may rewrite the files; the rows stay."""
    before = filled.read("samples")
    filled.append("samples", before)
    handle = DeltaTable(str(filled.path / "samples"))
    assert handle.count() == 8
    handle.optimize.compact()
    twice = pd.concat([before, before]).sort_values(["signal_id", "ts"], ignore_index=True)
    pd.testing.assert_frame_equal(filled.read("samples"), twice)
    assert len(filled.read("samples", "2026-03-02T00:00:00.000001Z")) == 4
    assert filled.append("samples", before) is True


def _rewritten(store):
    """Tables with everything a store does to one: appends, a compaction, a replaced day."""
    for second in range(5):
        ts = pd.DatetimeIndex([f"2026-03-02T06:00:0{second}Z"]).as_unit("us")
        store.append("samples", pd.DataFrame({"signal_id": "Ép 1/x", "ts": ts, "value": float(second)}), app_id="a", seq=second)
    store.compact("2026-03-02")
    for oee in (0.5, 0.75):
        row = pd.DataFrame({"production_date": pd.to_datetime(["2026-03-02"]), "machine_id": "Press01", "oee": oee})
        store.replace_day("oee", "2026-03-02", row)


def test_polars_reads_it(tmp_path, filled):
    """Its own reader escapes paths that are not plain ASCII; through pyarrow it reads those too."""
    polars = pytest.importorskip("polars", reason="polars is not installed")
    before = filled.read("samples")
    assert polars.read_delta(str(filled.path / "samples"), use_pyarrow=True).height == len(before)
    filled = sf.open_store(tmp_path / "store")
    filled.append("samples", before)
    _rewritten(filled)
    rows = polars.scan_delta(str(filled.path / "samples")).filter(polars.col("signal_id") == "Ép 1/x").sort("ts").collect()
    assert rows["value"].to_list() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert rows["utc_day"].cast(polars.String).unique().to_list() == ["2026-03-02"]
    assert polars.read_delta(str(filled.path / "samples")).height == 9
    assert polars.read_delta(str(filled.path / "oee"))["oee"].to_list() == [0.75]
    assert polars.read_delta(str(filled.path / "oee"), version=1)["oee"].to_list() == [0.5]


def test_duckdb_reads_it(filled):
    """By the files the Delta log names, as its own extension does, and through an Arrow dataset."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    _rewritten(filled)
    table = DeltaTable(str(filled.path / "samples"))
    files = [unquote(uri) for uri in table.file_uris()]
    with duckdb.connect() as database:
        query = "SELECT count(*), sum(value), max(utc_day)::text FROM read_parquet($files, hive_partitioning = true)"
        assert database.execute(query, {"files": files}).fetchall() == [(9, 9.5, "2026-03-02")]
        database.register("samples", table.to_pyarrow_dataset())
        by_day = "SELECT utc_day::text, count(*) FROM samples WHERE signal_id LIKE 'Máy/%' GROUP BY 1 ORDER BY 1"
        assert database.execute(by_day).fetchall() == [("2026-03-01", 1), ("2026-03-02", 3)]
        assert database.execute("SELECT count(*) FROM samples WHERE ts >= '2026-03-02T06:00:03Z'").fetchall() == [(2,)]


def test_deltalake_reads_what_was_rewritten(filled):
    _rewritten(filled)
    rows = DeltaTable(str(filled.path / "samples")).to_pandas()
    assert sorted(rows.loc[rows["signal_id"] == "Ép 1/x", "value"]) == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert DeltaTable(str(filled.path / "oee")).to_pandas()["oee"].tolist() == [0.75]
    assert DeltaTable(str(filled.path / "oee"), version=1).to_pandas()["oee"].tolist() == [0.5]
