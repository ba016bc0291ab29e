"""The smallest effect a plan finds, against the days after the change."""

from __future__ import annotations

import math

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.rounded_axis import effect_writer, level_axis, within
from smartfab.charts.style import STYLE, WIDTH, Picture, blank
from smartfab.charts.wording import Lang, language
from smartfab.improvements.plan_document import Plan
from smartfab.improvements.sentences import unit_of

_CURVE = COLOURS["setup"]
_HOPE = COLOURS["run"]
_OTHER = COLOURS["breakdown"]

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "Nothing can be predicted from so little data.", "vi": "Dữ liệu quá ít để dự báo."},
    "days": {"en": "Days after the change", "vi": "Số ngày sau cải tiến"},
    "effect": {"en": "Smallest effect found with 80 % power", "vi": "Mức nhỏ nhất phát hiện được (lực 80 %)"},
    "expected": {"en": "expected", "vi": "kỳ vọng"},
    "plan": {"en": "this plan", "vi": "kế hoạch này"},
    "switchback": {"en": "switchback", "vi": "bật/tắt luân phiên"},
    "controls": {"en": "with controls", "vi": "có đối chứng"},
    "longer": {"en": "longer", "vi": "đo lâu hơn"},
}


@mpl.rc_context(STYLE)
def mde_curve(plan: Plan, *, lang: str = "vi") -> Figure:
    """Draw how the smallest effect that can be found falls with the days after the change, and other designs beside it.

    Parameters
    ----------
    plan : Plan
        What to draw.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.
    """
    spoken = language(lang)
    now = plan.mde()
    if not math.isfinite(now):
        return blank(_TEXT["empty"][spoken])
    figure = Picture(figsize=(WIDTH, 3.2), dpi=200, facecolor="white", layout="constrained")
    axes = figure.subplots()
    if plan.curve:
        days, least = zip(*plan.curve, strict=True)
        axes.plot(days, least, color=_CURVE, linewidth=1.4, marker="o", markersize=2.5)
    _point(axes, plan.report_days, now, _CURVE, _TEXT["plan"][spoken])
    for option in plan.options:
        _point(axes, option["report_days"], option["mde"], _OTHER, _TEXT[option["kind"]][spoken])
    expected = plan.arguments["expected"]
    if expected is not None:
        axes.axhline(abs(expected), color=_HOPE, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.annotate(_TEXT["expected"][spoken], (0.0, abs(expected)), (4, 3), xycoords=axes.get_yaxis_transform(),
                      textcoords="offset points", ha="left", va="bottom", fontsize=8, color=_HOPE)  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.margins(x=0.1, y=0.1)
    axes.grid(axis="y", color=FAINT, linewidth=0.4)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_xticks(within(MaxNLocator(8, integer=True), *axes.get_xlim()))
    level_axis(axes, effect_writer(spoken, ratio=plan.is_ratio))
    unit = unit_of(plan.arguments["y"], spoken, ratio=plan.is_ratio)
    axes.set_xlabel(_TEXT["days"][spoken])
    axes.set_ylabel(f"{_TEXT['effect'][spoken]}\n[{unit}]" if unit else _TEXT["effect"][spoken])
    return figure


def _point(axes: Axes, days: int, mde: float, colour: str, text: str) -> None:
    axes.plot([days], [mde], marker="o", markersize=6, color=colour)
    axes.annotate(text, (days, mde), (6, 5), textcoords="offset points", va="bottom", fontsize=8, color=INK)
