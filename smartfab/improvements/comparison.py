"""The treated unit beside its controls: each control adjusted by its own baseline, then the difference to their mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab.findings import Finding, finding
from smartfab.improvements.adjustment import columns_of, least_squares
from smartfab.improvements.panel import Panel
from smartfab.improvements.selection import Selected

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LEAST_SUPPORT = 0.9


@dataclass(frozen=True)
class Series:
    """One figure a period to be explained, the relative variance of its white noise, and where it is known."""

    y: Floats
    white: Floats
    used: Flags
    controls: tuple[int, ...] = ()


def own_series(panel: Panel, unit: int | None = None) -> Series:
    """Return a unit's own figures; white noise falls with the weight of the period."""
    at = panel.treated if unit is None else unit
    y, weight = panel.value[at], panel.weight[at]
    used = ~np.isnan(y)
    if unit is None:
        used &= ~np.isnan(panel.exposure)
    return Series(y, _relative(1 / np.where(used, weight, 1.0), used), used)


def _relative(variance: Floats, used: Flags) -> Floats:
    return variance / variance[used].mean() if used.any() else variance


def candidates(chosen: Selected, panel: Panel) -> tuple[list[int], list[Finding]]:
    """Return the units that can serve as controls: not changed themselves, and known on 9 of 10 periods of each side.

    Parameters
    ----------
    chosen : Selected
        With the names of the units.
    panel : Panel
        Means.

    Returns
    -------
    (list of int, list of Finding)
        Rows of the panel in the order of their names; a finding for each unit left out.
    """
    found: list[int] = []
    findings: list[Finding] = []
    if chosen.request.controls is None:
        return found, findings
    changed = {other.unit for other in chosen.request.others if other.unit is not None}
    mine = own_series(panel).used
    for at, name in enumerate(chosen.units):
        if at == panel.treated:
            continue
        known = ~np.isnan(panel.value[at])
        share = [float(known[side].mean()) if side.any() else 1.0 for side in (mine & panel.baseline, mine & ~panel.baseline)]
        if name in changed:
            findings.append(finding("control_changed", name))
        elif min(share) < _LEAST_SUPPORT:
            findings.append(finding("control_left_out", name, known=min(share), needed=_LEAST_SUPPORT))
        else:
            found.append(at)
    return found, findings


def adjusted(chosen: Selected, panel: Panel, unit: int) -> Floats:
    """Return a control's distance from its own baseline mean, with weekday and mix taken out by baseline coefficients."""
    y, weight = panel.value[unit], panel.weight[unit]
    used = ~np.isnan(y)
    base = used & panel.before
    columns = columns_of(panel, unit, chosen.request.grain, used)
    coefficients = least_squares(columns[base], y[base], weight[base])
    level = np.average(y[base], weights=weight[base])
    moved = columns - np.average(columns[base], axis=0, weights=weight[base])
    return np.where(used, y - level - moved @ coefficients[1:], np.nan)


def compared(panel: Panel, series: Series, controls: dict[int, Floats]) -> Series:
    """Return the difference of a series to the mean of the controls that are known in the period.

    Parameters
    ----------
    panel : Panel
        With the weights of the controls.
    series : Series
        Of the treated unit.
    controls : dict
        Row of the panel → its adjusted figures.

    Returns
    -------
    Series
        Known where the unit and at least one control are; its white noise is that of both.
    """
    table = np.vstack(list(controls.values()))
    known = ~np.isnan(table)
    count = known.sum(axis=0)
    used = series.used & (count > 0)
    mean = np.where(known, table, 0.0).sum(axis=0) / np.maximum(count, 1)
    weight = panel.weight[list(controls)]
    noise = np.where(known, 1 / np.where(weight > 0, weight, 1.0), 0.0).sum(axis=0) / np.maximum(count, 1) ** 2
    own = 1 / np.where(panel.weight[panel.treated] > 0, panel.weight[panel.treated], 1.0)
    return Series(series.y - mean, _relative(own + noise, used), used, tuple(controls))


def helps(panel: Panel, own: Series, difference: Series, columns: Floats) -> bool:
    """Return whether the residual variance of the baseline is smaller for the difference than for the unit alone."""
    base = own.used & difference.used & panel.baseline
    if base.sum() < columns.shape[1] + 3:
        return True
    left = []
    for series in (own, difference):
        y, weight = series.y[base], 1 / series.white[base]
        fit = least_squares(columns[base], y, weight)
        left.append(float(np.average((y - fit[0] - columns[base] @ fit[1:]) ** 2, weights=weight)))
    return left[1] < left[0]
