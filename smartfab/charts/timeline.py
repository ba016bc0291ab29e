"""State timeline: what each machine did, with its shifts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from smartfab import clock
from smartfab.charts.clock_axis import time_axis
from smartfab.charts.colours import COLOURS, FAINT
from smartfab.charts.plain_names import drawn
from smartfab.charts.shares import COLUMNS, column_shares, stacked
from smartfab.charts.style import STYLE, WIDTH, blank, sheet
from smartfab.charts.wording import Lang, language
from smartfab.errors import TableError
from smartfab.tables import conform
from smartfab.vocabulary import LOSSES, label

# From the bottom of a strip to its top: what is wanted carries the rest.
_ORDER = ("run", "minor_stop", "breakdown", "setup", "idle", "blocked_starved", "planned_stop", "unknown", "no_shift")
_PALETTE = np.array([to_rgba(COLOURS[loss]) for loss in _ORDER] + [(0.0, 0.0, 0.0, 0.0)])
_BAR = 0.8
_RULER = 0.55
_LETTER = 0.085  # widest usual letter at the ruler's size [in]

_ABSENT: dict[Lang, str] = {"en": "No time in this window.", "vi": "Không có thời gian nào trong khoảng này."}


@dataclass(frozen=True)
class _Strip:
    """One machine: its row of the picture and its shifts."""

    machine_id: str
    cells: np.ndarray
    shifts: tuple[tuple[str, int, int], ...]


@mpl.rc_context(STYLE)
def state_timeline(account: pd.DataFrame, *, lang: str = "en", tz: str | None = None) -> Figure:
    """Draw what each machine did, one strip a machine, with its shifts above.

    A pixel column shows every bucket by its share of the time, so that a strip's areas are true however long the
    window, and a stop shorter than a pixel is still seen. Time the account does not hold stays white.

    Parameters
    ----------
    account : DataFrame
        Table `account`, at least machine_id, start, end and loss; shifts are marked where it has shift_id.
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
    TableError
        If the table lacks a column or holds an unknown bucket.
    """
    spoken = language(lang)
    ready = conform(account, "account")
    strange = sorted(set(ready["loss"]) - set(LOSSES))
    if strange:
        raise TableError(
            f"no bucket {', '.join(map(repr, strange))}", table="account", column="loss", expected=f"one of {', '.join(LOSSES)}"
        )
    if ready.empty:
        return blank(_ABSENT[spoken])
    start, end = clock.micros(ready["start"]), clock.micros(ready["end"])
    edges = np.linspace(start.min(), end.max(), COLUMNS + 1)
    strips = [
        _strip(str(machine), ready.iloc[rows], start[rows], end[rows], edges)
        for machine, rows in ready.groupby("machine_id", sort=False, observed=True).indices.items()
    ]
    groups = [list(group) for _, group in groupby(strips, key=lambda strip: strip.shifts)]
    rulers = sum(1 for group in groups if group[0].shifts)
    figure, axes = sheet(1.25 + 0.42 * (len(strips) + _RULER * rulers))
    _draw(axes, groups, edges)
    time_axis(axes, spoken, tz or "UTC")
    present = set(ready["loss"])
    handles = [
        Patch(facecolor=COLOURS[loss], label=label(loss, spoken, short=True)) for loss in reversed(LOSSES) if loss in present
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, handlelength=1.2, columnspacing=1.4)
    return figure


def _strip(machine_id: str, rows: pd.DataFrame, start: clock.Micros, end: clock.Micros, edges: np.ndarray) -> _Strip:
    kind = pd.Index(_ORDER).get_indexer(pd.Index(rows["loss"].astype("str"))).astype(np.int64)
    shares = column_shares(start, end, kind, edges, len(_ORDER))
    return _Strip(machine_id, stacked(shares, float(edges[1] - edges[0])), _shifts(rows, start, end))


def _shifts(rows: pd.DataFrame, start: clock.Micros, end: clock.Micros) -> tuple[tuple[str, int, int], ...]:
    """Return the runs of intervals that follow each other in one shift of one production date."""
    if "shift_id" not in rows:
        return ()
    order = np.argsort(start, kind="stable")
    names = rows["shift_id"].astype("str").fillna("").to_numpy(dtype=object)[order]
    days = clock.micros(rows["production_date"].dt.tz_localize("UTC"))[order] if "production_date" in rows else start[order] * 0
    start, end = start[order], end[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (names[1:] != names[:-1]) | (days[1:] != days[:-1]) | (start[1:] != end[:-1])
    at = np.flatnonzero(begins)
    last = np.append(at[1:], len(order)) - 1
    return tuple((names[i], int(start[i]), int(end[j])) for i, j in zip(at, last, strict=True) if names[i])


def _draw(axes: Axes, groups: list[list[_Strip]], edges: np.ndarray) -> None:
    across = _numbers(edges[[0, -1]])
    inches = (WIDTH - 1.5) / (across[1] - across[0])
    y = 0.0
    ticks: list[float] = []
    for group in groups:
        top = y
        if group[0].shifts:
            y += _RULER
        for strip in group:
            middle = y + 0.5
            box = (across[0], across[1], middle - _BAR / 2, middle + _BAR / 2)
            axes.imshow(_PALETTE[strip.cells[::-1]], extent=box, aspect="auto", origin="lower", zorder=2)
            ticks.append(middle)
            y += 1.0
        _ruler(axes, group[0].shifts, (top, y), inches)
    axes.set_xlim(across[0], across[1])
    axes.set_ylim(y + 0.05, 0.0)
    axes.set_yticks(ticks, [drawn(strip.machine_id) for group in groups for strip in group], parse_math=False)


def _ruler(axes: Axes, shifts: tuple[tuple[str, int, int], ...], rows: tuple[float, float], inches: float) -> None:
    if not shifts:
        return
    spans = _numbers(np.array([span[1:] for span in shifts], dtype=np.float64))
    edges = np.unique(spans)
    axes.vlines(edges, rows[0] + 0.05, rows[1], colors=FAINT, linewidths=0.6, zorder=1)
    for (name, *_), (left, right) in zip(shifts, spans, strict=True):
        axes.fill_between([left, right], rows[0] + 0.05, rows[0] + _RULER - 0.05, color="#F0F0F0", linewidth=0, zorder=0)
        if (right - left) * inches > _LETTER * len(name):
            axes.text(
                (left + right) / 2, rows[0] + _RULER / 2, name, ha="center", va="center", fontsize=8, parse_math=False,
                clip_on=True,
            )  # fmt: skip


def _numbers(times: np.ndarray) -> np.ndarray:
    stamps = times.astype(np.int64).view("datetime64[us]")
    return np.asarray(date2num(stamps), dtype=np.float64)  # type: ignore[no-untyped-call]
