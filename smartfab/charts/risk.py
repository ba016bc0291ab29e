"""The risk of parts over time, and the signals it comes from."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from smartfab.charts.clock_axis import time_axis
from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.curves import unit_ticks
from smartfab.charts.plain_names import drawn
from smartfab.charts.rounded_axis import within
from smartfab.charts.style import STYLE, WIDTH, Picture, blank
from smartfab.charts.wording import Lang, language, number
from smartfab.errors import MissingColumnError

_DEFECT = COLOURS["breakdown"]
_TOWARDS, _AGAINST = COLOURS["breakdown"], COLOURS["run"]
_MOST_POINTS = 5000
_MOST_SIGNALS = 10
_ALONE_D = 0.02

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No part to draw.", "vi": "Không có sản phẩm nào để vẽ."},
    "risk": {"en": "Risk of a defect [0…1]", "vi": "Rủi ro lỗi [0…1]"},
    "defect": {"en": "defect", "vi": "lỗi"},
    "good": {"en": "good", "vi": "đạt"},
    "part": {"en": "part", "vi": "sản phẩm"},
    "threshold": {"en": "threshold", "vi": "ngưỡng giữ hàng"},
    "pushes": {"en": "Mean contribution [logit]", "vi": "Mức đóng góp trung bình [logit]"},
    "unexplained": {"en": "This model cannot be explained.", "vi": "Mô hình này không giải thích được."},
}


@mpl.rc_context(STYLE)
def defect_risk(
    timeline: pd.DataFrame, contributions: pd.DataFrame | None = None, *, threshold: float | None = None, lang: str = "en",
    tz: str | None = None,
) -> Figure:  # fmt: skip
    """Draw the risk of each part at its cut-off, and what the risk comes from.

    More than 5,000 good parts are thinned out evenly over time, defects never.

    Parameters
    ----------
    timeline : DataFrame
        cutoff and score; defect where it is known: ``Evaluation.timeline``, or table `predictions`.
    contributions : DataFrame, optional
        signal (or label, or feature) and contribution [logit]: ``Evaluation.contributions``, or what `sf.defects.explain`
        gives; several of one signal are averaged.
    threshold : float, optional
        Parts from here on are held [1].
    lang : {"en", "vi"}
        Language.
    tz : str, optional
        IANA zone of the time axis; UTC if none is given.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    MissingColumnError
        If a column is missing.
    """
    spoken = language(lang)
    if missing := [name for name in ("cutoff", "score") if name not in timeline]:
        raise MissingColumnError("no such column", table="predictions", column=missing[0], expected="cutoff and score")
    if timeline.empty:
        return blank(_TEXT["empty"][spoken])
    signals = 0 if contributions is None else min(_MOST_SIGNALS, len(contributions))
    heights = [3.2, 0.9 + 0.24 * signals] if signals else [3.2]
    figure = Picture(figsize=(WIDTH, sum(heights)), dpi=200, facecolor="white", layout="constrained")
    grid = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    over_time(grid[0], timeline, threshold, spoken, tz)
    if contributions is not None and signals:
        made_of(grid[1], contributions, spoken)
    return figure


def over_time(axes: Axes, table: pd.DataFrame, threshold: float | None, lang: Lang, tz: str | None) -> None:
    """Draw the risk of each part at its cut-off onto axes."""
    x = np.asarray(date2num(table["cutoff"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()))  # type: ignore[no-untyped-call]
    known = "defect" in table
    defect = table["defect"].to_numpy(dtype=bool) if known else np.zeros(len(table), dtype=bool)
    good = np.flatnonzero(~defect)
    good = good[np.unique(np.linspace(0, len(good) - 1, min(len(good), _MOST_POINTS)).astype(int))]
    score = table["score"].to_numpy(dtype=float)
    axes.plot(x[good], score[good], ".", color=FAINT, markersize=3, label=_TEXT["good" if known else "part"][lang])
    if known:
        axes.plot(x[defect], score[defect], "x", color=_DEFECT, markersize=5, label=_TEXT["defect"][lang])
    if threshold is not None:
        axes.axhline(threshold, color=INK, linewidth=0.9, linestyle=(0, (2, 2)), label=_TEXT["threshold"][lang])
    axes.set_ylabel(_TEXT["risk"][lang])
    unit_ticks(axes, lang, which="y")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, fontsize=8, borderaxespad=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if x.min() == x.max():  # one instant has no extent of its own
        axes.set_xlim(x[0] - _ALONE_D, x[0] + _ALONE_D)
    time_axis(axes, lang, tz or "UTC")


def made_of(axes: Axes, table: pd.DataFrame, lang: Lang) -> None:
    """Draw what the risk comes from onto axes, the strongest first."""
    if table.empty:
        axes.set_axis_off()
        axes.text(0.5, 0.5, _TEXT["unexplained"][lang], ha="center", va="center", fontsize=8)
        return
    key = next((name for name in ("signal", "label", "feature") if name in table), None)
    if key is None or "contribution" not in table:
        raise MissingColumnError(
            "no such column", where="contributions", column=key or "signal", expected="signal, contribution"
        )
    mean = table.groupby(key, sort=False)["contribution"].mean()
    mean = mean.iloc[np.argsort(-mean.abs().to_numpy(), kind="stable")[:_MOST_SIGNALS]]
    sizes = mean.to_numpy(dtype=float)
    axes.barh(range(len(mean)), sizes, height=0.7, color=[_TOWARDS if size > 0 else _AGAINST for size in sizes], zorder=2)
    axes.axvline(0, color=INK, linewidth=0.7)
    reach = float(np.abs(sizes).max()) or 1.0
    for place, size in enumerate(sizes.tolist()):
        axes.annotate(number(size, lang, 2), (size, place), (3 if size >= 0 else -3, 0), textcoords="offset points", fontsize=7,
                      va="center", ha="left" if size >= 0 else "right")  # fmt: skip
    axes.set_yticks(range(len(mean)), [drawn(name, 48) for name in mean.index], parse_math=False, fontsize=8)
    axes.set_ylim(len(mean) - 0.4, -0.6)
    axes.set_xlim(-1.2 * reach if sizes.min() < 0 else -0.05 * reach, 1.2 * reach if sizes.max() > 0 else 0.05 * reach)
    ticks = within(MaxNLocator(5), *axes.get_xlim())
    axes.set_xticks(ticks, [number(tick, lang, 2 if reach < 2 else 1) for tick in ticks])
    axes.set_xlabel(_TEXT["pushes"][lang])
    axes.xaxis.grid(visible=True, color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
