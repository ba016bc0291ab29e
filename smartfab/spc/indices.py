"""Process and machine capability: indices with their confidence intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from smartfab.errors import InsufficientDataError
from smartfab.findings import attach, finding
from smartfab.spc.constants import d2
from smartfab.spc.readings import Array, Faults, finite, singles, subgroups
from smartfab.spc.variables import mean_of, moving_range, spreads

Interval = tuple[float, float, float]
_ABSENT: Interval = (math.nan, math.nan, math.nan)


def capability(
    x: object,
    lsl: float | None,
    usl: float | None,
    *,
    target: float | None = None,
    subgroup: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how well a process in control keeps its specification limits, each index with its confidence interval.

    Cp and Cpk use the spread within (pooled over subgroups; of single values the mean moving range / d2), Pp, Ppk and
    Cpm the spread of all values. Cm and Cmk are Pp and Ppk by formula: what makes them a machine's is `x`, one run without
    interruption or adjustment. All suppose normal, independent values; missing ones are left out.

    Parameters
    ----------
    x : Series, array, or DataFrame
        Values in order, or one row a subgroup.
    lsl : float or None
        Lower specification limit; None if there is none [x].
    usl : float or None
        Upper specification limit; None if there is none [x].
    target : float, optional
        Target of Cpm; the middle of the limits unless given [x].
    subgroup : int, optional
        How many values of a series that follow each other make a subgroup [1].
    level : float
        Confidence of the two-sided intervals [1].

    Returns
    -------
    DataFrame
        One row: n, mean, sigma_within, sigma_overall, and Cp, Cpk, Pp, Ppk, Cm, Cmk, Cpm, each with ``_low`` and ``_high``.
        With one limit Cp, Pp, Cm and Cpm are NaN; without any variation all are NaN, and a finding says so.

    Raises
    ------
    TableError
        If an argument is not in order; all faults at once, each with its argument.
    InsufficientDataError
        If there are fewer than 2 values, or no subgroup of 2.

    References
    ----------
    ISO 22514-2:2017; ISO 22400-2:2014 (Cm, Cmk, Cp, Cpk). Intervals: Cp, Pp, Cm by chi-square; Cpk, Ppk, Cmk by Bissell,
    A. F.: How reliable is your capability index? Applied Statistics 39(3), 1990; Cpm by Boyles, R. A.: The Taguchi
    capability index. J. Quality Technology 23(1), 1991. Degrees of freedom of a mean moving range from its variance: Cryer,
    J. D., Ryan, T. P.: The estimation of sigma for an X chart. J. Quality Technology 22(3), 1990.

    Examples
    --------
    >>> import smartfab as sf
    >>> found = sf.spc.capability([9.9, 10.1, 10.0, 10.2, 9.8], 9.4, 10.6)
    >>> found[["Pp", "Ppk"]].round(3).iloc[0].tolist()
    [1.265, 1.265]
    """
    faults = Faults()
    _check(lsl, usl, target, level, faults)
    single = subgroup is None and not isinstance(x, pd.DataFrame) and np.ndim(np.asarray(x)) != 2
    read = singles(x, "x", faults) if single else subgroups(x, subgroup, "x", faults)
    faults.stop("capability")
    values = read.values[~np.isnan(read.values)]
    if len(values) < 2:
        raise InsufficientDataError(f"{len(values)} values", where="x", expected="at least 2", remedy="Give more data.")
    within = _moving(read.values) if single else _pooled(read.rows)
    overall = _Sigma(_root(values), len(values) - 1)
    limits = _Limits(lsl, usl, mean_of(values), len(values), level)
    row: dict[str, float] = {
        "n": len(values), "mean": limits.mean, "sigma_within": within.value, "sigma_overall": overall.value,
    }  # fmt: skip
    potential, performance = limits.potential(overall), limits.actual(overall)
    told = {
        "Cp": limits.potential(within), "Cpk": limits.actual(within), "Pp": potential, "Ppk": performance, "Cm": potential,
        "Cmk": performance, "Cpm": limits.about(target, overall),
    }  # fmt: skip
    for name, (value, low, high) in told.items():
        row |= {name: value, f"{name}_low": low, f"{name}_high": high}
    missing = int(np.isnan(read.values).sum())
    found = [finding("missing_value", read.name, missing)] if missing else []
    flat = [finding("no_variation", name) for name, sigma in (("within", within), ("overall", overall)) if not sigma.value]
    return attach(pd.DataFrame([row]), read.findings, found, flat)


