"""Frames of signals over time, as a monitor takes them: numbers in columns, times in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.errors import ColumnTypeError, MissingColumnError, SmartfabError, TableError, TimeError

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SignalFrame:
    """Rows of signals: values, one column a signal, and times [us]."""

    names: tuple[str, ...]
    x: Floats
    ts: Times
    index: pd.DatetimeIndex


def read_frame(frame: object, names: Sequence[str] | None = None, *, where: str = "frame") -> SignalFrame:
    """Return a frame's signals in the order of `names`; inf is missing.

    Parameters
    ----------
    frame : DataFrame
        Columns of numbers, rows in order of time by a DatetimeIndex (naive times are taken as they stand).
    names : sequence of str, optional
        Signals wanted; all columns unless given.
    where : str
        Name of the argument, for errors.

    Returns
    -------
    SignalFrame
        Values as float64.

    Raises
    ------
    TableError
        If it is no such frame; all faults at once.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TableError(f"a {type(frame).__name__}", where=where, expected="a DataFrame of signals with a DatetimeIndex")
    faults: list[SmartfabError] = [*_time_faults(frame.index, where)]
    if frame.columns.has_duplicates:
        faults.append(TableError("columns of the same name", where=where, expected="one column a signal"))
        raise TableError.of(faults, where=where)
    wanted = [str(name) for name in frame.columns] if names is None else list(names)
    columns = dict(zip(map(str, frame.columns), frame.columns, strict=True))
    faults += [
        MissingColumnError("no such signal", where=where, column=name, remedy="Add the column.")
        for name in wanted
        if name not in columns
    ]
    read = [_numbers(frame[columns[name]], name, where, faults) for name in wanted if name in columns]
    if faults:
        raise TableError.of(faults, where=where)
    index = frame.index
    assert isinstance(index, pd.DatetimeIndex)  # noqa: S101 - told by _time_faults
    x = np.column_stack(read) if read else np.empty((len(frame), 0))
    return SignalFrame(tuple(wanted), np.ascontiguousarray(x), index.as_unit("us").asi8, index)


def _time_faults(index: pd.Index, where: str) -> Iterable[SmartfabError]:
    if not isinstance(index, pd.DatetimeIndex):
        yield TimeError(f"rows labelled by {type(index).__name__}", where=f"{where}.index", expected="a DatetimeIndex")
    elif index.hasnans:
        yield TimeError(
            f"{int(np.sum(index.isna()))} rows without time", where=f"{where}.index", expected="a time in every row"
        )
    elif not index.is_monotonic_increasing:
        yield TimeError("times go back", where=f"{where}.index", expected="rows in order of time", remedy="Sort by the index.")


def _numbers(column: pd.Series, name: str, where: str, faults: list[SmartfabError]) -> Floats:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        faults.append(ColumnTypeError(str(column.dtype), where=where, column=name, expected="numbers"))
        return np.empty(len(column))
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)
