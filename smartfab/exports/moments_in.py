"""One cell as a day, a time of day, or both: day first, ISO, Excel's day numbers, 24:00, 6h30, 2 giờ chiều."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from functools import lru_cache

from smartfab.exports.folding import plain
from smartfab.exports.grid import Cell

DAY = dt.timedelta(days=1)
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's day 0 has no zone
_SERIAL = (20_000, 80_000)  # 1954 … 2119
_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}

_WEEKDAY = r"(?:(?:thu (?:\w+|[2-7])|t[2-7]|chu nhat|cn|(?:mon|tue|wed|thu|fri|sat|sun)\w*)[\s,.:-]+)?(?:ngay\s+)?"
_ISO = r"(?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})"
_DMY = r"(?P<d2>\d{1,2})\s?(?P<s2>[-/. ])\s?(?P<m2>\d{1,2})\s?(?P=s2)\s?(?P<y2>\d{4}|\d{2})"
_MON = r"(?P<d3>\d{1,2})[-/. ](?P<m3>[a-z]{3})[a-z]*[-/., ]+(?P<y3>\d{4})"
_VI = r"(?P<d4>\d{1,2})\s+thang\s+(?P<m4>\d{1,2})[\s,]+nam\s+(?P<y4>\d{4})"
_SHORT = r"(?P<d5>\d{1,2})[-/](?P<m5>\d{1,2})"
_DATE = re.compile(rf"{_WEEKDAY}(?:{_ISO}|{_DMY}|{_MON}|{_VI}|{_SHORT})")
_TIME = re.compile(
    r"(?P<h>\d{1,2})\s?(?::(?!\d(?!\d))|h|gio|g)\s?\s?(?:(?P<m>\d{1,2})(?:\s?(?::|phut|m|p|')\s?(?P<s>\d{2})?(?:[.,](?P<f>\d{1,6}))?)?)?"
    r"\s*(?P<half>am|pm|sang|sa|chieu|ch|toi)?"
    r"(?P<zone>z|\s?[+-]\d{2}:?\d{2})?"
)
_YEAR_AT_END = re.compile(r"(.*?)([-/. ]?)(\d{4})$")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a cell says: a day, a time since its midnight, the offset from UTC if it has one, and how it was written."""

    day: dt.date | None = None
    time: dt.timedelta | None = None
    offset: dt.timedelta | None = None
    how: str = ""


class UnreadableError(Exception):
    """A cell that is no day and no time: what was found, and what to do."""

    def __init__(self, found: str, remedy: str, *, two_ways: bool = False) -> None:
        super().__init__(found)
        self.found, self.remedy, self.two_ways = found, remedy, two_ways


def moment(cell: Cell, date_format: str | None = None) -> Moment:
    """Return what a cell says.

    Parameters
    ----------
    cell : Cell
        Text, number, date or time; not blank.
    date_format : str, optional
        How texts write days, as strptime knows it.

    Returns
    -------
    Moment
        With a day, a time of day, or both.

    Raises
    ------
    UnreadableError
        If it is neither, or could be two things.
    """
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        return _of_excel(cell)
    if isinstance(cell, bool) or cell is None:
        raise UnreadableError(repr(cell), "Write a date or a time.")
    return _of_text(cell, date_format) if isinstance(cell, str) else _of_number(float(cell), str(cell))


def _of_excel(cell: dt.date | dt.time | dt.timedelta) -> Moment:
    if isinstance(cell, dt.timedelta):
        return Moment(time=cell, how="excel")
    if isinstance(cell, dt.time):
        return Moment(time=dt.timedelta(0, cell.hour * 3600 + cell.minute * 60 + cell.second, cell.microsecond), how="excel")
    if not isinstance(cell, dt.datetime):
        return Moment(cell, how="excel")
    if cell.year <= 1900:  # a time of day of 24:00 and more
        return Moment(time=cell - _EPOCH, how="excel")
    return Moment(cell.date(), cell - dt.datetime.combine(cell.date(), dt.time()), how="excel")


def _of_number(number: float, shown: str) -> Moment:
    if math.isfinite(number) and _SERIAL[0] <= number < _SERIAL[1]:
        at = _EPOCH + dt.timedelta(milliseconds=round(number * 86_400_000))
        time = at - dt.datetime.combine(at.date(), dt.time()) if number % 1 else None
        return Moment(at.date(), time, how="serial")
    if 0 <= number <= 1:
        return Moment(time=dt.timedelta(milliseconds=round(number * 86_400_000)), how="serial")
    if 19_000_101 <= number < 21_000_101 and number % 1 == 0:
        return _of_text(f"{int(number)}"[:4] + "-" + f"{int(number)}"[4:6] + "-" + f"{int(number)}"[6:], None)
    raise UnreadableError(f"the number {shown}", "Write it as a date, such as 02/03/2026.")


@lru_cache(1 << 14)
def _of_text(text: str, date_format: str | None) -> Moment:
    said = " ".join(plain(text).split())
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?|\d{8}|0?[.,]\d+", said):
        return _of_number(float(said.replace(",", ".")), text)
    if date_format is not None:
        return _formatted(text, said, date_format)
    if date := _DATE.match(said):
        rest = said[date.end() :].lstrip("t ,;-") if said[date.end() :] else ""
        return _joined(date, rest, text)
    if time := _TIME.match(said):
        rest = said[time.end() :].strip(" ,;-")
        if not rest:
            return Moment(time=_time(time, text), offset=_offset(time), how="text")
        if (date := _DATE.fullmatch(rest)) is not None:
            return Moment(_day(date, text), _time(time, text), _offset(time), how="text")
    raise UnreadableError(repr(text), "Write a date such as 02/03/2026, a time such as 06:30, or both.")


