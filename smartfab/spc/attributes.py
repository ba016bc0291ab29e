"""Charts of counted things: defective units (p, np) and defects (c, u)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from smartfab.errors import InsufficientDataError
from smartfab.spc.readings import Array
from smartfab.spc.tracks import Drawn, track

Counted = Literal["p", "np", "c", "u"]


def mean_rate(count: Array, size: Array) -> float:
    """Return Σ count / Σ size over the points that are there."""
    there = ~np.isnan(count + size)
    if not there.any():
        raise InsufficientDataError("no sample", where="x", expected="at least one to take limits from")
    return float(count[there].sum() / size[there].sum())


def defectives(count: Array, size: Array, kind: Counted, *, share: float, width: float) -> Drawn:
    """Return the chart of the share (p) or number (np) of defective units; binomial limits follow the sample's size."""
    error = np.sqrt(share * (1 - share) / size)
    if kind == "p":
        drawn = track("fraction_defective", count / size, _where(size, share), error, width=width, floor=0.0, ceiling=1.0)
    else:
        there = np.where(np.isnan(size), np.nan, count)
        drawn = track("defectives", there, size * share, size * error, width=width, floor=0.0, ceiling=size)
    return Drawn(drawn, None, drawn.std_error)


def defects(count: Array, *, rate: float, width: float) -> Drawn:
    """Return the chart of the number of defects in samples of one size; Poisson limits."""
    drawn = track("defects", count, rate, np.sqrt(rate), width=width, floor=0.0)
    return Drawn(drawn, None, drawn.std_error)


def defects_per_unit(count: Array, size: Array, *, rate: float, width: float) -> Drawn:
    """Return the chart of defects per unit; Poisson limits follow the sample's size."""
    drawn = track("defects_per_unit", count / size, _where(size, rate), np.sqrt(rate / size), width=width, floor=0.0)
    return Drawn(drawn, None, drawn.std_error)


def _where(size: Array, value: float) -> Array:
    return np.where(np.isnan(size), np.nan, value)
