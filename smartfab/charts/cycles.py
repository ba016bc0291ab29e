"""How long a cycle takes: a histogram a machine, with the median and the ideal cycle."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from smartfab import clock
from smartfab.charts.colours import COLOURS, FAINT, INK
from smartfab.charts.plain_names import drawn
from smartfab.charts.rounded_axis import level_axis, within
from smartfab.charts.style import STYLE, WIDTH, Picture, blank, titled
from smartfab.charts.wording import Lang, language, number
from smartfab.errors import MissingColumnError
from smartfab.tables import conform
from smartfab.vocabulary import label

Floats = npt.NDArray[np.float64]

_BAR = COLOURS["run"]
_BEYOND = COLOURS["minor_stop"]
_IDEAL = COLOURS["setup"]
_MOST_BINS = 60
_LONG = 3.0  # a cycle beyond so many medians holds a stop

_TEXT: dict[str, dict[Lang, str]] = {
    "empty": {"en": "No cycle to draw.", "vi": "Không có chu kỳ nào để vẽ."},
    "cycle": {"en": "Cycle time [s]", "vi": "Thời gian chu kỳ [s]"},
    "pieces": {"en": "Cycles", "vi": "Số chu kỳ"},
    "median": {"en": "median {x} s", "vi": "trung vị {x} s"},
    "ideal": {"en": "{ideal} {x} s", "vi": "{ideal} {x} s"},
    "beyond": {"en": "{n} longer", "vi": "{n} chu kỳ dài hơn"},
    "of": {"en": "{n} cycles", "vi": "{n} chu kỳ"},
}


@mpl.rc_context(STYLE)
def cycle_times(table: pd.DataFrame, *, ideal_cycle_s: float | Mapping[str, float] | None = None, lang: str = "en") -> Figure:
    """Draw how long cycles take, one histogram a machine.

    Of `parts` a cycle is end − start; of `counts` it is the time since the count before over the pieces counted. Cycles
    beyond three medians hold a stop: they are added up in the last bar, which says how many they are.

    Parameters
    ----------
    table : DataFrame
        Table `parts` (start, end), table `counts` (ts, total), or any with cycle_time_s; machine_id where there are several.
    ideal_cycle_s : float or mapping of str to float, optional
        Ideal cycle, of all machines or by machine_id [s].
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    Figure
        Not bound to any display.

    Raises
    ------
    TableError
        If the table tells no cycles.
    """
    spoken = language(lang)
    cycles = [(name, seconds) for name, seconds in _cycles(table) if len(seconds)]
    if not cycles:
        return blank(_TEXT["empty"][spoken])
    across = min(len(cycles), 3)
    down = -(-len(cycles) // across)
    figure = Picture(figsize=(WIDTH, 0.5 + 2.3 * down), dpi=200, facecolor="white", layout="constrained")
    grid = figure.subplots(down, across, squeeze=False).ravel()
    for axes in grid[len(cycles) :]:
        axes.set_axis_off()
    for axes, (name, seconds) in zip(grid, cycles, strict=False):
        ideal = ideal_cycle_s.get(name) if isinstance(ideal_cycle_s, Mapping) else ideal_cycle_s
        _histogram(axes, seconds, ideal, spoken)
        count = _TEXT["of"][spoken].format(n=number(len(seconds), spoken))
        titled(axes, f"{drawn(name, 24)} · {count}" if name else count)
    for axes in grid[::across][:down]:
        axes.set_ylabel(_TEXT["pieces"][spoken])
    for axes in grid[max(0, len(cycles) - across) : len(cycles)]:
        axes.set_xlabel(_TEXT["cycle"][spoken])
    return figure


def _cycles(table: pd.DataFrame) -> list[tuple[str, Floats]]:
    if "cycle_time_s" in table:
        names = table["machine_id"] if "machine_id" in table else pd.Series("", index=table.index)
        told = pd.DataFrame({"machine_id": names.to_numpy(), "seconds": table["cycle_time_s"].to_numpy(dtype=float)})
    elif {"start", "end"} <= set(table):
        rows = conform(table, "parts", need=["machine_id", "start", "end"])
        told = pd.DataFrame({"machine_id": rows["machine_id"], "seconds": (rows["end"] - rows["start"]).dt.total_seconds()})
    elif {"ts", "total"} <= set(table):
        told = _between_counts(conform(table, "counts", need=["machine_id", "ts", "total"]))
    else:
        raise MissingColumnError(
            "no column of cycles", where="table", expected="cycle_time_s, or start and end, or ts and total",
            remedy="Use the table parts or counts.",
        )  # fmt: skip
    told = told[np.isfinite(told["seconds"]) & (told["seconds"] > 0)]
    return [(str(name), part.to_numpy(dtype=float)) for name, part in told.groupby("machine_id", sort=False)["seconds"]]


def _between_counts(counts: pd.DataFrame) -> pd.DataFrame:
    made = counts[(counts["total"] > 0) & counts["ts"].notna()].sort_values(["machine_id", "ts"], kind="stable")
    at = clock.micros(made["ts"]) / clock.SECOND
    seconds = np.diff(at, prepend=np.nan) / made["total"].to_numpy()
    seconds[(made["machine_id"] != made["machine_id"].shift()).to_numpy()] = np.nan
    return pd.DataFrame({"machine_id": made["machine_id"].to_numpy(), "seconds": seconds})


def _histogram(axes: Axes, seconds: Floats, ideal: float | None, lang: Lang) -> None:
    median = float(np.median(seconds))
    inside = seconds[seconds <= _LONG * median]
    beyond = len(seconds) - len(inside)
    low, high = float(min(inside.min(), ideal or np.inf)), float(max(inside.max(), ideal or 0.0))
    quarter = np.subtract(*np.quantile(inside, [0.75, 0.25]))
    width = max(2 * quarter / len(inside) ** (1 / 3), (high - low) / _MOST_BINS, 1e-9 * max(high, 1.0))
    edges = low + width * np.arange(max(1, int(np.ceil((high - low) / width + 1e-9))) + 1)
    heights, _ = np.histogram(inside, edges)
    axes.bar(edges[:-1], heights, width=width, align="edge", color=_BAR, edgecolor="white", linewidth=0.3, zorder=2)
    if beyond:
        place = edges[-1] + 2 * width
        axes.bar([place], [beyond], width=2 * width, align="edge", color=_BEYOND, zorder=2)
        axes.annotate(_TEXT["beyond"][lang].format(n=number(beyond, lang)), (place + 2 * width, beyond), (0, 2), ha="right",
                      va="bottom", textcoords="offset points", fontsize=7)  # fmt: skip
    axes.margins(x=0.02)
    top = max(int(heights.max()), beyond)
    axes.set_ylim(0, 1.32 * top)
    lines = [(median, INK, (0, (2, 2)), _TEXT["median"][lang].format(x=_seconds(median, lang)))]
    if ideal:
        lines.append((ideal, _IDEAL, (0, (5, 3)),
                      _TEXT["ideal"][lang].format(ideal=label("ideal_cycle_s", lang), x=_seconds(ideal, lang))))  # fmt: skip
    for at, colour, dash, text in lines:
        axes.plot([at, at], [0, 1.06 * top], color=colour, linewidth=1.1, linestyle=dash, label=text, zorder=3)
    axes.legend(loc="upper right", fontsize=7, handlelength=1.8, borderaxespad=0.1, labelspacing=0.25)
    axes.yaxis.grid(visible=True, color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)
    left, right = axes.get_xlim()
    digits = max(0, int(np.ceil(-np.log10((right - left) / 5))))
    ticks = within(MaxNLocator(5), left, right)
    axes.set_xticks(ticks, [number(tick, lang, digits) for tick in ticks])
    axes.set_xlim(left, right)
    level_axis(axes, lambda level, places: number(level, lang, places), whole=True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _seconds(value: float, lang: Lang) -> str:
    return number(value, lang, max(0, 2 - int(np.floor(np.log10(value)))))
