"""Read one column as its declared type. What cannot be read without losing something is refused, not guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.clock import UTC_DTYPE, first_shown, from_micros, zone
from smartfab.errors import AmbiguousValueError, ColumnTypeError, TableError, TimeError
from smartfab.findings import Finding, finding
from smartfab.vocabulary import DType

EXACT = 2**53
"""Whole numbers beyond this lose digits as float64."""

NULL_IS_FALSE = ("constraint", "is_rework", "recovered")
"""Flags that say something only where they are set; any other must be given in every row."""

_ISO = r"\s*\d{4}-\d{2}-\d{2}"
_HAS_ZONE = r"\d[T ]\d{2}.*(?:Z|z|[+-]\d{2}(?::?\d{2})?)\s*$"
Bad = npt.NDArray[np.bool_]


class Reading:
    """One column on its way to its declared type, and what was remarked on the way."""

    def __init__(self, table: str, name: str, tz: str | None) -> None:
        self.table, self.name, self.tz = table, name, tz
        self.findings: list[Finding] = []

    def refuse(self, kind: type[TableError], found: str, expected: str, remedy: str) -> TableError:
        """Return the error to raise, with the place filled in."""
        return kind(found, table=self.table, column=self.name, expected=expected, remedy=remedy)

    def refuse_rows(self, series: pd.Series, bad: Bad, expected: str, remedy: str) -> TableError:
        """Return the error that says how many rows are bad, and shows the first."""
        first = int(np.flatnonzero(bad)[0])
        value = series.iloc[first]
        shown = value.item() if isinstance(value, np.generic) else value
        found = f"{int(bad.sum())} of {len(series)} rows, first at row {first}: {shown!r}"
        return self.refuse(ColumnTypeError, found, expected, remedy)

    def note(self, code: str, count: int, **evidence: object) -> None:
        """Keep a finding about `count` rows, if there are any."""
        if count > 0:
            self.findings.append(finding(code, f"{self.table}.{self.name}", count, **evidence))


def read_column(series: pd.Series, dtype: DType, reading: Reading) -> pd.Series:
    """Return `series` as `dtype`; raises the TableError of the first thing that cannot be read."""
    if isinstance(series.dtype, pd.ArrowDtype):
        series = _from_arrow(series)
    if isinstance(series.dtype, pd.CategoricalDtype) and dtype not in {"string", "json"}:
        series = series.astype(object)
    return _READ[dtype](series, reading)


def plain_text(value: object) -> str | None:
    """Return the text of an id or a raw state, so that 3, 3.0 and "3" are one; None if it has none."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, (int, np.integer)) or (isinstance(value, (float, np.floating)) and float(value).is_integer()):
        return str(int(value))
    return None


def arrow_of(series: pd.Series) -> Any:  # noqa: ANN401  pyarrow has no types
    """Return the Arrow array a text column is made of, which never changes; None if it is made of something else."""
    arrow = isinstance(series.dtype, pd.StringDtype) and series.dtype.storage == "pyarrow"
    return series.array.__arrow_array__() if arrow else None


def lacks_values(series: pd.Series) -> bool:
    """Return whether any value is missing."""
    arrow = arrow_of(series)
    return bool(series.isna().any()) if arrow is None else arrow.null_count > 0


def _from_arrow(series: pd.Series) -> pd.Series:
    import pyarrow as pa

    return pa.array(series.array).to_pandas(integer_object_nulls=True).set_axis(series.index)  # type: ignore[no-any-return]


def _to_string(series: pd.Series, reading: Reading) -> pd.Series:
    if isinstance(series.dtype, pd.CategoricalDtype):
        named = series.cat.categories
        if isinstance(named.dtype, pd.StringDtype):
            return series
        series = series.astype(object)
    if isinstance(series.dtype, pd.StringDtype):
        return series.astype("str")
    if series.isna().all():
        return pd.Series(None, index=series.index, dtype="str", name=series.name)
    if pd.api.types.is_integer_dtype(series.dtype):
        return series.astype("Int64" if series.dtype != np.uint64 else "UInt64").astype("str")
    text = series.map(plain_text, na_action="ignore")
    bad = (text.isna() & series.notna()).to_numpy()
    if bad.any():
        raise reading.refuse_rows(series, bad, "text", f'Convert "{reading.name}" to text.')
    return text.astype("str")


def _is_number(value: object) -> bool:
    return isinstance(value, (Real, Decimal)) and not isinstance(value, bool)


def _to_float(series: pd.Series, reading: Reading) -> pd.Series:
    kind = series.dtype
    if kind == np.float64:
        return series
    if pd.api.types.is_float_dtype(kind):
        return series.astype("float64")
    if pd.api.types.is_integer_dtype(kind):
        bad = ((series > EXACT) | (series < -EXACT)).fillna(value=False).to_numpy(dtype=bool)
        numbers = series.astype("float64")
    else:
        of_objects = isinstance(kind, np.dtype) and kind.hasobject  # the rest is bool, complex, text or time
        fits = series.map(_is_number).to_numpy(dtype=bool) if of_objects else np.zeros(len(series), dtype=bool)
        bad = ~fits & series.notna().to_numpy()
        values = [float(value) if fit else np.nan for value, fit in zip(series, fits, strict=True)]
        numbers = pd.Series(values, index=series.index, dtype="float64", name=series.name)
    if bad.any():
        raise reading.refuse_rows(
            series, bad, "numbers that float64 holds exactly", f'Convert "{reading.name}" to numbers first.'
        )
    return numbers


