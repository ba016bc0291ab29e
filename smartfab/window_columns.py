"""What rolling statistics are taken of: float64 columns out of any frame, their times and groups; and the labels back."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.errors import ColumnTypeError, MissingColumnError, SmartfabError, TableError
from smartfab.window_times import Times, refuse_unsorted, times_of

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
    rows: int
    labels: pd.Index | None = None  # of a frame's columns
    stamps: pd.Index | None = None  # the index; an array has none
    times: Times | None = None  # [ns] or [us], as `unit` says
    unit: str = "ns"
    groups: list[Rows | slice] = field(default_factory=list)

    @property
    def index(self) -> pd.Index:
        """The index, made where an array has none."""
        return pd.RangeIndex(self.rows) if self.stamps is None else self.stamps

    @property
    def undivided(self) -> bool:
        """Whether all rows are one group."""
        return len(self.groups) == 1 and isinstance(self.groups[0], slice) and self.groups[0] == slice(0, self.rows)

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
        return pd.DataFrame(out.T, index=index, columns=self.labels, copy=False)

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
        names = list(labels) if alone else [f"{_flat(name)}_{label}" for name in self.names for label in labels]
        return pd.DataFrame(out.T, index=self.index[kept], columns=_index_of(tuple(names)).copy(), copy=False)


@lru_cache(maxsize=256)
def _index_of(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)


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
    _refuse_other_than_numbers(column, name)
    dtype = column.dtype
    if pd.api.types.is_object_dtype(dtype):
        column = pd.Series(column)
        values = column.where(column.notna(), np.nan).to_numpy()
    elif isinstance(column, pd.Series):
        masked = isinstance(dtype, pd.api.extensions.ExtensionDtype)
        values = column.to_numpy(dtype=np.float64, na_value=np.nan) if masked else column.to_numpy()
    else:
        values = np.ma.filled(column.astype(np.float64), np.nan) if isinstance(column, np.ma.MaskedArray) else column
    return np.ascontiguousarray(values, dtype=np.float64)


def _refuse_other_than_numbers(column: pd.Series | Floats, name: str) -> None:
    dtype = column.dtype
    if dtype == np.float64:
        return
    number = pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype) or str(dtype) == "null[pyarrow]"
    found = f"dtype {dtype}"
    if pd.api.types.is_object_dtype(dtype):  # what a database or a sheet gives for numbers some of which are missing
        kind = pd.api.types.infer_dtype(column, skipna=True)
        number = kind in {"integer", "floating", "mixed-integer-float", "decimal", "boolean", "empty"}
        found += f" of {kind}"
    if not number or pd.api.types.is_complex_dtype(dtype):
        remedy = "Name the columns of numbers, or convert it."
        raise ColumnTypeError(found, column=name, where="data", expected="numbers", remedy=remedy)


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
            _refuse_other_than_numbers(column, str(name))
        except ColumnTypeError as fault:
            faults.append(fault)
    frame = data if isinstance(data, pd.DataFrame) else None
    faults += [fault for argument, name in (("on", on), ("by", by)) for fault in _unnamed(frame, argument, name)]
    if faults:
        raise TableError.of(faults, where="data")
    table.groups = _groups(frame[by]) if frame is not None and by is not None else [slice(0, table.rows)]
    if span is not None:
        place = "index" if on is None else str(on)
        table.times, table.unit = times_of(data if frame is None or on is None else frame[on], place, span)
        for group in table.groups:
            refuse_unsorted(table.times[group], group, place, span if table.unit == "ns" else span // 1000)
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
    if other.columns.equals(table.labels):
        return [column_of(other.iloc[:, k], str(name)) for k, name in enumerate(table.names)]
    missing = [str(name) for name in table.names if name not in other.columns]
    if missing:
        raise TableError(f"no column {', '.join(missing)}", where="other", expected="a column for each of data")
    if not other.columns.is_unique or len(set(table.names)) < len(table.names):
        raise TableError("two columns of one name", where="other", expected="the columns of data, in their order")
    return [column_of(other[name], str(name)) for name in table.names]


def _taken_apart(data: Data, apart: list[Hashable]) -> Table:
    if isinstance(data, pd.Series):
        return Table("series", [data.name], [data], len(data), None, data.index)
    if isinstance(data, pd.DataFrame):
        kept = [k for k, name in enumerate(data.columns) if name not in apart]
        labels = data.columns if len(kept) == data.shape[1] else data.columns[kept]
        return Table("frame", list(labels), [data.iloc[:, k] for k in kept], len(data), labels, data.index)
    if isinstance(data, np.ndarray) and data.ndim in {1, 2}:
        if data.ndim == 1:
            return Table("vector", ["data"], [data], len(data))
        return Table("matrix", list(range(data.shape[1])), [data[:, k] for k in range(data.shape[1])], len(data))
    found = f"{data.ndim} dimensions" if isinstance(data, np.ndarray) else type(data).__name__
    raise TableError(found, where="data", expected="a Series, a DataFrame or an array of one or two dimensions")


def _unnamed(frame: pd.DataFrame | None, argument: str, name: Name | None) -> list[SmartfabError]:
    if name is None:
        return []
    if frame is None:
        return [TableError("no columns to name", where=argument, expected="a DataFrame")]
    if name not in frame.columns:
        return [MissingColumnError(f"no column {name!r}", where=argument, expected=", ".join(map(str, frame.columns)))]
    if isinstance(frame[name], pd.DataFrame):
        return [TableError(f"several columns {name!r}", where=argument, expected="the name of one column")]
    return []


def _flat(name: Hashable) -> str:
    return "_".join(map(str, name)) if isinstance(name, tuple) else str(name)


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
