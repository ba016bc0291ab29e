"""A measured gain: what happened beside what would have happened without the change, and the gap between the two."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure

from smartfab.charts.clock_axis import concise
from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.rounded_axis import effect_writer, level_axis
from smartfab.charts.style import STYLE, WIDTH, Picture, blank
from smartfab.charts.wording import Lang, language
from smartfab.improvements.measurement import Measurement
from smartfab.improvements.sentences import unit_of
from smartfab.vocabulary import label

_WITHOUT = COLOURS["setup"]
_GAIN = COLOURS["run"]
_MOST_DOTS = 400

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No figure: the data do not suffice.", "vi": "Chưa có kết quả: dữ liệu chưa đủ."},
    "actual": {"en": "measured", "vi": "thực tế"},
    "without": {
        "en": "without the change, {level} % band of one period",
        "vi": "nếu không cải tiến, dải {level} % của từng kỳ",
    },
    "gap": {"en": "Gap", "vi": "Chênh lệch"},
    "effect": {"en": "effect with its {level} % interval", "vi": "mức cải thiện và khoảng tin cậy {level} %"},
}


@mpl.rc_context(STYLE)
def counterfactual(measured: Measurement, *, lang: str = "vi") -> Figure:
    """Draw what happened beside what would have happened without the change, and below it the gap with the effect.

    Parameters
    ----------
    measured : Measurement
        What to draw.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.
    """
    spoken = language(lang)
    table = measured.effects
    if not table["counterfactual"].notna().any():
        return blank(_TEXT["empty"][spoken])
    figure = Picture(figsize=(WIDTH, 5.2), dpi=200, facecolor="white", layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    dates = table["date"].to_numpy()
    exposed = table["exposure"].to_numpy() > 0
    level = f"{100 * measured.level:g}"
    dots = "o" if len(table) <= _MOST_DOTS else ""
    top.fill_between(dates, table["low"], table["high"], color=_WITHOUT, alpha=0.15, linewidth=0)
    top.plot(dates, table["counterfactual"], color=_WITHOUT, linewidth=1.1, label=_TEXT["without"][spoken].format(level=level))
    top.plot(dates, table["actual"], color=INK, linewidth=0.7, marker=dots, markersize=2.5, label=_TEXT["actual"][spoken])
    top.legend(loc="upper left", fontsize=8, ncols=2, bbox_to_anchor=(0, 1.14), borderaxespad=0)
    bottom.axhline(0, color=FAINT, linewidth=0.8)
    bottom.plot(dates, table["gap"], color=INK, linewidth=0.7, marker=dots, markersize=2.5)
    _effect(bottom, measured, dates, table["exposure"].to_numpy(), _TEXT["effect"][spoken].format(level=level))
    for axes, title in ((top, label(measured.arguments["y"], spoken, short=True)), (bottom, _TEXT["gap"][spoken])):
        _framed(axes, dates, exposed)
        unit = "%" if measured.is_ratio and axes is top else unit_of(measured.arguments["y"], spoken, ratio=measured.is_ratio)
        axes.set_ylabel(f"{title} [{unit}]" if unit else title)
        level_axis(axes, effect_writer(spoken, ratio=measured.is_ratio))
    locator = AutoDateLocator(minticks=4, maxticks=10)  # type: ignore[no-untyped-call]
    bottom.xaxis.set_major_locator(locator)
    bottom.xaxis.set_major_formatter(concise(locator, spoken, "UTC"))
    figure.suptitle(measured.sentence(spoken), fontsize=10, x=0.01, ha="left", parse_math=False)
    return figure


def _effect(axes: Axes, measured: Measurement, dates: np.ndarray, exposure: np.ndarray, text: str) -> None:
    low, high = measured.interval
    axes.fill_between(
        dates, low * exposure, high * exposure, where=exposure > 0, step="mid", color=_GAIN, alpha=0.25, linewidth=0
    )
    shown = np.where(exposure > 0, measured.estimate * exposure, np.nan)
    axes.plot(dates, shown, color=_GAIN, linewidth=1.6, label=text)
    axes.legend(loc="upper left", fontsize=8)
    axes.margins(y=0.2)


def _framed(axes: Axes, dates: np.ndarray, exposed: np.ndarray) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if exposed.any() and not exposed[0]:
        axes.axvline(dates[exposed][0], color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
