"""Step functions of time: what holds from one instant until the next, and how two of them are laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab._fast.sweep import overlay, paint
from smartfab.clock import Micros

Index = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int8]
NOWHERE = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Steps:
    """A step function: row `row[i]` of some table holds on [start[i], start[i+1]); -1 where none does."""

    start: Micros
    row: Index

    @staticmethod
    def of(start: Micros) -> Steps:
        """Return the step function whose piece i is row i."""
        return Steps(start, np.arange(len(start), dtype=np.int32))

    def at(self, piece: Index) -> Index:
        """Return the rows of pieces; -1 stays -1."""
        rows = np.append(self.row, np.int32(-1))
        return rows[piece]


def named(names: pd.Index | pd.Series | Sequence[str | None], codes: Index | Codes) -> pd.Series:
    """Return the name of each code; null for -1.

    Parameters
    ----------
    names : Index, Series or sequence of str
        Name of each code.
    codes : ndarray of int
        Codes.

    Returns
    -------
    Series of str
        With a fresh RangeIndex.
    """
    table = np.array([*names, None], dtype=object)
    return pd.Series(table[codes], dtype="str")


def laid_over(a: Micros, b: Micros) -> tuple[Micros, Index, Index]:
    """Return the union of two sets of break points, and the piece of each that holds from each point on.

    Parameters
    ----------
    a, b : ndarray of int64
        Strictly rising break points [us].

    Returns
    -------
    tuple
        Break points [us], piece of `a`, piece of `b`; -1 before a function's first point.
    """
    room = len(a) + len(b)
    start, in_a, in_b = np.empty(room, np.int64), np.empty(room, np.int32), np.empty(room, np.int32)
    n = overlay(np.ascontiguousarray(a), np.ascontiguousarray(b), start, in_a, in_b)
    return start[:n], in_a[:n], in_b[:n]


def painted(start: Micros, end: Micros, order: npt.NDArray[np.intp]) -> Steps:
    """Return the step function of rows that may overlap: where they do, the later in `order` covers the earlier.

    Parameters
    ----------
    start, end : ndarray of int64
        Intervals [us].
    order : ndarray of int
        Row numbers, in the order they are laid down.

    Returns
    -------
    Steps
        Row -1 where no interval lies.
    """
    points = np.unique(np.concatenate([start, end]))
    row = np.full(len(points), -1, dtype=np.int32)
    low, high = np.searchsorted(points, start), np.searchsorted(points, end)
    paint(low, high, order.astype(np.intp, copy=False), row)
    return Steps(points, row)


def overlapping(start: Micros, end: Micros) -> int:
    """Return how many intervals begin before an earlier one has ended.

    Parameters
    ----------
    start, end : ndarray of int64
        Intervals [us].

    Returns
    -------
    int
        Number of rows [1].
    """
    order = np.lexsort((end, start))
    reach = np.maximum.accumulate(end[order])
    return int((start[order][1:] < reach[:-1]).sum())


def runs(same: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp], Index]:
    """Return where runs of equal neighbours begin, and which run each element is in.

    Parameters
    ----------
    same : ndarray of bool
        Element i is in one run with element i - 1; the first is ignored.

    Returns
    -------
    tuple
        Index of each run's first element; run number of each element.
    """
    if not len(same):
        return np.empty(0, np.intp), np.empty(0, np.int32)
    begins = ~same
    begins[0] = True
    return np.flatnonzero(begins), (np.cumsum(begins) - 1).astype(np.int32)
