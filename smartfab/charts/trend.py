"""OEE over time: one bar a production date, with what is known of it; too little knowledge is hatched."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from smartfab import clock
from smartfab.charts.clock_axis import concise, time_axis
from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.plain_names import drawn
from smartfab.charts.style import STYLE, WIDTH, Picture, blank, titled
from smartfab.charts.wording import Lang, day, language, number, percent
from smartfab.errors import MissingColumnError
from smartfab.oee.formulas import MIN_COVERAGE
from smartfab.oee.rollups import rollup
from smartfab.tables import conform
from smartfab.vocabulary import label

_OEE = COLOURS["good"]
_THIN = COLOURS["unknown"]
_MOST_BARS = 100
_FEW_DATES = 7
_MOST_POINTS = 1500

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No row to draw.", "vi": "Không có dòng nào để vẽ."},
    "title": {"en": "OEE over time", "vi": "OEE theo thời gian"},
    "thin": {"en": "coverage below {least}", "vi": "độ phủ dữ liệu dưới {least}"},
    "bounds": {"en": "where OEE can lie", "vi": "OEE có thể nằm trong khoảng"},
    "envelope": {"en": "lowest to highest of each pixel", "vi": "thấp nhất đến cao nhất của mỗi điểm ảnh"},
}


@mpl.rc_context(STYLE)
def oee_trend(kpis: pd.DataFrame, *, lang: str = "en", tz: str | None = None, min_coverage: float = MIN_COVERAGE) -> Figure:
    """Draw the OEE of each line or machine over time, with its coverage; hatched where coverage is below the minimum.

    Rows with a production date are added up by date (sums of terms); rows of `sf.oee.rolling` are drawn as they are, at
    their end. Beyond 1,500 rows a pixel column shows the lowest and the highest of its rows.

    Parameters
    ----------
    kpis : DataFrame
        Table `oee` with production_date, or with start and end; one panel a line_id where machine_id is not told, else a
        machine_id.
    lang : {"en", "vi"}
        Language.
    tz : str, optional
        IANA zone of the time axis, for rows with start and end; UTC if none is given.
    min_coverage : float
        Below it (0…1) a figure is hatched, and where it can lie is drawn [1].

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    TableError
        If a column is missing.
    """
    spoken = language(lang)
    dated = "production_date" in kpis
    if not dated and "end" not in kpis:
        raise MissingColumnError(
            "no such column", table="oee", column="production_date", expected="a date, or start and end",
            remedy="Evaluate by production_date.",
        )  # fmt: skip
    key = next((name for name in ("machine_id", "line_id") if name in kpis and kpis[name].notna().all()), None)
    rows = _by_date(kpis, key, min_coverage) if dated else _by_end(kpis, key)
    if rows.empty:
        return blank(_TEXT["empty"][spoken])
    panels = list(rows.groupby(key, sort=False, observed=True)) if key is not None else [("", rows)]
    figure = Picture(figsize=(WIDTH, 1.5 + 1.35 * len(panels)), dpi=200, facecolor="white", layout="constrained")
    grid = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    decimated = False
    for axes, (name, mine) in zip(grid, panels, strict=True):
        if dated and len(mine) <= _MOST_BARS:
            _bars(axes, mine, min_coverage)
        else:
            decimated |= _lines(axes, mine, min_coverage)
        _framed(axes, spoken, min_coverage)
        titled(axes, drawn(name, 80) if name else _TEXT["title"][spoken])
    if dated:
        _along_dates(grid[-1], rows["production_date"], spoken)
    else:
        time_axis(grid[-1], spoken, tz or "UTC")
    handles = [
        Patch(facecolor=_OEE, label=label("oee", spoken, short=True)),
        Patch(facecolor="white", edgecolor=_OEE, hatch="////",
              label=_TEXT["thin"][spoken].format(least=percent(min_coverage, spoken, 0))),
        Line2D([], [], color=_THIN, linewidth=1.0, linestyle=(0, (1, 1.2)), label=label("coverage", spoken)),
        Line2D([], [], color=COLOURS["breakdown"], linewidth=1.4, label=_TEXT["bounds"][spoken]),
    ]  # fmt: skip
    if decimated:
        handles.append(Patch(facecolor=_OEE, alpha=0.35, label=_TEXT["envelope"][spoken]))
    figure.legend(handles=handles, loc="outside lower center", ncols=3, handlelength=1.6, columnspacing=1.6)
    return figure


def _by_date(kpis: pd.DataFrame, key: str | None, min_coverage: float) -> pd.DataFrame:
    keys = [*([key] if key else []), "production_date"]
    whole = kpis[kpis["production_date"].notna()]
    if whole.duplicated(keys).any():
        order = whole[key].drop_duplicates().tolist() if key else []
        whole = rollup(whole, by=keys, min_coverage=min_coverage)
        if key:
            whole = whole.iloc[whole[key].map({name: n for n, name in enumerate(order)}).argsort(kind="stable")]
    ready = conform(_told(whole), "oee", need=keys)
    days = clock.micros(ready["production_date"].dt.tz_localize("UTC"))
    return ready.assign(_at=days).sort_values("_at", kind="stable")


def _by_end(kpis: pd.DataFrame, key: str | None) -> pd.DataFrame:
    ready = conform(_told(kpis), "oee", need=[key] if key else [])
    ready["_at"] = clock.micros(kpis["end"].reset_index(drop=True))
    return ready.sort_values("_at", kind="stable")


def _told(kpis: pd.DataFrame) -> pd.DataFrame:
    if missing := [name for name in ("oee", "coverage") if name not in kpis]:
        raise MissingColumnError("no such column", table="oee", column=missing[0], remedy="Use a table made by evaluate.")
    return kpis


def _numbers(rows: pd.DataFrame, *names: str) -> tuple[np.ndarray, ...]:
    x = np.asarray(date2num(rows["_at"].to_numpy().view("datetime64[us]")))  # type: ignore[no-untyped-call]
    empty = np.full(len(rows), np.nan)
    return (x, *(100 * rows[name].to_numpy(dtype=float) if name in rows else empty for name in names))


def _bars(axes: Axes, rows: pd.DataFrame, least: float) -> None:
    x, oee, coverage, low, high = _numbers(rows, "oee", "coverage", "oee_low", "oee_high")
    thin = coverage < 100 * least
    known = ~np.isnan(oee)
    sure, doubtful = known & ~thin, known & thin
    axes.bar(x[sure], oee[sure], width=0.8, color=_OEE, zorder=2)
    axes.bar(x[doubtful], oee[doubtful], width=0.8, color="white", edgecolor=_OEE, hatch="////", linewidth=0.6, zorder=2)
    axes.vlines(x[doubtful], low[doubtful], high[doubtful], color=COLOURS["breakdown"], linewidth=1.4, zorder=4)
    axes.plot(x, coverage, color=_THIN, linewidth=1.0, linestyle=(0, (1, 1.2)), zorder=3)
    middle, reach = (x.min() + x.max()) / 2, max((x.max() - x.min()) / 2 + 0.7, _FEW_DATES / 2)
    axes.set_xlim(middle - reach, middle + reach)


def _lines(axes: Axes, rows: pd.DataFrame, least: float) -> bool:
    """Draw many rows as a line; say whether each pixel column stands for more than one of them."""
    x, oee, coverage = _numbers(rows, "oee", "coverage")
    thin = coverage < 100 * least
    many = len(x) > _MOST_POINTS
    if many:
        bin_of = np.minimum(((x - x[0]) / (x[-1] - x[0]) * _MOST_POINTS).astype(int), _MOST_POINTS - 1)
        group = pd.DataFrame({"x": x, "oee": oee, "coverage": coverage, "thin": thin}).groupby(bin_of)
        oee_low, oee_high = group["oee"].min().to_numpy(), group["oee"].max().to_numpy()
        x, coverage, thin = group["x"].mean().to_numpy(), group["coverage"].min().to_numpy(), group["thin"].max().to_numpy()
        axes.fill_between(x, oee_low, oee_high, color=_OEE, alpha=0.35, linewidth=0, zorder=2)
        oee = group["oee"].mean().to_numpy()
    axes.plot(x, oee, color=_OEE, linewidth=1.0, zorder=3)
    axes.fill_between(x, 0, 100, where=thin, step="mid", facecolor="none", edgecolor=FAINT, hatch="////", linewidth=0, zorder=1)
    axes.plot(x, coverage, color=_THIN, linewidth=1.0, linestyle=(0, (1, 1.2)), zorder=3)
    axes.margins(x=0.01)
    return many


def _framed(axes: Axes, lang: Lang, least: float) -> None:
    top = max(105.0, axes.get_ylim()[1])
    axes.set_ylim(0, top)
    ticks = [0, 25, 50, 75, 100]
    axes.set_yticks(ticks, [number(tick, lang) for tick in ticks])
    axes.set_ylabel("OEE [%]")
    axes.yaxis.grid(visible=True, color=FAINT, linewidth=0.4)
    axes.axhline(100 * least, color=FAINT, linewidth=0.8, linestyle=(0, (5, 3)), zorder=1)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _along_dates(axes: Axes, dates: pd.Series, lang: Lang) -> None:
    """Mark production dates; a date has no hours, so a few of them are marked one by one."""
    axes.set_xlabel(label("production_date", lang))
    known = dates.drop_duplicates()
    if len(known) <= _FEW_DATES:
        places = np.asarray(date2num(known.to_numpy()))  # type: ignore[no-untyped-call]
        if np.ptp(places) <= _FEW_DATES:
            axes.set_xticks(places, [day(one, lang) for one in known])
            return
    locator = AutoDateLocator(minticks=4, maxticks=16)  # type: ignore[no-untyped-call]
    locator.intervald[3] = [1, 2, 7, 14]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(concise(locator, lang, "UTC"))
