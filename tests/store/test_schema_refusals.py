"""What would lose something is refused: column, what was found, what was expected, first row; all faults at once."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pytest

from smartfab.errors import SchemaMismatchError, StoreError

UTC = dt.UTC


def _stamps(values, dtype):
    return pd.Series(values).astype(dtype)


REFUSED = {
    "float for int": ("status", [0.0, 1.9, 2.0], "1 of 3 rows, first at row 1: 1.9", "whole numbers"),
    "inf for int": ("status", [0.0, 1.0, np.inf], "1 of 3 rows, first at row 2: inf", "whole numbers"),
    "float beyond int64": ("status", [0.0, 2.0**63, -(2.0**64)], "2 of 3 rows, first at row 1", "whole numbers"),
    "bool for int": ("status", [True, False, True], "type bool", "whole numbers"),
    "text for int": ("status", ["0", "1", "2"], "type large_string", "whole numbers"),
    "unsigned too great": ("status", np.array([0, 1, 2**63], "uint64"), "first at row 2: .*9223372036854775808", r"2\^63"),
    "Python int too great": ("status", pd.Series([0, 2**70, 1], dtype=object), "first at row 1", "whole numbers"),
    "bool for float": ("value", [True, False, True], "type bool", "numbers"),
    "object with a bool": ("value", pd.Series([1.0, True, 2], dtype=object), "first at row 1: True", "numbers"),
    "object with text": ("value", pd.Series([1.0, "2", None], dtype=object), "first at row 1: '2'", "numbers"),
    "int no float holds": ("value", [0, 2**53 + 1, 1], "first at row 1: .*9007199254740993", "exactly"),
    "greatest int64": ("value", np.array([0, 1, 2**63 - 1]), "first at row 2", "exactly"),
    "greatest uint64": ("value", np.array([0, 1, 2**64 - 1], "uint64"), "first at row 2", "exactly"),
    "Python int no float holds": ("value", pd.Series([0, 2**53 + 1, 1], dtype=object), "first at row 1", "exactly"),
    "decimal": ("value", pd.Series([decimal.Decimal("0.1")] * 3, dtype=object), "3 of 3 rows", "numbers"),
    "complex": ("value", [1j, 2j, 3j], "dtype complex128", "plain column"),
    "numbers for text": ("text", [1, 2, 3], "type int64", "text"),
    "mixed for text": ("text", pd.Series(["a", 5, None], dtype=object), "first at row 1: 5", "text"),
    "bytes for text": ("text", pd.Series([b"a", b"b", b"c"], dtype=object), "3 of 3 rows", "text"),
    "half a surrogate": ("text", pd.Series(["a", "\ud800", "b"], dtype=object), "first at row 1", "text"),
    "categories of numbers": ("text", pd.Categorical([1, 2, 1]), "type int64", "text"),
    "naive": ("ts", pd.date_range("2026-03-02", periods=3), "naive times", "with their zone"),
    "naive objects": (
        "ts", pd.Series([dt.datetime(2026, 3, 2, tzinfo=UTC), dt.datetime(2026, 3, 2), None], dtype=object),  # noqa: DTZ001 - the case
        "first at row 1", "with their zone",
    ),
    "nanoseconds": (
        "ts", _stamps([1000, 1001, 2000], "datetime64[ns, UTC]"), "1 of 3 rows, first at row 1", "whole microseconds",
    ),
    "nanosecond objects": (
        "ts", pd.Series([pd.Timestamp(1001, tz="UTC")] * 3, dtype=object), "3 of 3 rows", "whole microseconds",
    ),
    "year 10000": ("ts", _stamps([0, 253_402_300_800, 0], "datetime64[s, UTC]"), "first at row 1", "years 1 to 9999"),
    "year 0": ("ts", _stamps([0, 0, -62_135_596_801], "datetime64[s, UTC]"), "first at row 2", "years 1 to 9999"),
    "text for times": ("ts", ["2026-03-02T06:00Z"] * 3, "type large_string", "times"),
    "numbers for times": ("ts", [1, 2, 3], "type int64", "times"),
    "dates for times": ("ts", pd.Series([dt.date(2026, 3, 2)] * 3, dtype=object), "3 of 3 rows", "times with their zone"),
    "no time": ("ts", pd.Series([pd.Timestamp(0, tz="UTC"), None, None]), "2 of 3 rows, first at row 1: ", "every row"),
    "no signal": ("signal_id", ["a/b", None, "a/b"], "1 of 3 rows, first at row 1: nan", "every row"),
}  # fmt: skip


@pytest.mark.parametrize(("column", "values", "found", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused(store, samples, column, values, found, expected):
    frame = samples(3).assign(**{column: values})
    with pytest.raises(SchemaMismatchError, match=f"(?s)samples.{column}.*{found}.*expected .*{expected}") as caught:
        store.append("samples", frame, app_id="a", seq=1)
    fault = caught.value.faults[0]
    assert (fault.table, fault.column) == ("samples", column)
    assert fault.remedy
    assert isinstance(fault, StoreError)
    assert store.tables() == []


DATES = {
    "time of day": ([pd.Timestamp("2026-03-02T06:00")] * 2, "2 of 2 rows, first at row 0"),
    "with zone": ([pd.Timestamp("2026-03-02", tz="UTC")] * 2, "type timestamp"),
    "text": (["2026-03-02"] * 2, "type large_string"),
    "object": (pd.Series([dt.date(2026, 3, 2), dt.datetime(2026, 3, 2, 6)], dtype=object), "first at row 1"),  # noqa: DTZ001
    "year 10000": (pd.Series([0, 2_932_897]).astype("datetime64[s]") + pd.to_timedelta([0, 2_932_896], unit="D"), "row 1"),
}


@pytest.mark.parametrize(("values", "found"), DATES.values(), ids=DATES)
def test_a_date_is_a_date(store, values, found):
    frame = pd.DataFrame({"machine_id": "Press01", "good": [1.0, 2.0], "shift_id": "Ca1"}).assign(production_date=values)
    with pytest.raises(SchemaMismatchError, match=f"counts.production_date.*{found}"):
        store.append("counts", frame)


def test_truth_is_true_or_false(store, samples):
    gap = pd.DataFrame({"signal_id": "a/b", "start": samples(2)["ts"], "end": samples(2)["ts"]})
    for values in ([1, 0], [1.0, 0.0], ["true", "false"], pd.Series([True, 1], dtype=object)):
        with pytest.raises(SchemaMismatchError, match=r"coverage.recovered.*expected True or False"):
            store.append("coverage", gap.assign(recovered=values))


def test_all_faults_at_once(store, samples):
    frame = samples(3).drop(columns="signal_id").assign(status=[0, 1.5, 2.5], colour="red", text=[1, 2, 3])
    frame["ts"] = frame["ts"].dt.tz_localize(None)
    frame = pd.concat([frame, frame[["value"]]], axis=1)
    with pytest.raises(SchemaMismatchError) as caught:
        store.append("samples", frame)
    assert {(fault.column, fault.found.split(",")[0]) for fault in caught.value.faults} == {
        ("signal_id", "no such column"),
        ("colour", "a column the table does not have"),
        ("value", "2 columns of this name"),
        ("status", "2 of 3 rows"),
        ("text", "type int64"),
        ("ts", "naive times"),
    }
    assert str(caught.value).startswith("6 faults in table samples:")


def test_the_partition_is_not_the_callers_to_say(store, samples):
    with pytest.raises(SchemaMismatchError, match=r"samples.utc_day: a column the table does not have"):
        store.append("samples", samples().assign(utc_day=pd.Timestamp("2026-03-02")))


@pytest.mark.parametrize("thing", [None, [], {"signal_id": ["a"]}, pd.Series([1])])
def test_only_a_frame_is_a_frame(store, thing):
    with pytest.raises(SchemaMismatchError, match="expected a pandas DataFrame"):
        store.append("samples", thing)


def test_a_column_without_name_is_strange(store, samples):
    with pytest.raises(SchemaMismatchError, match=r"samples.5: a column the table does not have"):
        store.append("samples", samples().assign(x=1).rename(columns={"x": 5}))


def test_a_table_that_others_changed_is_not_written(store, samples):
    import pyarrow as pa
    from deltalake import DeltaTable, Field, Schema
    from deltalake.schema import PrimitiveType

    store.append("samples", samples())
    DeltaTable(str(store.path / "samples")).alter.add_columns([Field("colour", PrimitiveType("string"))])
    with pytest.raises(SchemaMismatchError, match=r"samples.colour: stored as string; expected no such column"):
        store.append("samples", samples())
    other = pa.schema([("signal_id", pa.string()), ("start", pa.string()), ("end", pa.timestamp("us", "UTC"))])
    DeltaTable.create(str(store.path / "coverage"), schema=Schema.from_arrow(other))
    gap = pd.DataFrame({"signal_id": "a/b", "start": samples()["ts"], "end": samples()["ts"]})
    with pytest.raises(SchemaMismatchError) as caught:
        store.append("coverage", gap)
    assert {fault.column for fault in caught.value.faults} == {"start", "cause", "recovered", "recorded_at", "utc_day", None}
    with pytest.raises(SchemaMismatchError, match=r"coverage.start: stored as string; expected timestamp\[us, tz=UTC\]"):
        store.read("coverage")


def test_a_stored_table_without_its_keys_or_partition_is_not_read_as_empty(store):
    import pyarrow as pa
    from deltalake import write_deltalake

    write_deltalake(str(store.path / "samples"), pa.table({"signal_id": ["a/b"], "value": [1.0]}))
    with pytest.raises(SchemaMismatchError) as caught:
        store.read("samples")
    assert {fault.column: fault.found for fault in caught.value.faults} == {"ts": "not stored", "utc_day": "not stored"}
