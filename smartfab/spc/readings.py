"""What a chart starts from: numbers with their labels, and subgroups; every fault told with the argument it is in."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from smartfab.errors import ColumnTypeError, SmartfabError, TableError, TimeError
from smartfab.findings import Finding, finding

Array = npt.NDArray[np.float64]


@dataclass
class Faults:
    """Faults found so far; they are raised together."""

    found: list[SmartfabError] = field(default_factory=list)

    def add(self, found: str, where: str, expected: str = "", remedy: str = "", kind: type[TableError] = TableError) -> None:
        """Keep one more."""
        self.found.append(kind(found, where=where, expected=expected, remedy=remedy))

    def stop(self, where: str) -> None:
        """Raise what was found, if anything was."""
        if self.found:
            raise TableError.of(self.found, where=where)


@dataclass(frozen=True)
class Readings:
    """Points in order: one value each, or a row of a matrix where they are subgroups; NaN is missing."""

    index: pd.Index
    values: Array
    name: str
    findings: tuple[Finding, ...] = ()

    @property
    def rows(self) -> Array:
        """The values as a matrix of one row a point."""
        return self.values if self.values.ndim == 2 else self.values[:, None]


def _none() -> Readings:
    return Readings(pd.RangeIndex(0), np.empty(0), "")


def singles(x: object, where: str, faults: Faults) -> Readings:
    """Return one value a point from a Series or a one-dimensional array."""
    if isinstance(x, pd.DataFrame) or (isinstance(x, np.ndarray) and x.ndim != 1) or not _sized(x):
        faults.add(_kind(x), where, "a Series or a one-dimensional array")
        return _none()
    series = x if isinstance(x, pd.Series) else pd.Series(np.asarray(x))
    _check_index(series.index, where, faults)
    name = series.name if isinstance(series.name, str) else ""
    return Readings(series.index, numbers(series, where, faults), name)


def subgroups(x: object, subgroup: int | None, where: str, faults: Faults) -> Readings:
    """Return one row a subgroup: rows of a table or matrix, or each `subgroup` values that follow each other in a series.

    A point carries the label of its last value, for it is not known before. What is left over at the end is not used.
    """
    if isinstance(x, pd.DataFrame) or (isinstance(x, np.ndarray) and x.ndim == 2):
        if subgroup is not None:
            faults.add(f"{subgroup}, and {where} is a table", "subgroup", "none: a row of the table is a subgroup")
        return _matrix(pd.DataFrame(x), where, faults)
    read = singles(x, where, faults)
    if subgroup is None:
        faults.add("no subgroups", where, "a table of one row a subgroup, or a series and subgroup=…")
        return _none()
    if not types.is_integer(subgroup) or subgroup < 2:
        faults.add(repr(subgroup), "subgroup", "a whole number of at least 2")
        return _none()
    count, left = divmod(len(read.values), subgroup)
    last = np.arange(1, count + 1) * subgroup - 1
    over = (finding("incomplete_subgroup", where, int(left), subgroup=subgroup),) if left else ()
    matrix = read.values[: count * subgroup].reshape(count, subgroup)
    return Readings(read.index[last], matrix, read.name, over)


def _matrix(frame: pd.DataFrame, where: str, faults: Faults) -> Readings:
    if frame.shape[1] < 2:
        faults.add(f"a table of {frame.shape[1]} columns", where, "at least 2 values a subgroup")
        return _none()
    _check_index(frame.index, where, faults)
    columns = [numbers(frame.iloc[:, k], f"{where}, column {frame.columns[k]}", faults) for k in range(frame.shape[1])]
    return Readings(frame.index, np.column_stack(columns), "")


def sizes(n: object, points: int, where: str, faults: Faults, *, whole: bool) -> Array:
    """Return the size of each point's sample from a number or one number a point; 0 and NaN are a missing point."""
    if not _sized(n) and not types.is_number(n):
        faults.add("not given" if n is None else _kind(n), where, "the size of the samples: a number, or one a point")
        return np.full(points, np.nan)
    given = n if isinstance(n, pd.Series) else pd.Series(np.atleast_1d(np.asarray(n)))
    read = numbers(given, where, faults)
    if _sized(n) and len(read) != points:
        faults.add(f"{len(read)} sizes for {points} points", where, "one size a point")
        return np.full(points, np.nan)
    _refuse(read, read < 0, where, "a size that is not negative", faults)
    if whole:
        _refuse(read, read != np.rint(read), where, "a whole number", faults)
    spread = np.broadcast_to(read, (points,)).copy()
    spread[spread == 0] = np.nan
    return spread


def numbers(series: pd.Series, where: str, faults: Faults) -> Array:
    """Return finite floats, NaN where a value is missing."""
    read = pd.to_numeric(series, errors="coerce") if _readable(series) else None
    if read is None:
        faults.add(f"values of type {series.dtype}", where, "numbers", kind=ColumnTypeError)
        return np.full(len(series), np.nan)
    values: Array = read.to_numpy(dtype=np.float64, na_value=np.nan)
    lost = np.isnan(values) & series.notna().to_numpy()
    for bad, expected in ((lost, "numbers"), (np.isinf(values), "finite numbers")):
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            told = f"{int(bad.sum())} of {len(series)} values not right, first at position {row}: {series.iloc[row]!r}"
            faults.add(told, where, expected, kind=ColumnTypeError)
    values = values.copy()
    values[np.isinf(values)] = np.nan
    return values


def refuse_counts(values: Array, size: Array | None, faults: Faults, *, where: str = "x") -> None:
    """Keep the faults of counted units: negative, broken, or more than there were."""
    _refuse(values, values < 0, where, "a count that is not negative", faults)
    _refuse(values, values != np.rint(values), where, "a whole number", faults)
    if size is not None and len(size) == len(values):
        _refuse(values, values > size, where, "at most the size of the sample", faults)


def _refuse(values: Array, bad: npt.NDArray[np.bool_], where: str, expected: str, faults: Faults) -> None:
    bad = bad & ~np.isnan(values)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        faults.add(f"{int(bad.sum())} of {len(values)} not right, first at position {row}: {values[row]:g}", where, expected)


def _check_index(index: pd.Index, where: str, faults: Faults) -> None:
    if not isinstance(index, pd.DatetimeIndex):
        return
    at = f"{where}.index"
    if index.tz is None:
        faults.add("times without a zone", at, "aware times", f"Use {where}.tz_localize(zone) first.", TimeError)
    elif index.hasnans:
        missing = int(np.count_nonzero(index.isna()))
        faults.add(f"{missing} missing times", at, "a time for each point", "Drop these rows.", TimeError)
    elif not index.is_monotonic_increasing:
        faults.add("times out of order", at, "points in order of time", f"Use {where}.sort_index() first.", TimeError)


def _readable(series: pd.Series) -> bool:
    return bool(types.is_numeric_dtype(series.dtype) or types.is_object_dtype(series.dtype)) and not types.is_complex_dtype(
        series.dtype
    )


def _sized(x: object) -> bool:
    return isinstance(x, Sized) and not isinstance(x, (str, bytes, dict)) and np.ndim(np.asarray(x)) > 0


def finite(value: object) -> float | None:
    """Return a finite number as a float, and None for anything else."""
    plain = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return float(value) if plain and np.isfinite(value) else None  # type: ignore[arg-type, call-overload]


def _kind(x: object) -> str:
    return f"an array of {x.ndim} dimensions" if isinstance(x, np.ndarray) else f"a {type(x).__name__}"
