"""One picture a result, as a matplotlib Figure that needs no display.

Of the line: `state_timeline` draws a time account, `waterfall` the way from calendar time to good pieces, `pareto` what
lost most, `oee_trend` OEE over time with its coverage, `heat_map` machines by shift, `cycle_times` how long cycles take,
`control_chart` the points and limits of a control chart.

Of parts: `evaluation` how a classifier fares, `pr_curve`, `roc_curve`, `calibration_curve` and `cost_curve` each of its
curves, `defect_risk` the risk over time and what it comes from.

Of improvements: `counterfactual` what a change was worth, `placebo_strip` what the same measurement finds where nothing
was changed, `mde_curve` what a plan will be able to find, `funnel` how many came how far.

Colours stand once, in `smartfab.charts.colours`; how numbers and times are written, in `smartfab.charts.wording`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartfab.charts.cascade import waterfall
    from smartfab.charts.control import control_chart
    from smartfab.charts.curves import calibration_curve, cost_curve, pr_curve, roc_curve
    from smartfab.charts.cycles import cycle_times
    from smartfab.charts.gain import counterfactual
    from smartfab.charts.heat import heat_map
    from smartfab.charts.placebo import placebo_strip
    from smartfab.charts.power import mde_curve
    from smartfab.charts.prediction import evaluation
    from smartfab.charts.ranking import pareto
    from smartfab.charts.risk import defect_risk
    from smartfab.charts.stages import funnel
    from smartfab.charts.timeline import state_timeline
    from smartfab.charts.trend import oee_trend

__all__ = [
    "calibration_curve",
    "control_chart",
    "cost_curve",
    "counterfactual",
    "cycle_times",
    "defect_risk",
    "evaluation",
    "funnel",
    "heat_map",
    "mde_curve",
    "oee_trend",
    "pareto",
    "placebo_strip",
    "pr_curve",
    "roc_curve",
    "state_timeline",
    "waterfall",
]

_HOMES = {
    "calibration_curve": "smartfab.charts.curves",
    "control_chart": "smartfab.charts.control",
    "cost_curve": "smartfab.charts.curves",
    "counterfactual": "smartfab.charts.gain",
    "cycle_times": "smartfab.charts.cycles",
    "defect_risk": "smartfab.charts.risk",
    "evaluation": "smartfab.charts.prediction",
    "funnel": "smartfab.charts.stages",
    "heat_map": "smartfab.charts.heat",
    "mde_curve": "smartfab.charts.power",
    "oee_trend": "smartfab.charts.trend",
    "pareto": "smartfab.charts.ranking",
    "placebo_strip": "smartfab.charts.placebo",
    "pr_curve": "smartfab.charts.curves",
    "roc_curve": "smartfab.charts.curves",
    "state_timeline": "smartfab.charts.timeline",
    "waterfall": "smartfab.charts.cascade",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"smartfab.charts has no {name!r}; there are: {', '.join(__all__)}")
