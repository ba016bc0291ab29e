"""Looks at whether the figure can be trusted: changes that never were, units that were not changed, parts left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from smartfab.improvements.adjustment import columns_of
from smartfab.improvements.comparison import compared, own_series
from smartfab.improvements.estimation import Design, Estimate, estimated, tells_apart
from smartfab.improvements.measurement import Check
from smartfab.improvements.mixtures import distribution
from smartfab.improvements.moments import first_day
from smartfab.improvements.noise_grid import Array, fitted
from smartfab.improvements.study import Study, designed

_AROUND: dict[bool, tuple[int, int]] = {True: (21, 7), False: (8, 3)}
_MOST_IN_TIME = 0.2
_MOST_IN_SPACE = 1 / 3
_MOST_MOVED = 1.0
_LEAST_TREND = 0.05
_TRIMMED: dict[bool, int] = {True: 7, False: 1}


@dataclass(frozen=True)
class Placebos:
    """The checks, and one row a placebo: kind, where, date, estimate, low, high."""

    checks: tuple[Check, ...]
    table: pd.DataFrame


def robustness(study: Study, main: Estimate) -> Placebos:
    """Return every check the design allows; none of them changes the figure or its word.

    In time: a step at every period of the baseline that leaves enough on both sides, and a straight trend. In space: each
    control as if it had been changed. Then one control left out, and the windows cut by a week at either end.

    Parameters
    ----------
    study : Study
        Ready.
    main : Estimate
        Of the change itself.

    Returns
    -------
    Placebos
        Checks and table.
    """
    checks: list[Check] = []
    rows: list[dict[str, object]] = []
    if study.method != "switchback":
        _in_time(study, checks, rows)
        _windows(study, main, checks)
    if len(study.controls) > 1:
        _in_space(study, checks, rows)
        _one_left_out(study, main, checks)
    names = ["kind", "where", "date", "estimate", "low", "high"]
    return Placebos(tuple(checks), pd.DataFrame(rows, columns=names))


def _in_time(study: Study, checks: list[Check], rows: list[dict[str, object]]) -> None:
    design = study.design(keep=study.panel.baseline)
    before, after = _AROUND[study.request.grain == "D"]
    count = len(design.y)
    starts = range(before, count - after + 1)
    if design.dof < 3 or not starts:
        return
    steps = [(np.arange(count) >= start).astype(np.float64) for start in starts]
    trend = (design.period - design.period.mean()) / max(1.0, float(np.ptp(design.period)))
    tried = [(start, x) for start, x in zip(starts, steps, strict=True) if tells_apart(replace(design, exposure=x))]
    columns = [x for _, x in tried] + ([trend] if tells_apart(replace(design, exposure=trend)) else [])
    if not columns:
        return
    fit = fitted(design.whitened(*columns), design.basis.shape[1])
    below = distribution(fit, 0.0)
    tail = np.minimum(below, 1 - below) * 2
    mean = (fit.weight * fit.mean).sum(axis=0)
    alpha = 1 - study.request.level
    if tried:
        share = float((tail[: len(tried)] < alpha).mean())
        checks.append(Check("placebo_in_time", share, _MOST_IN_TIME, share <= _MOST_IN_TIME, {"tried": len(tried)}))
    reach = _reach(fit.weight, fit.mean, fit.scale, fit.dof, study.request.level)
    for k, (start, _) in enumerate(tried):
        day = _date(study, int(design.period[start]))
        rows.append({"kind": "time", "where": study.request.treated, "date": day, "estimate": float(mean[k]),
                     "low": float(mean[k] - reach[k]), "high": float(mean[k] + reach[k])})  # fmt: skip
    if len(columns) > len(tried):
        checks.append(
            Check("pre_trend", float(tail[-1]), _LEAST_TREND, bool(tail[-1] >= _LEAST_TREND), {"slope": float(mean[-1])})
        )


def _reach(weight: Array, mean: Array, scale: Array, dof: int, level: float) -> Array:
    """Half the width of an interval with the mixture's mean and variance; for pictures of many placebos."""
    from scipy.special import stdtrit

    middle = (weight * mean).sum(axis=0)
    variance = (weight * (scale**2 + (mean - middle) ** 2)).sum(axis=0)
    return np.asarray(stdtrit(dof, 0.5 + level / 2) * np.sqrt(variance), dtype=np.float64)


def _date(study: Study, period: int) -> pd.Timestamp:
    return pd.Timestamp(int(first_day(np.array([period]), study.request.grain)[0]), unit="D")


def _in_space(study: Study, checks: list[Check], rows: list[dict[str, object]]) -> None:
    panel, level = study.panel, study.request.level
    changed = pd.Timestamp(study.request.at.on("date", study.request.tz), unit="us")
    outside = []
    for unit in study.controls:
        rest = {other: values for other, values in study.controls.items() if other != unit}
        mine = own_series(panel, unit)
        series = compared(replace(panel, treated=unit), mine, rest)
        used = study.used & series.used
        columns = columns_of(panel, unit, study.request.grain, used)
        design = designed(panel, series, used, columns, panel.exposure)
        if not tells_apart(design):
            continue
        found = estimated(design, level)
        outside.append(found.excludes_zero())
        rows.append({"kind": "space", "where": study.chosen.units[unit], "date": changed, "estimate": found.mean,
                     "low": found.low, "high": found.high})  # fmt: skip
    if outside:
        share = float(np.mean(outside))
        checks.append(Check("placebo_in_space", share, _MOST_IN_SPACE, share <= _MOST_IN_SPACE, {"tried": len(outside)}))


def _one_left_out(study: Study, main: Estimate, checks: list[Check]) -> None:
    moved = 0.0
    worst = ""
    for unit in study.controls:
        rest = {other: values for other, values in study.controls.items() if other != unit}
        distance = _moved(study.design(controls=rest), main, study.request.level)
        if distance is not None and distance > moved:
            moved, worst = distance, study.chosen.units[unit]
    checks.append(Check("one_control_left_out", moved, _MOST_MOVED, moved <= _MOST_MOVED, {"worst": worst}))


def _windows(study: Study, main: Estimate, checks: list[Check]) -> None:
    cut = _TRIMMED[study.request.grain == "D"]
    places = np.flatnonzero(study.used)
    moved = 0.0
    for first, last in ((cut, 0), (0, cut), (cut, cut)):
        keep = np.zeros(len(study.used), dtype=bool)
        keep[places[first : len(places) - last]] = True
        distance = _moved(study.design(keep=keep), main, study.request.level)
        moved = max(moved, distance or 0.0)
    checks.append(Check("windows_moved", moved, _MOST_MOVED, moved <= _MOST_MOVED, {"periods": cut}))


def _moved(design: Design, main: Estimate, level: float) -> float | None:
    """How far the estimate moves, in half widths of the interval."""
    if not tells_apart(design):
        return None
    return abs(estimated(design, level).mean - main.mean) / ((main.high - main.low) / 2)
