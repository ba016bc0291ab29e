"""One column at a time: what is read, what is refused, and that nothing changes silently."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from smartfab.clock import UTC_DTYPE
from smartfab.errors import AmbiguousValueError, ColumnTypeError, TimeError
from smartfab.findings import findings_of
from smartfab.tables import conform

AT = pd.Timestamp("2026-03-02T06:00", tz="UTC")
LATER = AT + pd.Timedelta("123ms")
NAIVE = dt.datetime(2026, 3, 2, 6)  # noqa: DTZ001  naive on purpose
SAIGON = dt.timezone(dt.timedelta(hours=7))


def read(values: object, column: str, table: str = "samples", *, tz: str | None = None) -> pd.Series:
    frame = pd.DataFrame({column: values})
    keys = {"signal_id": "M1/good", "ts": AT, "machine_id": "M1"}
    return conform(frame.assign(**{key: value for key, value in keys.items() if key != column}), table, tz=tz)[column]


def arrow(values: list, kind: pa.DataType) -> pd.Series:
    return pd.Series(values, dtype=pd.ArrowDtype(kind))


@pytest.mark.parametrize(
    "values",
    [
        [1.5, None], pd.array([1.5, None], dtype="Float64"), arrow([1.5, None], pa.float64()), arrow([1.5, None], pa.float32()),
        np.array([1.5, np.nan], dtype="float32"), pd.Series([1.5, None], dtype=object),
        pd.Series([1.5, None], dtype="category"),
        pd.Series([Decimal("1.5"), None]), arrow([Decimal("1.5"), None], pa.decimal128(5, 1)),
    ],
    ids=lambda values: str(getattr(values, "dtype", "list")),
)  # fmt: skip
def test_numbers_in_any_box(values):
    column = read(values, "value")
    assert column.dtype == np.float64
    assert (column[0], np.isnan(column[1])) == (1.5, True)


@pytest.mark.parametrize("kind", ["int8", "uint32", "int64", "UInt64", "Int64", pd.ArrowDtype(pa.int32())])
def test_whole_numbers_in_any_box(kind):
    values = pd.Series([1, 2], dtype=kind)
    assert read(values, "value").tolist() == [1.0, 2.0]
    assert read(values, "status").dtype == np.int64
    assert read(values, "text").tolist() == ["1", "2"]


@pytest.mark.parametrize(
    "values",
    [
        [True, False], [True, 1.5], [np.True_, 1.5], pd.array([True, None], dtype="boolean"), arrow([True], pa.bool_()),
        ["1.5", "x"],
        ["1.5"], [NAIVE], pd.to_datetime(["2026-01-01"]), [pd.Timedelta("1s")], [1j], [b"1"], [[1.0]],
        [2**53 + 1], [-(2**53) - 1], np.array([2**64 - 1], dtype="uint64"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_number_is_refused(values):
    with pytest.raises(ColumnTypeError, match=r"samples\.value: \d of \d rows, first at row 0"):
        read(values, "value")


def test_the_first_bad_row_is_shown():
    with pytest.raises(ColumnTypeError, match=r"samples\.value: 2 of 4 rows, first at row 1: 'x'; expected numbers"):
        read([1.0, "x", None, True], "value")


@pytest.mark.parametrize(
    "values", [[1.5], [2.0**60], [np.inf], [1e300], ["1"], [True], np.array([2**63], dtype="uint64")], ids=str
)
def test_what_is_no_whole_number_is_refused(values):
    with pytest.raises(ColumnTypeError, match=r"samples\.status"):
        read(values, "status")


def test_whole_numbers_keep_every_digit():
    assert read([2**63 - 1, -(2**63)], "status").tolist() == [2**63 - 1, -(2**63)]
    assert read(arrow([2**62 + 1, 1], pa.int64()), "status").tolist() == [2**62 + 1, 1]
    assert read([2.0, 3.0], "status").tolist() == [2, 3]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([1, 2], ["1", "2"]), ([1.0, 2.0], ["1", "2"]), (["1", 2], ["1", "2"]), ([True, False], ["true", "false"]),
        ([np.int64(3), np.float32(4)], ["3", "4"]), ([2**63 - 1], [str(2**63 - 1)]), (["Máy ép", "a/b%"], ["Máy ép", "a/b%"]),
        (arrow(["a", "b"], pa.large_string()), ["a", "b"]), (pd.array(["a", "b"], dtype="string"), ["a", "b"]),
        (np.array([2**64 - 1], dtype="uint64"), [str(2**64 - 1)]), (pd.Series([1.0, 2.0], dtype="category"), ["1", "2"]),
    ],
    ids=str,
)  # fmt: skip
def test_ids_become_text(values, text):
    column = read(values, "text")
    assert column.dtype == "str"
    assert column.tolist() == text


@pytest.mark.parametrize(
    "values",
    [
        ["a", None],
        arrow(["a", None], pa.string()),
        pd.array(["a", None], dtype="string"),
        pd.Series(["a", np.nan], dtype=object),
    ],
    ids=lambda values: str(getattr(values, "dtype", "list")),
)
def test_missing_text_is_missing_not_a_word(values):
    column = read(values, "text")
    assert column.dtype == "str"
    assert column.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "values", [pd.Series(["a", "b", "a"], dtype="category"), arrow(["a", "b", "a"], pa.dictionary(pa.int32(), pa.string()))]
)
def test_categories_of_text_stay(values):
    column = read(values, "text")
    assert isinstance(column.dtype, pd.CategoricalDtype)
    assert column.tolist() == ["a", "b", "a"]


@pytest.mark.parametrize("values", [[1.5], [np.inf], [b"a"], [["a"]], [AT], [dt.date(2026, 1, 1)]], ids=str)
def test_what_has_no_text_of_its_own_is_refused(values):
    with pytest.raises(ColumnTypeError, match=r"samples\.text"):
        read(values, "text")


@pytest.mark.parametrize(
    "values", [[1, 0], ["true"], [True, None], [np.nan, False], pd.array([True, None], dtype="boolean")], ids=str
)
def test_only_true_and_false_are_truth(values):
    with pytest.raises(ColumnTypeError, match=r"shifts\.planned"):
        conform(pd.DataFrame({"start": AT, "end": AT, "planned": values}), "shifts")


@pytest.mark.parametrize("values", [[True, None], pd.array([True, None], dtype="boolean")], ids=str)
def test_a_flag_that_says_something_only_where_it_is_set_may_be_null(values):
    ready = conform(pd.DataFrame({"signal_id": "a", "start": AT, "end": AT, "recovered": values}), "coverage")
    assert ready["recovered"].tolist() == [True, False]


@pytest.mark.parametrize("values", [[True, False], pd.array([True, False], dtype="boolean"), arrow([True, False], pa.bool_())])
def test_truth_in_any_box(values):
    ready = conform(pd.DataFrame({"signal_id": "a", "start": AT, "end": AT, "recovered": values}), "coverage")
    assert ready["recovered"].dtype == np.bool_
    assert ready["recovered"].tolist() == [True, False]


@pytest.mark.parametrize(
    "values",
    [
        ["2026-03-02T06:00:00Z", "2026-03-02T06:00:00.123Z"], ["2026-03-02T13:00:00+07:00", "2026-03-02T06:00:00.123+00:00"],
        ["2026-03-02 13:00:00+0700", "2026-03-02 06:00:00.123Z"], ["2026-03-02T13+07", "2026-03-02T06:00:00.123Z"],
        [AT, LATER], pd.to_datetime([AT, LATER]).tz_convert("Europe/Rome"),
        [dt.datetime(2026, 3, 2, 13, tzinfo=SAIGON), dt.datetime(2026, 3, 2, 6, 0, 0, 123000, tzinfo=dt.UTC)],
        arrow([AT, LATER], pa.timestamp("us", "UTC")),
        arrow([AT, LATER], pa.timestamp("ms", "Asia/Tokyo")),
        pd.Series([AT, LATER], dtype="category"),
    ],
    ids=str,
)  # fmt: skip
def test_times_with_a_zone_in_any_form(values):
    column = read(values, "ts")
    assert column.dtype == UTC_DTYPE
    assert column.tolist() == [AT, LATER]


@pytest.mark.parametrize(
    "values",
    [
        ["2026-03-02T06:00:00", "2026-03-02T06:00:00.123"], ["2026-03-02 06:00", "2026-03-02"], ["2026-03-02"],
        pd.to_datetime(["2026-03-02 06:00"]), [NAIVE], [dt.date(2026, 3, 2)],
        arrow([NAIVE], pa.timestamp("us")), np.array(["2026-03-02T06:00"], dtype="datetime64[s]"),
    ],
    ids=str,
)  # fmt: skip
def test_naive_times_are_refused_unless_a_zone_is_given(values):
    with pytest.raises(TimeError, match=r"samples\.ts: \d naive times; expected times with a zone\. .*give tz="):
        read(values, "ts")
    column = read(values, "ts", tz="Asia/Ho_Chi_Minh")
    assert column.dtype == UTC_DTYPE
    assert column.dt.tz_convert("Asia/Ho_Chi_Minh").dt.date.tolist() == [dt.date(2026, 3, 2)] * len(column)


def test_times_in_two_minds_are_refused():
    with pytest.raises(AmbiguousValueError, match="1 of 2 times have no zone"):
        read(["2026-03-02T06:00:00Z", "2026-03-02T06:00:00"], "ts", tz="UTC")
    for numbers in ([1_770_000_000, 1], [1.5e9, 1.0], [True, False]):
        with pytest.raises(AmbiguousValueError, match="Say the unit"):
            read(numbers, "ts", tz="UTC")


@pytest.mark.parametrize(
    "values",
    [["02/03/2026 06:00Z"], ["2026-13-01T00:00Z"], ["now"], ["2026"], ["20260302"], ["x", "2026-03-02T06:00Z"], [b"2026"]],
    ids=str,
)
def test_what_is_no_iso_time_is_refused_with_its_row(values):
    with pytest.raises(ColumnTypeError, match=r"samples\.ts: 1 of \d rows, first at row 0: .*ISO 8601"):
        read(values, "ts", tz="UTC")


def test_naive_times_on_the_nights_the_clock_is_set_are_remarked():
    local = pd.to_datetime(["2026-03-29 02:30", "2026-10-25 02:30", "2026-06-01 12:00", None])
    ready = conform(pd.DataFrame({"signal_id": "a", "server_ts": local, "ts": AT}), "samples", tz="Europe/Rome")
    assert ready["server_ts"].tolist()[:3] == [
        pd.Timestamp("2026-03-29T01:00", tz="UTC"),
        pd.Timestamp("2026-10-25T00:30", tz="UTC"),
        pd.Timestamp("2026-06-01T10:00", tz="UTC"),
    ]
    assert ready["server_ts"].isna().tolist() == [False, False, False, True]
    found = findings_of(ready).set_index("code")["count"].to_dict()
    assert found == {"time_never_shown": 1, "time_shown_twice": 1}


@pytest.mark.parametrize(
    "values",
    [
        ["2026-03-02", None], [dt.date(2026, 3, 2), None], pd.to_datetime(["2026-03-02", None]),
        arrow([dt.date(2026, 3, 2), None], pa.date32()),
        ["2026-03-02 00:00", None],
    ],
    ids=str,
)  # fmt: skip
def test_dates_in_any_form(values):
    column = read(values, "production_date", "counts")
    assert column.dtype == "datetime64[us]"
    assert (column[0], column[1] is pd.NaT) == (pd.Timestamp("2026-03-02"), True)


@pytest.mark.parametrize(
    "values",
    [
        ["02/03/2026"], ["2026-03-02 06:00"], [20260302], [1.5], ["2026-02-30"], [AT], ["2026-03-02T00:00Z"], [True],
        [NAIVE],
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_date_is_refused(values):
    with pytest.raises(ColumnTypeError, match=r"counts\.production_date: 1 of 1 rows, first at row 0"):
        read(values, "production_date", "counts")
