"""One series, what is held constant, and the exposure → the effect with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab.improvements.mixtures import quantile
from smartfab.improvements.noise_grid import GRID, Array, Fitted, Whitened, fitted, remaining, whitened

_LEAST_APART = 1e-3


@dataclass(frozen=True)
class Design:
    """Each used period: its number, y, relative white variance, exposure; and an orthonormal basis of what is held constant."""

    period: npt.NDArray[np.int64]
    y: Array
    white: Array
    exposure: Array
    basis: Array

    @property
    def dof(self) -> int:
        """Periods less columns."""
        return len(self.y) - int(self.basis.shape[1]) - 1

    def whitened(self, *tried: Array) -> Whitened:
        """Return the basis, the tried columns and y, whitened for every cell of the grid."""
        step = np.diff(self.period, prepend=self.period[:1])
        return whitened(step, self.white, np.column_stack([self.basis, *tried, self.y]))


@dataclass(frozen=True)
class Estimate:
    """The effect, its interval, scale (width / 2t) and degrees of freedom; mean persistence and share of the noise.

    `without` is what each period would have shown without the change, `spread` the standard deviation of a single period.
    """

    mean: float
    low: float
    high: float
    scale: float
    dof: int
    persistence: float
    share: float
    without: Array
    spread: Array

    def excludes_zero(self) -> bool:
        """Return whether the interval lies on one side of 0."""
        return self.low > 0 or self.high < 0


def tells_apart(design: Design) -> bool:
    """Return whether the exposure moves at all, and not only together with what is held constant."""
    centred = design.exposure - design.exposure.mean()
    left = design.exposure - design.basis @ (design.basis.T @ design.exposure)
    size = float(np.sqrt(centred @ centred))
    return design.dof >= 1 and size > 0 and float(np.sqrt(left @ left)) > _LEAST_APART * size


def estimated(design: Design, level: float) -> Estimate:
    """Return the effect; its interval integrates over the persistence of the noise.

    Parameters
    ----------
    design : Design
        One for which `tells_apart` holds.
    level : float
        Level of the interval [1].

    Returns
    -------
    Estimate
        The same for the same input, to the bit.
    """
    from scipy.special import stdtrit

    noise = design.whitened(design.exposure)
    width = design.basis.shape[1]
    fit = fitted(noise, width)
    low, high = (quantile(fit, side) for side in (0.5 - level / 2, 0.5 + level / 2))
    rest = fit.average(remaining(noise, width, fit.mean[:, 0]))
    return Estimate(
        mean=float(fit.average(fit.mean)[0]),
        low=low,
        high=high,
        scale=(high - low) / (2 * float(stdtrit(fit.dof, 0.5 + level / 2))),
        dof=fit.dof,
        persistence=float(fit.average(GRID.persistence)),
        share=float(fit.average(GRID.share)),
        without=design.basis @ rest,
        spread=_spread(design, fit),
    )


def _spread(design: Design, fit: Fitted) -> Array:
    share = GRID.share[:, None]
    variance = fit.variance[:, :1] * (share + (1 - share) * design.white)
    return np.sqrt(fit.average(variance))
