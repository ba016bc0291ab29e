"""Charts that remember: exponentially weighted average and cumulative sums."""

from __future__ import annotations

import numpy as np

from smartfab._fast import control_sums
from smartfab.spc.readings import Array
from smartfab.spc.tracks import Drawn, Track, track
from smartfab.spc.variables import mean_of, sigma_of_individuals


def averaged(values: Array, basis: Array, *, centre: float | None, sigma: float | None, lam: float, width: float) -> Drawn:
    """Return the EWMA chart; limits widen with the points seen, towards √(λ / (2 − λ))."""
    middle = mean_of(basis) if centre is None else centre
    scale = sigma_of_individuals(basis) if sigma is None else sigma
    out = np.empty(len(values))
    control_sums.ewma(values, middle, lam, out)
    seen = np.maximum((~np.isnan(values)).cumsum(), 1)
    error = scale * np.sqrt(lam / (2 - lam) * (1 - (1 - lam) ** (2.0 * seen)))
    return Drawn(track("ewma", out, middle, error, width=width), None, np.asarray(scale))


def summed(values: Array, basis: Array, *, centre: float | None, sigma: float | None, k: float, h: float) -> Drawn:
    """Return the tabular CUSUM chart: the sums above and below target ± kσ, with the decision interval hσ."""
    middle = mean_of(basis) if centre is None else centre
    scale = sigma_of_individuals(basis) if sigma is None else sigma
    high, low = np.empty(len(values)), np.empty(len(values))
    control_sums.cusum(values, middle, k * scale, high, low)
    nought, bound, error = np.zeros(len(values)), np.full(len(values), h * scale), np.full(len(values), scale)
    return Drawn(
        Track("cusum_high", high, nought, nought, bound, error),
        Track("cusum_low", low, nought, -bound, nought, error),
        np.asarray(scale),
    )
