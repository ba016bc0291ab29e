"""The rows [lo, hi) of every window, for the kernels that take them as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from smartfab._fast.time_windows import window_bounds
from smartfab.window_settings import Settings

__all__ = ["Bounds", "Reach", "reach", "row_bounds", "time_bounds"]

Bounds = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


class Reach(NamedTuple):
    """How far a window in time reaches before and after its own time, and whether the instants at its ends belong to it."""

    before: int
    after: int
    left_closed: bool
    right_closed: bool


def reach(settings: Settings, unit: str) -> Reach:
    """Return how far a window in time reaches.

    Parameters
    ----------
    settings : Settings
        With a span.
    unit : str
        Of the times, ``"ns"`` or ``"us"``.

    Returns
    -------
    Reach
        In that unit.
    """
    length = (settings.span or 0) // (1 if unit == "ns" else 1000)
    if not settings.center:
        return Reach(length, 0, settings.left_closed, settings.right_closed)
    odd = length % 2 == 1  # its ends then lie between two times that can be told, and neither is ever met
    return Reach(length // 2, length // 2, settings.left_closed or odd, settings.right_closed or odd)


def row_bounds(rows: int, settings: Settings) -> Bounds:
    """Return the bounds of windows in rows.

    Parameters
    ----------
    rows : int
        Of the series [1].
    settings : Settings
        With a number of rows.

    Returns
    -------
    (array of int64, array of int64)
        First row, and the row after the last, of every step-th row's window.
    """
    end = np.arange(0, rows, settings.step, dtype=np.int64) + (settings.ahead + 1)
    return np.clip(end - settings.length, 0, rows), np.clip(end, 0, rows)


def time_bounds(times: npt.NDArray[np.int64], settings: Settings, unit: str) -> Bounds:
    """Return the bounds of windows in time.

    Parameters
    ----------
    times : array of int64
        That do not fall.
    settings : Settings
        With a span.
    unit : str
        Of the times.

    Returns
    -------
    (array of int64, array of int64)
        First row, and the row after the last, of every step-th row's window.
    """
    rows = len(range(0, len(times), settings.step))
    lo, hi = np.empty(rows, np.int64), np.empty(rows, np.int64)
    window_bounds(times, *reach(settings, unit), settings.right_closed and not settings.center, settings.step, lo, hi)
    return lo, hi
