"""The tables are plain Delta Lake and plain Parquet: other programs read the same rows without us."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from deltalake import DeltaTable


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
