"""The likelihood of an effect for every persistence the noise may have, on a fixed grid: nothing is sampled.

Noise is e = AR(1) with autocorrelation φ a period and variance share s, plus white noise with share 1 − s that is larger
where a period has less weight. For each (φ, s) a Kalman filter whitens all columns at once, and generalised least squares
with restricted likelihood gives the effect's estimate, its scale and the weight of this cell.

References
----------
Patterson, Thompson: Recovery of inter-block information when block sizes are unequal. Biometrika 58(3), 1971,
doi:10.1093/biomet/58.3.545. Harvey: Forecasting, structural time series models and the Kalman filter, 1989, chapter 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_PERSISTENCE = np.array([0.0, 0.25, 0.45, 0.6, 0.7, 0.78, 0.85, 0.9, 0.935, 0.96, 0.98])
_SHARE = np.array([0.03, 0.12, 0.25, 0.4, 0.55, 0.7, 0.85, 0.97])
_ROUNDING = 256  # rounding errors of a series, of its whitening and of the columns taken out of it [eps]
_PRIOR = np.array([0.5, 0.5, 0.7, 0.8, 1.0, 1.0, 1.2, 1.3, 1.3, 1.2, 1.0])


@dataclass(frozen=True)
class Cells:
    """The cells of the grid, flat: autocorrelation, share of the persistent part, log of the prior weight."""

    persistence: Array
    share: Array
    log_prior: Array


GRID = Cells(np.repeat(_PERSISTENCE, len(_SHARE)), np.tile(_SHARE, len(_PERSISTENCE)), np.log(np.repeat(_PRIOR, len(_SHARE))))


@dataclass(frozen=True)
class Whitened:
    """Columns (cell, period, column) whose noise is independent with variance σ², and log |V| of each cell."""

    columns: Array
    log_det: Array


def whitened(step: npt.NDArray[np.int64], white: Array, columns: Array, cells: Cells = GRID) -> Whitened:
    """Return columns divided by the root of the noise's covariance, for every cell.

    Parameters
    ----------
    step : ndarray of int64
        Periods between a row and the one before; the first is not used [1].
    white : ndarray
        Variance of the white part of each row relative to the others', about 1 on average [1].
    columns : ndarray
        Rows × columns.
    cells : Cells
        Grid.

    Returns
    -------
    Whitened
        Cells × rows × columns.
    """
    rows, width = columns.shape
    share, count = cells.share, len(cells.share)
    decay = {int(gap): cells.persistence**gap for gap in np.unique(step[1:])}
    noise = (1 - share)[:, None] * white
    out = np.empty((count, rows, width))
    variance = np.empty((count, rows))
    level, spread = np.zeros((count, width)), share.copy()
    for t in range(rows):
        if t:
            rho = decay[int(step[t])]
            level *= rho[:, None]
            spread = rho**2 * spread + (1 - rho**2) * share
        total = spread + noise[:, t]
        variance[:, t] = total
        surprise = columns[t] - level
        out[:, t] = surprise
        gain = spread / total
        level += gain[:, None] * surprise
        spread = spread * (1 - gain)
    out /= np.sqrt(variance)[:, :, None]
    return Whitened(out, np.log(variance).sum(axis=1))


@dataclass(frozen=True)
class Fitted:
    """Per cell and tried column: weight (sums to 1 over the cells), estimate, scale, σ²; degrees of freedom."""

    weight: Array
    mean: Array
    scale: Array
    variance: Array
    dof: int

    def average(self, values: Array, column: int = 0) -> Array:
        """Return the weighted mean over the cells of something given per cell."""
        mean: Array = np.tensordot(self.weight[:, column], values, axes=1)
        return mean


def fitted(noise: Whitened, others: int, cells: Cells = GRID) -> Fitted:
    """Return the effect of each tried column, alone beside the first `others` columns; the last column is y.

    Parameters
    ----------
    noise : Whitened
        Columns: the others, those to be tried one by one, y.
    others : int
        How many stand before the tried ones [1].
    cells : Cells
        Grid.

    Returns
    -------
    Fitted
        Arrays of cells × tried columns.
    """
    left = _left_over(noise.columns, others)
    tried, y = left.columns[:, :, :-1], left.columns[:, :, -1:]
    dof = tried.shape[1] - others - 1
    xx = np.einsum("mnk,mnk->mk", tried, tried)
    xy = (np.swapaxes(tried, 1, 2) @ y)[:, :, 0]
    yy = np.einsum("mnk,mnk->mk", y, y)
    mean = xy / xx
    rest = np.maximum(yy - mean * xy, _least(noise))
    constant = cells.log_prior - 0.5 * (noise.log_det + left.log_gram)
    weight = _shares(constant[:, None] - 0.5 * np.log(xx) - 0.5 * dof * np.log(rest))
    return Fitted(weight, mean, np.sqrt(rest / dof / xx), rest / dof, dof)


def unexposed(noise: Whitened, others: int, cells: Cells = GRID) -> tuple[Array, Array]:
    """Return the weight of each cell and its σ² where nothing was tried yet; the last column is y.

    Parameters
    ----------
    noise : Whitened
        Columns: the others, y.
    others : int
        How many stand before y [1].
    cells : Cells
        Grid.

    Returns
    -------
    (ndarray, ndarray)
        Per cell: weight, summing to 1, and variance.
    """
    left = _left_over(noise.columns, others)
    dof = left.columns.shape[1] - others
    rest = np.maximum(np.einsum("mnk,mnk->m", left.columns, left.columns), _least(noise)[:, 0])
    weight = _shares(cells.log_prior - 0.5 * (noise.log_det + left.log_gram) - 0.5 * dof * np.log(rest))
    return weight, rest / dof


def precision(noise: Whitened, rows: Sequence[int]) -> Array:
    """Return the precision of the last column's effect beside the others, for σ² = 1, had the series ended after some rows.

    Parameters
    ----------
    noise : Whitened
        Columns: the others, the exposure.
    rows : sequence of int
        Numbers of rows that count, rising [1].

    Returns
    -------
    ndarray
        1 / variance, numbers of rows × cells.
    """
    z = noise.columns
    gram = np.zeros((z.shape[0], z.shape[2], z.shape[2]))
    found = np.empty((len(rows), z.shape[0]))
    last = 0
    for k, count in enumerate(rows):
        part = z[:, last:count]
        gram += np.swapaxes(part, 1, 2) @ part
        cross = gram[:, :-1, -1:]
        found[k] = gram[:, -1, -1] - (np.swapaxes(cross, 1, 2) @ np.linalg.solve(gram[:, :-1, :-1], cross))[:, 0, 0]
        last = count
    return found


def _least(noise: Whitened) -> Array:
    """What rounding alone leaves of y: where a series has no noise at all, less would be made up."""
    y = noise.columns[:, :, -1:]
    found: Array = np.maximum((_ROUNDING * np.finfo(np.float64).eps) ** 2 * np.einsum("mnk,mnk->mk", y, y), 1e-300)
    return found


@dataclass(frozen=True)
class _LeftOver:
    columns: Array
    log_gram: Array


def _left_over(z: Array, others: int) -> _LeftOver:
    """What is left of the later columns once the first ones are taken out, in every cell; and log |Gram| of the first."""
    fixed, later = z[:, :, :others], z[:, :, others:]
    turned = np.swapaxes(fixed, 1, 2)
    gram = turned @ fixed
    root = np.linalg.cholesky(gram)
    log_gram = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return _LeftOver(later - fixed @ np.linalg.solve(gram, turned @ later), log_gram)


def _shares(log_weight: Array) -> Array:
    weight = np.exp(log_weight - log_weight.max(axis=0))
    found: Array = weight / weight.sum(axis=0)
    return found


def remaining(noise: Whitened, others: int, effect: Array) -> Array:
    """Return per cell the coefficients of the first `others` columns, given the effect of the one tried column.

    Parameters
    ----------
    noise : Whitened
        Columns: the others, the tried one, y.
    others : int
        How many stand before it [1].
    effect : ndarray
        Effect per cell [y].

    Returns
    -------
    ndarray
        Cells × others.
    """
    z = noise.columns
    fixed = z[:, :, :others]
    left = z[:, :, -1:] - effect[:, None, None] * z[:, :, others : others + 1]
    turned = np.swapaxes(fixed, 1, 2)
    return np.asarray(np.linalg.solve(turned @ fixed, turned @ left)[:, :, 0], dtype=np.float64)