def _check(lsl: object, usl: object, target: object, level: object, faults: Faults) -> None:
    sound = {}
    for name, value in (("lsl", lsl), ("usl", usl), ("target", target)):
        number = finite(value)
        if number is not None:
            sound[name] = number
        elif value is not None:
            faults.add(repr(value), name, "a finite number or None")
    low, high, aim, share = sound.get("lsl", -math.inf), sound.get("usl", math.inf), sound.get("target"), finite(level)
    if lsl is None and usl is None:
        faults.add("neither is given", "lsl, usl", "at least one specification limit")
    if not low < high:
        faults.add(f"{lsl!r} and {usl!r}", "lsl, usl", "lsl below usl")
    elif aim is not None and not low <= aim <= high:
        faults.add(repr(target), "target", "a value within the specification limits")
    if share is None or not 0 < share < 1:
        faults.add(repr(level), "level", "a share above 0 and below 1")


@dataclass(frozen=True)
class _Sigma:
    """An estimate of σ and the degrees of freedom it rests on."""

    value: float
    freedom: float


def _root(values: Array) -> float:
    away = values - mean_of(values)
    return math.sqrt(float(away @ away) / (len(values) - 1))


def _moving(values: Array) -> _Sigma:
    """Mean moving range / d2; its degrees of freedom are those of a chi with the same relative variance."""
    ranges = moving_range(values)
    m = int((~np.isnan(ranges)).sum())
    # For |a − b| of independent standard normal values: variance, and covariance of two that share a value.
    alone, shared = 2 - 4 / math.pi, (2 * math.sqrt(3) + math.pi / 3 - 4) / math.pi
    relative = (m * alone + 2 * (m - 1) * shared) / m**2 / d2(2) ** 2
    return _Sigma(mean_of(ranges) / d2(2), 1 / (2 * relative))


def _pooled(rows: Array) -> _Sigma:
    """Square root of the mean variance within the rows, weighted by their degrees of freedom."""
    stds = spreads(rows, "std")
    freedom = (~np.isnan(rows)).sum(axis=1)[~np.isnan(stds)] - 1
    if not len(freedom):
        raise InsufficientDataError("no subgroup of 2 values", where="x", expected="at least one", remedy="Give more data.")
    squares = float(stds[~np.isnan(stds)] ** 2 @ freedom)
    return _Sigma(math.sqrt(squares / freedom.sum()), float(freedom.sum()))


@dataclass(frozen=True)
class _Limits:
    """Specification limits, and the values held against them."""

    lsl: float | None
    usl: float | None
    mean: float
    n: int
    level: float

    def potential(self, sigma: _Sigma) -> Interval:
        """(U − L) / 6σ."""
        if self.lsl is None or self.usl is None or not sigma.value:
            return _ABSENT
        value = (self.usl - self.lsl) / (6 * sigma.value)
        return (value, *self._chi(value, sigma.freedom))

    def actual(self, sigma: _Sigma) -> Interval:
        """The nearer limit's distance / 3σ, with Bissell's normal interval."""
        if not sigma.value:
            return _ABSENT
        sides = [] if self.lsl is None else [self.mean - self.lsl]
        sides += [] if self.usl is None else [self.usl - self.mean]
        value = min(sides) / (3 * sigma.value)
        z = NormalDist().inv_cdf((1 + self.level) / 2)
        half = z * math.sqrt(1 / (9 * self.n) + value**2 / (2 * sigma.freedom))
        return value, value - half, value + half

    def about(self, target: float | None, sigma: _Sigma) -> Interval:
        """(U − L) / 6τ, where τ² is the mean square distance from the target."""
        if self.lsl is None or self.usl is None or not sigma.value:
            return _ABSENT
        aim = (self.lsl + self.usl) / 2 if target is None else target
        variance = sigma.value**2 * sigma.freedom / self.n
        shift = (self.mean - aim) ** 2 / variance
        value = (self.usl - self.lsl) / (6 * math.sqrt(variance * (1 + shift)))
        return (value, *self._chi(value, self.n * (1 + shift) ** 2 / (1 + 2 * shift)))

    def _chi(self, value: float, freedom: float) -> tuple[float, float]:
        from scipy.special import gammaincinv

        quantiles = 2 * gammaincinv(freedom / 2, np.array([1 - self.level, 1 + self.level]) / 2)
        low, high = (value * np.sqrt(quantiles / freedom)).tolist()
        return low, high