def _to_int(series: pd.Series, reading: Reading) -> pd.Series:
    if series.dtype == np.int64:
        return series
    whole = pd.api.types.is_integer_dtype(series.dtype)
    numbers = series if whole else _to_float(series, reading)
    beyond = numbers > np.iinfo(np.int64).max if whole else (numbers % 1 != 0) | (numbers.abs() > EXACT)
    bad = (beyond & numbers.notna()).fillna(value=False).to_numpy(dtype=bool)
    if bad.any():
        raise reading.refuse_rows(series, bad, "whole numbers of 64 bits", "Round them on purpose first.")
    reading.note("null_taken_as_zero", int(numbers.isna().sum()))
    return numbers.fillna(0).astype("int64")


def _to_bool(series: pd.Series, reading: Reading) -> pd.Series:
    if series.dtype == np.bool_:
        return series
    if reading.name in NULL_IS_FALSE:
        series = series.where(series.notna(), other=False)
    bad = ~series.map(lambda value: isinstance(value, (bool, np.bool_))).to_numpy(dtype=bool)
    if bad.any():
        raise reading.refuse_rows(series, bad, "True or False", "Fill or convert them first.")
    return series.astype(bool)


def _to_timestamp(series: pd.Series, reading: Reading) -> pd.Series:
    if series.dtype == UTC_DTYPE:
        return series
    if series.isna().all():
        return pd.Series(pd.NaT, index=series.index, name=series.name, dtype=UTC_DTYPE)
    stamps = series
    if not isinstance(series.dtype, pd.DatetimeTZDtype) and not pd.api.types.is_datetime64_dtype(series.dtype):
        stamps = _parsed(series, reading)
    if not isinstance(stamps.dtype, pd.DatetimeTZDtype):
        stamps = _localised(stamps, reading)
    exact = stamps.dt.tz_convert("UTC")
    floored: pd.Series = exact.dt.as_unit("us")
    reading.note("time_cut_to_microseconds", int((exact.notna() & (floored != exact)).sum()))
    return floored


def _parsed(series: pd.Series, reading: Reading) -> pd.Series:
    if pd.api.types.is_numeric_dtype(series.dtype):
        raise reading.refuse(
            AmbiguousValueError,
            f"numbers such as {series.iloc[0]!r}",
            "times",
            'Say the unit: pd.to_datetime(x, unit="ms", utc=True).',
        )
    text = _iso_text(series, reading, "ISO 8601 times")
    zoned = text.str.contains(_HAS_ZONE, regex=True, na=True).astype(bool)
    every = bool(zoned.all())
    if not every and bool((zoned & text.notna()).any()):
        raise reading.refuse(
            AmbiguousValueError,
            f"{int((~zoned).sum())} of {len(text)} times have no zone, the others have one",
            "all with a zone, or none",
            "Write the offset in every row.",
        )
    stamps: pd.Series = pd.to_datetime(text, format="ISO8601", utc=every, errors="coerce")
    bad = (stamps.isna() & text.notna()).to_numpy()
    if bad.any():
        raise reading.refuse_rows(series, bad, "ISO 8601 times", "Convert them first.")
    return stamps


def _iso_text(series: pd.Series, reading: Reading, expected: str) -> pd.Series:
    text = series.map(lambda value: value.isoformat() if isinstance(value, dt.date) else value, na_action="ignore")
    fits = text.map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
    bad = ~fits & series.notna().to_numpy()
    if not bad.any():
        text = text.astype("str")
        bad = ~text.str.match(_ISO, na=True).to_numpy(dtype=bool)
    if bad.any():
        raise reading.refuse_rows(series, bad, expected, "Convert them first.")
    return text


def _localised(stamps: pd.Series, reading: Reading) -> pd.Series:
    if reading.tz is None:
        raise reading.refuse(
            TimeError,
            f"{int(stamps.notna().sum())} naive times",
            "times with a zone",
            f'Localise them: table["{reading.name}"].dt.tz_localize("Asia/Ho_Chi_Minh"), or give tz=.',
        )
    tz = zone(reading.tz)
    local = stamps.dt.as_unit("us")
    reading.note("time_cut_to_microseconds", int((local != stamps).sum() - stamps.isna().sum()))
    first = pd.Series(from_micros(first_shown(local.to_numpy(), tz)), index=stamps.index, name=stamps.name)
    second = local.dt.tz_localize(tz, ambiguous=np.zeros(len(stamps), dtype=bool), nonexistent="NaT")
    there = stamps.notna()
    reading.note("time_shown_twice", int((there & second.notna() & (first != second)).sum()), taken_as="the first")
    reading.note("time_never_shown", int((there & second.isna()).sum()), taken_as="the first instant after the skip")
    return first


def _to_date(series: pd.Series, reading: Reading) -> pd.Series:
    if series.isna().all():
        return pd.Series(pd.NaT, index=series.index, name=series.name, dtype="datetime64[us]")
    days = series
    if not pd.api.types.is_datetime64_any_dtype(series.dtype):
        text = _iso_text(series, reading, "dates such as 2026-03-02")
        days = pd.to_datetime(text.where(~text.str.contains(_HAS_ZONE, na=False)), format="ISO8601", errors="coerce")
    naive: pd.Series = days if days.dt.tz is None else pd.Series(pd.NaT, index=days.index)
    bad = ((naive.isna() | (naive.dt.normalize() != naive)) & series.notna()).to_numpy()
    if bad.any():
        raise reading.refuse_rows(
            series, bad, "dates such as 2026-03-02, without a time of day", "Use the production date alone."
        )
    return naive.astype("datetime64[us]")


_READ: dict[DType, Callable[[pd.Series, Reading], pd.Series]] = {
    "string": _to_string,
    "json": _to_string,
    "float64": _to_float,
    "int64": _to_int,
    "bool": _to_bool,
    "timestamp": _to_timestamp,
    "date": _to_date,
}
