"""What is held constant: weekday, make-up of the period, numeric covariates; never more than the window can tell apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from smartfab.improvements.moments import Grain
from smartfab.improvements.panel import Panel

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LEAST_SHARE = 0.01
_PERIODS_PER_LEVEL = 10
_TOLERANCE = 1e-7


def weekday(period: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the weekday of days since 1970; Monday is 0."""
    return (period + 3) % 7


def columns_of(panel: Panel, unit: int, grain: Grain, used: Flags) -> Floats:
    """Return the columns a unit's figures are adjusted for, centred on the used periods.

    Levels below 1 % of the weight, and those beyond one for every ten periods, are one level together; the largest level
    of each category is the reference.

    Parameters
    ----------
    panel : Panel
        Means.
    unit : int
        Its row in the panel.
    grain : str
        Weekdays are held constant in daily figures only.
    used : ndarray of bool
        Periods in which the unit has a figure.

    Returns
    -------
    ndarray
        Periods × columns, without the constant; 0 where not used.
    """
    columns: list[Floats] = []
    if grain == "D":
        day = weekday(panel.period)
        columns += [(day == k).astype(np.float64) for k in range(1, 7)]
    room = max(1, int(used.sum()) // _PERIODS_PER_LEVEL)
    for share in panel.shares.values() if used.any() else ():
        columns += _levels(share[unit], panel.weight[unit], used, room)
    columns += list(panel.covariates[unit].T)
    table = np.column_stack(columns) if columns else np.empty((len(panel.period), 0))
    table = np.where(used[:, None], table, 0.0)
    return np.where(used[:, None], table - table[used].mean(axis=0), 0.0) if used.any() else table


def _levels(share: Floats, weight: Floats, used: Flags, room: int) -> list[Floats]:
    mass = (share[used] * weight[used, None]).sum(axis=0) / weight[used].sum()
    order = np.argsort(-mass, kind="stable")
    kept = [k for k in order[1:].tolist() if mass[k] >= _LEAST_SHARE][:room]
    return [share[:, k] for k in kept]


def independent(columns: Floats) -> Floats:
    """Return an orthonormal basis of the constant and the columns; what the others already say is dropped.

    Parameters
    ----------
    columns : ndarray
        Periods × columns, without the constant.

    Returns
    -------
    ndarray
        Periods × rank.
    """
    from scipy.linalg import qr

    count = len(columns)
    constant = np.full((count, 1), 1 / np.sqrt(count))
    centred = columns - columns.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    centred = centred[:, size > 1e-12 * np.sqrt(count)] / size[size > 1e-12 * np.sqrt(count)]
    if not centred.shape[1]:
        return constant
    q, r, _ = qr(centred, mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(r)) > _TOLERANCE).sum())
    return np.hstack([constant, q[:, :rank]])


def least_squares(columns: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the coefficients of the constant and the columns by weighted least squares, the shortest where not unique.

    Parameters
    ----------
    columns : ndarray
        Periods × columns.
    y, weight : ndarray
        Figures [y] and weights [1].

    Returns
    -------
    ndarray
        The constant first.
    """
    root = np.sqrt(weight / weight.mean())
    design = np.hstack([np.ones((len(y), 1)), columns]) * root[:, None]
    return np.asarray(np.linalg.lstsq(design, y * root, rcond=_TOLERANCE)[0], dtype=np.float64)
