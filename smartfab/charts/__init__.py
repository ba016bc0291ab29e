"""One picture a result, as a matplotlib Figure that needs no display.

`state_timeline` draws a time account, `waterfall` the way from calendar time to good pieces, `control_chart` the
points and limits of a control chart. Colours stand once, in `smartfab.charts.colours`; how numbers and times are written,
in `smartfab.charts.wording`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartfab.charts.cascade import waterfall
    from smartfab.charts.control import control_chart
    from smartfab.charts.prediction import evaluation
    from smartfab.charts.timeline import state_timeline

__all__ = ["control_chart", "evaluation", "state_timeline", "waterfall"]

_HOMES = {
    "control_chart": "smartfab.charts.control",
    "evaluation": "smartfab.charts.prediction",
    "state_timeline": "smartfab.charts.timeline",
    "waterfall": "smartfab.charts.cascade",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"smartfab.charts has no {name!r}; there are: {', '.join(__all__)}")
