"""One plotted series of a chart with its centre line and limits, point by point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smartfab.spc.readings import Array


@dataclass(frozen=True)
class Track:
    """What is plotted, its centre line and limits, and the standard deviation the limits are made of."""

    statistic: str
    value: Array
    centre: Array
    lower: Array
    upper: Array
    std_error: Array


@dataclass(frozen=True)
class Drawn:
    """One track, or the two of a pair; and the estimated σ."""

    first: Track
    second: Track | None
    sigma: Array


def track(
    statistic: str,
    value: Array,
    centre: Array | float,
    std_error: Array | float,
    *,
    width: float,
    floor: float = -np.inf,
    ceiling: Array | float = np.inf,
) -> Track:
    """Return a track with limits `width` standard errors about the centre, but never outside what the statistic can be."""
    middle = np.broadcast_to(np.asarray(centre, np.float64), value.shape)
    spread = np.broadcast_to(np.asarray(std_error, np.float64), value.shape)
    lower = np.maximum(middle - width * spread, floor)
    upper = np.minimum(middle + width * spread, ceiling)
    return Track(statistic, value, middle, lower, upper, spread)
