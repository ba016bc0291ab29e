"""Pareto: what lost most time, the gravest first, and how much of all losses is reached with it."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.plain_names import drawn
from smartfab.charts.rounded_axis import wide_axis
from smartfab.charts.style import STYLE, WIDTH, Picture, blank, titled
from smartfab.charts.wording import Lang, hours, language, number, percent
from smartfab.errors import MissingColumnError
from smartfab.vocabulary import COLUMNS, LOSSES, WORDS, label

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No loss in this time.", "vi": "Không có tổn thất nào trong thời gian này."},
    "title": {"en": "Losses by {by}", "vi": "Tổn thất theo {by}"},
    "hours": {"en": "Hours", "vi": "Giờ"},
    "times": {"en": "{n} stops", "vi": "{n} lần"},
}
_OF_CATEGORY = {
    "unplanned_stop": "breakdown", "blocked": "blocked_starved", "starved": "blocked_starved", "off": "idle", "running": "run",
}  # fmt: skip
_UNNAMED = {"not_declared": "unknown", "others": "no_shift"}


@mpl.rc_context(STYLE)
def pareto(table: pd.DataFrame, *, lang: str = "en", reasons: pd.DataFrame | None = None) -> Figure:
    """Draw what lost most: hours, stops and share of each row, and beside them the share reached so far.

    Parameters
    ----------
    table : DataFrame
        From `sf.oee.pareto`; its first column says what a row stands for.
    lang : {"en", "vi"}
        Language.
    reasons : DataFrame, optional
        Table `reasons`: names of the reasons, and the category that gives a bar the colour of its state.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    MissingColumnError
        If it is not such a table.
    """
    spoken = language(lang)
    if missing := [name for name in ("duration_s", "share", "cumulative") if name not in table]:
        raise MissingColumnError("no such column", table="pareto", column=missing[0], remedy="Use a table of sf.oee.pareto.")
    if table.empty:
        return blank(_TEXT["empty"][spoken])
    by = str(table.columns[0])
    figure = Picture(figsize=(WIDTH, 1.2 + 0.3 * len(table)), dpi=200, facecolor="white", layout="constrained")
    bars, reached = figure.subplots(1, 2, sharey=True, width_ratios=[5, 1.3])
    told = _names(table[by].astype("str"), by, reasons, spoken)
    _bars(bars, table, [_colour(name, reasons) for name in table[by].astype("str")], spoken)
    bars.set_yticks(range(len(table)), told, parse_math=False)
    bars.set_ylim(len(table) - 0.4, -0.6)
    bars.set_xlabel(_TEXT["hours"][spoken])
    titled(bars, _TEXT["title"][spoken].format(by=_lower(COLUMNS[by].label(spoken) if by in COLUMNS else label(by, spoken))))
    places = range(len(table))
    reached.plot(100 * table["cumulative"], places, color=INK, marker="o", markersize=3, linewidth=0.9)
    reached.set_xticks([0, 50, 100], [number(tick, spoken) for tick in (0, 50, 100)])
    reached.set_xlim(-4, 108)
    reached.set_xlabel(f"{label('cumulative', spoken, short=True)} [%]")
    for axes in (bars, reached):
        axes.xaxis.grid(visible=True, color=FAINT, linewidth=0.4)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
    return figure


def _bars(axes: Axes, table: pd.DataFrame, colours: list[str], lang: Lang) -> None:
    seconds = table["duration_s"].astype(float).tolist()
    longest = max(*seconds, 0.0) or 1.0
    axes.barh(range(len(table)), [value / 3600 for value in seconds], height=0.72, color=colours, zorder=2)
    for place, (_, row) in enumerate(table.iterrows()):
        lost = float(row["duration_s"])
        told = [hours(lost, lang, 1 if lost >= 3600 else 2), percent(float(row["share"]), lang)]
        if "n_stops" in table:
            told.append(_TEXT["times"][lang].format(n=number(float(row["n_stops"]), lang)))
        axes.text((lost + 0.012 * longest) / 3600, place, " · ".join(told), va="center", fontsize=8)
    axes.set_xlim(0, 1.42 * longest / 3600)
    wide_axis(axes, lang)


def _names(ids: pd.Series, by: str, reasons: pd.DataFrame | None, lang: Lang) -> list[str]:
    known: dict[str, str] = {}
    if reasons is not None and by == "reason_id" and f"name_{lang}" in reasons:
        named = reasons.dropna(subset=[f"name_{lang}"])
        known = dict(zip(named["reason_id"].astype("str"), named[f"name_{lang}"].astype("str"), strict=True))
    spoken = by in {"reason_id", "loss"}
    return [drawn(known.get(name) or (label(name, lang) if spoken and name in WORDS else name)) for name in ids]


def _colour(name: str, reasons: pd.DataFrame | None) -> str:
    if name in _UNNAMED:
        return COLOURS[_UNNAMED[name]]
    loss = name
    if reasons is not None and name not in LOSSES:
        category = reasons.loc[reasons["reason_id"].astype("str") == name, "category"]
        loss = str(category.iloc[-1]) if len(category) else "breakdown"
    loss = _OF_CATEGORY.get(loss, loss)
    return COLOURS.get(loss, COLOURS["breakdown"])


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
