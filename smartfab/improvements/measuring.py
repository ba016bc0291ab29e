"""`effect`: what a change was worth, with an interval, a word and a grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.findings import Finding, finding, merged
from smartfab.improvements.estimation import Estimate, estimated, tells_apart
from smartfab.improvements.input_rows import rows_from
from smartfab.improvements.measurement import Measurement, Status
from smartfab.improvements.moments import first_day
from smartfab.improvements.monitoring import before_read_out, widened
from smartfab.improvements.placebos import robustness
from smartfab.improvements.request import Request
from smartfab.improvements.study import Study, prepared
from smartfab.improvements.verdicts import grade_of, status_of


def effect(
    data: pd.DataFrame,
    *,
    y: str,
    time: str = "production_date",
    unit: str = "line_id",
    treated: str,
    at: object,
    controls: object = "auto",
    categories: Sequence[str] | None = None,
    covariates: Sequence[str] = (),
    weight: str | None = None,
    blackout: object = "0d",
    washout: object = "0d",
    since: object = None,
    until: object = None,
    exposure: str | None = None,
    expected: float | None = None,
    better: str | None = None,
    grain: str = "D",
    method: str = "auto",
    level: float = 0.95,
    tz: str | None = None,
    others: Sequence[Mapping[str, Any]] = (),
    blocks: Sequence[Sequence[Any]] | None = None,
    planned: Mapping[str, Any] | None = None,
) -> Measurement:
    """Return the measured effect of one change on one KPI, from a table with one row a unit and shift, day, week or year.

    The figure of a period is Σ w·y / Σ w over its rows with weight and known y. Weekday, mix of the categories, other
    registered changes and (where they help) control units are held constant. The noise is AR(1) + white, larger where a
    period weighs less, and the interval integrates over its persistence. Nothing is random: equal rows and arguments give
    an equal result. Where the data cannot tell, there is no figure; that is never a zero.

    Parameters
    ----------
    data : DataFrame
        Such as `sf.oee.evaluate(by=["line_id", "shift_id", "production_date"])` gives it; not changed.
    y : str
        Column of the KPI; all effects are in its own unit (OEE: 0…1).
    time : str
        Column of production dates, starts with a zone, months, or years.
    unit : str
        Column that names the lines, machines or plants.
    treated : str
        The unit that was changed.
    at : str, date, datetime or int
        Since when; a bare date is a production date. A row is exposed if it begins at or after it.
    controls : list of str, "auto" or None
        Units that were not changed; "auto" tries all others.
    categories : sequence of str, optional
        Columns whose mix is held constant; shift_id and product_id unless given, where they exist.
    covariates : sequence of str
        Numeric columns held constant, such as the weather.
    weight : str, optional
        Column of weights; the KPI's own denominator unless given, where it is known (OEE: planned_s).
    blackout : str or float
        Time after the change that is left out [s].
    washout : str or float
        Time after each switch of a switchback that is left out [s].
    since, until : as `at`, optional
        First and (exclusive) last moment that is used.
    exposure : str, optional
        Column that says how far the change was in force, 0…1, in place of `at`.
    expected : float, optional
        What was hoped for [y].
    better : {"higher", "lower"}, optional
        Which way is a gain; told by the sign of `expected`, or by the KPI, unless given.
    grain : {"D", "W", "ME", "QE", "YE"}
        Length of a period.
    method : {"auto", "controls", "series", "switchback"}
        "auto" takes the difference to the controls where that lowers the residual variance of the baseline, else the unit's
        own series.
    level : float
        Level of the interval [1].
    tz : str, optional
        IANA zone of the plant; needed where times are not production dates.
    others : sequence of mappings
        Other registered changes: id, at, until; and unit where it was another unit's (which is then no control).
    blocks : sequence of pairs, optional
        Schedule of a switchback: production date, whether the change is in force.
    planned : mapping, optional
        What `plan` found before the change; only a plan writes it.

    Returns
    -------
    Measurement
        Estimate, interval, status, grade, findings.

    Raises
    ------
    TableError
        If arguments or table are not in order; all faults at once.

    References
    ----------
    Bernal, Cummins, Gasparrini: Interrupted time series regression. Int. J. Epidemiology 46(1), 2017,
    doi:10.1093/ije/dyw098. Bertrand, Duflo, Mullainathan: How much should we trust differences-in-differences estimates?
    Q. J. Economics 119(1), 2004, doi:10.1162/003355304772839588.

    Examples
    --------
    >>> import numpy as np, pandas as pd, smartfab as sf
    >>> days = pd.date_range("2026-01-05", periods=84)
    >>> oee = 0.6 + 0.03 * (days >= "2026-03-02") + 0.01 * np.sin(np.arange(84) ** 2)
    >>> table = pd.DataFrame({"production_date": days, "line_id": "L3", "oee": oee})
    >>> sf.improvements.effect(table, y="oee", treated="L3", at="2026-03-02", expected=0.02).status
    'gain_confirmed'
    """
    given = {name: value for name, value in locals().items() if name != "data"}
    return measured(prepared(data, Request.of(given)))


def measurement_from_rows(rows: bytes, arguments: Mapping[str, Any]) -> Measurement:
    """Return a measurement again from its stored rows and arguments alone.

    Parameters
    ----------
    rows : bytes
        What `canonical_rows(measurement.rows)` gave.
    arguments : mapping
        `measurement.arguments`.

    Returns
    -------
    Measurement
        Whose `to_dict` is the same to the byte.

    Raises
    ------
    TableError
        If the bytes are damaged, or do not hold what the arguments name.
    """
    return effect(rows_from(rows), **arguments)


def measured(study: Study) -> Measurement:
    """Return the measurement of a study that is ready."""
    design = study.design() if study.used.any() else None
    findings = list(study.findings)
    main: Estimate | None = None
    if all(gate.passed for gate in study.gates) and design is not None:
        if tells_apart(design):
            main = estimated(design, study.request.level)
        else:
            findings.append(finding("change_not_told_apart", study.request.treated))
    if main is None:
        return _without_figure(study, findings)
    tried = robustness(study, main)
    findings += [finding(f"check_{check.name}", study.request.treated, found=check.found, limit=check.limit)
                 for check in tried.checks if not check.passed]  # fmt: skip
    low, high = main.low, main.high
    status: Status = status_of(low, high, study.request)
    planned = study.request.planned
    if planned is not None and planned["status"] == "underpowered":
        findings.append(
            finding("underpowered_plan", study.request.treated, mde=planned["mde"], expected=study.request.expected)
        )
    if study.joint:
        status = "not_separable"
        findings.append(finding("not_separable", study.request.treated, len(study.joint), changes=list(study.joint)))
    if early := before_read_out(study):
        low, high = widened(study, main)
        status = "not_measurable_yet"
        findings.append(early)
    return Measurement(
        status=status, estimate=main.mean, interval=(low, high), grade=grade_of(study, tried.checks), method=study.method,
        findings=tuple(merged(findings)), effects=_effects(study, main), rows=study.chosen.rows,
        arguments=study.request.to_arguments(), is_ratio=study.chosen.is_ratio, scale=main.scale, dof=main.dof,
        noise={"persistence": main.persistence, "share": main.share}, windows=_windows(study), gates=study.gates,
        checks=tried.checks, joint=study.joint, placebos=tried.table,
    )  # fmt: skip


def _without_figure(study: Study, findings: list[Finding]) -> Measurement:
    findings += [finding(f"gate_{gate.name}", study.request.treated, found=gate.found, limit=gate.limit)
                 for gate in study.gates if not gate.passed]  # fmt: skip
    return Measurement(
        status="not_measurable_yet", estimate=np.nan, interval=(np.nan, np.nan), grade=grade_of(study, ()),
        method=study.method, findings=tuple(merged(findings)), effects=_effects(study, None), rows=study.chosen.rows,
        arguments=study.request.to_arguments(), is_ratio=study.chosen.is_ratio, windows=_windows(study), gates=study.gates,
        joint=study.joint,
    )  # fmt: skip


def _effects(study: Study, main: Estimate | None) -> pd.DataFrame:
    panel, used = study.panel, study.used
    actual = panel.value[panel.treated][used]
    without, spread = np.full(len(actual), np.nan), np.full(len(actual), np.nan)
    if main is not None:
        from scipy.special import stdtrit

        without = actual - study.series().y[used] + main.without
        spread = stdtrit(main.dof, 0.5 + study.request.level / 2) * main.spread
    return pd.DataFrame(
        {
            "date": _dates(study, used), "actual": actual, "counterfactual": without, "gap": actual - without,
            "low": without - spread, "high": without + spread, "exposure": panel.exposure[used],
            "weight": panel.weight[panel.treated][used],
        }
    )  # fmt: skip


def _dates(study: Study, used: np.typing.NDArray[np.bool_]) -> pd.DatetimeIndex:
    days = first_day(study.panel.period[used], study.request.grain)
    return pd.DatetimeIndex((days * clock.DAY).view("datetime64[us]"))


def _windows(study: Study) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, side in (("baseline", study.panel.baseline), ("reporting", ~study.panel.baseline)):
        dates = _dates(study, study.used & side)
        ends = {"first": str(dates[0].date()), "last": str(dates[-1].date())} if len(dates) else {"first": None, "last": None}
        found[name] = {**ends, "periods": len(dates)}
    return found
