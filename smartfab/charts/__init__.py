"""One picture a result, as a matplotlib Figure that needs no display.

`state_timeline` draws a time account, `waterfall` the way from calendar time to good pieces, `control_chart` the
points and limits of a control chart, `evaluation` how a classifier fares; `counterfactual` what a change was worth,
`placebo_strip` what the same measurement finds where nothing was changed, `mde_curve` what a plan will be able to find.
Colours stand once, in `smartfab.charts.colours`; how numbers and times are written, in `smartfab.charts.wording`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartfab.charts.cascade import waterfall
    from smartfab.charts.control import control_chart
    from smartfab.charts.gain import counterfactual
    from smartfab.charts.placebo import placebo_strip
    from smartfab.charts.power import mde_curve
    from smartfab.charts.prediction import evaluation
    from smartfab.charts.timeline import state_timeline

__all__ = ["control_chart", "counterfactual", "evaluation", "mde_curve", "placebo_strip", "state_timeline", "waterfall"]

_HOMES = {
    "control_chart": "smartfab.charts.control",
    "counterfactual": "smartfab.charts.gain",
    "evaluation": "smartfab.charts.prediction",
    "mde_curve": "smartfab.charts.power",
    "placebo_strip": "smartfab.charts.placebo",
    "state_timeline": "smartfab.charts.timeline",
    "waterfall": "smartfab.charts.cascade",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"smartfab.charts has no {name!r}; there are: {', '.join(__all__)}")
