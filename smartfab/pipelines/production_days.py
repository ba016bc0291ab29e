"""Production dates as jobs name them: which there are, when they begin and end, and which one is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from smartfab import clock, shifts
from smartfab.errors import TimeError
from smartfab.plant import Plant

ONE = dt.timedelta(days=1)


def as_date(day: object, *, what: str = "day") -> dt.date:
    """Return a production date from what a user writes.

    Parameters
    ----------
    day : str, date, Timestamp or datetime64
        Without a time of day and without a zone.
    what : str
        Name of the argument, for the error.

    Returns
    -------
    date
        The production date.

    Raises
    ------
    TimeError
        If it is none.
    """
    try:
        stamp: Any = pd.Timestamp(dt.date.fromisoformat(day.strip()) if isinstance(day, str) else day)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        stamp = pd.NaT
    if pd.isna(stamp) or stamp.tzinfo is not None or stamp != stamp.normalize() or isinstance(day, (int, float)):
        raise TimeError(f"{day!r}", where=what, expected="a production date such as 2026-03-02")
    day_found: dt.date = stamp.date()
    return day_found


def as_dates(days: object) -> list[dt.date]:
    """Return production dates, each once, rising.

    Parameters
    ----------
    days : a date, or an iterable of dates
        As `as_date` reads them.

    Returns
    -------
    list of date
        Sorted.

    Raises
    ------
    TimeError
        If one is none.
    """
    several = days if isinstance(days, Iterable) and not isinstance(days, str) else [days]
    return sorted({as_date(day, what="days") for day in several})


def window(plant: Plant, day: dt.date) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return when a production date begins and ends; it has 23 or 25 hours where the clocks change.

    Parameters
    ----------
    plant : Plant
        Says zone and start of the day.
    day : date
        The production date.

    Returns
    -------
    tuple of Timestamp
        Half-open, in UTC.
    """
    first, last = clock.interval(day, day + ONE, tz=plant.timezone, day_start=plant.day_start)
    return clock.stamp(first), clock.stamp(last)


def over_at(plant: Plant, day: dt.date) -> pd.Timestamp:
    """Return when the last shift of a production date has ended, which may be after the next date began.

    Parameters
    ----------
    plant : Plant
        With its shift rules; without any the date itself counts.
    day : date
        The production date.

    Returns
    -------
    Timestamp
        In UTC.
    """
    start, end = window(plant, day)
    if not plant.shift:
        return end
    table = shifts.expand(plant, start, end)
    mine = table.loc[table["production_date"] == pd.Timestamp(day), "end"]
    return max(end, mine.max()) if len(mine) else end


def last_over(plant: Plant, now: pd.Timestamp) -> dt.date:
    """Return the last production date whose last shift has ended.

    Parameters
    ----------
    plant : Plant
        Says when a date ends.
    now : Timestamp
        With its zone.

    Returns
    -------
    date
        The production date.
    """
    day = now.tz_convert(clock.zone(plant.timezone)).date()
    while over_at(plant, day) > now:
        day -= ONE
    return day
