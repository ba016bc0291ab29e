"""A request and its data, made ready: the series to be explained, what is held constant, and the method that was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.findings import Finding, finding
from smartfab.improvements.adjustment import columns_of, independent
from smartfab.improvements.comparison import Series, adjusted, candidates, compared, helps, own_series
from smartfab.improvements.estimation import Design
from smartfab.improvements.exposures import exposed
from smartfab.improvements.gates import in_both, judged
from smartfab.improvements.measurement import Check
from smartfab.improvements.moments import period_of
from smartfab.improvements.panel import Panel, period_means
from smartfab.improvements.request import Request
from smartfab.improvements.selection import Selected, selected

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Used = Literal["controls", "series", "switchback"]

_MOST_ALIKE = 0.8


@dataclass(frozen=True)
class Study:
    """Everything an estimate needs; `design` gives it for any subset of periods or controls."""

    chosen: Selected
    panel: Panel
    method: Used
    controls: Mapping[int, Floats]
    used: Flags
    columns: Floats
    gates: tuple[Check, ...]
    joint: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def request(self) -> Request:
        """The request with every default made explicit."""
        return self.chosen.request

    def series(self, controls: Mapping[int, Floats] | None = None) -> Series:
        """Return the series to be explained: the unit's own, or its difference to these controls."""
        chosen = self.controls if controls is None else controls
        own = own_series(self.panel)
        return compared(self.panel, own, dict(chosen)) if self.method == "controls" and chosen else own

    def design(self, *, keep: Flags | None = None, controls: Mapping[int, Floats] | None = None) -> Design:
        """Return the design over the used periods, or those of them that are kept."""
        series = self.series(controls)
        used = self.used & series.used if keep is None else self.used & series.used & keep
        return designed(self.panel, series, used, self.columns, self.panel.exposure)


def designed(panel: Panel, series: Series, used: Flags, columns: Floats, exposure: Floats) -> Design:
    """Return the design of a series over some periods."""
    white = series.white[used]
    return Design(panel.period[used], series.y[used], white / white.mean(), exposure[used], independent(columns[used]))


def prepared(data: pd.DataFrame, request: Request) -> Study:
    """Return the study a request makes of a table.

    Parameters
    ----------
    data : DataFrame
        As `effect` takes it.
    request : Request
        Checked arguments.

    Returns
    -------
    Study
        With its gates judged, whether or not they passed.

    Raises
    ------
    TableError
        Every fault of the table at once.
    """
    chosen = selected(data, request)
    exposure = exposed(chosen)
    panel = period_means(chosen, exposure)
    findings = [*chosen.findings, *exposure.findings, *panel.findings]
    own = own_series(panel)
    weekdays = in_both(panel, own.used, request.grain)
    findings += weekdays.findings
    columns, joint = _held(chosen, panel, weekdays.used)
    method, controls, noted = _method(chosen, panel, own, columns, weekdays.used)
    findings += noted
    used = weekdays.used
    if method == "controls":
        used = used & compared(panel, own, controls).used
    begin = int(period_of(_day(request), request.grain)[0]) if method == "switchback" else None
    rank = independent(columns[used]).shape[1] if used.any() else 0
    verdict = judged(panel, used, request.grain, weekdays, dof=int(used.sum()) - rank - 1, begin=begin)
    return Study(chosen, panel, method, controls, used, columns, verdict, joint, tuple(findings))


def _day(request: Request) -> npt.NDArray[np.int64]:
    return np.array([request.at.on("date", request.tz) // clock.DAY], dtype=np.int64)


def _held(chosen: Selected, panel: Panel, used: Flags) -> tuple[Floats, tuple[str, ...]]:
    """What is held constant, other changes included; and the changes that came too close to be told apart."""
    columns = [columns_of(panel, panel.treated, chosen.request.grain, used)]
    joint = []
    for name, level in panel.others:
        if _alike(panel.exposure[used], level[used]):
            joint.append(name)
        else:
            columns.append(np.where(used, level, 0.0)[:, None])
    if chosen.request.method == "switchback":
        first = period_of(_day(chosen.request), chosen.request.grain)[0]
        columns.append((used & (panel.period < first)).astype(np.float64)[:, None])
    return np.hstack(columns), tuple(joint)


def _alike(one: Floats, other: Floats) -> bool:
    if not len(one) or one.std() == 0 or other.std() == 0:
        return False
    return bool(abs(np.corrcoef(one, other)[0, 1]) > _MOST_ALIKE)


def _method(
    chosen: Selected, panel: Panel, own: Series, columns: Floats, used: Flags
) -> tuple[Used, dict[int, Floats], list[Finding]]:
    asked = chosen.request.method
    if asked == "switchback":
        return "switchback", {}, []
    if asked == "series":
        return "series", {}, []
    units, findings = candidates(chosen, panel)
    base = panel.before & used
    controls = {unit: adjusted(chosen, panel, unit) for unit in units if (base & ~np.isnan(panel.value[unit])).sum() > 1}
    if not controls:
        if asked == "controls":
            findings.append(finding("no_controls", chosen.request.treated))
        return "series", {}, findings
    difference = compared(panel, own, controls)
    if asked == "auto" and not helps(panel, own, difference, columns):
        findings.append(finding("controls_do_not_help", chosen.request.treated, len(controls)))
        return "series", {}, findings
    return "controls", controls, findings
