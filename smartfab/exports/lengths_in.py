"""Columns of lengths of time: minutes, hours, seconds, 1:30, 1h30, 45 phút; the result is in seconds."""

from __future__ import annotations

import datetime as dt
import re

from smartfab.errors import AmbiguousValueError, UnitError
from smartfab.exports.folding import canonical_unit, plain
from smartfab.exports.grid import Cell, Faults, Strip
from smartfab.exports.numerals_in import Decimal, Number, is_dash, numbers, readings, refuse

SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "ms": 0.001, "d": 86_400.0}
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_WORDED = re.compile(
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:h|gio|g|hours?|hrs?))?\s*(?:(\d+(?:[.,]\d+)?)\s*(?:'|p|ph|phut|mins?|minutes?)?)?\s*(?:(\d+)\s*(?:\"|s|giay|secs?))?"
)
_HAS_WORD = re.compile(r"[a-z'\"]")
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's day 0 has no zone


def lengths(strip: Strip, faults: Faults, *, decimal: Decimal | None = None) -> list[Number]:
    """Return the lengths of a column in seconds.

    A bare number needs a unit in the header; a cell such as ``1h30``, ``45 phút`` or an Excel time states its own.

    Parameters
    ----------
    strip : Strip
        Cells; its unit is that of bare numbers.
    faults : Faults
        What is no length, or has no unit, is added here.
    decimal : str, optional
        The decimal sign.

    Returns
    -------
    list of float or None
        One a cell [s].
    """
    result: list[Number] = [None] * len(strip.cells)
    bare: list[Cell] = [None] * len(strip.cells)
    for place, row, cell in strip.told():
        known = _stated(cell)
        if known is not None:
            if isinstance(cell, str) and _CLOCK.fullmatch(cell) and cell.count(":") == 1 and strip.unit in {"min", "s"}:
                found = f"{cell!r} below a header in {strip.unit}: hours and minutes, or minutes and seconds?"
                faults.add(
                    AmbiguousValueError, found, row=row, column=strip.target, header=strip.header, expected="one unit",
                    remedy="Write it as a number.",
                )  # fmt: skip
            result[place] = known
        elif isinstance(cell, str) and not readings(cell) and not is_dash(cell):
            refuse(strip, faults, row, cell, expected="a length of time")
        else:
            bare[place] = cell
    if strip.unit and strip.unit not in SECONDS:
        faults.add(
            UnitError, f"the unit {strip.unit!r}", column=strip.target, header=strip.header, expected="s, min or h",
            remedy="Correct the header.",
        )  # fmt: skip
        return result
    told = [
        (row, cell) for _, row, cell in Strip(strip.header, strip.target, "", strip.numbers, bare).told() if not is_dash(cell)
    ]
    if told and not strip.unit:
        found = f"{told[0][1]!r} without a unit"
        remedy = f'Write "{strip.header} (phút)" as its header, or say columns={{"{strip.header}": "{_names(strip.target)}"}}.'
        faults.add(
            AmbiguousValueError, found, row=told[0][0], column=strip.target, header=strip.header,
            expected="minutes, hours or seconds", remedy=remedy,
        )  # fmt: skip
        for row, _ in told:
            faults.follows(row, strip.target)
        return result
    counted = numbers(Strip(strip.header, strip.target, "", strip.numbers, bare), faults, decimal=decimal)
    scale = SECONDS.get(strip.unit, 1.0)
    return [known if known is not None else None if number is None else number * scale
            for known, number in zip(result, counted, strict=True)]  # fmt: skip


def _names(target: str) -> str:
    return "minutes" if target == "duration" else target


def _stated(cell: Cell) -> float | None:
    """The seconds of a cell that states its unit itself."""
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds()
    if isinstance(cell, dt.datetime):  # [h]:mm beyond a day comes as a date of 1900
        return (cell - _EPOCH).total_seconds() if cell.year <= 1900 else None
    if isinstance(cell, dt.time):
        return cell.hour * 3600.0 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    return _stated_in_words(cell) if isinstance(cell, str) else None


def _stated_in_words(cell: str) -> float | None:
    if clock := _CLOCK.fullmatch(cell):
        return int(clock[1]) * 3600.0 + int(clock[2]) * 60 + int(clock[3] or 0)
    text = plain(cell)
    number, unit = re.match(r"([\d.,\s]*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # matches anything
    if (named := canonical_unit(unit)) in SECONDS and len(set(readings(number).values())) == 1:
        return next(iter(readings(number).values())) * SECONDS[named]
    worded = _WORDED.fullmatch(text)
    if worded and _HAS_WORD.search(text) and any(worded.groups()):
        hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in worded.groups())
        return hours * 3600 + minutes * 60 + seconds
    return None
