"""OEE waterfall: from calendar time to the ideal time of good pieces, loss by loss."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.rounded_axis import wide_axis
from smartfab.charts.style import STYLE, blank, sheet
from smartfab.charts.wording import Lang, hours, language, percent
from smartfab.tables import conform
from smartfab.vocabulary import label

_NEED = (
    "calendar_s", "no_shift_s", "planned_stop_s", "unknown_s", "planned_s", "breakdown_s", "setup_s", "idle_s",
    "blocked_starved_s", "minor_stop_s", "run_s",
)  # fmt: skip

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No row to draw.", "vi": "Không có dòng nào để vẽ."},
    "axis": {"en": "Hours; % of planned time", "vi": "Giờ; % của thời gian theo kế hoạch"},
    "machines": {"en": "Hours of {n} machines; % of planned time", "vi": "Giờ của {n} máy; % của thời gian theo kế hoạch"},
    "cut": {
        "en": "Ideal cycle or counts are missing: speed and quality losses cannot be told apart.",
        "vi": "Thiếu chu kỳ chuẩn hoặc số đếm: không tách được tổn thất tốc độ và chất lượng.",
    },
}  # fmt: skip


_SUMS = {"calendar_s", "planned_s"}
_PLANNED = _NEED.index("planned_s")
_LABEL = {"calendar": "calendar_s", "planned": "planned_s"}


@dataclass(frozen=True)
class _Step:
    """A sum that starts from zero, or a loss that takes from the level reached so far."""

    name: str
    seconds: float
    is_sum: bool


@mpl.rc_context(STYLE)
def waterfall(kpis: pd.DataFrame, *, lang: str = "en") -> Figure:
    """Draw where the time went, from calendar time to good pieces; the rows' terms are summed.

    Reduced speed is run time − ideal time, minor stops apart; where a product ran faster than its ideal cycle the bar
    turns the other way. If a row has planned time but no OEE, the drawing ends at run time and says so.

    Parameters
    ----------
    kpis : DataFrame
        Rows of table `oee`.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    TableError
        If a term is missing.
    """
    spoken = language(lang)
    ready = conform(kpis, "oee", need=_NEED)
    if ready.empty:
        return blank(_TEXT["empty"][spoken])
    costed = _costed(ready)
    steps = _steps(ready, costed=costed)
    figure, axes = sheet(0.9 + 0.3 * len(steps))
    whole, planned = steps[0].seconds, steps[_PLANNED].seconds
    level = 0.0
    for row, step in enumerate(steps):
        left, right = (0.0, step.seconds) if step.is_sum else (level - step.seconds, level)
        axes.barh(row, (right - left) / 3600, left=left / 3600, height=0.72, color=COLOURS.get(step.name, FAINT), zorder=2)
        level = right if step.is_sum else left
        if row + 1 < len(steps):
            axes.vlines(level / 3600, row, row + 1, colors=INK, linewidths=0.6, zorder=3)
        digits = 1 if abs(step.seconds) >= 3600 or step.seconds == 0 else 2
        text = hours(step.seconds if step.is_sum else -step.seconds, spoken, digits)
        if row >= _PLANNED and planned > 0:
            text += f" · {'OEE ' if step.name == 'good' else ''}{percent(step.seconds / planned, spoken)}"
        axes.text((max(left, right) + 0.008 * whole) / 3600, row, text, va="center", zorder=4)
    axes.set_yticks(range(len(steps)), [label(_LABEL.get(step.name, step.name), spoken) for step in steps])
    axes.set_ylim(len(steps) - 0.4, -0.6)
    axes.set_xlim(0, 1.25 * whole / 3600 or 1.0)
    wide_axis(axes, spoken)
    axes.xaxis.grid(visible=True, color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)
    machines = ready["machine_id"].nunique() if "machine_id" in ready else 1
    axis = _TEXT["machines" if machines > 1 else "axis"][spoken].format(n=machines)
    axes.set_xlabel(axis if costed else f"{axis}\n{_TEXT['cut'][spoken]}")
    return figure


def _costed(kpis: pd.DataFrame) -> bool:
    """Say whether every row that should have an OEE has one."""
    if not {"ideal_s", "good_ideal_s", "oee"} <= set(kpis):
        return False
    return not bool((kpis["oee"].isna() & (kpis["planned_s"] > 0)).any())


def _steps(kpis: pd.DataFrame, *, costed: bool) -> list[_Step]:
    total = kpis.select_dtypes("number").sum()
    steps = [_Step(name.removesuffix("_s"), float(total[name]), name in _SUMS) for name in _NEED if name != "run_s"]
    if not costed:
        return [*steps, _Step("run", float(total["run_s"]), is_sum=True)]
    return [
        *steps,
        _Step("reduced_speed", float(total["run_s"] - total["ideal_s"]), is_sum=False),
        _Step("quality_loss", float(total["ideal_s"] - total["good_ideal_s"]), is_sum=False),
        _Step("good", float(total["good_ideal_s"]), is_sum=True),
    ]
