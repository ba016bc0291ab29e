"""Charts of measured values: individuals with moving range, subgroup means with range or standard deviation."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from smartfab.errors import InsufficientDataError
from smartfab.spc.constants import c4, d2, d3
from smartfab.spc.readings import Array
from smartfab.spc.tracks import Drawn, track

Spread = Literal["range", "std"]


def moving_range(values: Array) -> Array:
    """Return the distance of each value to the one before it that is there; NaN for the first and for missing values."""
    out = np.full(len(values), np.nan)
    there = np.flatnonzero(~np.isnan(values))
    out[there[1:]] = np.abs(np.diff(values[there]))
    return out


def mean_of(values: Array) -> float:
    """Return the mean of what is there; exactly the value when all are equal."""
    there = values[~np.isnan(values)]
    if not len(there):
        raise InsufficientDataError("no value", where="x", expected="at least one value to take limits from")
    return float(there[0] + np.mean(there - there[0]))


def sigma_of_individuals(values: Array) -> float:
    """Return mean moving range / d2(2)."""
    ranges = moving_range(values)
    if np.isnan(ranges).all():
        raise InsufficientDataError(
            f"{int((~np.isnan(values)).sum())} values", where="x", expected="at least 2 to estimate sigma",
            remedy="Give more data, reference=… or sigma=….",
        )  # fmt: skip
    return mean_of(ranges) / d2(2)


def individuals(values: Array, basis: Array, *, centre: float | None, sigma: float | None, width: float) -> Drawn:
    """Return the chart of single values and of their moving ranges."""
    middle = mean_of(basis) if centre is None else centre
    scale = sigma_of_individuals(basis) if sigma is None else sigma
    return Drawn(
        track("value", values, middle, scale, width=width),
        track("moving_range", moving_range(values), d2(2) * scale, d3(2) * scale, width=width, floor=0.0),
        np.asarray(scale),
    )


def means(rows: Array, basis: Array, spread: Spread, *, centre: float | None, sigma: float | None, width: float) -> Drawn:
    """Return the chart of subgroup means and of their spreads; limits follow the number of values that are there."""
    middle = mean_of(basis.ravel()) if centre is None else centre
    scale = sigma_within(basis, spread) if sigma is None else sigma
    size = _sizes(rows)
    shift = middle if np.isfinite(middle) else 0.0
    with np.errstate(invalid="ignore"):
        mean = shift + np.nansum(rows - shift, axis=1) / np.where(size > 0, size, np.nan)
    root = np.sqrt(np.where(size > 0, size, np.nan))
    factor, error = _factors(size, spread)
    return Drawn(
        track("mean", mean, np.where(size > 0, middle, np.nan), scale / root, width=width),
        track(spread, spreads(rows, spread), factor * scale, error * scale, width=width, floor=0.0),
        np.asarray(scale),
    )


def sigma_within(rows: Array, spread: Spread) -> float:
    """Return the mean of each subgroup's spread over its factor: R̄/d2 or s̄/c4 where all are of one size."""
    factor, _ = _factors(_sizes(rows), spread)
    estimates = spreads(rows, spread) / factor
    if np.isnan(estimates).all():
        raise InsufficientDataError(
            "no subgroup of 2 values", where="x", expected="at least one to estimate sigma",
            remedy="Give more data, reference=… or sigma=….",
        )  # fmt: skip
    return mean_of(estimates)


def _sizes(rows: Array) -> np.ndarray:
    return np.asarray((~np.isnan(rows)).sum(axis=1))


def spreads(rows: Array, spread: Spread) -> Array:
    """Return the range or the standard deviation of each row; NaN with fewer than two values."""
    size = _sizes(rows)
    out = np.full(len(rows), np.nan)
    enough = rows[size >= 2]
    if len(enough):
        out[size >= 2] = (
            np.nanmax(enough, axis=1) - np.nanmin(enough, axis=1) if spread == "range" else _std(enough, size[size >= 2])
        )
    return out


def _std(rows: Array, size: np.ndarray) -> Array:
    """Standard deviation about each row's own mean, taken from its least value so that equal values give 0."""
    moved = rows - np.nanmin(rows, axis=1)[:, None]
    away = moved - (np.nansum(moved, axis=1) / size)[:, None]
    out: Array = np.sqrt(np.nansum(away**2, axis=1) / (size - 1))
    return out


def _factors(size: np.ndarray, spread: Spread) -> tuple[Array, Array]:
    """Mean and standard deviation of the spread of so many values, in σ; NaN below two."""
    mean, error = np.full(len(size), np.nan), np.full(len(size), np.nan)
    for n in np.unique(size[size >= 2]).tolist():
        at = size == n
        mean[at] = d2(n) if spread == "range" else c4(n)
        error[at] = d3(n) if spread == "range" else math.sqrt(1 - c4(n) ** 2)
    return mean, error
