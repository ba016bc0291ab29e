"""Control chart: points, centre line and limits, with the rules that points break written beside them."""

from __future__ import annotations

import math
from typing import Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from smartfab.charts.clock_axis import time_axis
from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.rounded_axis import level_axis, within
from smartfab.charts.style import STYLE, WIDTH, Picture, blank
from smartfab.charts.wording import Lang, language, number
from smartfab.spc.chart import ControlChart
from smartfab.spc.rules import RuleSet

_LIMIT = COLOURS["setup"]
_BROKEN = COLOURS["breakdown"]
_MOST_DOTS = 400
_MOST_MARKS = 40

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No point to draw.", "vi": "Không có điểm nào để vẽ."},
    "point": {"en": "Point", "vi": "Điểm"},
    "rules": {"en": "Rules broken (points)", "vi": "Quy tắc bị vi phạm (số điểm)"},
    "none": {"en": "No rule is broken.", "vi": "Không có quy tắc nào bị vi phạm."},
    "value": {"en": "Value", "vi": "Giá trị"},
    "moving_range": {"en": "Moving range", "vi": "Khoảng biến thiên trượt"},
    "mean": {"en": "Mean", "vi": "Trung bình"},
    "range": {"en": "Range", "vi": "Khoảng biến thiên"},
    "std": {"en": "Standard deviation", "vi": "Độ lệch chuẩn"},
    "fraction_defective": {"en": "Fraction defective", "vi": "Tỷ lệ sản phẩm lỗi"},
    "defectives": {"en": "Defectives", "vi": "Số sản phẩm lỗi"},
    "defects": {"en": "Defects", "vi": "Số lỗi"},
    "defects_per_unit": {"en": "Defects per unit", "vi": "Số lỗi trên đơn vị"},
    "ewma": {"en": "EWMA", "vi": "EWMA"},
    "cusum_high": {"en": "Sum above target", "vi": "Tổng vượt trên mục tiêu"},
    "cusum_low": {"en": "Sum below target", "vi": "Tổng dưới mục tiêu"},
}
_LIMITS: dict[Lang, str] = {"en": "beyond the limits", "vi": "vượt giới hạn"}
_MEANINGS: dict[str, dict[int, dict[Lang, str]]] = {
    "nelson": {
        2: {"en": "nine on one side", "vi": "chín điểm cùng một phía"},
        3: {"en": "six rising or falling", "vi": "sáu điểm tăng hoặc giảm liên tục"},
        4: {"en": "fourteen up and down", "vi": "mười bốn điểm lên xuống xen kẽ"},
        5: {"en": "two of three beyond 2σ", "vi": "hai trong ba điểm ngoài 2σ"},
        6: {"en": "four of five beyond 1σ", "vi": "bốn trong năm điểm ngoài 1σ"},
        7: {"en": "fifteen within 1σ", "vi": "mười lăm điểm trong 1σ"},
        8: {"en": "eight beyond 1σ", "vi": "tám điểm ngoài 1σ"},
    },
    "western_electric": {
        2: {"en": "two of three beyond 2σ", "vi": "hai trong ba điểm ngoài 2σ"},
        3: {"en": "four of five beyond 1σ", "vi": "bốn trong năm điểm ngoài 1σ"},
        4: {"en": "eight on one side", "vi": "tám điểm cùng một phía"},
    },
}


@mpl.rc_context(STYLE)
def control_chart(chart: ControlChart, *, lang: str = "en", rules: RuleSet = "nelson", tz: str | None = None) -> Figure:
    """Draw a control chart; a point that completes a rule is filled, and the first of each stretch bears the rule's number.

    Beyond 40 stretches the numbers are left out, and the counts below the picture tell them.

    Parameters
    ----------
    chart : ControlChart
        What to draw.
    lang : {"en", "vi"}
        Language.
    rules : {"nelson", "western_electric"}
        Rules to judge by.
    tz : str, optional
        IANA zone of the time axis; UTC if none is given.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    TableError
        If the set of rules is unknown.
    """
    spoken = language(lang)
    broken = chart.violations(rules)
    table = chart.table
    if not table["value"].notna().any():
        return blank(_TEXT["empty"][spoken])
    pair = len(chart.statistics) > 1
    figure = Picture(figsize=(WIDTH, 5.0 if pair else 3.4), dpi=200, facecolor="white", layout="constrained")
    grid = figure.subplots(2 if pair else 1, 1, sharex=True, squeeze=False, height_ratios=[5, 3] if pair else [1])[:, 0]
    x = _places(table)
    upper = table[["value", "centre", "lower", "upper", "std_error"]]
    _draw(grid[0], x, upper, broken, spoken, zones=len(broken) > 1)
    if pair:
        lower = table.filter(like="second").rename(columns=lambda name: name.removeprefix("second_"))
        _draw(grid[1], x, lower.rename(columns={"second": "value"}), chart.violations(rules, of="second"), spoken, zones=False)
    for axes, statistic in zip(grid, chart.statistics, strict=True):
        axes.set_ylabel(_TEXT[statistic][spoken])
    figure.align_ylabels(list(grid))
    if chart.name:
        grid[0].set_title(chart.name, loc="left", fontsize=9, parse_math=False)
    if "ts" in table:
        time_axis(grid[-1], spoken, tz or "UTC")
    else:
        grid[-1].set_xlabel(_TEXT["point"][spoken])
        low, high = grid[-1].get_xlim()
        grid[-1].set_xticks(within(MaxNLocator(10, integer=True), low, high))
    figure.supxlabel(_verdict(chart, rules, spoken), fontsize=8, x=0.01, ha="left")
    return figure


