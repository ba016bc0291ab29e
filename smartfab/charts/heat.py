"""A ratio of each machine in each shift, as a map of colours with the figures written in."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from smartfab.charts.colours import FAINT, INK
from smartfab.charts.plain_names import drawn
from smartfab.charts.style import STYLE, WIDTH, Picture, blank, titled
from smartfab.charts.wording import ABSENT, Lang, day, language, number, percent
from smartfab.errors import MissingColumnError, TableError
from smartfab.oee.formulas import MIN_COVERAGE, RATIOS
from smartfab.oee.rollups import rollup
from smartfab.vocabulary import COLUMNS, label

_MAP = "cividis"
_MOST_FIGURES = 16

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No row to draw.", "vi": "Không có dòng nào để vẽ."},
    "title": {"en": "{value} by {rows} and {across}", "vi": "{value} theo {rows} và {across}"},
    "thin": {"en": "coverage below {least}", "vi": "độ phủ dữ liệu dưới {least}"},
    "absent": {"en": "no figure", "vi": "không có số liệu"},
}


@mpl.rc_context(STYLE)
def heat_map(
    kpis: pd.DataFrame, *, value: str = "oee", across: str = "shift_id", lang: str = "en", min_coverage: float = MIN_COVERAGE
) -> Figure:
    """Draw a ratio of each machine in each shift; terms of several dates are added up first, ratios are never averaged.

    Cells whose coverage is below the minimum are hatched; a cell without a figure is white.

    Parameters
    ----------
    kpis : DataFrame
        Table `oee` with machine_id (or line_id) and the column `across`.
    value : str
        A ratio of the table, such as oee, availability, quality, coverage.
    across : {"shift_id", "production_date", "team_id", "product_id"}
        What a column of the map stands for.
    lang : {"en", "vi"}
        Language.
    min_coverage : float
        Below it (0…1) a cell is hatched [1].

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    TableError
        If there is no such ratio, or a column is missing.
    """
    spoken = language(lang)
    if value not in RATIOS:
        raise TableError(repr(value), where="value", expected=f"one of {', '.join(RATIOS)}")
    key = "machine_id" if "machine_id" in kpis and kpis["machine_id"].notna().any() else "line_id"
    if missing := [name for name in (key, across) if name not in kpis]:
        raise MissingColumnError("no such column", table="oee", column=missing[0], remedy=f"Evaluate by {key} and {across}.")
    told = kpis[kpis[across].notna() & kpis[key].notna()]
    if told.empty:
        return blank(_TEXT["empty"][spoken])
    cells = rollup(told, by=[key, across], min_coverage=min_coverage)
    rows = list(dict.fromkeys(told[key]))
    columns = sorted(set(told[across])) if across == "production_date" else list(dict.fromkeys(told[across]))
    figures, coverage = (
        cells.pivot(index=key, columns=across, values=name).reindex(index=rows, columns=columns).to_numpy(dtype=float)
        for name in (value, "coverage")
    )
    figure = Picture(figsize=(WIDTH, 1.5 + 0.34 * len(rows)), dpi=200, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    thin = coverage < min_coverage
    _draw(axes, figures, thin, spoken)
    axes.set_yticks(range(len(rows)), [drawn(name) for name in rows], parse_math=False)
    heads = [day(name, spoken)[:5] if spoken == "vi" else day(name, spoken)[5:] for name in columns] \
        if across == "production_date" else [drawn(name, 24) for name in columns]  # fmt: skip
    slanted = sum(map(len, heads)) > 80
    axes.set_xticks(range(len(columns)), heads, parse_math=False, rotation=90 if slanted else 0)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    names = {name: COLUMNS[name].label(spoken) if name in COLUMNS else label(name, spoken) for name in (key, across)}
    short = label(value, spoken, short=True)
    titled(axes, _TEXT["title"][spoken].format(value=f"{short} [%]", rows=names[key].lower(), across=names[across].lower()))
    _legend(figure, thin, np.isnan(figures), min_coverage, spoken)
    return figure


def _draw(axes: Axes, figures: np.ndarray, thin: np.ndarray, lang: Lang) -> None:
    known = figures[~np.isnan(figures)]
    low, high = (0.0, max(1.0, float(known.max()))) if len(known) else (0.0, 1.0)
    image = axes.imshow(figures, cmap=_MAP, vmin=low, vmax=high, aspect="auto", zorder=1)
    written = figures.shape[1] <= _MOST_FIGURES
    for row, column in np.ndindex(figures.shape):
        cell = float(figures[row, column])
        if thin[row, column]:
            box = (column - 0.5, row - 0.5), 1, 1
            axes.add_patch(Rectangle(*box, fill=False, hatch="////", edgecolor="white", linewidth=0, zorder=2))
        if written:
            red, green, blue, _ = image.cmap((cell - low) / (high - low)) if np.isfinite(cell) else (1.0, 1.0, 1.0, 1.0)
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            paper = {"facecolor": (red, green, blue), "edgecolor": "none", "pad": 1.0} if thin[row, column] else None
            text = percent(cell, lang).removesuffix("%").strip() if np.isfinite(cell) else ABSENT
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color="white" if dark else INK, bbox=paper,
                      zorder=3)  # fmt: skip
    axes.set_xticks(np.arange(figures.shape[1] + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(figures.shape[0] + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=1.2)
    axes.tick_params(which="minor", length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    bar = axes.figure.colorbar(image, ax=axes, fraction=0.04, pad=0.02, aspect=18)
    ticks = [tick for tick in (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5) if tick <= high]
    bar.set_ticks(ticks, labels=[number(100 * tick, lang) for tick in ticks])
    bar.set_label("%", rotation=0)
    bar.outline.set_visible(False)


def _legend(figure: Figure, thin: np.ndarray, absent: np.ndarray, least: float, lang: Lang) -> None:
    handles = []
    if (thin & ~absent).any():
        told = _TEXT["thin"][lang].format(least=percent(least, lang, 0))
        handles.append(Patch(facecolor=FAINT, edgecolor="white", hatch="////", label=told))
    if absent.any():
        handles.append(Patch(facecolor="white", edgecolor=FAINT, label=_TEXT["absent"][lang]))
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=2)
