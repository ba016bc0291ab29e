"""An evaluation of a classifier as one picture: precision and recall, calibration, cost, and the risk of parts over time."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from smartfab.charts.clock_axis import time_axis
from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.style import STYLE, WIDTH, blank
from smartfab.charts.wording import Lang, language, number
from smartfab.defects.evaluation import Evaluation

_LINE = COLOURS["setup"]
_DEFECT = COLOURS["breakdown"]
_MOST_POINTS = 5000

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "Only one class was tested: nothing to draw.", "vi": "Chỉ có một loại kết quả: không có gì để vẽ."},
    "recall": {"en": "Recall", "vi": "Tỷ lệ lỗi bắt được"},
    "precision": {"en": "Precision", "vi": "Tỷ lệ báo đúng"},
    "said": {"en": "Risk said", "vi": "Rủi ro dự đoán"},
    "was": {"en": "Share of defects", "vi": "Tỷ lệ lỗi thực tế"},
    "threshold": {"en": "Threshold", "vi": "Ngưỡng giữ hàng"},
    "cost": {"en": "Cost per part", "vi": "Chi phí mỗi sản phẩm"},
    "risk": {"en": "Risk of a defect", "vi": "Rủi ro lỗi"},
    "defect": {"en": "defect", "vi": "lỗi"},
    "good": {"en": "good", "vi": "đạt"},
    "base": {"en": "base rate", "vi": "tỷ lệ lỗi chung"},
}


@mpl.rc_context(STYLE)
def evaluation(report: Evaluation, *, lang: str = "en", tz: str | None = None) -> Figure:
    """Draw what an evaluation found; more than 5,000 good parts are thinned out over time, defects never.

    Parameters
    ----------
    report : Evaluation
        What to draw.
    lang : {"en", "vi"}
        Language.
    tz : str, optional
        IANA zone of the time axis; UTC if none is given.

    Returns
    -------
    Figure
        Not bound to any display.
    """
    spoken = language(lang)
    if report.curves["pr"].empty:
        return blank(_TEXT["empty"][spoken])
    figure = Figure(figsize=(WIDTH, 6.0), dpi=200, facecolor="white", layout="constrained")
    grid = figure.add_gridspec(2, 3, height_ratios=[1, 1])
    top = [figure.add_subplot(grid[0, place]) for place in range(3)]
    _precision(top[0], report, spoken)
    _calibration(top[1], report, spoken)
    _cost(top[2], report, spoken)
    wide = figure.add_subplot(grid[1, :])
    _timeline(wide, report, spoken, tz)
    for axes in (*top, wide):
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    row = report.metrics.T["model"]
    told = " · ".join(
        f"{name} {number(float(row[key]), spoken, 3)}" for name, key in (("MCC", "mcc"), ("FAR", "far"), ("MAR", "mar"))
    )
    figure.suptitle(
        f"{told} · {_TEXT['base'][spoken]} {number(float(row['base_rate']), spoken, 3)}", fontsize=9, x=0.01, ha="left"
    )
    return figure


def _named(axes: Axes, x: str, y: str, lang: Lang) -> None:
    axes.set_xlabel(_TEXT[x][lang])
    axes.set_ylabel(_TEXT[y][lang])


def _unit_ticks(axes: Axes, lang: Lang, *, which: str = "xy") -> None:
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    for name in which:
        getattr(axes, f"set_{name}ticks")(ticks, [number(tick, lang, 2) for tick in ticks])
        getattr(axes, f"set_{name}lim")(-0.02, 1.02)


def _precision(axes: Axes, report: Evaluation, lang: Lang) -> None:
    curve = report.curves["pr"]
    axes.step(curve["recall"], curve["precision"], where="post", color=_LINE, linewidth=1.2)
    axes.axhline(float(report.metrics.T["model"]["base_rate"]), color=FAINT, linewidth=0.9, linestyle=(0, (5, 3)))
    model = report.metrics.T["model"]
    axes.plot(1 - model["mar"], model["precision"], marker="o", color=INK, markersize=5)
    _named(axes, "recall", "precision", lang)
    _unit_ticks(axes, lang)


def _calibration(axes: Axes, report: Evaluation, lang: Lang) -> None:
    bins = report.curves["calibration"]
    most = max(float(bins[["said", "was"]].to_numpy().max()) * 1.1, 1e-6)
    axes.plot([0, most], [0, most], color=FAINT, linewidth=0.9, linestyle=(0, (5, 3)))
    axes.plot(bins["said"], bins["was"], marker="o", markersize=4, color=_LINE, linewidth=1.0)
    _named(axes, "said", "was", lang)
    ticks = np.linspace(0, most, 4)
    for name in "xy":
        getattr(axes, f"set_{name}ticks")(ticks, [number(float(tick), lang, 3) for tick in ticks])


def _cost(axes: Axes, report: Evaluation, lang: Lang) -> None:
    curve = report.curves["cost"]
    axes.plot(curve["threshold"], curve["cost"], color=_LINE, linewidth=1.2)
    axes.axvline(getattr(report.model, "threshold_", 0.5), color=INK, linewidth=0.9, linestyle=(0, (2, 2)))
    _named(axes, "threshold", "cost", lang)
    _unit_ticks(axes, lang, which="x")
    ticks = axes.get_yticks()
    axes.set_yticks(ticks, [number(float(tick), lang, 2) for tick in ticks])
    axes.set_ylim(0, float(curve["cost"].max()) * 1.05)


def _timeline(axes: Axes, report: Evaluation, lang: Lang, tz: str | None) -> None:
    table = report.timeline
    x = np.asarray(date2num(table["cutoff"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()))  # type: ignore[no-untyped-call]
    defect = table["defect"].to_numpy(dtype=bool)
    good = np.flatnonzero(~defect)
    good = good[np.unique(np.linspace(0, len(good) - 1, min(len(good), _MOST_POINTS)).astype(int))]
    score = table["score"].to_numpy()
    axes.plot(x[good], score[good], ".", color=FAINT, markersize=3, label=_TEXT["good"][lang])
    axes.plot(x[defect], score[defect], "x", color=_DEFECT, markersize=5, label=_TEXT["defect"][lang])
    axes.axhline(getattr(report.model, "threshold_", 0.5), color=INK, linewidth=0.9, linestyle=(0, (2, 2)))
    axes.set_ylabel(_TEXT["risk"][lang])
    _unit_ticks(axes, lang, which="y")
    axes.legend(loc="upper right", ncols=2)
    time_axis(axes, lang, tz or "UTC")
