"""Days and times of day → instants: which day a time after midnight belongs to, and intervals that run over midnight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smartfab.errors import AmbiguousValueError, TimeError
from smartfab.exports.grid import Faults
from smartfab.exports.moments_in import DAY, Moment

Meaning = Literal["calendar", "production", "either"]
LONGEST_OVER_MIDNIGHT = dt.timedelta(hours=12)
_EVENING, _MORNING, _NOON = dt.timedelta(hours=18), dt.timedelta(hours=6), dt.timedelta(hours=12)
_TOLERANCE_S = 60.0

Local = dt.datetime
"""A time the plant's clock shows; or an aware time, where the cell states its offset."""


@dataclass(frozen=True, slots=True)
class Days:
    """The day column of a sheet: what its days mean, and what is known to settle it.

    Parameters
    ----------
    days : list of date or None
        One a row.
    meaning : str
        A calendar day, a production date, or either.
    day_start : timedelta, optional
        Time of day a production date begins.
    group : list
        Shift of each row, as text; None where there is none.
    machine : list
        Machine of each row.
    header : str
        Header of the column.
    """

    days: list[dt.date | None]
    meaning: Meaning
    day_start: dt.timedelta | None
    group: list[str | None]
    machine: list[str | None]
    header: str


def after_midnight(
    times: Sequence[Moment | None], ends: Sequence[Moment | None], where: Days, rows: Sequence[int], faults: Faults
) -> list[bool]:
    """Return which times of day belong to the calendar day after the one that stands beside them.

    A production date ends on the next calendar day: 02:00 of the night shift of 2 March is on 3 March. Where the sheet
    may mean either, the order of its rows settles it, or it is refused.

    Parameters
    ----------
    times, ends : sequences of Moment or None
        First and last time of each row.
    where : Days
        The day column.
    rows : sequence of int
        Row numbers.
    faults : Faults
        What cannot be settled is added here.

    Returns
    -------
    list of bool
        One a row.
    """
    bare = [item is not None and item.day is None for item in times]
    if where.meaning == "calendar":
        return [False] * len(bare)
    early = _after_midnight_rows(times, ends, where, bare)
    if not any(early):
        return early
    chosen = where.day_start is not None or _settled_by_order(times, where, early)
    if chosen is None:
        for place in [n for n, marked in enumerate(early) if marked]:
            at = times[place]
            day = where.days[place]
            faults.add(
                AmbiguousValueError,
                f"{_shown(at)} in shift {where.group[place]!r} of {day}: on that day, or the morning after?",
                row=rows[place], column="start", header=where.header, expected="to know when a production date begins",
                remedy=f'Give day_start="06:00" if the day is a working day, columns={{"{where.header}": "date"}} if not.',
            )  # fmt: skip
        return [False] * len(bare)
    if chosen:
        faults.note("after_midnight", [row for row, marked in zip(rows, early, strict=True) if marked], where=where.header)
    return early if chosen else [False] * len(bare)


def _after_midnight_rows(
    times: Sequence[Moment | None], ends: Sequence[Moment | None], where: Days, bare: list[bool]
) -> list[bool]:
    """Times that lie on the next calendar day if the day beside them is a production date."""
    if where.day_start is not None:
        return [flag and item.time < where.day_start for flag, item in zip(bare, times, strict=True)]  # type: ignore[union-attr,operator]
    nightly = {
        group
        for group, begin, end in zip(where.group, times, ends, strict=True)
        if begin is not None and begin.time is not None
        and (begin.time >= _EVENING or (end is not None and end.time is not None and end.day is None and end.time < begin.time))
    }  # fmt: skip
    limits = [_NOON if group is not None and group in nightly else _MORNING for group in where.group]
    return [flag and item.time < limit for flag, item, limit in zip(bare, times, limits, strict=True)]  # type: ignore[union-attr,operator]


def _settled_by_order(times: Sequence[Moment | None], where: Days, early: list[bool]) -> bool | None:
    """Whether rows stand in the order of time under one reading only: True for the next day, None if it tells nothing."""
    fits = []
    for shifted in (True, False):
        last: dict[str | None, dt.datetime] = {}
        rising = True
        for day, item, machine, marked in zip(where.days, times, where.machine, early, strict=True):
            if day is None or item is None or item.time is None or item.day is not None:
                continue
            at = dt.datetime.combine(day, dt.time()) + item.time + (DAY if shifted and marked else dt.timedelta())
            rising &= at >= last.get(machine, at)
            last[machine] = at
        fits.append(rising)
    return fits[0] if fits[0] != fits[1] else None


