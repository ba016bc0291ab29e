"""Intervals → pixel columns, without hiding anything: each column shows every bucket by its share of the time.

A picture has far fewer columns than a month has stops. Taking the longest bucket of a column would hide every short
stop; taking the worst would make a good month look like one long stop. So a column is cut into `ROWS` cells and each
bucket gets its share of them, never less than one cell: areas are true to 1/`ROWS`, and no stop vanishes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from smartfab.clock import Micros

ROWS = 48
COLUMNS = 1600

Cells = npt.NDArray[np.int64]


def column_shares(
    start: Micros, end: Micros, kind: Cells, edges: npt.NDArray[np.float64], kinds: int
) -> npt.NDArray[np.float64]:
    """Return how long each kind lasted in each column.

    Parameters
    ----------
    start, end : ndarray of int64
        Intervals that do not overlap, in any order [us].
    kind : ndarray of int64
        Kind of each interval, 0 … `kinds` - 1 [1].
    edges : ndarray of float64
        Limits of the columns, ascending [us].
    kinds : int
        Number of kinds [1].

    Returns
    -------
    ndarray of float64, one row a column and one column a kind
        Times [us].
    """
    shares = np.zeros((len(edges) - 1, kinds))
    for one in range(kinds):
        mine = np.flatnonzero(kind == one)
        if not len(mine):
            continue
        mine = mine[np.argsort(start[mine], kind="stable")]
        first, length = start[mine], end[mine] - start[mine]
        before = np.concatenate(([0], np.cumsum(length)))
        at = np.searchsorted(first, edges, side="right") - 1
        inside = np.clip(edges - first[np.maximum(at, 0)], 0, length[np.maximum(at, 0)])
        shares[:, one] = np.diff(np.where(at < 0, 0.0, before[np.maximum(at, 0)] + inside))
    return shares


def stacked(shares: npt.NDArray[np.float64], width: float) -> Cells:
    """Return the picture of the shares: `ROWS` cells a column, the first kind at the bottom.

    Parameters
    ----------
    shares : ndarray of float64
        What `column_shares` returns [us].
    width : float
        Time one column stands for [us].

    Returns
    -------
    ndarray of int64, `ROWS` rows and one column a column
        The kind of each cell; -1 where nothing is known of that time.
    """
    absent = np.maximum(width - shares.sum(axis=1, keepdims=True), 0.0)
    whole = np.hstack([shares, absent])
    tops = np.rint(np.cumsum(whole, axis=1) / whole.sum(axis=1, keepdims=True) * ROWS).astype(np.int64)
    cells = np.diff(tops, axis=1, prepend=0)
    hidden = (whole > 0) & (cells == 0)
    hidden[:, -1] = False
    cells[hidden] = 1
    cells[np.arange(len(cells)), cells.argmax(axis=1)] -= hidden.sum(axis=1)
    kinds = np.append(np.arange(shares.shape[1]), -1)
    filled = np.repeat(np.tile(kinds, len(cells)), cells.ravel())
    return np.ascontiguousarray(filled.reshape(len(cells), ROWS).T)
