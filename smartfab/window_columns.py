"""What rolling statistics are taken of: float64 columns out of any frame, their times and groups; and the labels back."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.errors import ColumnTypeError, MissingColumnError, SmartfabError, TableError, TimeError

__all__ = ["Data", "Floats", "Name", "Rows", "Table", "column_of", "others_of", "table_of"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Data = pd.Series | pd.DataFrame | Floats
Name = str | int


@dataclass
class Table:
    """The columns of one input, and what is needed to give results the input's own form."""

    shape: str  # series, frame, vector or matrix
    names: list[Hashable]
    columns: list[pd.Series | Floats]
    index: pd.Index
    times: npt.NDArray[np.int64] | None = None  # [ns] or [us], as `unit` says
    unit: str = "ns"
    groups: list[Rows | slice] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of the input [1]."""
        return len(self.index)

    def values(self, at: int) -> Floats:
        """Return column `at` as contiguous float64, without a copy where it is that already.

        Parameters
        ----------
        at : int
            Which column.

        Returns
        -------
        array of float64
            A value a row.
        """
        return column_of(self.columns[at], str(self.names[at]))

    def wrap(self, out: Floats, kept: Rows | slice) -> pd.Series | pd.DataFrame | Floats:
        """Give one result a column the form of the input.

        Parameters
        ----------
        out : array of float64
            Results [column, row].
        kept : slice or array of int
            The rows they belong to.

        Returns
        -------
        Series, DataFrame or array
            With the input's labels.
        """
        if self.shape == "vector":
            alone: Floats = out[0]
            return alone
        if self.shape == "matrix":
            return out.T
        index = self.index[kept]
        if self.shape == "series":
            return pd.Series(out[0], index=index, name=self.names[0], copy=False)
        return pd.DataFrame(out.T, index=index, columns=pd.Index(self.names), copy=False)

    def label(self, out: Floats, kept: Rows | slice, labels: Sequence[str]) -> pd.DataFrame:
        """Return many results a column as one frame with flat names.

        Parameters
        ----------
        out : array of float64
            Results [column * statistic, row].
        kept : slice or array of int
            The rows they belong to.
        labels : sequence of str
            Of the statistics.

        Returns
        -------
        DataFrame
            A view of `out`.
        """
        alone = self.shape in {"series", "vector"}
        names = list(labels) if alone else [f"{name}_{label}" for name in self.names for label in labels]
        return pd.DataFrame(out.T, index=self.index[kept], columns=pd.Index(names), copy=False)


def column_of(column: pd.Series | Floats, name: str) -> Floats:
    """Return one column as contiguous float64; a mask becomes NaN.

    Parameters
    ----------
    column : Series or array
        Of numbers or truth values.
    name : str
        What an error calls it.

    Returns
    -------
    array of float64
        The column itself where it is contiguous float64, else a copy.

    Raises
    ------
    ColumnTypeError
        If the column does not hold numbers.
    """
    dtype = column.dtype
    number = pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype)
    if not number or pd.api.types.is_complex_dtype(dtype):
        remedy = "Name the columns of numbers, or convert it."
        raise ColumnTypeError(f"dtype {dtype}", column=name, where="data", expected="numbers", remedy=remedy)
    if isinstance(column, pd.Series):
        masked = isinstance(dtype, pd.api.extensions.ExtensionDtype)
        values = column.to_numpy(dtype=np.float64, na_value=np.nan) if masked else column.to_numpy()
    else:
        values = column
    return np.ascontiguousarray(values, dtype=np.float64)


def table_of(data: Data, *, on: Name | None, by: Name | None, span: int | None) -> Table:
    """Take an input apart and check it; all faults are told at once.

    Parameters
    ----------
    data : Series, DataFrame or array
        One column or several.
    on, by : str or int, optional
        Columns of times and of groups.
    span : int, optional
        Length of windows in time [ns]; None for windows in rows.

    Returns
    -------
    Table
        Columns, times and groups.

    Raises
    ------
    TableError
        MissingColumnError, ColumnTypeError or TimeError naming the column or argument.
    """
    table = _taken_apart(data, [name for name in (on, by) if name is not None])
    faults: list[SmartfabError] = []
    for name, column in zip(table.names, table.columns, strict=True):
        try:
            column_of(column[:0], str(name))
        except ColumnTypeError as fault:
            faults.append(fault)
    frame = data if isinstance(data, pd.DataFrame) else None
    if frame is not None:
        for argument, name in (("on", on), ("by", by)):
            if name is not None and name not in frame.columns:
                faults.append(
                    MissingColumnError(f"no column {name!r}", where=argument, expected=", ".join(map(str, frame.columns)))
                )
    elif on is not None or by is not None:
        faults.append(TableError("no columns to name", where="on" if on is not None else "by", expected="a DataFrame"))
    if faults:
        raise TableError.of(faults, where="data")
    table.groups = _groups(frame[by]) if frame is not None and by is not None else [slice(0, table.rows)]
    if span is not None:
        table.times, table.unit = _times(data, on, span)
        _refuse_unsorted(table, "index" if on is None else str(on))
    return table


def others_of(table: Table, other: Data) -> list[Floats]:
    """Return the second column of each pair.

    Parameters
    ----------
    table : Table
        The first ones.
    other : Series, array or DataFrame
        One column for all, or a DataFrame with a column of the same name for each.

    Returns
    -------
    list of arrays of float64
        One a column of `table`.

    Raises
    ------
    TableError
        If `other` has other rows, another index, or lacks a column.
    """
    if not isinstance(other, pd.Series | pd.DataFrame | np.ndarray) or len(other) != table.rows:
        found = f"{len(other)} rows" if isinstance(other, pd.Series | pd.DataFrame | np.ndarray) else type(other).__name__
        raise TableError(found, where="other", expected=f"a column of the {table.rows} rows of data")
    if isinstance(other, np.ndarray):
        if other.ndim != 1:
            raise TableError(f"{other.ndim} dimensions", where="other", expected="one column")
        return [column_of(other, "other")] * len(table.names)
    if table.shape in {"series", "frame"} and not other.index.equals(table.index):
        raise TableError("another index", where="other", expected="the index of data", remedy="Align the two first.")
    if isinstance(other, pd.Series):
        return [column_of(other, "other")] * len(table.names)
    missing = [str(name) for name in table.names if name not in other.columns]
    if missing:
        raise TableError(f"no column {', '.join(missing)}", where="other", expected="a column for each of data")
    return [column_of(other[name], str(name)) for name in table.names]


def _taken_apart(data: Data, apart: list[Hashable]) -> Table:
    if isinstance(data, pd.Series):
        return Table("series", [data.name], [data], data.index)
    if isinstance(data, pd.DataFrame):
        if not data.columns.is_unique:
            raise TableError("two columns of one name", where="data", expected="unique column names")
        names = _names(name for name in data.columns if name not in apart)
        return Table("frame", names, [data[name] for name in names], data.index)
    if isinstance(data, np.ndarray) and data.ndim in {1, 2}:
        index = pd.RangeIndex(len(data))
        if data.ndim == 1:
            return Table("vector", _names(["data"]), [data], index)
        return Table("matrix", _names(range(data.shape[1])), [data[:, k] for k in range(data.shape[1])], index)
    found = f"{data.ndim} dimensions" if isinstance(data, np.ndarray) else type(data).__name__
    raise TableError(found, where="data", expected="a Series, a DataFrame or an array of one or two dimensions")


def _names(names: Iterable[Hashable]) -> list[Hashable]:
    return list(names)


def _times(data: Data, on: Name | None, span: int) -> tuple[npt.NDArray[np.int64], str]:
    place = "index" if on is None else str(on)
    if isinstance(data, np.ndarray):
        raise TimeError("an array", where="window", expected="data with times for a window in time")
    index = data.index if on is None else pd.Index(data[on])
    if isinstance(index.dtype, pd.ArrowDtype):
        index = pd.Index(index.to_numpy())
    if not isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        remedy = "Give on=, or set an index of times."
        raise TimeError(f"{index.dtype}", column=place, where="window", expected="times for a window in time", remedy=remedy)
    if index.hasnans:
        raise TimeError(
            f"{int(np.count_nonzero(index.isna()))} rows without a time", column=place, expected="a time in every row"
        )
    unit: Literal["ns", "us"] = "ns" if index.unit == "ns" or span % 1000 else "us"
    return index.as_unit(unit).asi8, unit


def _refuse_unsorted(table: Table, place: str) -> None:
    for group in table.groups:
        times = table.times[group] if table.times is not None else np.empty(0, np.int64)
        falls = np.flatnonzero(np.diff(times) < 0)
        if len(falls):
            row = int(np.arange(table.rows)[group][falls[0] + 1])
            raise TimeError(f"time goes back at row {row}", column=place, expected="rising times", remedy="Sort by time first.")


def _groups(keys: pd.Series) -> list[Rows | slice]:
    """Return the rows of each group; a slice where they stand together. Rows without a key belong to none."""
    codes, uniques = pd.factorize(keys)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(uniques) + 1))
    groups: list[Rows | slice] = []
    for start, end in pairwise(ends):
        rows = order[start:end]
        together = rows[-1] - rows[0] + 1 == len(rows)
        groups.append(slice(int(rows[0]), int(rows[-1]) + 1) if together else rows)
    return groups
