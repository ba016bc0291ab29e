"""Law: what is appended is read back, every value the same, whatever is in it and however it is split."""

from __future__ import annotations

import datetime as dt
import tempfile

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import smartfab as sf
from smartfab.clock import UTC_DTYPE

FIRST = dt.datetime(1, 1, 1)  # noqa: DTZ001 - hypothesis takes naive bounds
LAST = dt.datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001
EDGES = [
    "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2026-03-01T23:59:59.999999Z", "2026-03-02T00:00:00Z",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-03-29T01:00:00Z",
]  # fmt: skip

instants = st.datetimes(FIRST, LAST, timezones=st.just(dt.UTC)) | st.sampled_from(EDGES).map(dt.datetime.fromisoformat)
ids = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.sampled_from(
    ["Máy dập/nhiệt độ", "a/b%20c", "", "\x00", "'"]
)
rows = st.tuples(
    ids, instants, st.none() | st.floats(), st.none() | ids, st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | instants
)


def _frame(drawn):
    names = ["signal_id", "ts", "value", "text", "status", "server_ts"]
    frame = pd.DataFrame({name: pd.Series([row[k] for row in drawn], dtype=object) for k, name in enumerate(names)})
    return frame.astype({"signal_id": "str", "text": "str", "value": "float64", "status": "Int64"}).assign(
        ts=pd.Series([row[1] for row in drawn], dtype=UTC_DTYPE),
        server_ts=pd.Series([row[5] for row in drawn], dtype=UTC_DTYPE),
    )


def _rows(frame):
    """Return the rows as a sorted list of plain values, NaN and ±inf as None."""
    plain = frame.astype(object).where(frame.notna(), None)
    told = [
        tuple(None if isinstance(value, float) and not np.isfinite(value) else value for value in row)
        for row in plain.itertuples(index=False, name=None)
    ]
    return sorted(told, key=repr)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, max_size=12), st.integers(0, 12))
def test_samples_come_back(drawn, cut):
    frame = _frame(drawn)
    with tempfile.TemporaryDirectory() as folder:
        store = sf.open_store(f"{folder}/Dữ liệu")
        store.append("samples", frame.iloc[:cut])
        store.append("samples", frame.iloc[cut:])
        read = store.read("samples")
        scanned = [batch.to_pandas() for batch in store.scan("samples")]
    assert _rows(read) == _rows(frame)
    assert sum(map(len, scanned)) == len(frame)
    order = [(signal.encode(), ts) for signal, ts in zip(read["signal_id"], read["ts"], strict=True)]
    assert order == sorted(order)


@settings(deadline=None, max_examples=20)
@given(st.lists(instants, min_size=1, max_size=8), instants, instants)
def test_a_window_holds_what_a_filter_would(times, one, other):
    start, end = sorted((one, other))
    if start == end:
        return
    frame = pd.DataFrame({"signal_id": "a/b", "ts": pd.Series(times, dtype=UTC_DTYPE)})
    with tempfile.TemporaryDirectory() as folder:
        store = sf.open_store(folder)
        store.append("samples", frame)
        read = store.read("samples", start, end)["ts"].tolist()
    assert read == sorted(ts for ts in frame["ts"] if start <= ts < end)
