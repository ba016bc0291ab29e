"""When one machine was meant to run: shifts, breaks, and the production dates of the time between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.clock import Micros
from smartfab.findings import Finding, finding
from smartfab.oee.buckets import BREAK, CALENDAR_STOP, CLOSED, OPEN_TIME
from smartfab.oee.layers import Codes, Index, laid_over, overlapping, painted


@dataclass(slots=True)
class Calendar:
    """Pieces of time: the code of `buckets`, the row of the shifts table (-1: none), and the production date."""

    start: Micros
    code: Codes
    shift: Index
    day: npt.NDArray[np.datetime64]


def calendar_of(
    shifts: pd.DataFrame | None, machine_id: str, line_id: str | None, hull: tuple[int, int], tz: str, day_start: str
) -> tuple[Calendar, list[Finding]]:
    """Return the calendar of a machine over a hull of time.

    Priority where rows overlap: holiday > break and calendar stop > the shift that began first.

    Parameters
    ----------
    shifts : DataFrame or None
        Table `shifts`; None means that all time is planned.
    machine_id, line_id : str
        Whose calendar; rows without either hold for every machine.
    hull : tuple of int
        First instant and first instant after [us].
    tz, day_start : str
        For the production dates of time outside shifts.

    Returns
    -------
    tuple
        Calendar; findings on overlapping shifts.
    """
    midnights = _day_edges(hull, tz, day_start)
    if shifts is None:
        code = np.full(len(midnights), OPEN_TIME, np.int8)
        none = np.full(len(midnights), -1, np.int32)
        return Calendar(midnights, code, none, clock.production_date(midnights, tz, day_start)), []
    rows = np.flatnonzero(_concerns(shifts, machine_id, line_id))
    mine = shifts.iloc[rows]
    begin, end = clock.micros(mine["start"]), clock.micros(mine["end"])
    planned = mine["planned"].to_numpy(bool) if "planned" in mine else np.ones(len(mine), bool)
    kind = mine["kind"].fillna("work").to_numpy(object) if "kind" in mine else np.full(len(mine), "work", object)
    closed, paused = ~planned & (kind == "holiday"), ~planned & (kind != "holiday")
    findings: list[Finding] = []
    if clashes := overlapping(begin[planned], end[planned]):
        findings.append(finding("shifts_overlap", machine_id, clashes, taken="the shift that began first"))
    late_first = np.lexsort((-end, -begin))
    work = painted(begin, end, late_first[planned[late_first]])
    pause = painted(begin, end, late_first[paused[late_first]])
    holiday = painted(begin, end, late_first[closed[late_first]])
    points, piece, over = laid_over(work.start, pause.start)
    work_row, pause_row = work.at(piece), pause.at(over)
    points, piece, over = laid_over(points, holiday.start)
    work_row, pause_row, closed_row = _at(work_row, piece), _at(pause_row, piece), holiday.at(over)
    points, piece, _ = laid_over(points, midnights)
    work_row, pause_row, closed_row = _at(work_row, piece), _at(pause_row, piece), _at(closed_row, piece)
    inside = (points >= hull[0]) & (points < hull[1])
    points, work_row, pause_row, closed_row = points[inside], work_row[inside], pause_row[inside], closed_row[inside]
    row = np.where(work_row >= 0, work_row, pause_row)
    code = np.select(
        [closed_row >= 0, pause_row >= 0, work_row >= 0],
        [CLOSED, np.where(kind[pause_row] == "break", BREAK, CALENDAR_STOP) if len(kind) else BREAK, OPEN_TIME],
        default=CLOSED,
    ).astype(np.int8)
    row = np.where(code == CLOSED, -1, row).astype(np.int32)
    day = clock.production_date(points, tz, day_start)
    dates = _dates(mine, begin, tz, day_start)
    if len(dates):
        day = np.where(row >= 0, dates[row], day)
    return Calendar(points, code, np.where(row >= 0, np.append(rows, -1)[row], -1).astype(np.int32), day), findings


def _concerns(shifts: pd.DataFrame, machine_id: str, line_id: str | None) -> npt.NDArray[np.bool_]:
    concerned = np.ones(len(shifts), dtype=bool)
    for column, mine in (("machine_id", machine_id), ("line_id", line_id)):
        if column in shifts:
            concerned &= (shifts[column].isna() | (shifts[column] == mine)).to_numpy(bool)
    return concerned


def _dates(shifts: pd.DataFrame, begin: Micros, tz: str, day_start: str) -> npt.NDArray[np.datetime64]:
    by_clock = clock.production_date(begin, tz, day_start)
    if "production_date" not in shifts:
        return by_clock
    given = shifts["production_date"].to_numpy("datetime64[us]")
    return np.where(np.isnat(given), by_clock, given)


def _day_edges(hull: tuple[int, int], tz: str, day_start: str) -> Micros:
    zone, begin = clock.zone(tz), clock.clock_time(day_start)
    first = clock.stamp(hull[0]).tz_convert(zone).date() - pd.Timedelta(days=1)
    last = clock.stamp(hull[1]).tz_convert(zone).date() + pd.Timedelta(days=1)
    days = pd.date_range(first, last, freq="D")
    edges = np.array([clock.wall(day.date(), begin, zone) for day in days], dtype=np.int64)
    return np.unique(np.append(edges[(edges > hull[0]) & (edges < hull[1])], hull[0]))


def _at(values: Index, piece: Index) -> Index:
    return np.append(values, np.int32(-1))[piece]
