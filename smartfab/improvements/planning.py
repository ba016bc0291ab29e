"""`plan`: before the change, what the measurement will be and what it will be able to find."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.errors import TableError
from smartfab.findings import Finding, finding, merged
from smartfab.improvements.canonical import significant
from smartfab.improvements.measuring import effect
from smartfab.improvements.moments import Moment, first_day, period_of
from smartfab.improvements.outlook import Outlook, baseline_of
from smartfab.improvements.plan_document import Plan, PlanStatus
from smartfab.improvements.request import Request
from smartfab.improvements.study import Study, prepared

_OWN = ("until", "blocks", "planned")


def plan(data: pd.DataFrame, *, report_days: int = 45, random_state: int = 0, **arguments: Any) -> Plan:  # noqa: ANN401  those of effect
    """Return the measurement plan of a change: every argument of the later `effect`, and the smallest effect it will find.

    Everything is told from rows before the change; rows after it are not looked at, and make the plan retrospective. What
    "auto" means is settled here: the controls, the method, the first day. Nothing is random but the schedule of a switchback.

    Parameters
    ----------
    data : DataFrame
        As `effect` takes it.
    report_days : int
        Calendar days after the change (and its blackout) that will be read [1].
    random_state : int
        Seed of the schedule of a switchback.
    **arguments
        Of `effect`, except until, blocks and planned, which the plan itself settles.

    Returns
    -------
    Plan
        Frozen, with a digest.

    Raises
    ------
    TableError
        If arguments or table are not in order; all faults at once.

    References
    ----------
    Bloom: Minimum detectable effects. Evaluation Review 19(5), 1995, doi:10.1177/0193841X9501900504.

    Examples
    --------
    >>> import numpy as np, pandas as pd, smartfab as sf
    >>> days = pd.date_range("2026-01-05", periods=56)
    >>> table = pd.DataFrame({"production_date": days, "line_id": "L3", "oee": 0.6 + 0.01 * np.sin(np.arange(56) ** 2)})
    >>> plan = sf.improvements.plan(table, y="oee", treated="L3", at="2026-03-02", expected=0.02)
    >>> plan.status
    'adequate'
    """
    request = _requested(arguments, report_days)
    study = _since_first_known(data, prepared(data, request))
    request = replace(request, since=study.request.since)
    alone = request.controls is None and request.method == "auto"
    beside = prepared(data, replace(request, controls="auto", method="controls")) if alone else None
    outlook = _outlook(study, beside, report_days, random_state)
    now = None if outlook is None else outlook.now()
    mde = None if now is None else significant(now.mde(request.level))
    retrospective = bool((_known(study) & ~study.panel.baseline).any())
    status = _status(request.expected, mde, feasible=outlook is not None and outlook.feasible())
    settled = replace(
        study.request, since=_first_known(study), controls=tuple(study.chosen.units[unit] for unit in study.controls) or None,
        method=study.method, planned={"status": status, "mde": mde, "retrospective": retrospective},
        blocks=None if outlook is None else outlook.blocks or None,
    )  # fmt: skip
    options, curve = ([], []) if outlook is None or now is None else (outlook.options(now.mde(request.level)), outlook.curve())
    return Plan(
        arguments=settled.to_arguments(), status=status, report_days=report_days,
        scale=None if now is None else significant(now.scale), dof=0 if now is None else now.dof,
        options=tuple(significant(options)), curve=tuple((days, float(least)) for days, least in significant(curve)),
        findings=tuple(merged(_findings(study, retrospective=retrospective))), is_ratio=study.chosen.is_ratio,
        retrospective=retrospective,
    )  # fmt: skip


def _requested(arguments: dict[str, Any], report_days: int) -> Request:
    known = {name: item.default for name, item in inspect.signature(effect).parameters.items() if name != "data"}
    faults = [
        TableError(f"{name!r} is settled by the plan itself" if name in _OWN else f"no argument {name!r}", where="arguments",
                   expected=f"those of effect: {', '.join(sorted(set(known) - set(_OWN)))}")
        for name in arguments
        if name in _OWN or name not in known
    ]  # fmt: skip
    faults += [
        TableError("not given", where=name, expected="the KPI, the unit and the date of the change")
        for name, default in known.items()
        if default is inspect.Parameter.empty and name not in arguments
    ]
    if not isinstance(report_days, int) or isinstance(report_days, bool) or report_days < 1:
        faults.append(TableError(repr(report_days), where="report_days", expected="a whole number of days, at least 1"))
    if faults:
        raise TableError.of(faults, where="arguments")
    request = Request.of({**known, **arguments})
    begin = request.at.on("date", request.tz)
    end = begin + request.blackout + report_days * clock.DAY
    return replace(request, until=Moment("date", -(-end // clock.DAY) * clock.DAY))


def _outlook(study: Study, beside: Study | None, report_days: int, random_state: int) -> Outlook | None:
    baseline = baseline_of(study, study.controls)
    if baseline is None:
        return None
    request = study.request
    first = request.at.on("date", request.tz) + request.blackout
    begin = period_of(np.array([first // clock.DAY], dtype=np.int64), request.grain)
    return Outlook(study, baseline, beside, int(begin[0]), report_days, random_state)


def _since_first_known(data: pd.DataFrame, study: Study) -> Study:
    """Shifts from before anything was recorded are no part of the baseline, and not missing from it."""
    known = _known(study)
    if study.request.since is not None or not known.any() or known[0]:
        return study
    return prepared(data, replace(study.request, since=_first_known(study)))


def _known(study: Study) -> npt.NDArray[np.bool_]:
    known: npt.NDArray[np.bool_] = ~np.isnan(study.panel.value[study.panel.treated])
    return known


def _first_known(study: Study) -> Moment | None:
    mine = np.flatnonzero(_known(study))
    if not len(mine):
        return study.request.since
    day = first_day(study.panel.period[mine[:1]], study.request.grain)
    return Moment("date", int(day[0]) * clock.DAY)


def _findings(study: Study, *, retrospective: bool) -> list[Finding]:
    found = list(study.findings)
    treated = study.request.treated
    if retrospective:
        found.append(finding("planned_after_the_change", treated, at=study.request.at.text))
    early = [gate for gate in study.gates if gate.name in {"baseline_periods", "known_before"} and not gate.passed]
    return found + [finding(f"gate_{gate.name}", treated, found=gate.found, limit=gate.limit) for gate in early]


def _status(expected: float | None, mde: float | None, *, feasible: bool) -> PlanStatus:
    if mde is None or not feasible:
        return "not_feasible"
    if expected is None:
        return "no_expectation"
    return "underpowered" if mde > 2 * abs(expected) else "adequate"
