"""What is possible at best: generalised least squares on the same daily series and columns, the true covariance known."""

from __future__ import annotations

import numpy as np

Z = 1.959963984540054
POWER_Z = 0.8416212335729143


def effect(basis: np.ndarray, exposure: np.ndarray, y: np.ndarray, covariance: np.ndarray) -> tuple[float, float]:
    """Of the exposure: estimate and standard error."""
    columns = np.column_stack([basis, exposure, y])
    white = np.linalg.solve(np.linalg.cholesky(covariance), columns)
    inverse = np.linalg.inv(white[:, :-1].T @ white[:, :-1])
    return float((inverse @ white[:, :-1].T @ white[:, -1])[-1]), float(np.sqrt(inverse[-1, -1]))


def width(error: float) -> float:
    """Of its 95 % interval."""
    return 2 * Z * error


def detectable(error: float) -> float:
    """Effect found with 80 % power."""
    return (Z + POWER_Z) * error
