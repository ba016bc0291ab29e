"""`conform`: every fault of a frame at once, types made canonical, nothing lost or guessed on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab.clock import UTC_DTYPE
from smartfab.errors import ColumnTypeError, MissingColumnError, TableError, TimeError
from smartfab.findings import findings_of
from smartfab.tables import NEEDED, conform, empty
from smartfab.vocabulary import TABLES

AT = pd.Timestamp("2026-03-02T06:00", tz="UTC")
DTYPES = {
    "string": "str", "json": "str", "float64": "float64", "int64": "int64", "bool": "bool", "timestamp": UTC_DTYPE,
    "date": np.dtype("datetime64[us]"),
}  # fmt: skip


def samples(**columns: object) -> pd.DataFrame:
    rows = max((len(values) for values in columns.values()), default=1)
    return pd.DataFrame({"signal_id": ["M1/good"] * rows, "ts": [AT] * rows} | columns)


def test_every_fault_is_told_at_once():
    frame = pd.DataFrame({"machine_id": ["M1", None], "ts": pd.to_datetime(["2026-03-02", "2026-03-03"]), "good": ["x", 1.0]})
    with pytest.raises(TableError) as told:
        conform(frame, "counts", need=("machine_id", "ts", "good", "scrap"))
    kinds = {(type(fault), fault.column) for fault in told.value.faults}
    assert kinds == {(MissingColumnError, "scrap"), (TableError, "machine_id"), (TimeError, "ts"), (ColumnTypeError, "good")}
    text = str(told.value)
    assert text.startswith("4 faults in table counts:")
    assert "machine_id, ts, good" in text
    assert "1 of 2 rows, first at row 0: 'x'" in text


@pytest.mark.parametrize("table", TABLES)
def test_a_frame_without_its_columns_names_each_it_needs(table):
    needed = NEEDED.get(table, TABLES[table].keys)
    with pytest.raises(MissingColumnError) as told:
        conform(pd.DataFrame({"strange": [1]}), table)
    assert [fault.column for fault in told.value.faults] == list(needed)
    assert all("strange" in str(fault) and fault.expected for fault in told.value.faults)


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_conforms_to_itself(table):
    ready = conform(empty(table), table)
    assert list(ready.columns) == [column.name for column in TABLES[table].columns]
    assert all(ready[column.name].dtype == DTYPES[column.dtype] for column in TABLES[table].columns)
    assert findings_of(ready).empty


@pytest.mark.parametrize("table", TABLES)
def test_an_untyped_empty_table_gets_its_types(table):
    names = [column.name for column in TABLES[table].columns]
    pd.testing.assert_frame_equal(conform(pd.DataFrame(columns=names), table), empty(table))


def test_only_declared_columns_come_out_in_declared_order_with_a_fresh_index():
    frame = pd.DataFrame({"value": [1, 2], "note": ["a", "b"], "ts": [AT, AT], "signal_id": [7, 8]}, index=[5, 5])
    ready = conform(frame, "samples")
    assert list(ready.columns) == ["signal_id", "ts", "value"]
    assert ready.index.equals(pd.RangeIndex(2))
    assert ready["signal_id"].tolist() == ["7", "8"]
    assert frame.columns.tolist() == ["value", "note", "ts", "signal_id"]
    assert frame["signal_id"].tolist() == [7, 8]


def test_what_is_no_frame_no_table_or_twice_a_column_is_refused():
    with pytest.raises(TableError, match="a list"):
        conform([1], "samples")
    with pytest.raises(TableError, match=r"no such table.*quarantine"):
        conform(samples(), "sample")
    with pytest.raises(TableError, match=r"samples\.ts: 2 columns of this name"):
        conform(pd.DataFrame([["M1/good", AT, AT]], columns=["signal_id", "ts", "ts"]), "samples")


@given(
    st.lists(
        st.fixed_dictionaries(
            {"signal_id": st.integers(0, 3), "value": st.floats(), "status": st.integers(-(2**63), 2**63 - 1)}
        ),
        min_size=1,
    ),
    st.randoms(use_true_random=False),
)
def test_conforming_twice_is_conforming_once_and_order_is_kept(rows, random):
    frame = pd.DataFrame(rows).assign(ts=AT)
    once = conform(frame, "samples")
    pd.testing.assert_frame_equal(conform(once, "samples"), once)
    order = list(range(len(frame)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(conform(frame.iloc[order], "samples"), once.iloc[order].reset_index(drop=True))
    pd.testing.assert_series_equal(once["value"], frame["value"])


def test_findings_name_the_column_and_the_rows():
    frame = samples(status=[0.0, None, None]).assign(ts=pd.Timestamp("2026-03-02T06:00:00.1234567", tz="UTC"))
    ready = conform(frame, "samples")
    found = findings_of(ready).set_index("code")
    assert found.loc["null_taken_as_zero", ["where", "count"]].tolist() == ["samples.status", 2]
    assert found.loc["time_cut_to_microseconds", ["where", "count"]].tolist() == ["samples.ts", 3]
    assert ready["ts"].iloc[0] == pd.Timestamp("2026-03-02T06:00:00.123456", tz="UTC")


def test_values_missing_where_they_are_needed_are_told_with_their_row():
    with pytest.raises(TableError, match=r"samples\.ts: 1 of 3 rows empty, first at row 1"):
        conform(samples().iloc[[0, 0, 0]].assign(ts=[AT, pd.NaT, AT]), "samples")
    assert conform(samples(value=[1.0, None]), "samples")["value"].isna().tolist() == [False, True]


def test_a_flag_nobody_wrote_is_as_good_as_absent():
    table = pd.DataFrame(
        {"start": ["2026-03-02T06:00Z"], "end": ["2026-03-02T14:00Z"], "planned": pd.array([None], dtype="boolean")}
    )
    assert "planned" not in conform(table, "shifts")
