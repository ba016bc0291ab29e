"""The way of improvements from proposal to reward: how many came how far."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.rounded_axis import within
from smartfab.charts.style import STYLE, blank, sheet, titled
from smartfab.charts.wording import Lang, language, number, percent
from smartfab.errors import MissingColumnError
from smartfab.improvements.register.states import STATES
from smartfab.vocabulary import label

_BAR = COLOURS["setup"]
_PROVEN = COLOURS["run"]
_WAY = ("submitted", "accepted", "planned", "applied", "gain_confirmed", "verified", "recognised", "rewarded")
_ENDED = ("returned", "duplicate", "refused", "closed")
# rank of each state on the way; beside it are states that say nothing of how far an idea came
_RANK = {
    "submitted": 0, "screening": 0, "returned": 0, "duplicate": 0, "refused": 0, "accepted": 1, "planned": 2, "trial": 3,
    "applied": 3, "reverted": 3, "gain_confirmed": 4, "loss_confirmed": 3, "no_detectable_effect": 3, "not_measurable_yet": 3,
    "not_separable": 3, "verified": 5, "recognised": 6, "rewarded": 7, "standardised": 7, "replicated": 7, "closed": 0,
}  # fmt: skip
_DATED = {"applied_on": 3, "recognised_on": 6}

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "Nothing has been proposed yet.", "vi": "Chưa có giải pháp nào được đề xuất."},
    "title": {"en": "Improvements: how many came how far", "vi": "Cải tiến: bao nhiêu giải pháp đi đến bước nào"},
    "axis": {"en": "Improvements", "vi": "Số giải pháp"},
    "ended": {"en": "Ended on the way: {told}", "vi": "Dừng giữa chừng: {told}"},
}


@mpl.rc_context(STYLE)
def funnel(table: pd.DataFrame, *, lang: str = "vi") -> Figure:
    """Draw how many improvements came to each step: an improvement counts in every step it has passed.

    A step is passed by the state, by a date (applied_on, recognised_on), or by the measured status; drafts are not
    counted. A verified improvement need not have been measured: gains confirmed by measurement are a step of their own.

    Parameters
    ----------
    table : DataFrame
        One row an improvement, at least its state: `Register.overview()`.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    MissingColumnError
        If there is no state, or a state the register does not have.
    """
    spoken = language(lang)
    if "state" not in table or not set(table["state"]) <= set(STATES):
        raise MissingColumnError(
            "no such column, or a state the register does not have", where="table", column="state", expected=", ".join(STATES),
            remedy="Use Register.overview().",
        )  # fmt: skip
    proposed = table[table["state"] != "draft"]
    if proposed.empty:
        return blank(_TEXT["empty"][spoken])
    reached = _reached(proposed)
    figure, axes = sheet(1.3 + 0.32 * len(_WAY))
    most = float(reached[0])
    colours = [_PROVEN if step == "gain_confirmed" else _BAR for step in _WAY]
    axes.barh(range(len(_WAY)), reached, height=0.72, color=colours, zorder=2)
    for place, count in enumerate(reached):
        text = f"{number(count, spoken)} · {percent(count / most, spoken, 0)}"
        axes.text(count + 0.01 * most, place, text, va="center", fontsize=8, color=INK)
    axes.set_yticks(range(len(_WAY)), [label(step, spoken) for step in _WAY])
    axes.set_ylim(len(_WAY) - 0.4, -0.6)
    axes.set_xlim(0, 1.18 * most)
    ticks = within(MaxNLocator(6, integer=True), 0, 1.18 * most)
    axes.set_xticks(ticks, [number(tick, spoken) for tick in ticks])
    axes.xaxis.grid(visible=True, color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)
    counts = proposed["state"].value_counts()
    told = " · ".join(f"{label(state, spoken)} {number(int(counts[state]), spoken)}" for state in _ENDED if state in counts)
    axes.set_xlabel(_TEXT["axis"][spoken] + (f"\n{_TEXT['ended'][spoken].format(told=told)}" if told else ""))
    titled(axes, _TEXT["title"][spoken])
    return figure


def _reached(proposed: pd.DataFrame) -> list[int]:
    rank = proposed["state"].map(_RANK).to_numpy(dtype=int)
    for name, least in _DATED.items():
        if name in proposed:
            rank = np.where(proposed[name].notna(), np.maximum(rank, least), rank)
    counts = [int((rank >= step).sum()) for step in range(len(_WAY))]
    gained = proposed["state"] == "gain_confirmed"
    if "status" in proposed:
        gained |= proposed["status"] == "gain_confirmed"
    counts[_WAY.index("gain_confirmed")] = int(gained.sum())
    return counts
