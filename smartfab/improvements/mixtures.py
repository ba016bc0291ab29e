"""Quantiles of a mixture of scaled and shifted t distributions."""

from __future__ import annotations

import numpy as np

from smartfab.improvements.noise_grid import Array, Fitted


def distribution(fit: Fitted, value: Array | float) -> Array:
    """Return how probable it is that each tried effect lies below `value`.

    Parameters
    ----------
    fit : Fitted
        Mixture per tried column.
    value : float or ndarray
        One for all, or one a column [y].

    Returns
    -------
    ndarray
        Probability per tried column [1].
    """
    from scipy.special import stdtr

    below: Array = (fit.weight * stdtr(fit.dof, (value - fit.mean) / fit.scale)).sum(axis=0)
    return below


def quantile(fit: Fitted, probability: float, column: int = 0) -> float:
    """Return the value below which the effect of one column lies with a probability.

    Parameters
    ----------
    fit : Fitted
        Mixture per tried column.
    probability : float
        Above 0 and below 1 [1].
    column : int
        Which tried column.

    Returns
    -------
    float
        Exact to rounding; the same for the same input [y].
    """
    from scipy.optimize import brentq
    from scipy.special import stdtr, stdtrit

    weight, mean, scale = fit.weight[:, column], fit.mean[:, column], fit.scale[:, column]
    used = weight > weight.max() * 1e-13
    weight, mean, scale = weight[used] / weight[used].sum(), mean[used], scale[used]
    ends = mean + stdtrit(fit.dof, probability) * scale
    low, high = float(ends.min()), float(ends.max())  # each cell's own quantile: the mixture's lies between them

    def beyond(value: float) -> float:
        return float(np.dot(weight, stdtr(fit.dof, (value - mean) / scale)) - probability)

    if beyond(low) >= 0 or beyond(high) <= 0:  # they are one number but for rounding
        return low
    return float(brentq(beyond, low, high, xtol=1e-14 * max(abs(low), abs(high)), rtol=8.9e-16))
