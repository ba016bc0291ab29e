"""What a rolling window is: its length, its closed sides, its step; checked once, before a kernel runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from smartfab.errors import SmartfabError, TableError

__all__ = ["CODES", "Closed", "Request", "Settings", "Statistic", "Window", "settings_of", "statistics_of", "whole"]

Closed = Literal["right", "left", "both", "neither"]
Window = int | str | dt.timedelta
Request = str | tuple[str, float]
CODES = {
    "count": 0, "sum": 1, "mean": 2, "var": 3, "std": 4, "min": 5, "max": 6, "skew": 7, "kurt": 8, "slope": 9, "zscore": 10,
    "cov": 11, "corr": 12,
}  # fmt: skip
"""The kernels' numbers of the statistics."""
_OF_ONE_COLUMN = ("count", "sum", "mean", "var", "std", "min", "max", "median", "skew", "kurt", "slope", "zscore")
MOST_ROWS = 2**31
"""Rows of the longest window; longer than any column that fits in memory, short enough for every sum of row numbers."""
_SIDES = ("right", "left", "both", "neither")


@dataclass(frozen=True)
class Statistic:
    """One statistic asked for: its name in results, and the share of an order statistic."""

    label: str
    name: str
    share: float = 0.5

    @property
    def ordered(self) -> bool:
        """Whether it is an order statistic."""
        return self.name in {"median", "quantile"}


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
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise TableError(repr(value), where=where, expected=f"a whole number from {least} on")
    return int(value)


def statistics_of(requests: Sequence[Request], *, where: str) -> list[Statistic]:
    """Read the statistics asked for.

    Parameters
    ----------
    requests : sequence of str or (str, float)
        Names, or ``("quantile", q)``.
    where : str
        The argument they come from.

    Returns
    -------
    list of Statistic
        In the order asked for.

    Raises
    ------
    TableError
        If a name is unknown, a share lies outside 0…1, or one is asked for twice.
    """
    if isinstance(requests, str) or not isinstance(requests, Sequence) or not requests:
        raise TableError(repr(requests), where=where, expected="a list of statistics", remedy='Write ["mean", "std"].')
    found = [_statistic(request, where) for request in requests]
    labels = [statistic.label for statistic in found]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise TableError(f"{', '.join(twice)} asked for twice", where=where, remedy="Name each statistic once.")
    return found


def _statistic(request: Request, where: str) -> Statistic:
    if isinstance(request, str) and request in _OF_ONE_COLUMN:
        return Statistic(request, request)
    if isinstance(request, tuple) and len(request) == 2 and request[0] == "quantile":
        share = request[1]
        if isinstance(share, float | int | np.number) and 0 <= float(share) <= 1:
            return Statistic(f"quantile_{float(share):g}", "quantile", float(share))
        raise TableError(f"quantile {share!r}", where=where, expected="a share from 0 to 1")
    expected = f'{", ".join(_OF_ONE_COLUMN)} or ("quantile", q)'
    raise TableError(f"no statistic {request!r}", where=where, expected=expected)


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
    middle: object = center
    if not isinstance(middle, bool | np.bool_):
        faults.append(TableError(repr(center), where="center", expected="True or False"))
    if rows == 1 and closed == "neither":
        faults.append(TableError("1 row with both sides open", where="window", expected="a window that holds a row"))
    if faults:
        raise TableError.of(faults, where="rolling")
    default = rows if rows is not None else 1
    periods = default if min_periods is None else int(min_periods)
    return Settings(rows, span, closed or "right", bool(center), int(step or 1), periods)


def _length(window: object, faults: list[SmartfabError]) -> tuple[int | None, int | None]:
    expected = "a whole number of rows from 1 on, or a length of time such as '60s'"
    if isinstance(window, int | np.integer) and not isinstance(window, bool):
        if 1 <= window <= MOST_ROWS:
            return int(window), None
        faults.append(TableError(f"{window} rows", where="window", expected=expected))
        return None, None
    if not isinstance(window, str | dt.timedelta | np.timedelta64):
        faults.append(TableError(repr(window), where="window", expected=expected))
        return None, None
    try:
        nanoseconds = pd.Timedelta(window).as_unit("ns").value
    except (ValueError, OverflowError):
        faults.append(TableError(repr(window), where="window", expected=expected))
        return None, None
    if pd.isna(pd.Timedelta(window)) or nanoseconds <= 0:
        faults.append(TableError(f"a length of {window!r}", where="window", expected=expected))
        return None, None
    return None, int(nanoseconds)
