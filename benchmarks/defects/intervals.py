"""95 % intervals of benchmark figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats


def over_seeds(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean over seeds with its interval; NaN ends for one seed."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return mean, float("nan"), float("nan")
    low, high = stats.t.interval(0.95, len(values) - 1, mean, stats.sem(values)) if np.ptp(values) else (mean, mean)
    return mean, float(low), float(high)


def over_groups(figure: Callable[[np.ndarray], float], groups: int, *, draws: int = 1000) -> tuple[float, float, float]:
    """A figure of places of groups, and its interval from groups drawn anew."""
    rng = np.random.default_rng(0)
    drawn = [figure(rng.integers(0, groups, groups)) for _ in range(draws)]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return figure(np.arange(groups)), float(low), float(high)


def exact(hits: int, of: int) -> tuple[float, float, float]:
    """A share with its exact interval (Clopper–Pearson)."""
    told = stats.binomtest(hits, of).proportion_ci(0.95)
    return hits / of, float(told.low), float(told.high)
