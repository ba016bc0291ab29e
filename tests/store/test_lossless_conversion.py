"""What loses nothing is taken, and read back as the same values in canonical types."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from smartfab import tables
from smartfab.vocabulary import TABLES

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
AT = pd.Timestamp("2026-03-02T06:00:00.123456Z")


def _arrow(values, kind):
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([pa.array(values, kind)])))


TAKEN = {
    "text objects": ("text", pd.Series(["a", None, "ổ/100%"], dtype=object), ["a", None, "ổ/100%"]),
    "string_view": ("text", _arrow(["a", None, "ổ"], pa.string_view()), ["a", None, "ổ"]),
    "dictionary": ("text", _arrow(["a", None, "a"], pa.string()).astype("category"), ["a", None, "a"]),
    "categorical": ("text", pd.Categorical(["b", None, "a"]), ["b", None, "a"]),
    "python strings": ("text", pd.Series(["a", None, ""], dtype="string[python]"), ["a", None, ""]),
    "no text, float": ("text", [np.nan] * 3, [None] * 3),
    "no text, object": ("text", [None] * 3, [None] * 3),
    "int8": ("status", np.array([-128, 0, 127], "int8"), [-128, 0, 127]),
    "uint32": ("status", np.array([0, 1, 2**32 - 1], "uint32"), [0, 1, 2**32 - 1]),
    "uint64": ("status", np.array([0, 1, 2**63 - 1], "uint64"), [0, 1, 2**63 - 1]),
    "whole floats": ("status", [0.0, -3.0, 2.0**62], [0, -3, 2**62]),
    "whole floats with a gap": ("status", [0.0, np.nan, 5.0], [0, None, 5]),
    "arrow floats with NaN": ("status", _arrow([0.0, float("nan"), 5.0], pa.float64()), [0, None, 5]),
    "nullable ints": ("status", pd.array([1, None, 2**60 + 1], dtype="Int64"), [1, None, 2**60 + 1]),
    "int objects": ("status", pd.Series([np.int16(1), 2.0, None], dtype=object), [1, 2, None]),
    "least int64": ("status", pd.Series([-(2**63), 2**63 - 1, 0], dtype=object), [-(2**63), 2**63 - 1, 0]),
    "float32": ("value", np.array([0.1, 1, 2], "float32"), [float(np.float32(0.1)), 1.0, 2.0]),
    "float16": ("value", np.array([0.5, 1, 2], "float16"), [0.5, 1.0, 2.0]),
    "ints": ("value", [2**53, -1, 2**60], [float(2**53), -1.0, float(2**60)]),
    "uint64 as float": ("value", np.array([2**63, 0, 1], "uint64"), [float(2**63), 0.0, 1.0]),
    "number objects": ("value", pd.Series([1, 0.5, np.float32(2)], dtype=object), [1.0, 0.5, 2.0]),
    "not finite": ("value", [np.inf, -np.inf, np.nan], [None, None, None]),
    "not finite objects": ("value", pd.Series([np.inf, 1, None], dtype=object), [None, 1.0, None]),
    "arrow NaN": ("value", _arrow([float("nan"), 1.0, None], pa.float64()), [None, 1.0, None]),
    "seconds": (
        "ts",
        pd.Series([0, 1, 2]).astype("datetime64[s, UTC]"),
        [pd.Timestamp(k, unit="s", tz="UTC") for k in range(3)],
    ),
    "nanoseconds": ("ts", pd.Series([AT.as_unit("ns")] * 3), [AT] * 3),
    "a zone": ("ts", pd.Series([AT.tz_convert(HANOI)] * 3), [AT] * 3),
    "zoned objects": ("ts", pd.Series([AT.tz_convert(HANOI), AT.to_pydatetime(), AT.as_unit("ns")], dtype=object), [AT] * 3),
    "no server time": ("server_ts", [None] * 3, [None] * 3),
    "naive NaT": ("server_ts", pd.Series([pd.NaT] * 3), [None] * 3),
}


@pytest.mark.parametrize(("column", "values", "expected"), TAKEN.values(), ids=TAKEN)
def test_taken(store, column, values, expected):
    frame = pd.DataFrame({"signal_id": ["a/1", "a/2", "a/3"], "ts": AT}).assign(**{column: values})
    store.append("samples", frame)
    read = store.read("samples")[column]
    assert [None if pd.isna(value) else value for value in read] == expected


@pytest.mark.parametrize(
    "dates",
    [
        pd.Series([pd.Timestamp("2026-03-02"), pd.NaT]),
        pd.Series([dt.date(2026, 3, 2), None], dtype=object),
        pd.Series([pd.Timestamp("2026-03-02"), None], dtype=object),
        _arrow([dt.date(2026, 3, 2), None], pa.date32()),
        _arrow([dt.date(2026, 3, 2), None], pa.date64()),
    ],
    ids=["datetime64", "date", "Timestamp", "date32", "date64"],
)
def test_production_dates(store, dates):
    frame = pd.DataFrame({"machine_id": ["a", "b"], "good": [1.0, 2.0]}).assign(production_date=dates)
    store.append("counts", frame)
    read = store.read("counts").set_index("machine_id")["production_date"]
    assert read.dtype == "datetime64[us]"
    assert read["a"] == pd.Timestamp("2026-03-02")
    assert read["b"] is pd.NaT


def test_neither_frame_nor_its_attrs_are_changed(store, samples):
    frame = samples().assign(value=[np.inf, 1.0, 2.0])
    frame.attrs["findings"] = [{"code": "x"}]
    before = frame.copy(deep=True)
    store.append("samples", frame)
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == before.attrs


def test_an_index_is_not_looked_at(store, samples):
    store.append("samples", samples().set_index(pd.Index([5, 5, 5])))
    assert len(store.read("samples")) == 3


def test_missing_whole_numbers_and_truths_stay_missing(store, samples):
    store.append("samples", samples(2).assign(status=pd.array([None, 0], dtype="Int64")))
    assert store.read("samples")["status"].dtype == "Int64"
    gap = pd.DataFrame({"signal_id": "a/b", "start": samples(1)["ts"], "end": samples(1)["ts"]})
    store.append("coverage", gap)
    assert store.read("coverage")["recovered"].dtype == "boolean"


def test_where_nothing_is_missing_the_types_are_plain(store, samples):
    store.append("samples", samples())
    assert store.read("samples").dtypes.to_dict() == tables.empty("samples").dtypes.to_dict()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_never_written_is_empty(store, table):
    pd.testing.assert_frame_equal(store.read(table), tables.empty(table))
    assert list(store.scan(table)) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_rows_is_empty(store, table):
    store.append(table, tables.empty(table), app_id="a", seq=1)
    pd.testing.assert_frame_equal(store.read(table), tables.empty(table))
    assert store.tables() == [table]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_takes_a_full_row(store, table):
    values = {"string": "ổ đĩa %2F/1", "json": '{"a": 1}', "float64": 0.1, "int64": 2**53 + 1, "bool": True}
    values |= {"timestamp": AT, "date": pd.Timestamp("2026-03-01")}
    row = pd.DataFrame({column.name: [values[column.dtype]] for column in TABLES[table].columns})
    row = row.astype(tables.empty(table).dtypes.to_dict())
    store.append(table, row)
    pd.testing.assert_frame_equal(store.read(table), row)


@pytest.mark.parametrize("table", sorted(tables.NEEDED))
def test_what_is_read_is_in_order_with_its_declaration(store, table):
    """Optional columns that were never written come back empty, and that must not be a fault.

    `planned` and `open` are not optional in that way: neither of their values may be assumed.
    """
    values = {"string": "a/1", "timestamp": AT, "date": pd.Timestamp("2026-03-01"), "bool": True, "float64": 1.0}
    kinds = {column.name: column.dtype for column in TABLES[table].columns}
    given = [*tables.NEEDED[table], *({"planned", "open"} & {*kinds})]
    store.append(table, pd.DataFrame({name: [values[kinds[name]]] for name in given}))
    ready = tables.conform(store.read(table), table)
    assert len(ready) == 1
    assert set(given) <= set(ready.columns)
