"""The four curves of a classifier: precision and recall, ROC, calibration, cost by threshold."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.rounded_axis import level_axis
from smartfab.charts.style import STYLE, Picture, blank
from smartfab.charts.wording import Lang, language, number
from smartfab.errors import MissingColumnError

_LINE = COLOURS["setup"]
_DASHED = (0, (5, 3))

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "Only one class was tested: nothing to draw.", "vi": "Chỉ có một loại kết quả: không có gì để vẽ."},
    "recall": {"en": "Recall [0…1]", "vi": "Tỷ lệ lỗi bắt được [0…1]"},
    "precision": {"en": "Precision [0…1]", "vi": "Tỷ lệ báo đúng [0…1]"},
    "far": {"en": "False alarms of good parts [0…1]", "vi": "Tỷ lệ báo nhầm hàng đạt [0…1]"},
    "said": {"en": "Risk said [0…1]", "vi": "Rủi ro dự đoán [0…1]"},
    "was": {"en": "Share of defects [0…1]", "vi": "Tỷ lệ lỗi thực tế [0…1]"},
    "threshold": {"en": "Threshold [0…1]", "vi": "Ngưỡng giữ hàng [0…1]"},
    "cost": {"en": "Cost a part [as miss_cost]", "vi": "Chi phí/SP [như miss_cost]"},
    "base": {"en": "always alarm", "vi": "luôn báo"},
    "chance": {"en": "chance", "vi": "đoán ngẫu nhiên"},
    "exact": {"en": "exact", "vi": "đúng hoàn toàn"},
    "chosen": {"en": "chosen", "vi": "ngưỡng đang dùng"},
}


@mpl.rc_context(STYLE)
def pr_curve(
    table: pd.DataFrame, *, base_rate: float | None = None, at: tuple[float, float] | None = None, lang: str = "en"
) -> Figure:
    """Draw precision against recall.

    Parameters
    ----------
    table : DataFrame
        recall and precision [1], such as ``Evaluation.curves["pr"]``.
    base_rate : float, optional
        Share of defects: the precision of alarming always [1].
    at : tuple of float, optional
        Recall and precision at the chosen threshold [1].
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    MissingColumnError
        If a column is missing.
    """
    return _alone(table, ("recall", "precision"), lang, lambda axes, say: precision_recall(axes, table, base_rate, at, say))


@mpl.rc_context(STYLE)
def roc_curve(table: pd.DataFrame, *, at: tuple[float, float] | None = None, lang: str = "en") -> Figure:
    """Draw recall against the share of good parts that are held.

    Parameters
    ----------
    table : DataFrame
        far and recall [1], such as ``Evaluation.curves["roc"]``.
    at : tuple of float, optional
        far and recall at the chosen threshold [1].
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    MissingColumnError
        If a column is missing.
    """
    return _alone(table, ("far", "recall"), lang, lambda axes, say: receiver(axes, table, at, say))


@mpl.rc_context(STYLE)
def calibration_curve(table: pd.DataFrame, *, lang: str = "en") -> Figure:
    """Draw the share of defects against the risk that was said.

    Parameters
    ----------
    table : DataFrame
        said and was [1], such as ``Evaluation.curves["calibration"]``.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    MissingColumnError
        If a column is missing.
    """
    return _alone(table, ("said", "was"), lang, lambda axes, say: calibration(axes, table, say))


@mpl.rc_context(STYLE)
def cost_curve(table: pd.DataFrame, *, threshold: float | None = None, lang: str = "en") -> Figure:
    """Draw the cost a part against the threshold.

    Parameters
    ----------
    table : DataFrame
        threshold [1] and cost [unit of miss_cost], such as ``Evaluation.curves["cost"]``.
    threshold : float, optional
        The chosen one [1].
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    MissingColumnError
        If a column is missing.
    """
    return _alone(table, ("threshold", "cost"), lang, lambda axes, say: costs(axes, table, threshold, say))


def _alone(table: pd.DataFrame, columns: tuple[str, str], lang: str, draw: Callable[[Axes, Lang], None]) -> Figure:
    spoken = language(lang)
    if table.empty:
        return blank(_TEXT["empty"][spoken])
    if missing := [name for name in columns if name not in table]:
        raise MissingColumnError("no such column", where="table", column=missing[0], expected=" and ".join(columns))
    figure = Picture(figsize=(4.6, 3.8), dpi=200, facecolor="white", layout="constrained")
    draw(figure.subplots(), spoken)
    return figure


def precision_recall(
    axes: Axes, table: pd.DataFrame, base_rate: float | None, at: tuple[float, float] | None, lang: Lang
) -> None:
    """Draw `pr_curve` onto axes."""
    axes.step(table["recall"], table["precision"], where="post", color=_LINE, linewidth=1.2)
    if base_rate is not None:
        axes.axhline(base_rate, color=FAINT, linewidth=0.9, linestyle=_DASHED, label=_TEXT["base"][lang])
    _chosen(axes, at, lang)
    _framed(axes, "recall", "precision", lang)
    unit_ticks(axes, lang)


def receiver(axes: Axes, table: pd.DataFrame, at: tuple[float, float] | None, lang: Lang) -> None:
    """Draw `roc_curve` onto axes."""
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.9, linestyle=_DASHED, label=_TEXT["chance"][lang])
    axes.step(table["far"], table["recall"], where="post", color=_LINE, linewidth=1.2)
    _chosen(axes, at, lang)
    _framed(axes, "far", "recall", lang)
    unit_ticks(axes, lang)


def calibration(axes: Axes, table: pd.DataFrame, lang: Lang) -> None:
    """Draw `calibration_curve` onto axes."""
    most = max(float(table[["said", "was"]].to_numpy().max()) * 1.1, 1e-6)
    axes.plot([0, most], [0, most], color=FAINT, linewidth=0.9, linestyle=_DASHED, label=_TEXT["exact"][lang])
    axes.plot(table["said"], table["was"], marker="o", markersize=4, color=_LINE, linewidth=1.0)
    _framed(axes, "said", "was", lang)
    digits = 2 if most >= 0.2 else 3 if most >= 0.02 else 4
    ticks = np.linspace(0, most / 1.1, 4)
    for name in "xy":
        getattr(axes, f"set_{name}ticks")(ticks, [number(float(tick), lang, digits) for tick in ticks])
        getattr(axes, f"set_{name}lim")(-0.02 * most, most)


def costs(axes: Axes, table: pd.DataFrame, threshold: float | None, lang: Lang) -> None:
    """Draw `cost_curve` onto axes."""
    axes.plot(table["threshold"], table["cost"], color=_LINE, linewidth=1.2)
    axes.set_ylim(0, float(table["cost"].max()) * 1.15 or 1.0)
    if threshold is not None:
        axes.axvline(threshold, color=INK, linewidth=0.9, linestyle=(0, (2, 2)), label=_TEXT["chosen"][lang])
    _framed(axes, "threshold", "cost", lang)
    unit_ticks(axes, lang, which="x")
    level_axis(axes, lambda level, digits: number(level, lang, digits))


def unit_ticks(axes: Axes, lang: Lang, *, which: str = "xy") -> None:
    """Mark axes of probabilities from 0 to 1."""
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    for name in which:
        getattr(axes, f"set_{name}ticks")(ticks, [number(tick, lang, 2) for tick in ticks])
        getattr(axes, f"set_{name}lim")(-0.02, 1.05)


def _chosen(axes: Axes, at: tuple[float, float] | None, lang: Lang) -> None:
    if at is None or not all(np.isfinite(at)):
        return
    axes.plot([at[0]], [at[1]], "o", color=INK, markersize=5, label=_TEXT["chosen"][lang])


def _framed(axes: Axes, x: str, y: str, lang: Lang) -> None:
    axes.set_xlabel(_TEXT[x][lang])
    axes.set_ylabel(_TEXT[y][lang])
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if axes.get_legend_handles_labels()[0]:  # above the axes, where no curve can be
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=7, borderaxespad=0.3, handlelength=1.6, columnspacing=1
        )
