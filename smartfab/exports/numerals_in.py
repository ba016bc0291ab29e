"""Columns of numbers as people type them: which sign is the decimal one is settled by the column, never guessed."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Literal

from smartfab.errors import AmbiguousValueError, ColumnTypeError
from smartfab.exports.grid import Cell, Faults, Formula, Strip

Decimal = Literal[".", ","]
Number = float | None

_BLANKS = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]+")
_DASHES = frozenset({"-", "–", "—", "--", "n/a", "na", "không có", "kxd"})
_EXPECTED = "a number"


def _pattern(decimal: str, group: str) -> re.Pattern[str]:
    grouped = rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+"
    return re.compile(rf"([+-]?)({grouped}|\d+|(?={decimal}\d))(?:{decimal}(\d*))?(e[+-]?\d+)?", re.IGNORECASE)


_FORMS: dict[Decimal, re.Pattern[str]] = {".": _pattern(r"\.", r"[, '’]"), ",": _pattern(",", r"[. '’]")}


def is_dash(cell: Cell) -> bool:
    """Return whether a cell holds what people write where there is nothing to tell.

    Parameters
    ----------
    cell : Cell
        Any.

    Returns
    -------
    bool
        True for a dash and its kin.
    """
    return isinstance(cell, str) and cell.strip().casefold() in _DASHES


def readings(text: str) -> dict[Decimal, float]:
    """Return what a text says as a number, by decimal sign; empty if it is none.

    Parameters
    ----------
    text : str
        Such as ``1.250`` (1.25 or 1250) or ``12,5`` (12.5 only).

    Returns
    -------
    dict
        Decimal sign → number.

    Examples
    --------
    >>> readings("1.250"), readings("12,5"), readings("0.850")
    ({'.': 1.25, ',': 1250.0}, {',': 12.5}, {'.': 0.85})
    """
    bare = _BLANKS.sub(" ", text.replace("\N{MINUS SIGN}", "-")).strip()
    found: dict[Decimal, float] = {}
    for decimal, form in _FORMS.items():
        if match := form.fullmatch(bare):
            sign, whole, part, power = match.groups()
            found[decimal] = float(f"{sign}{re.sub(r'[^0-9]', '', whole) or '0'}.{part or '0'}{power or ''}")
    return found


def numbers(
    strip: Strip, faults: Faults, *, decimal: Decimal | None = None, scale: float = 1.0, percent: bool = False
) -> list[Number]:
    """Return the numbers of a column; a dash is missing.

    Parameters
    ----------
    strip : Strip
        Cells.
    faults : Faults
        What is no number, or reads two ways, is added here.
    decimal : str, optional
        The decimal sign; found out if it is not given.
    scale : float
        What to multiply with [1].
    percent : bool
        Whether 85 means 0.85 where the cell does not say % itself.

    Returns
    -------
    list of float or None
        One a cell.
    """
    result: list[Number] = [None] * len(strip.cells)
    texts: dict[int, tuple[str, bool]] = {}
    dashes = []
    for place, row, cell in strip.told():
        if is_dash(cell):
            dashes.append(row)
        elif isinstance(cell, str):
            texts[place] = (cell.rstrip("% \N{NO-BREAK SPACE}"), cell.endswith("%"))
        elif isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell):
            result[place] = cell * (0.01 if percent and row not in strip.percent else scale)
        else:
            refuse(strip, faults, row, cell)
    faults.note("dash_taken_as_missing", dashes, where=strip.header)
    sign = settled({place: text for place, (text, _) in texts.items()}, strip, faults, decimal)
    for place, (text, has_sign) in texts.items():
        value = readings(text).get(sign) if sign else None
        if value is not None:
            result[place] = value * (0.01 if has_sign or percent else scale)
        elif sign:
            refuse(strip, faults, strip.numbers[place], strip.cells[place], decimal=sign)
    return result


def settled(texts: dict[int, str], strip: Strip, faults: Faults, decimal: Decimal | None) -> Decimal | None:
    """Return the decimal sign of a column's texts: as given, or the one that fits every number in it.

    Parameters
    ----------
    texts : dict
        Place → text.
    strip : Strip
        Where they are from.
    faults : Faults
        A column that reads two ways, or in no single way, is added here.
    decimal : str, optional
        The decimal sign, if it is known.

    Returns
    -------
    str or None
        None if it is not settled; that is a fault then.
    """
    if decimal is not None:
        return decimal
    read = {place: readings(text) for place, text in texts.items()}
    numeric = {place: ways for place, ways in read.items() if ways}
    fits: list[Decimal] = [sign for sign in _FORMS if all(sign in ways for ways in numeric.values())]
    if len(fits) == 1:
        return fits[0]
    two_ways = [place for place, ways in numeric.items() if len(set(ways.values())) > 1]
    if fits and not two_ways:
        return fits[0]
    if fits:
        place = two_ways[0]
        ways = numeric[place]
        found = f"{texts[place]!r} is {ways['.']:g} or {ways[',']:g}, and no other value of the column tells which"
        remedy = 'Give decimal="," or decimal=".".'
        first = strip.numbers[place]
    else:
        dotted = next(place for place, ways in numeric.items() if "," not in ways)
        commas = next(place for place, ways in numeric.items() if "." not in ways)
        found = (
            f"{texts[dotted]!r} (row {strip.numbers[dotted]}) and {texts[commas]!r} (row {strip.numbers[commas]}) in one column"
        )
        remedy = "Write them alike."
        first = strip.numbers[min(dotted, commas)]
    faults.add(
        AmbiguousValueError,
        found,
        row=first,
        column=strip.target,
        header=strip.header,
        expected="one decimal sign",
        remedy=remedy,
    )
    return None


def refuse(strip: Strip, faults: Faults, row: int, cell: Cell, *, expected: str = _EXPECTED, decimal: str = "") -> None:
    """Add the fault of a cell that is no number."""
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        found, remedy = f"{cell} (a date or time)", "Type the number again in a cell of format General."
    elif isinstance(cell, Formula):
        found, remedy = f"{cell}, a formula that was never calculated", "Open the file in Excel and save it."
    elif isinstance(cell, str) and cell.startswith("#"):
        found, remedy = f"{cell} (an Excel error)", "Mend the formula."
    elif isinstance(cell, str) and decimal and readings(cell):
        found, remedy = repr(cell), f'With decimal="{decimal}" this is no number; correct the cell or decimal=.'
    else:
        found, remedy = repr(cell), "Correct the cell, or empty it if it is not known."
    faults.add(ColumnTypeError, found, row=row, column=strip.target, header=strip.header, expected=expected, remedy=remedy)
