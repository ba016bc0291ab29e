"""The shifts of the simulated plant, and the axis of working time: shifts without their breaks, end to end.

A cell is a piece of wall time inside which nothing of the calendar changes. Cells partition [start, end).
"""

from __future__ import annotations

import bisect
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from smartfab import clock
from smartfab.clock import Micros
from smartfab.simulation.layout import DAY_START, SHIFTS, SIX_DAYS, TIMEZONE

WORK, BREAK, NO_SHIFT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one production date, with its breaks [us]."""

    id: str
    date: dt.date
    start: int
    end: int
    breaks: tuple[tuple[int, int], ...]


def shifts_between(start: int, end: int) -> list[Shift]:
    """Return the shifts that overlap [start, end), in order, whole.

    Parameters
    ----------
    start, end : int
        Half-open window [us].

    Returns
    -------
    list of Shift
        Bounds of shifts and breaks [us].
    """
    tz = clock.zone(TIMEZONE)
    first = clock.stamp(start).tz_convert(tz).date() - dt.timedelta(days=1)
    last = clock.stamp(end).tz_convert(tz).date()
    dates = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    worked = [date for date in dates if ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[date.weekday()] in SIX_DAYS]
    every = [_shift(date, rule, tz) for date in worked for rule in SHIFTS]
    return [shift for shift in every if shift.start < end and shift.end > start]


def _shift(date: dt.date, rule: tuple[str, str, str, tuple[tuple[str, str], ...]], tz: ZoneInfo) -> Shift:
    name, start, end, breaks = rule

    def at(text: str) -> int:
        # "HH:MM" sorts as time does: what is earlier than the shift's start lies on the next day
        return clock.wall(date + dt.timedelta(days=text < start), clock.clock_time(text), tz)

    return Shift(name, date, at(start), at(end), tuple((at(a), at(b)) for a, b in breaks))


@dataclass(frozen=True, slots=True)
class Cells:
    """The calendar of [start, end): bounds, kind and group (place in `groups`: shift_id and date) of each cell."""

    lo: Micros
    hi: Micros
    kind: Micros
    group: Micros
    groups: tuple[tuple[str | None, dt.date], ...]
    shifts: tuple[Shift, ...]


def calendar_cells(start: int, end: int) -> Cells:
    """Return the cells of [start, end).

    Parameters
    ----------
    start, end : int
        Half-open window, from the start of a production date [us].

    Returns
    -------
    Cells
        Their bounds [us], kinds and owners.
    """
    shifts = shifts_between(start, end)
    days = _day_starts(start, end)
    marks = {start, end, *days}
    for shift in shifts:
        marks |= {shift.start, shift.end, *(bound for pause in shift.breaks for bound in pause)}
    bounds = sorted(mark for mark in marks if start <= mark <= end)
    begins, dates = [shift.start for shift in shifts], sorted(days)
    kinds: list[int] = []
    owners: list[tuple[str | None, dt.date]] = []
    for lo in bounds[:-1]:
        near = bisect.bisect_right(begins, lo) - 1
        if near < 0 or lo >= shifts[near].end:
            kinds.append(NO_SHIFT)
            owners.append((None, days[dates[bisect.bisect_right(dates, lo) - 1]]))
        else:
            kinds.append(BREAK if any(a <= lo < b for a, b in shifts[near].breaks) else WORK)
            owners.append((shifts[near].id, shifts[near].date))
    groups = tuple(sorted(set(owners), key=lambda owner: (owner[1], owner[0] is None, owner[0] or "")))
    place = {owner: n for n, owner in enumerate(groups)}
    return Cells(
        np.array(bounds[:-1], np.int64), np.array(bounds[1:], np.int64), np.array(kinds, np.int64),
        np.array([place[owner] for owner in owners], np.int64), groups, tuple(shifts),
    )  # fmt: skip


def _day_starts(start: int, end: int) -> dict[int, dt.date]:
    """The instants at which production dates begin, from the one `start` lies in."""
    tz = clock.zone(TIMEZONE)
    date = clock.stamp(start).tz_convert(tz).date()
    begins: dict[int, dt.date] = {}
    while (at := clock.wall(date, clock.clock_time(DAY_START), tz)) < end:
        begins[at] = date
        date += dt.timedelta(days=1)
    return begins


class WorkAxis:
    """Working time from 0 to `length` [us], laid piecewise onto the work cells of the calendar."""

    def __init__(self, cells: Cells) -> None:
        self.cell = np.flatnonzero(cells.kind == WORK)
        self.begin = cells.lo[self.cell]
        self.end = cells.hi[self.cell]
        lengths = self.end - self.begin
        self.offset = np.cumsum(lengths) - lengths
        self.length = int(lengths.sum())

    def to_wall(self, at: Micros) -> Micros:
        """Return wall times; an instant between two cells is the start of the later one."""
        if not len(at):
            return at
        place = np.searchsorted(self.offset, at, side="right") - 1
        return np.asarray(self.begin[place] + (at - self.offset[place]))

    def from_wall(self, at: int) -> int:
        """Return the working time [us] done by the wall time `at`."""
        return int(np.clip(at - self.begin, 0, self.end - self.begin).sum())

    def split(self, lo: Micros, hi: Micros) -> tuple[Micros, Micros, Micros, Micros]:
        """Cut intervals at the cells' bounds: interval number, place of the work cell, wall start and wall end."""
        first, last = self.places(lo, hi)
        times = last - first + 1
        number = np.repeat(np.arange(len(lo)), times)
        place = np.arange(len(number)) - np.repeat(np.cumsum(times) - times, times) + first[number]
        start = np.maximum(lo[number], self.offset[place])
        end = np.minimum(hi[number], self.offset[place] + (self.end - self.begin)[place])
        shift = self.begin[place] - self.offset[place]
        return number, place, start + shift, end + shift

    def places(self, lo: Micros, hi: Micros) -> tuple[Micros, Micros]:
        """Return the first and the last work cell that intervals touch."""
        first = np.searchsorted(self.offset, lo, side="right") - 1
        return first, np.searchsorted(self.offset, hi, side="left") - 1

    def interrupted(self, lo: Micros, hi: Micros) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which intervals have a break, or time outside shifts, within them."""
        gaps = np.zeros(len(self.begin), np.int64)
        gaps[1:] = np.cumsum(self.begin[1:] != self.end[:-1])
        first, last = self.places(lo, hi)
        return np.asarray(gaps[last] > gaps[first])