def _places(table: pd.DataFrame) -> np.ndarray:
    """Where the points lie: their times, their labels if these are rising numbers, else their places in the row."""
    if "ts" in table:
        times = table["ts"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        return np.asarray(date2num(times), dtype=np.float64)  # type: ignore[no-untyped-call]
    label = table["index"]
    if pd.api.types.is_numeric_dtype(label) and label.notna().all() and label.is_monotonic_increasing and label.is_unique:
        return label.to_numpy(dtype=np.float64)
    return np.arange(len(table), dtype=np.float64)


def _draw(axes: Axes, x: np.ndarray, lines: pd.DataFrame, broken: dict[int, np.ndarray], lang: Lang, *, zones: bool) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    step: Literal["mid"] = "mid"
    value = lines["value"].to_numpy()
    there = ~np.isnan(value)
    axes.step(x, lines["centre"], where=step, color=_LIMIT, linewidth=0.9, zorder=1)
    for name in ("lower", "upper"):
        axes.step(x, lines[name], where=step, color=_LIMIT, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1)
    if zones:
        for sigmas in (-2, -1, 1, 2):
            level = (lines["centre"] + sigmas * lines["std_error"]).clip(lines["lower"], lines["upper"])
            axes.step(x, level, where=step, color=FAINT, linewidth=0.7, linestyle=(0, (2, 3)), zorder=0)
    size = 3.0 if there.sum() <= _MOST_DOTS else 0.0
    axes.plot(x, value, color=INK, linewidth=0.7, marker="o", markersize=size, markerfacecolor="white",
              markeredgewidth=0.7, zorder=2)  # fmt: skip
    marked = np.unique(np.concatenate(list(broken.values())))
    axes.plot(x[marked], value[marked], linestyle="", marker="o", color=_BROKEN, markersize=4.0 if size else 2.0, zorder=3)
    _number(axes, x, lines, broken, np.flatnonzero(there))
    axes.margins(x=0.02, y=0.14)
    level_axis(axes, lambda value, digits: number(value, lang, digits))
    _name_lines(axes, lines, lang)


def _number(axes: Axes, x: np.ndarray, lines: pd.DataFrame, broken: dict[int, np.ndarray], there: np.ndarray) -> None:
    """Write each rule's number at the first point of every stretch of points that complete it."""
    begins: dict[int, list[str]] = {}
    for rule, at in broken.items():
        rank = np.searchsorted(there, at)
        for place in at[np.diff(rank, prepend=-2) > 1].tolist():
            begins.setdefault(place, []).append(str(rule))
    if len(begins) > _MOST_MARKS:
        return
    for place, names in begins.items():
        point = lines.iloc[place]
        above = point["value"] >= point["centre"]
        axes.annotate(",".join(names), (x[place], point["value"]), (0, 5 if above else -5), textcoords="offset points",
                      ha="center", va="bottom" if above else "top", fontsize=7, color=_BROKEN, zorder=4,
                      bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.4})  # fmt: skip


def _name_lines(axes: Axes, lines: pd.DataFrame, lang: Lang) -> None:
    """Write beside the last point what the lines are, with four digits of the height of the chart."""
    low, high = axes.get_ylim()
    digits = max(0, 3 - math.floor(math.log10(high - low)))
    last = lines.dropna(subset="centre").iloc[-1].astype(float)
    for name, text in (("upper", "UCL"), ("centre", "CL"), ("lower", "LCL")):
        if name != "centre" and last[name] == last["centre"]:
            continue
        axes.annotate(f"{text} {number(last[name], lang, digits)}", (1.0, last[name]), (4, 0), va="center", fontsize=8,
                      xycoords=axes.get_yaxis_transform(), textcoords="offset points", color=_LIMIT)  # fmt: skip


def _verdict(chart: ControlChart, rules: RuleSet, lang: Lang) -> str:
    told = [
        f"{rule} – {_LIMITS[lang] if rule == 1 else _MEANINGS[rules][rule][lang]} ({number(len(at), lang)})"
        for rule, at in chart.violations(rules).items()
        if len(at)
    ]
    if len(chart.statistics) > 1 and len(at := chart.violations(rules, of="second")[1]):
        told.append(f"{_TEXT[chart.statistics[1]][lang]}: {_LIMITS[lang]} ({number(len(at), lang)})")
    if not told:
        return _TEXT["none"][lang]
    rows = [" · ".join(told[k : k + 3]) for k in range(0, len(told), 3)]
    return f"{_TEXT['rules'][lang]}\n" + "\n".join(rows)