def _joined(date: re.Match[str], rest: str, text: str) -> Moment:
    day = _day(date, text)
    if not rest:
        return Moment(day, how="text")
    time = _TIME.fullmatch(rest)
    if time is None:
        raise UnreadableError(repr(text), "Write a date such as 02/03/2026, a time such as 06:30, or both.")
    return Moment(day, _time(time, text), _offset(time), how="text")


def _day(match: re.Match[str], text: str) -> dt.date:
    parts = {key[0]: value for key, value in match.groupdict().items() if value is not None}
    if "y" not in parts:
        raise UnreadableError(
            f"{text!r} has no year, and its day and month read two ways",
            'Write the year in the cells, or give date_format="%d/%m/2026" (or "%m/%d/2026") with it.',
            two_ways=True,
        )
    month = _MONTHS.get(parts["m"]) if parts["m"].isalpha() else int(parts["m"])
    year, day = int(parts["y"]), int(parts["d"])
    if len(parts["y"]) == 2:
        year += 2000
        if not 2010 <= year < 2060:
            raise UnreadableError(
                f"{text!r}: the year {parts['y']}", 'Write four digits, or give date_format="%y/%m/%d".', two_ways=True
            )
    if month is not None and month > 12 >= day:
        raise UnreadableError(
            f"{text!r} has no month {month} when read day first", 'Give date_format="%m/%d/%Y" if the month stands first.'
        )
    try:
        return dt.date(year, month or 0, day)
    except ValueError as error:
        raise UnreadableError(f"{text!r} is no day of the calendar", "Correct the date.") from error


def _time(match: re.Match[str], text: str) -> dt.timedelta:
    hours, minutes, seconds = (int(match[name] or 0) for name in ("h", "m", "s"))
    micros = int((match["f"] or "0").ljust(6, "0"))
    half = match["half"]
    if half and not 1 <= hours <= 12:
        raise UnreadableError(f"{text!r}", "Write the hours from 0 to 24, or from 1 to 12 with SA or CH.")
    if half in {"pm", "ch", "chieu", "toi"} and hours < 12:
        hours += 12
    elif half in {"am", "sa", "sang"} and hours == 12:
        hours = 0
    if hours > 24 or minutes > 59 or seconds > 59 or (hours == 24 and (minutes or seconds or micros)):
        raise UnreadableError(f"{text!r} is no time of day", "Write a time from 00:00 to 24:00.")
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)


def _offset(match: re.Match[str]) -> dt.timedelta | None:
    zone = (match["zone"] or "").strip()
    if not zone:
        return None
    if zone == "z":
        return dt.timedelta(0)
    digits = zone[1:].replace(":", "")
    length = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -length if zone[0] == "-" else length


def _formatted(text: str, said: str, date_format: str) -> Moment:
    """A text in a format the user gave: a day alone, a day with a time behind it, or both in one format."""
    pieces = [(text, "")] + [(text[:n], said[n + 1 :]) for n, char in enumerate(text) if char in " T"]
    for head, tail in pieces:
        found = _strptime(head.strip(), date_format)
        if found is None:
            continue
        whole = any(code in date_format for code in ("%H", "%I", "%X", "%c", "%T"))
        time = _TIME.fullmatch(tail.strip()) if tail.strip() and not whole else None
        if tail.strip() and time is None:
            continue
        since = found - dt.datetime.combine(found.date(), dt.time())
        return Moment(
            found.date(), _time(time, text) if time else since if whole else None, _offset(time) if time else None, "text"
        )
    if time := _TIME.fullmatch(said):
        return Moment(time=_time(time, text), offset=_offset(time), how="text")
    raise UnreadableError(repr(text), f"It does not fit date_format={date_format!r}; correct one of them.")


def _strptime(text: str, date_format: str) -> dt.datetime | None:
    if "%Y" not in date_format and "%y" not in date_format and (fixed := _YEAR_AT_END.fullmatch(date_format)):
        text, date_format = f"{text}{fixed[2]}{fixed[3]}", f"{fixed[1]}{fixed[2]}%Y"  # the year stands in the format
    try:
        found = dt.datetime.strptime(text, date_format)  # noqa: DTZ007  the zone is that of the plant
    except ValueError:
        return None
    return found if found.year > 1900 else None


def is_swapped(moments: list[Moment]) -> bool:
    """Return whether a program seems to have taken days for months: every real date has a day up to 12, every text none.

    Excel with the month first reads 02/03/2026 as 3 February, cannot read 15/03/2026 and leaves it as text.

    Parameters
    ----------
    moments : list of Moment
        Of one column.

    Returns
    -------
    bool
        True if there are texts and real dates, and they part so.
    """
    texts = [item.day for item in moments if item.how == "text" and item.day is not None]
    dates = [item.day for item in moments if item.how == "excel" and item.day is not None]
    return bool(texts and dates) and all(day.day > 12 for day in texts) and all(day.day <= 12 for day in dates)