def instants(
    cells: Sequence[Moment | None],
    days: Sequence[dt.date | None],
    shifted: Sequence[bool],
    rows: Sequence[int],
    column: tuple[str, str],
    faults: Faults,
) -> list[Local | None]:
    """Return the local times of a column, with the day beside them where they are times of day alone.

    Parameters
    ----------
    cells : sequence of Moment or None
        One a row.
    days : sequence of date or None
        The day column; all None if there is none.
    shifted : sequence of bool
        Which times of day are of the next day.
    rows : sequence of int
        Row numbers.
    column : tuple of str
        Target and header.
    faults : Faults
        Times without a day are added here.

    Returns
    -------
    list of datetime or None
        24:00 is the midnight that ends the day.
    """
    target, header = column
    result: list[Local | None] = []
    for item, day, later, row in zip(cells, days, shifted, rows, strict=True):
        at: Local | None = None
        if item is not None and item.day is not None and item.time is None:
            faults.add(
                TimeError, f"{item.day} without a time of day", row=row, column=target, header=header,
                expected="a date and a time", remedy="Write the time too.",
            )  # fmt: skip
        elif item is not None and item.day is not None and day is not None and not day <= item.day <= day + DAY:
            faults.add(
                TimeError, f"{item.day} beside the day {day}", row=row, column=target, header=header, expected="one day",
                remedy="Correct one of them.",
            )  # fmt: skip
        elif item is not None and (base := item.day or day) is not None:
            at = dt.datetime.combine(base, dt.time()) + (item.time or dt.timedelta()) + (DAY if later else dt.timedelta())
            at = at if item.offset is None else at.replace(tzinfo=dt.timezone(item.offset))
        elif item is not None and faults.hit(row, "date", "production_date"):
            faults.follows(row, target)
        elif item is not None:
            faults.add(
                TimeError, f"{_shown(item)} without a date", row=row, column=target, header=header,
                expected="a date and a time", remedy="Add a column with the date, or write it in the cell.",
            )  # fmt: skip
        result.append(at)
    return result


def ends(
    starts: Sequence[Local | None],
    cells: Sequence[Moment | None],
    seconds: Sequence[float | None],
    rows: Sequence[int],
    header: str,
    faults: Faults,
) -> list[Local | None]:
    """Return where intervals end: as written, over midnight if that is earlier than the start, or after their length.

    Parameters
    ----------
    starts : sequence of datetime or None
        Where they begin.
    cells : sequence of Moment or None
        What is written as their end.
    seconds : sequence of float or None
        Their lengths [s].
    rows : sequence of int
        Row numbers.
    header : str
        Header of the end column.
    faults : Faults
        Ends that are missing, not after the start, or not what the length says, are added here.

    Returns
    -------
    list of datetime or None
        One a row.
    """
    result: list[Local | None] = []
    over = []
    for start, item, length, row in zip(starts, cells, seconds, rows, strict=True):
        end = _end(start, item, length)
        result.append(end)
        if start is None or (end is None and faults.hit(row, "end", "duration")):
            faults.follows(row, "end")
            continue
        fault = _fault_of_end(start, end, item, length)
        if fault:
            faults.add(TimeError, fault[0], row=row, column="end", header=header, expected=fault[1], remedy=fault[2])
        elif item is not None and item.day is None and item.time != DAY and end is not None and end.date() > start.date():
            over.append(row)
    faults.note("over_midnight", over, where=header)
    return result


def _end(start: Local | None, item: Moment | None, length: float | None) -> Local | None:
    if item is None:
        return None if start is None or length is None else start + dt.timedelta(seconds=length)
    zone = start.tzinfo if start is not None else None
    zone = zone if item.offset is None else dt.timezone(item.offset)
    if item.day is not None:
        return dt.datetime.combine(item.day, dt.time(), tzinfo=zone) + item.time if item.time is not None else None
    if start is None or item.time is None:
        return None
    end = dt.datetime.combine(start.date(), dt.time(), tzinfo=zone) + item.time
    return end if end >= start else end + DAY


def _fault_of_end(start: Local, end: Local | None, item: Moment | None, length: float | None) -> tuple[str, str, str] | None:
    if end is None:
        bare_day = item is not None and item.day is not None
        found = f"{item.day} without a time of day" if bare_day else "neither an end nor a length"  # type: ignore[union-attr]
        return found, "when it ended", "Write date and time of the end, or how long it took."
    if (end.tzinfo is None) != (start.tzinfo is None):
        return "a zone at one end only", "both with a zone, or none", "Write both alike."
    took = (end - start).total_seconds()
    if took <= 0:
        return f"it ends at {end:%d/%m %H:%M}, no later than it starts", "an end after the start", "Correct one of the times."
    if item is not None and item.day is None and end.date() > start.date() and end - start > LONGEST_OVER_MIDNIGHT:
        found = f"{_shown(item)} is before the start at {start:%H:%M}; over midnight it would be {took / 3600:.1f} h"
        return found, "an end after the start", "Write the date of the end in the cell, or correct the time."
    if item is not None and length is not None and abs(took - length) > _TOLERANCE_S:
        found = f"{took / 60:g} minutes from start to end, but {length / 60:g} minutes written beside them"
        return found, "one length", "Correct one of the three."
    return None


def _shown(item: Moment | None) -> str:
    minutes = int((item.time if item is not None and item.time is not None else dt.timedelta()).total_seconds()) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
