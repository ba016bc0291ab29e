"""An evaluation of a classifier as one picture: its curves, what its risk comes from, and the risk of parts over time."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure

from smartfab.charts import curves, risk
from smartfab.charts.style import STYLE, WIDTH, Picture, blank
from smartfab.charts.wording import Lang, language, number
from smartfab.defects.evaluation import Evaluation

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "Only one class was tested: nothing to draw.", "vi": "Chỉ có một loại kết quả: không có gì để vẽ."},
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
    figure = Picture(figsize=(WIDTH, 8.4), dpi=200, facecolor="white", layout="constrained")
    # each row is laid out by itself: long names of signals take no room from the row above
    top, middle, bottom = figure.subfigures(3, 1, squeeze=False, height_ratios=[1, 0.95, 1.05])[:, 0]
    precision, roc, calibration = top.subplots(1, 3)
    cost, causes = middle.subplots(1, 2, width_ratios=[1, 2])
    row = report.metrics.T["model"]
    recall, threshold = 1 - float(row["mar"]), float(getattr(report.model, "threshold_", 0.5))
    base, right = float(row["base_rate"]), float(row["precision"])
    curves.precision_recall(precision, report.curves["pr"], base, (recall, right), spoken)
    curves.receiver(roc, report.curves["roc"], (float(row["far"]), recall), spoken)
    curves.calibration(calibration, report.curves["calibration"], spoken)
    curves.costs(cost, report.curves["cost"], threshold, spoken)
    risk.made_of(causes, report.contributions, spoken)
    risk.over_time(bottom.subplots(), report.timeline, threshold, spoken, tz)
    told = " · ".join(
        f"{name} {number(float(row[key]), spoken, 3)}" for name, key in (("MCC", "mcc"), ("FAR", "far"), ("MAR", "mar"))
    )
    figure.suptitle(f"{told} · {_TEXT['base'][spoken]} {number(base, spoken, 3)}", fontsize=9, x=0.01, ha="left")
    return figure
