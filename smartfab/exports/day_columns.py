"""Columns of days and times: each cell read, what only the whole column shows told."""

from __future__ import annotations

import datetime as dt

from smartfab.errors import AmbiguousValueError, TimeError
from smartfab.exports.grid import Faults, Strip
from smartfab.exports.moments_in import Moment, UnreadableError, is_swapped, moment
from smartfab.exports.numerals_in import is_dash

__all__ = ["days", "moments", "times_of_day"]


def moments(strip: Strip, faults: Faults, *, date_format: str | None = None) -> list[Moment | None]:
    """Return what the cells of a column say of days and times.

    Parameters
    ----------
    strip : Strip
        Cells.
    faults : Faults
        What is no day and no time is added here, and a column a program has mixed up.
    date_format : str, optional
        How texts write days.

    Returns
    -------
    list of Moment or None
        One a cell.
    """
    result: list[Moment | None] = [None] * len(strip.cells)
    dashes = []
    for place, row, cell in strip.told():
        if is_dash(cell):
            dashes.append(row)
            continue
        try:
            result[place] = moment(cell, date_format)
        except UnreadableError as error:
            faults.add(
                AmbiguousValueError if error.two_ways else TimeError, error.found, row=row, column=strip.target,
                header=strip.header, expected="a date, day first, or a time of day", remedy=error.remedy,
            )  # fmt: skip
    faults.note("dash_taken_as_missing", dashes, where=strip.header)
    told = [item for item in result if item is not None]
    serial = [strip.numbers[n] for n, item in enumerate(result) if item is not None and item.how == "serial" and item.day]
    faults.note("excel_day_numbers", serial, where=strip.header)
    texts = [strip.numbers[n] for n, item in enumerate(result) if item is not None and item.how == "text" and item.day]
    if any(item.how == "excel" and item.day for item in told):
        if is_swapped(told):
            faults.add(
                AmbiguousValueError,
                "every real date has a day up to 12, every date left as text a later one: a program took days for months",
                row=texts[0], column=strip.target, header=strip.header, expected="dates of one kind",
                remedy="Export again with the day first, or as yyyy-mm-dd.",
            )  # fmt: skip
        faults.note("dates_as_text", texts, where=strip.header)
    return result


def days(strip: Strip, faults: Faults, *, date_format: str | None = None) -> list[dt.date | None]:
    """Return the days of a column; a time of day beside one is a fault.

    Parameters
    ----------
    strip : Strip
        Cells.
    faults : Faults
        What is no day is added here.
    date_format : str, optional
        How texts write days.

    Returns
    -------
    list of date or None
        One a cell.
    """
    result: list[dt.date | None] = []
    for row, item in zip(strip.numbers, moments(strip, faults, date_format=date_format), strict=True):
        if item is not None and (item.day is None or item.time):
            found = "a time of day without a date" if item.day is None else "a date with a time of day"
            faults.add(
                TimeError, found, row=row, column=strip.target, header=strip.header, expected="a date alone",
                remedy="Write the production date alone.",
            )  # fmt: skip
        result.append(item.day if item is not None else None)
    return result


def times_of_day(strip: Strip, faults: Faults) -> list[str | None]:
    """Return the times of day of a column as HH:MM or HH:MM:SS.

    Parameters
    ----------
    strip : Strip
        Cells.
    faults : Faults
        What is no time of day is added here.

    Returns
    -------
    list of str or None
        One a cell.
    """
    result: list[str | None] = []
    for row, item in zip(strip.numbers, moments(strip, faults), strict=True):
        if item is None or item.time is None or item.day is not None:
            if item is not None:
                faults.add(
                    TimeError, "a date", row=row, column=strip.target, header=strip.header, expected="a time of day",
                    remedy="Write a time such as 06:30.",
                )  # fmt: skip
            result.append(None)
            continue
        minutes, seconds = divmod(int(item.time.total_seconds()), 60)
        shown = f"{minutes // 60:02d}:{minutes % 60:02d}"
        result.append(f"{shown}:{seconds:02d}" if seconds else shown)
    return result
