"""Slow and obvious: the likelihood of an effect by dense matrices, one cell of the grid at a time."""

from __future__ import annotations

import numpy as np
from scipy import stats


def covariance(day, white, persistence, share):
    """AR(1) with a share of the variance, white noise with the rest."""
    apart = np.abs(np.subtract.outer(day, day)).astype(float)
    wandering = persistence**apart if persistence > 0 else np.eye(len(day))
    return share * wandering + (1 - share) * np.diag(white)


def restricted_fit(day, white, columns, x, y, persistence, share):
    """Log restricted likelihood (up to a constant), estimate, scale and σ² of the effect of x."""
    inverse = np.linalg.inv(covariance(day, white, persistence, share))
    design = np.column_stack([columns, x])
    precision = design.T @ inverse @ design
    coefficients = np.linalg.solve(precision, design.T @ inverse @ y)
    left = y - design @ coefficients
    rest = left @ inverse @ left
    dof = len(y) - design.shape[1]
    determinants = np.linalg.slogdet(np.linalg.inv(inverse))[1] + np.linalg.slogdet(precision)[1]
    log_likelihood = -0.5 * determinants - 0.5 * dof * np.log(rest)
    return log_likelihood, coefficients[-1], np.sqrt(rest / dof * np.linalg.inv(precision)[-1, -1]), rest / dof


def mixture_quantile(weight, mean, scale, dof, probability):
    """By bisection of the mixture's distribution function."""
    low, high = (mean - 200 * scale).min(), (mean + 200 * scale).max()
    for _ in range(200):
        middle = (low + high) / 2
        below = (weight * stats.t.cdf((middle - mean) / scale, dof)).sum()
        low, high = (middle, high) if below < probability else (low, middle)
    return (low + high) / 2
