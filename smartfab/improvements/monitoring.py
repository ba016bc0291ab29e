"""Looking before the read-out: a band that stays right however often one looks, and never a verdict."""

from __future__ import annotations

import math

import numpy as np

from smartfab import clock
from smartfab.findings import Finding, finding
from smartfab.improvements.estimation import Estimate
from smartfab.improvements.study import Study

_MISSING_DAYS = 3


def before_read_out(study: Study) -> Finding | None:
    """Return a finding where a plan fixed the read-out and the data do not reach it yet.

    Up to three days without data just before it (a Sunday, a holiday) do not count.
    """
    request = study.request
    if request.planned is None or request.planned["retrospective"] or request.until is None:
        return None
    due = request.until.on("date", request.tz) // clock.DAY
    last = int(study.chosen.times.day.max()) if request.grain == "D" else _last_day_of_periods(study)
    if last >= due - 1 - _MISSING_DAYS:
        return None
    return finding("before_read_out", request.treated, read_out=request.until.text, days_missing=due - 1 - last)


def _last_day_of_periods(study: Study) -> int:
    from smartfab.improvements.moments import first_day

    return int(first_day(study.panel.period[-1:] + 1, study.request.grain)[0]) - 1


def widened(study: Study, main: Estimate) -> tuple[float, float]:
    """Return an interval that holds at every look at once, narrowest where the plan is to be read.

    Parameters
    ----------
    study : Study
        With what the plan predicted.
    main : Estimate
        At this look.

    Returns
    -------
    (float, float)
        Lower and upper end [y].
    """
    planned = study.request.planned
    predicted = None if planned is None else planned["mde"]
    reach = reach_at_every_look(main.scale, predicted / 2.8 if predicted else main.scale, study.request.level)
    return main.mean - reach, main.mean + reach


def reach_at_every_look(scale: float, final: float, level: float) -> float:
    """Return half the width of an interval that may be looked at any number of times.

    Parameters
    ----------
    scale : float
        Standard error at this look [y].
    final : float
        Standard error at which the band is narrowest, that of the read-out [y].
    level : float
        Probability that the band holds at all looks together [1].

    Returns
    -------
    float
        Half the width [y].

    References
    ----------
    Robbins: Statistical methods related to the law of the iterated logarithm. Annals of Mathematical Statistics 41(5),
    1970, doi:10.1214/aoms/1177696786. Howard et al.: Time-uniform, nonparametric, nonasymptotic confidence sequences.
    Annals of Statistics 49(2), 2021, doi:10.1214/20-AOS1991, section 3.2.
    """
    alpha = 1 - level
    wanted = 2 * math.log(1 / alpha)
    mixing = 1 / (final**2 * (wanted + math.log(1 + wanted)))
    information = 1 / scale**2
    total = information + mixing
    return float(np.sqrt(total * math.log(total / (mixing * alpha**2))) / information)
