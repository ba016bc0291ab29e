"""Factors between the spread of a small normal sample and σ: d2, d3 for its range, c4 for its standard deviation."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from smartfab.errors import TableError

MOST = 25
"""The largest subgroup whose range is used; beyond it the standard deviation tells far more [1]."""


def d2(n: int) -> float:
    """Return the mean of the range of `n` independent standard normal values.

    Parameters
    ----------
    n : int
        Values in the subgroup, 2 to 25 [1].

    Returns
    -------
    float
        E(R) / σ [1].

    Raises
    ------
    TableError
        If `n` is not 2 to 25.

    References
    ----------
    Tippett, L. H. C.: On the extreme individuals and the range of samples. Biometrika 17 (1925). ISO 7870-2:2023.

    Examples
    --------
    >>> round(d2(5), 3)
    2.326
    """
    return _range_moments(n)[0]


def d3(n: int) -> float:
    """Return the standard deviation of the range of `n` independent standard normal values.

    Parameters
    ----------
    n : int
        Values in the subgroup, 2 to 25 [1].

    Returns
    -------
    float
        √Var(R) / σ [1].

    Raises
    ------
    TableError
        If `n` is not 2 to 25.

    References
    ----------
    As `d2`.

    Examples
    --------
    >>> round(d3(5), 3)
    0.864
    """
    return _range_moments(n)[1]


def c4(n: int) -> float:
    """Return the mean of the standard deviation (divisor n − 1) of `n` independent standard normal values.

    Parameters
    ----------
    n : int
        Values in the subgroup, at least 2 [1].

    Returns
    -------
    float
        E(s) / σ [1].

    Raises
    ------
    TableError
        If `n` is below 2.

    References
    ----------
    Montgomery, D. C.: Introduction to Statistical Quality Control, 7th ed., appendix VI.

    Examples
    --------
    >>> round(c4(5), 4)
    0.94
    """
    if n < 2:
        raise TableError(str(n), where="n", expected="a subgroup of at least 2")
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


@cache
def _range_moments(n: int) -> tuple[float, float]:
    """Mean and standard deviation of the range, from P(R ≤ w) = n ∫ φ(x) (Φ(x + w) − Φ(x))^(n−1) dx."""
    if not 2 <= n <= MOST:
        raise TableError(str(n), where="n", expected=f"a subgroup of 2 to {MOST}", remedy="Use the standard deviation instead.")
    step = 0.05
    x = np.arange(-9.0, 9.0 + step / 2, step)
    nodes, weights = np.polynomial.legendre.leggauss(80)
    widest = 12.0  # P(R > 12) < 1e-13 for 25 values
    w, weights = widest / 2 * (nodes + 1), widest / 2 * weights
    between = _phi(x[:, None] + w) - _phi(x)[:, None]
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    beyond = 1 - n * step * (density @ between ** (n - 1))
    mean = float(weights @ beyond)
    square = float(2 * weights @ (w * beyond))
    return mean, math.sqrt(square - mean**2)


def _phi(x: np.ndarray) -> np.ndarray:
    return 0.5 * np.asarray(np.frompyfunc(math.erfc, 1, 1)(-x / math.sqrt(2)), dtype=np.float64)
