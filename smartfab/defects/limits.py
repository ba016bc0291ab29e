"""The limit of an autocorrelated statistic, and how often it is passed: calibrated on later rows than the chart was fitted on.

A limit taken from the rows that made the covariance is passed far more often than was asked. Rows that follow each other
say the same again, so what counts is n_eff = n(1 − ρ)/(1 + ρ), with ρ the lag-one autocorrelation of passing a high level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_HIGH = 0.9
_FEWEST = 3.0
"""An empirical quantile is taken where at least this many independent values lie above it."""


@dataclass(frozen=True)
class Limit:
    """A limit, how it was found, and on how much evidence."""

    value: float
    method: str
    n_eff: float
    level: float
    factor: float


def effective_size(statistic: Floats) -> float:
    """Return how many independent values a series is worth for the rate at which it passes a high level.

    Parameters
    ----------
    statistic : ndarray of float64
        Values in order of time.

    Returns
    -------
    float
        At least 1 [1].
    """
    n = len(statistic)
    high = (statistic > np.quantile(statistic, _HIGH)).astype(np.float64)
    deviation = high - high.mean()
    spread = float(deviation @ deviation)
    rho = float(deviation[1:] @ deviation[:-1]) / spread if spread > 0 else 0.0
    rho = min(max(rho, 0.0), 1.0)
    return max(1.0, n * (1 - rho) / (1 + rho))


def calibrated(statistic: Floats, far: float, *, signals: int, trained_on: float) -> Limit:
    """Return the limit that T² of a later row passes with probability `far`.

    With n_eff · far ≥ 1 it is the empirical quantile. Else it is the highest quantile that three independent values
    support, times the ratio of the two quantiles of F(signals, ν), the tail T² has when the covariance was estimated from
    ν + signals independent rows; the ratio is the stated factor.

    Parameters
    ----------
    statistic : ndarray of float64
        T² of the calibration rows, in order of time.
    far : float
        False alarm rate [1].
    signals : int
        Signals in the chart [1].
    trained_on : float
        Effectively independent rows behind the covariance [1].

    Returns
    -------
    Limit
        With method ``quantile`` or ``extrapolated``.
    """
    from scipy.stats import f

    n_eff = effective_size(statistic)
    if n_eff * far >= 1:
        return Limit(float(np.quantile(statistic, 1 - far)), "quantile", n_eff, far, 1.0)
    level = min(0.5, max(far, _FEWEST / n_eff))
    freedom = max(trained_on - signals, 4.0)
    factor = float(f.ppf(1 - far, signals, freedom) / f.ppf(1 - level, signals, freedom))
    return Limit(float(np.quantile(statistic, 1 - level)) * factor, "extrapolated", n_eff, level, factor)


def rate_interval(alarm: npt.NDArray[np.bool_], block: int, *, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of an alarm rate, by resampling blocks of rows that follow each other.

    Parameters
    ----------
    alarm : ndarray of bool
        Alarms in order of time.
    block : int
        Length of a block [1].
    seed : int
        Seed of the resampling.

    Returns
    -------
    tuple of float
        Lower and upper end [1].

    References
    ----------
    Künsch: The jackknife and the bootstrap for general stationary observations. Annals of Statistics 17(3), 1989.
    """
    n = len(alarm)
    block = max(1, min(block, n))
    sums = np.cumsum(np.concatenate(([0], alarm, alarm[: block - 1]))).astype(np.float64)  # blocks go round the end
    starts = np.random.default_rng(seed).integers(0, n, size=(400, math.ceil(n / block)))
    rates = (sums[starts + block] - sums[starts]).sum(axis=1) / (block * starts.shape[1])
    low, high = np.quantile(rates, [0.025, 0.975])
    return float(low), float(high)
