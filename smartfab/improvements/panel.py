"""Rows → one figure a unit and period: weighted means, exposures, and the make-up of each period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.findings import Finding, finding
from smartfab.improvements.exposures import Exposed
from smartfab.improvements.selection import Selected

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """Arrays of units × periods; NaN where a unit has no figure.

    `shares[category]` is units × periods × levels, `covariates` units × periods × columns; `exposure` and `others` are of
    the treated unit, `baseline` where it was not exposed at all, `before` where the others had their baseline; `planned` and
    `known` count its rows per period, `left_out` is the weight of its unsupported levels.
    """

    period: Ints
    value: Floats
    weight: Floats
    treated: int
    exposure: Floats
    baseline: npt.NDArray[np.bool_]
    before: npt.NDArray[np.bool_]
    others: tuple[tuple[str, Floats], ...]
    shares: dict[str, Floats]
    levels: dict[str, tuple[str, ...]]
    covariates: Floats
    planned: Ints
    known: Ints
    left_out: float
    findings: tuple[Finding, ...]


def period_means(chosen: Selected, exposure: Exposed) -> Panel:
    """Return the panel: value = Σ w·y / Σ w over the rows that are usable and known; exposure likewise.

    A level of a category that a unit never had before the change cannot be told from the change: its rows are left out.

    Parameters
    ----------
    chosen : Selected
        Rows.
    exposure : Exposed
        Of these rows.

    Returns
    -------
    Panel
        Periods in order, only those with any row.
    """
    request = chosen.request
    y, weight = chosen.column(request.y), chosen.weight
    numbers = chosen.times.period(request.grain)
    period, slot = np.unique(numbers, return_inverse=True)
    shape = (len(chosen.units), len(period))
    known = ~np.isnan(y) & (weight > 0)
    for name in request.covariates:
        known &= ~np.isnan(chosen.column(name))
    codes = {name: _coded(chosen.rows[name]) for name in request.categories or ()}
    used = known & exposure.usable
    supported, findings = _supported(chosen, codes, used, exposure)
    treated = chosen.units.index(request.treated)
    mine = chosen.unit == treated
    after = used & mine & ~exposure.baseline
    lost = float(weight[after & ~supported].sum() / weight[after].sum()) if after.any() else 0.0
    used &= supported
    cell = chosen.unit[used] * shape[1] + slot[used]
    w = weight[used]

    def total(values: Floats) -> Floats:
        return np.bincount(cell, values, minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)

    weights = total(w)
    divisor = np.where(weights > 0, weights, np.nan)
    shares = {
        name: _shares(code[used], len(levels), cell, w, shape) / divisor[:, :, None] for name, (code, levels) in codes.items()
    }
    extra = [total(w * chosen.column(name)[used]) / divisor for name in request.covariates]
    in_window = exposure.usable & mine
    return Panel(
        period=period,
        value=total(w * y[used]) / divisor,
        weight=weights,
        treated=treated,
        exposure=(total(w * exposure.change[used]) / divisor)[treated],
        baseline=np.bincount(slot[mine & ~exposure.baseline], minlength=shape[1]) == 0,
        before=np.bincount(slot[~mine & ~exposure.baseline], minlength=shape[1]) == 0,
        others=tuple((name, (total(w * values[used]) / divisor)[treated]) for name, values in exposure.others),
        shares=shares,
        levels={name: levels for name, (_, levels) in codes.items()},
        covariates=np.stack(extra, axis=2) if extra else np.empty((*shape, 0)),
        planned=np.bincount(slot[in_window], minlength=shape[1]),
        known=np.bincount(slot[in_window & known], minlength=shape[1]),
        left_out=lost,
        findings=tuple(findings),
    )


def _coded(column: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    codes, levels = pd.factorize(column.fillna("∅"), sort=True)
    return codes.astype(np.int64), tuple(map(str, levels))


def _shares(code: Ints, count: int, cell: Ints, weight: Floats, shape: tuple[int, int]) -> Floats:
    flat = np.bincount(cell * count + code, weight, minlength=shape[0] * shape[1] * count)
    return flat.astype(np.float64).reshape(*shape, count)


def _supported(
    chosen: Selected, codes: dict[str, tuple[Ints, tuple[str, ...]]], used: npt.NDArray[np.bool_], exposure: Exposed
) -> tuple[npt.NDArray[np.bool_], list[Finding]]:
    good = np.ones(len(used), dtype=bool)
    findings: list[Finding] = []
    for name, (code, levels) in codes.items():
        seen = np.zeros((len(chosen.units), len(levels)), dtype=bool)
        before = used & exposure.baseline
        seen[chosen.unit[before], code[before]] = True
        unseen = used & ~seen[chosen.unit, code]
        for unit in np.unique(chosen.unit[unseen]).tolist():
            rows = unseen & (chosen.unit == unit)
            new = [levels[k] for k in np.unique(code[rows]).tolist()]
            findings.append(finding("level_without_baseline", chosen.units[unit], int(rows.sum()), column=name, levels=new))
        good &= ~unseen
    return good, findings
