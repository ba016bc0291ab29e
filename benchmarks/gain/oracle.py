"""What is possible at best: generalised least squares on the same daily series and columns, the true covariance known."""

from __future__ import annotations

import numpy as np

Z = 1.959963984540054
POWER_Z = 0.8416212335729143


def standard_error(basis: np.ndarray, exposure: np.ndarray, covariance: np.ndarray) -> float:
    """Of the effect of the exposure."""
    columns = np.column_stack([basis, exposure])
    white = np.linalg.solve(np.linalg.cholesky(covariance), columns)
    return float(np.sqrt(np.linalg.inv(white.T @ white)[-1, -1]))


def width(error: float) -> float:
    """Of its 95 % interval."""
    return 2 * Z * error


def detectable(error: float) -> float:
    """Effect found with 80 % power."""
    return (Z + POWER_Z) * error
