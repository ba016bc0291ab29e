"""Placebos: the same measurement where nothing was changed, at other dates and on other units, beside the real one."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, date2num
from matplotlib.figure import Figure

from smartfab.charts.clock_axis import concise
from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.rounded_axis import effect_writer, level_axis
from smartfab.charts.style import STYLE, WIDTH, Picture, blank
from smartfab.charts.wording import Lang, language
from smartfab.improvements.measurement import Measurement
from smartfab.improvements.sentences import unit_of

_REAL = COLOURS["run"]
_OUTSIDE = COLOURS["breakdown"]
_MOST_NAMES = 12

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No placebo could be tried.", "vi": "Chưa làm được phép thử giả nào."},
    "time": {"en": "As if changed at another date", "vi": "Như thể cải tiến vào ngày khác"},
    "space": {"en": "As if another unit had been changed", "vi": "Như thể cải tiến ở nơi khác"},
    "real": {"en": "real", "vi": "thật"},
    "effect": {"en": "Effect", "vi": "Mức thay đổi"},
}


@mpl.rc_context(STYLE)
def placebo_strip(measured: Measurement, *, lang: str = "vi") -> Figure:
    """Draw the effects found where nothing was changed; those whose interval misses 0 stand out.

    Parameters
    ----------
    measured : Measurement
        With its placebos.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.
    """
    spoken = language(lang)
    table = measured.placebos
    kinds = [kind for kind in ("time", "space") if len(table) and (table["kind"] == kind).any()]
    if not kinds:
        return blank(_TEXT["empty"][spoken])
    figure = Picture(figsize=(WIDTH, 3.0), dpi=200, facecolor="white", layout="constrained")
    grid = figure.subplots(1, len(kinds), sharey=True, squeeze=False, width_ratios=[3, 2][: len(kinds)])[0]
    for axes, kind in zip(grid, kinds, strict=True):
        mine = table[table["kind"] == kind].reset_index(drop=True)
        axes.axhline(0, color=FAINT, linewidth=0.8)
        if kind == "time":
            _in_time(axes, mine, measured, spoken)
        else:
            _in_space(axes, mine, measured)
        axes.set_title(_TEXT[kind][spoken], loc="left", fontsize=9)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    unit = unit_of(measured.arguments["y"], spoken, ratio=measured.is_ratio)
    grid[0].set_ylabel(f"{_TEXT['effect'][spoken]} [{unit}]" if unit else _TEXT["effect"][spoken])
    level_axis(grid[0], effect_writer(spoken, ratio=measured.is_ratio))
    return figure


def _in_time(axes: Axes, table: pd.DataFrame, measured: Measurement, lang: Lang) -> None:
    outside = (table["low"] > 0) | (table["high"] < 0)
    dates = np.asarray(date2num(table["date"].to_numpy()))  # type: ignore[no-untyped-call]
    axes.fill_between(dates, table["low"], table["high"], color=FAINT, alpha=0.4, linewidth=0)
    axes.plot(dates, table["estimate"], color=INK, linewidth=0.8)
    axes.plot(dates[outside], table["estimate"][outside], linestyle="", marker="o", markersize=3, color=_OUTSIDE)
    first = measured.effects.loc[measured.effects["exposure"] > 0, "date"].iloc[0]
    changed = float(date2num(first))  # type: ignore[no-untyped-call]
    _bar(axes, changed, measured.estimate, measured.interval, _REAL)
    axes.annotate(_TEXT["real"][lang], (changed, measured.interval[1]), (0, 3), textcoords="offset points",
                  ha="center", va="bottom", fontsize=8, color=_REAL)  # fmt: skip
    axes.margins(x=0.06, y=0.14)
    locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(concise(locator, lang, "UTC"))


def _in_space(axes: Axes, table: pd.DataFrame, measured: Measurement) -> None:
    ordered = table.sort_values(["estimate", "where"], ignore_index=True)
    figures = ordered[["estimate", "low", "high"]].to_numpy(dtype=float).tolist()
    for place, (middle, low, high) in enumerate(figures):
        _bar(axes, place, middle, (low, high), _OUTSIDE if low > 0 or high < 0 else INK)
    _bar(axes, len(ordered), measured.estimate, measured.interval, _REAL)
    names = [*ordered["where"], measured.arguments["treated"]]
    places = range(len(names)) if len(names) <= _MOST_NAMES else [len(names) - 1]
    axes.set_xticks(list(places), [names[place] for place in places], rotation=30, ha="right", parse_math=False)
    axes.margins(x=0.08)


def _bar(axes: Axes, place: float, middle: float, ends: tuple[float, float], colour: str) -> None:
    axes.vlines([place], [ends[0]], [ends[1]], color=colour, linewidth=1.4)
    axes.plot([place], [middle], marker="o", markersize=4, color=colour)
