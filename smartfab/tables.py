"""Hold a frame against the declaration of its table: types made canonical, every fault told at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from smartfab.clock import UTC_DTYPE, zone
from smartfab.errors import AmbiguousValueError, ColumnTypeError, MissingColumnError, SmartfabError, TableError, TimeError
from smartfab.findings import Finding, attach, finding
from smartfab.vocabulary import COLUMNS, TABLES

NEEDED: dict[str, tuple[str, ...]] = {
    "samples": ("signal_id", "ts"),
    "coverage": ("signal_id", "start", "end"),
    "states": ("machine_id", "ts", "state"),
    "shifts": ("start", "end"),
    "counts": ("machine_id",),
    "products": ("product_id",),
    "orders": ("machine_id", "product_id", "start", "end"),
    "machines": ("machine_id",),
    "reasons": ("reason_id", "category"),
    "stop_reasons": ("machine_id", "reason_id", "start", "end"),
    "parts": ("part_id", "machine_id", "end"),
    "account": ("machine_id", "start", "end", "loss"),
}
"""The columns a table cannot do without; the others may be absent."""

_HAS_ZONE = r"(?:Z|z|[+-]\d{2}(?::?\d{2})?)$"


class _Column:
    """One column on its way to its declared type."""

    def __init__(self, table: str, name: str, tz: str | None) -> None:
        self.table, self.name, self.tz = table, name, tz
        self.findings: list[Finding] = []

    def fault(self, kind: type[TableError], found: str, expected: str, remedy: str) -> TableError:
        return kind(found, table=self.table, column=self.name, expected=expected, remedy=remedy)

    def rows(self, series: pd.Series, bad: pd.Series) -> str:
        """Say how many rows are bad, and show the first."""
        first = int(np.flatnonzero(bad.to_numpy())[0])
        return f"{int(bad.sum())} of {len(series)} rows, first at row {first}: {series.iloc[first]!r}"


def _to_string(series: pd.Series, column: _Column) -> pd.Series:
    if isinstance(series.dtype, pd.CategoricalDtype):
        named = series.cat.categories
        return series if isinstance(named.dtype, pd.StringDtype) else series.cat.rename_categories(named.map(str))
    if pd.api.types.is_string_dtype(series.dtype) and series.dtype != object:
        return series
    if pd.api.types.is_integer_dtype(series.dtype):
        return series.astype("Int64").astype("str")
    if series.isna().all():
        return pd.Series(None, index=series.index, dtype="str", name=series.name)
    text = series.map(_plain_text, na_action="ignore")
    bad = text.isna() & series.notna()
    if bad.any():
        raise column.fault(ColumnTypeError, column.rows(series, bad), "text", f'Convert "{column.name}" to text.')
    return text.astype("str")


def _plain_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    if isinstance(value, (int, np.integer)) or (isinstance(value, (float, np.floating)) and float(value).is_integer()):
        return str(int(value))
    return None


def _to_float(series: pd.Series, column: _Column) -> pd.Series:
    if series.dtype == np.float64:
        return series
    if pd.api.types.is_bool_dtype(series.dtype) or not pd.api.types.is_numeric_dtype(series.dtype):
        numbers = pd.to_numeric(series.where(~series.map(lambda v: isinstance(v, (str, bool)))), errors="coerce")
        bad = numbers.isna() & series.notna()
        if bad.any():
            raise column.fault(
                ColumnTypeError, column.rows(series, bad), "numbers", f'Convert "{column.name}" to numbers first.'
            )
        return numbers.astype("float64")
    return series.astype("float64")


def _to_int(series: pd.Series, column: _Column) -> pd.Series:
    if series.dtype == np.int64:
        return series
    numbers = _to_float(series, column) if not pd.api.types.is_integer_dtype(series.dtype) else series
    bad = numbers.notna() & (numbers % 1 != 0)
    if bad.any():
        raise column.fault(ColumnTypeError, column.rows(series, bad), "whole numbers", "Round them on purpose first.")
    return numbers.fillna(0).astype("int64")


def _to_bool(series: pd.Series, column: _Column) -> pd.Series:
    if series.dtype == np.bool_:
        return series
    bad = ~series.map(lambda v: isinstance(v, (bool, np.bool_))).astype(bool)
    if bad.any():
        raise column.fault(ColumnTypeError, column.rows(series, bad), "True or False", "Fill or convert them first.")
    return series.astype(bool)


def _to_timestamp(series: pd.Series, column: _Column) -> pd.Series:
    if series.dtype == UTC_DTYPE:
        return series
    if series.isna().all():
        return pd.Series(pd.NaT, index=series.index, name=series.name).astype(UTC_DTYPE)
    stamps = series
    if not isinstance(series.dtype, pd.DatetimeTZDtype) and not pd.api.types.is_datetime64_dtype(series.dtype):
        stamps = _parsed(series, column)
    if not isinstance(stamps.dtype, pd.DatetimeTZDtype):
        stamps = _localised(stamps, column)
    exact = stamps.dt.tz_convert("UTC")
    floored = exact.dt.as_unit("us")
    lost = int((exact.notna() & (floored != exact)).sum())
    if lost:
        column.findings.append(finding("time_cut_to_microseconds", f"{column.table}.{column.name}", lost))
    return floored


def _parsed(series: pd.Series, column: _Column) -> pd.Series:
    if pd.api.types.is_numeric_dtype(series.dtype):
        raise column.fault(
            AmbiguousValueError,
            f"numbers such as {series.iloc[0]!r}",
            "times",
            'Say the unit: pd.to_datetime(x, unit="ms", utc=True).',
        )
    text = series.map(lambda v: v.isoformat() if isinstance(v, dt.datetime) else v, na_action="ignore").astype("str")
    zoned = text.str.contains(_HAS_ZONE, regex=True, na=True)
    try:
        if bool(zoned.all()):
            return pd.to_datetime(text, format="ISO8601", utc=True)
        if not bool((zoned & text.notna()).any()):
            return pd.to_datetime(text, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise column.fault(ColumnTypeError, f"no ISO 8601 time ({error})", "ISO 8601 times", "Convert them first.") from error
    raise column.fault(
        AmbiguousValueError,
        f"{int((~zoned).sum())} of {len(text)} times have no zone, the others have one",
        "all with a zone, or none",
        "Write the offset in every row.",
    )


def _localised(stamps: pd.Series, column: _Column) -> pd.Series:
    if column.tz is None:
        raise column.fault(
            TimeError,
            f"{int(stamps.notna().sum())} naive times",
            "times with a zone",
            f'Localise them: table["{column.name}"].dt.tz_localize("Asia/Ho_Chi_Minh"), or give tz=.',
        )
    tz = zone(column.tz)
    first = stamps.dt.tz_localize(tz, ambiguous=np.ones(len(stamps), dtype=bool), nonexistent="shift_forward")
    second = stamps.dt.tz_localize(tz, ambiguous=np.zeros(len(stamps), dtype=bool), nonexistent="shift_forward")
    twice = int((first != second).sum() - stamps.isna().sum())
    if twice > 0:
        column.findings.append(finding("time_shown_twice", f"{column.table}.{column.name}", twice, taken_as="the first"))
    return first


def _to_date(series: pd.Series, column: _Column) -> pd.Series:
    try:
        days = pd.to_datetime(series.astype("str") if series.dtype == object else series, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise column.fault(ColumnTypeError, f"no date ({error})", "dates such as 2026-03-02", "Convert them first.") from error
    if days.dt.tz is not None or (days.notna() & (days.dt.normalize() != days)).any():
        raise column.fault(ColumnTypeError, "times of day in a date column", "dates", "Use the production date alone.")
    return days.astype("datetime64[us]")


_CONVERT: dict[str, Callable[[pd.Series, _Column], pd.Series]] = {
    "string": _to_string,
    "json": _to_string,
    "float64": _to_float,
    "int64": _to_int,
    "bool": _to_bool,
    "timestamp": _to_timestamp,
    "date": _to_date,
}


def conform(frame: pd.DataFrame, table: str, *, tz: str | None = None, need: Iterable[str] | None = None) -> pd.DataFrame:
    """Return `frame` with the declared columns in their declared types; columns not declared are left out.

    Ids may be integers or categoricals; naive times are read in `tz`; nothing else is guessed.

    Parameters
    ----------
    frame : DataFrame
        Not changed.
    table : str
        Name of a table of the vocabulary.
    tz : str, optional
        IANA zone for naive times.
    need : iterable of str, optional
        Columns that must be there, in place of the table's own.

    Returns
    -------
    DataFrame
        With a fresh RangeIndex, and with findings.

    Raises
    ------
    TableError
        One error that lists every fault of the frame.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TableError(f"a {type(frame).__name__}", table=table, expected="a pandas DataFrame")
    declared = TABLES[table]
    needed = NEEDED.get(table, declared.keys) if need is None else tuple(need)
    faults: list[SmartfabError] = [
        MissingColumnError(
            "no such column",
            table=table,
            column=name,
            expected=COLUMNS[name].meaning,
            remedy=f"Rename or add it; there are: {', '.join(map(str, frame.columns)) or 'no columns'}.",
        )
        for name in needed
        if name not in frame.columns
    ]
    series: dict[str, pd.Series] = {}
    findings: list[Finding] = []
    for name in (*declared.keys, *declared.others):
        if name not in frame.columns:
            continue
        column = _Column(table, name, tz)
        try:
            series[name] = _CONVERT[COLUMNS[name].dtype](frame[name], column)
        except TableError as error:
            faults.append(error)
            continue
        if name in needed and series[name].isna().any():
            faults.append(_missing_values(series[name], table, name))
        findings += column.findings
    if faults:
        raise TableError.of(faults, where=f"table {table}")
    result = pd.DataFrame(series, index=frame.index).reset_index(drop=True)
    return attach(result, findings)


def _missing_values(series: pd.Series, table: str, name: str) -> TableError:
    bad = series.isna().to_numpy()
    return TableError(
        f"{int(bad.sum())} of {len(series)} rows empty, first at row {int(np.flatnonzero(bad)[0])}",
        table=table,
        column=name,
        expected="a value in every row",
        remedy="Fill or drop these rows.",
    )


def empty(table: str) -> pd.DataFrame:
    """Return a table of no rows, every declared column in its type.

    Parameters
    ----------
    table : str
        Name of a table of the vocabulary.

    Returns
    -------
    DataFrame
        Zero rows.
    """
    kinds = {"string": "str", "json": "str", "timestamp": UTC_DTYPE, "date": "datetime64[us]"}
    return pd.DataFrame(
        {column.name: pd.Series([], dtype=kinds.get(column.dtype, column.dtype)) for column in TABLES[table].columns}
    )
