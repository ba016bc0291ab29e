"""What a rolling window is: its length, its closed sides, its step; checked once, before a kernel runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from smartfab.errors import SmartfabError, TableError

__all__ = ["Closed", "Settings", "Window", "flag", "length_of", "settings_of", "whole"]

Closed = Literal["right", "left", "both", "neither"]
Window = int | str | dt.timedelta | np.timedelta64 | pd.offsets.BaseOffset
MOST_ROWS = 2**31
"""Rows of the longest window; longer than any column that fits in memory, short enough for every sum of row numbers."""
_SIDES = ("right", "left", "both", "neither")


@dataclass(frozen=True)
class Settings:
    """A checked window: `rows` of rows, or `span` [ns] of time."""

    rows: int | None
    span: int | None
    closed: str
    center: bool
    step: int
    min_periods: int

    @property
    def left_closed(self) -> bool:
        """Whether the earliest instant belongs to the window."""
        return self.closed in {"left", "both"}

    @property
    def right_closed(self) -> bool:
        """Whether the latest instant belongs to the window."""
        return self.closed in {"right", "both"}

    @property
    def length(self) -> int:
        """Rows a window of rows really holds [1]."""
        return (self.rows or 0) + (self.closed == "both") - (self.closed == "neither")

    @property
    def ahead(self) -> int:
        """Rows a window of rows reaches beyond its own [1]."""
        middle = ((self.rows or 0) - 1) // 2 if self.center else 0
        return middle - (not self.right_closed)


def whole(value: object, where: str, *, least: int) -> int:
    """Return a whole number.

    Parameters
    ----------
    value : object
        The argument.
    where : str
        Its name.
    least : int
        What it must not be below.

    Returns
    -------
    int
        The number.

    Raises
    ------
    TableError
        If it is none, or below `least`.
    """
    if isinstance(value, bool | np.timedelta64) or not isinstance(value, int | np.integer) or value < least:
        raise TableError(repr(value), where=where, expected=f"a whole number from {least} on")
    return int(value)


def flag(value: object, where: str) -> bool:
    """Return a truth value.

    Parameters
    ----------
    value : object
        The argument.
    where : str
        Its name.

    Returns
    -------
    bool
        The truth value.

    Raises
    ------
    TableError
        If it is none.
    """
    if not isinstance(value, bool | np.bool_):
        raise TableError(repr(value), where=where, expected="True or False")
    return bool(value)


def settings_of(window: Window, *, min_periods: int | None, closed: Closed | None, center: bool, step: int | None) -> Settings:
    """Check the arguments that describe a window; all faults are told at once.

    Parameters
    ----------
    window : int, str or timedelta
        Rows, or a length of time such as ``"60s"``.
    min_periods : int, optional
        Values a window must hold [1].
    closed : {"right", "left", "both", "neither"}, optional
        Sides that belong to the window.
    center : bool
        Whether the own row stands in the middle.
    step : int, optional
        Rows from one result to the next [1].

    Returns
    -------
    Settings
        The window, with the defaults of pandas filled in.

    Raises
    ------
    TableError
        If an argument cannot be what it says it is.
    """
    faults: list[SmartfabError] = []
    rows, span = _length(window, faults)
    if closed is not None and closed not in _SIDES:
        faults.append(TableError(repr(closed), where="closed", expected=" or ".join(map(repr, _SIDES))))
    for name, value in (("min_periods", min_periods), ("step", step)):
        try:
            number = None if value is None else whole(value, name, least=0 if name == "min_periods" else 1)
        except TableError as fault:
            faults.append(fault)
            continue
        if name == "min_periods" and number is not None and rows is not None and number > rows:
            faults.append(TableError(f"{number} of {rows} rows", where=name, expected="no more than the window holds"))
    try:
        flag(center, "center")
    except TableError as fault:
        faults.append(fault)
    if rows == 1 and closed == "neither":
        faults.append(TableError("1 row with both sides open", where="window", expected="a window that holds a row"))
    if faults:
        raise TableError.of(faults, where="rolling")
    default = rows if rows is not None else 1
    periods = default if min_periods is None else int(min_periods)
    return Settings(rows, span, closed or "right", bool(center), int(step or 1), periods)


def _length(window: object, faults: list[SmartfabError]) -> tuple[int | None, int | None]:
    expected = "a whole number of rows from 1 on, or a length of time such as '60s'"
    if isinstance(window, int | np.integer) and not isinstance(window, bool | np.timedelta64):
        if 1 <= window <= MOST_ROWS:
            return int(window), None
        faults.append(TableError(f"{window} rows", where="window", expected=expected))
        return None, None
    if not isinstance(window, str | dt.timedelta | np.timedelta64 | pd.offsets.BaseOffset):
        faults.append(TableError(repr(window), where="window", expected=expected))
        return None, None
    try:
        return None, length_of(window, "window", expected=expected)
    except TableError as fault:
        faults.append(fault)
        return None, None


def length_of(value: str | dt.timedelta | np.timedelta64 | pd.offsets.BaseOffset, where: str, *, expected: str) -> int:
    """Return a length of time.

    Parameters
    ----------
    value : str or timedelta
        The argument.
    where : str
        Its name.
    expected : str
        What an error says it should be.

    Returns
    -------
    int
        Its length; above 0 [ns].

    Raises
    ------
    TableError
        If it is no length of time.
    """
    try:
        length = pd.Timedelta(value)  # type: ignore[arg-type]  # an offset of a fixed length is one
        nanoseconds = length.as_unit("ns").value
    except (ValueError, OverflowError):
        raise TableError(repr(value), where=where, expected=expected) from None
    if pd.isna(length) or nanoseconds <= 0:
        raise TableError(f"a length of {value!r}", where=where, expected=expected)
    return int(nanoseconds)
