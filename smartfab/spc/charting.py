"""`control_chart`: the arguments checked, all faults told, and handed to the chart they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from pandas.api import types

from smartfab.errors import TableError
from smartfab.findings import attach, finding
from smartfab.spc import attributes, memory, variables
from smartfab.spc.chart import ControlChart, tabled
from smartfab.spc.constants import MOST
from smartfab.spc.readings import Array, Faults, Readings, finite, refuse_counts, singles, sizes, subgroups
from smartfab.spc.tracks import Drawn

Kind = Literal["i_mr", "xbar_r", "xbar_s", "p", "np", "c", "u", "ewma", "cusum"]

_MEASURED = {"centre", "sigma"}
_TAKES: dict[str, set[str]] = {
    "i_mr": {*_MEASURED, "width"},
    "xbar_r": {*_MEASURED, "subgroup", "width"},
    "xbar_s": {*_MEASURED, "subgroup", "width"},
    "p": {"n", "reference_n", "centre", "width"},
    "np": {"n", "reference_n", "centre", "width"},
    "c": {"centre", "width"},
    "u": {"n", "reference_n", "centre", "width"},
    "ewma": {*_MEASURED, "lam", "width"},
    "cusum": {*_MEASURED, "k", "h"},
}
_DEFAULT = {"width": 3.0, "lam": 0.2, "k": 0.5, "h": 5.0}


def control_chart(
    x: object,
    kind: Kind = "i_mr",
    *,
    n: object = None,
    subgroup: int | None = None,
    reference: object = None,
    reference_n: object = None,
    centre: float | None = None,
    sigma: float | None = None,
    width: float | None = None,
    lam: float | None = None,
    k: float | None = None,
    h: float | None = None,
) -> ControlChart:
    """Return a control chart with its limits, taken from `x` itself, from `reference`, or from `centre` and `sigma`.

    A missing value is a missing point: it is plotted as a gap, moves no limit and breaks no run; in a subgroup it makes
    the subgroup smaller. σ is the mean moving range / d2, or the mean over the subgroups of R/d2 or s/c4.

    Parameters
    ----------
    x : Series, array, or DataFrame
        Values in order; for xbar one row a subgroup, or a series and `subgroup`; counts for p, np, c and u. Times, where
        there are any, have a zone.
    kind : {"i_mr", "xbar_r", "xbar_s", "p", "np", "c", "u", "ewma", "cusum"}
        Individuals and moving range; means and range, or standard deviation; share and number of defective units; defects,
        and defects per unit; exponentially weighted average; cumulative sums.
    n : number or one a point
        Size of each sample (p, np: pieces; u: units, any positive amount) [1].
    subgroup : int, optional
        How many values that follow each other make a subgroup; a remainder is not used, and a finding says so [1].
    reference : like `x`, optional
        Data of a process in control to take the limits from, instead of `x`.
    reference_n : number or one a point, optional
        Sizes of the reference samples; `n` if that is a number [1].
    centre : float, optional
        Centre line, or target, instead of an estimate: in the unit of the statistic; defects per unit for u, the share
        for p and np [x].
    sigma : float, optional
        Standard deviation of a single value, instead of an estimate [x].
    width : float, optional
        Distance of the limits, 3 unless given [std_error].
    lam : float, optional
        Weight of the newest point of an EWMA, 0.2 unless given [1].
    k : float, optional
        Reference value of a CUSUM, 0.5 unless given [sigma].
    h : float, optional
        Decision interval of a CUSUM, 5 unless given [sigma].

    Returns
    -------
    ControlChart
        Limits below what the statistic can be (0; for p also above 1, for np above n) are cut there.

    Raises
    ------
    TableError
        If an argument is not in order; all faults at once, each with its argument.
    InsufficientDataError
        If there are too few values to estimate what is not given.

    References
    ----------
    ISO 7870-2:2023 (Shewhart), 7870-4:2021 (CUSUM), 7870-6:2016 (EWMA). NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.

    Examples
    --------
    >>> import smartfab as sf
    >>> x = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    >>> chart = sf.spc.control_chart(x, "i_mr")
    >>> round(chart.centre, 2), round(chart.limits.lower, 2), round(chart.limits.upper, 2)
    (50.81, 45.82, 55.8)
    """
    if kind not in get_args(Kind):
        raise TableError(repr(kind), where="kind", expected=f"one of {', '.join(get_args(Kind))}", remedy="Use one of them.")
    faults = Faults()
    given = {
        "n": n, "subgroup": subgroup, "reference_n": reference_n, "centre": centre, "sigma": sigma, "width": width, "lam": lam,
        "k": k, "h": h,
    }  # fmt: skip
    options = _options(kind, given, faults)
    asked = _Asked(kind, options, faults)
    read = asked.read(x, "x")
    basis = read if reference is None else asked.read(reference, "reference")
    drawn = asked.draw(read, basis, from_x=reference is None)
    result = attach(tabled(drawn, read.index), read.findings, _doubts(read, drawn))
    return ControlChart(kind, result, read.name, drawn, read.index)


def _options(kind: str, given: dict[str, Any], faults: Faults) -> dict[str, Any]:
    for name, value in given.items():
        if value is not None and name not in _TAKES[kind]:
            faults.add(f"given for kind {kind!r}", name, f"only {', '.join(sorted(_TAKES[kind]))}", "Leave it out.")
    options = {**dict.fromkeys(given), **_DEFAULT, **{k: v for k, v in given.items() if v is not None}}
    for name in ("centre", "sigma", "width", "lam", "k", "h"):
        value, (least, most, expected) = finite(options[name]), _wanted(kind, name)
        if options[name] is not None and (value is None or not least <= value <= most):
            faults.add(repr(options[name]), name, expected)
        options[name] = value
    return options


def _wanted(kind: str, name: str) -> tuple[float, float, str]:
    tiny, huge = np.nextafter(0.0, 1.0), np.inf
    if name == "centre":
        if kind in {"p", "np"}:
            return 0.0, 1.0, "a share of 0 to 1"
        return (0.0, huge, "a rate that is not negative") if kind in {"c", "u"} else (-huge, huge, "a finite number")
    if name == "lam":
        return tiny, 1.0, "a weight above 0 and up to 1"
    return (0.0, huge, "a number that is not negative") if name == "k" else (tiny, huge, "a positive number")


@dataclass(frozen=True)
class _Asked:
    """One call: what was asked for, and the faults found so far."""

    kind: str
    options: dict[str, Any]
    faults: Faults

    def read(self, x: object, where: str) -> Readings:
        if not self.kind.startswith("xbar"):
            return singles(x, where, self.faults)
        read = subgroups(x, self.options["subgroup"], where, self.faults)
        if self.kind == "xbar_r" and read.rows.shape[1] > MOST:
            self.faults.add(f"subgroups of {read.rows.shape[1]}", where, f"at most {MOST}", "Use kind='xbar_s'.")
        return read

    def draw(self, read: Readings, basis: Readings, *, from_x: bool) -> Drawn:
        if self.kind in {"p", "np", "c", "u"}:
            return self._counted(read.values, basis.values, from_x=from_x)
        self.faults.stop("control_chart")
        centre, sigma = self.options["centre"], self.options["sigma"]
        if self.kind == "i_mr":
            return variables.individuals(read.values, basis.values, centre=centre, sigma=sigma, width=self.options["width"])
        if self.kind == "ewma":
            lam, width = self.options["lam"], self.options["width"]
            return memory.averaged(read.values, basis.values, centre=centre, sigma=sigma, lam=lam, width=width)
        if self.kind == "cusum":
            k, h = self.options["k"], self.options["h"]
            return memory.summed(read.values, basis.values, centre=centre, sigma=sigma, k=k, h=h)
        spread: variables.Spread = "range" if self.kind == "xbar_r" else "std"
        width = self.options["width"]
        return variables.means(read.rows, basis.rows, spread, centre=centre, sigma=sigma, width=width)

    def _counted(self, count: Array, basis: Array, *, from_x: bool) -> Drawn:
        whole = self.kind != "u"
        size = basis_size = None
        if self.kind != "c":
            size = sizes(self.options["n"], len(count), "n", self.faults, whole=whole)
            basis_size = size if from_x else self._reference_sizes(len(basis), whole=whole)
        most = size if self.kind in {"p", "np"} else None
        refuse_counts(count, most, self.faults)
        if not from_x:
            refuse_counts(basis, basis_size if most is not None else None, self.faults, where="reference")
        self.faults.stop("control_chart")
        centre, width = self.options["centre"], self.options["width"]
        if size is None or basis_size is None:
            return attributes.defects(count, rate=variables.mean_of(basis) if centre is None else centre, width=width)
        rate = attributes.mean_rate(basis, basis_size) if centre is None else centre
        if self.kind == "u":
            return attributes.defects_per_unit(count, size, rate=rate, width=width)
        return attributes.defectives(count, size, "p" if self.kind == "p" else "np", share=rate, width=width)

    def _reference_sizes(self, points: int, *, whole: bool) -> Array:
        told = self.options["reference_n"]
        if told is None and types.is_number(self.options["n"]):
            told = self.options["n"]
        return sizes(told, points, "reference_n", self.faults, whole=whole)


def _doubts(read: Readings, drawn: Drawn) -> list[Any]:
    found = []
    missing = int(np.isnan(drawn.first.value).sum())
    if missing:
        found.append(finding("missing_point", read.name, missing))
    there = drawn.first.std_error[~np.isnan(drawn.first.value)]
    if len(there) and not (there > 0).any():
        found.append(finding("no_variation", read.name, len(there)))
    return found
