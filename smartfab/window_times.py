"""Times that windows are counted in: read from an index, a column or an array, rising, and far from the ends of int64."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.errors import TimeError

__all__ = ["Times", "refuse_unsorted", "times_of"]

Times = npt.NDArray[np.int64]
_LEAST, _MOST = -(2**63) + 1, 2**63 - 1


def times_of(data: pd.Series | pd.DataFrame | pd.Index | npt.NDArray[np.generic], place: str, span: int) -> tuple[Times, str]:
    """Read times as whole numbers; where there is no row, anything is as good as times.

    Parameters
    ----------
    data : Series, DataFrame, Index or array
        Data with an index of times, or, where `place` names a column, that column.
    place : str
        ``"index"``, or what an error calls the column.
    span : int
        Length of the windows; nanoseconds are only counted in where it, or the times, need them [ns].

    Returns
    -------
    (array of int64, str)
        Times, and their unit: ``"ns"`` or ``"us"``.

    Raises
    ------
    TimeError
        If there are no times, or one is missing.
    """
    if isinstance(data, np.ndarray):
        raise TimeError("an array", where="window", expected="data with times for a window in time")
    index = data if isinstance(data, pd.Index) else data.index if place == "index" else pd.Index(data)
    if isinstance(index.dtype, pd.ArrowDtype):
        index = pd.Index(index.to_numpy())
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if not isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        if len(index) == 0:
            return np.empty(0, np.int64), "us"
        remedy = "Give on=, or set an index of times."
        raise TimeError(f"{index.dtype}", column=place, where="window", expected="times for a window in time", remedy=remedy)
    if index.hasnans:
        found = f"{int(np.count_nonzero(index.isna()))} rows without a time"
        raise TimeError(found, column=place, expected="a time in every row")
    unit: Literal["ns", "us"] = "ns" if index.unit == "ns" or span % 1000 else "us"
    return index.as_unit(unit).asi8, unit


def refuse_unsorted(times: Times, rows: npt.NDArray[np.intp] | slice, place: str, span: int) -> None:
    """Refuse the times of one group where they fall, or where a window would reach beyond what int64 can tell.

    Parameters
    ----------
    times : array of int64
        Of the group.
    rows : array of int, or slice
        Where they stand in the input.
    place : str
        What an error calls the column.
    span : int
        Length of the windows, in the unit of the times.

    Raises
    ------
    TimeError
        Naming the first row whose time lies before the one above it, or the time at the end of int64.
    """
    falls = np.flatnonzero(times[1:] < times[:-1])
    if len(falls):
        at = int(falls[0]) + 1
        row = (rows.start or 0) + at if isinstance(rows, slice) else int(rows[at])
        raise TimeError(f"time goes back at row {row}", column=place, expected="rising times", remedy="Sort by time first.")
    if len(times) and (int(times[0]) - span < _LEAST or int(times[-1]) + span > _MOST):
        found = "a window that reaches beyond the first or the last time that can be told"
        raise TimeError(found, column=place, expected="a shorter window, or times in microseconds")
