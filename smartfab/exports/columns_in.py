"""The columns of a sheet → the columns of a table, each in its declared type, times put together from their parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smartfab.clock import clock_time
from smartfab.errors import ColumnTypeError, UnitError
from smartfab.exports import day_and_time
from smartfab.exports.day_columns import days, moments, times_of_day
from smartfab.exports.folding import fold
from smartfab.exports.grid import Cell, Faults, Grid, Strip
from smartfab.exports.headings import Heading
from smartfab.exports.known_headers import DATE, DURATION
from smartfab.exports.lengths_in import lengths
from smartfab.exports.moments_in import Moment
from smartfab.exports.numerals_in import Decimal, numbers
from smartfab.exports.quantities_in import one_unit, ratios_checked, shares_refused
from smartfab.exports.samples_in import readings_apart
from smartfab.exports.words_in import Ids, truths, words
from smartfab.vocabulary import COLUMNS

_TIME_OF_DAY = ("start_time", "end_time")
_MAY_BE_A_DAY = ("valid_from", "valid_to")
_RATES = {"1/h": 1.0, "1/min": 60.0, "1/s": 3600.0}


@dataclass(frozen=True, slots=True)
class Told:
    """What the user says of a file beside it.

    Parameters
    ----------
    columns : mapping
        Folded header → target; None to leave one out.
    values : mapping
        Text → value, or column → text → value.
    decimal : str, optional
        The decimal sign.
    date_format : str, optional
        How texts write days.
    day_start : str, optional
        Wall-clock time a production date begins.
    fixed : mapping
        Column → its one value for every row.
    ids : mapping
        Column → name → id.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[object, object] = field(default_factory=dict)
    decimal: Decimal | None = None
    date_format: str | None = None
    day_start: str | None = None
    fixed: Mapping[str, object] = field(default_factory=dict)
    ids: Ids = field(default_factory=dict)


Columns = dict[str, list[object]]


def columns_of(grid: Grid, heading: Heading, rows: Sequence[int], told: Told, faults: Faults) -> Columns:
    """Return the columns of the table, a value or None for each row.

    Parameters
    ----------
    grid : Grid
        The sheet.
    heading : Heading
        Its header.
    rows : sequence of int
        Numbers of the rows that hold data.
    told : Told
        What the user says.
    faults : Faults
        What cannot be read is added here.

    Returns
    -------
    dict of str to list
        Naive local times, or aware ones where the cells have an offset; lengths in seconds.
    """
    strips = {strip.target: _replaced(strip, told.values) for strip in _strips(grid, heading, rows, told.fixed)}
    if faults.table == "samples":
        strips = readings_apart(strips, faults)
    one_unit(strips.values(), faults)
    read: Columns = {}
    timed: dict[str, list[Moment | None]] = {}
    for target, strip in strips.items():
        if target in (DATE, "production_date"):
            read[target] = list(days(strip, faults, date_format=told.date_format))
        elif target in COLUMNS and COLUMNS[target].dtype == "timestamp":
            timed[target] = moments(strip, faults, date_format=told.date_format)
        elif target == DURATION:
            read[target] = list(lengths(strip, faults, decimal=told.decimal))
        else:
            read[target] = _of_type(strip, told, faults)
    _with_times(read, timed, strips, rows, told, faults)
    return read


def _strips(grid: Grid, heading: Heading, rows: Sequence[int], fixed: Mapping[str, object]) -> list[Strip]:
    strips = []
    for item in heading.fields:
        if item.target in fixed:
            continue
        cells = [grid.rows[number - 1][item.place] if item.place < len(grid.rows[number - 1]) else None for number in rows]
        percent = frozenset(number for number in rows if (number, item.place) in grid.percent)
        strips.append(Strip(item.header, item.target, item.unit, rows, cells, percent))
    for name, value in fixed.items():
        unit = "s" if name.endswith("_s") else ""
        strips.append(Strip("fixed", name, unit, rows, [value] * len(rows)))  # type: ignore[list-item]  # checked by its reader
    return strips


def _replaced(strip: Strip, values: Mapping[object, object]) -> Strip:
    """Put the user's values in place of what he says they stand for; a flat mapping speaks of words only."""
    mine = values.get(strip.target)
    if not isinstance(mine, Mapping):
        wordy = strip.target in COLUMNS and COLUMNS[strip.target].dtype in {"string", "bool"}
        mine = {said: value for said, value in values.items() if not isinstance(value, Mapping)} if wordy else {}
    said_as = {fold(str(said)): value for said, value in mine.items()}
    if not said_as:
        return strip
    cells: list[Cell] = [said_as.get(fold(str(cell)), cell) if cell is not None else None for cell in strip.cells]  # type: ignore[misc]
    return Strip(strip.header, strip.target, strip.unit, strip.numbers, cells, strip.percent)


def _of_type(strip: Strip, told: Told, faults: Faults) -> list[object]:
    column = COLUMNS[strip.target]
    if strip.target in _TIME_OF_DAY:
        return list(times_of_day(strip, faults))
    if column.dtype == "bool":
        return list(truths(strip, faults))
    if column.dtype in {"string", "json"}:
        return list(words(strip, faults, ids=told.ids.get(strip.target), raw=faults.table == "states"))
    if column.dtype == "date":
        return list(days(strip, faults, date_format=told.date_format))
    return _numeric(strip, told, faults)


def _numeric(strip: Strip, told: Told, faults: Faults) -> list[object]:
    column = COLUMNS[strip.target]
    if column.unit in {"1", "s"} and shares_refused(strip, faults):
        return [None] * len(strip.cells)
    if column.unit == "s":
        return list(lengths(strip, faults, decimal=told.decimal))
    scale = 1.0
    if column.unit == "1/h":
        if strip.unit and strip.unit not in _RATES:
            faults.add(
                UnitError, f"the unit {strip.unit!r}", column=strip.target, header=strip.header, expected="pieces an hour",
                remedy="Give the rate for an hour.",
            )  # fmt: skip
        scale = _RATES.get(strip.unit, 1.0)
    found = numbers(strip, faults, decimal=told.decimal, scale=scale, percent=column.is_ratio and strip.unit == "%")
    if column.is_ratio:
        ratios_checked(found, strip, faults)
    return list(_whole(found, strip, faults)) if column.dtype == "int64" else list(found)


def _whole(found: Sequence[float | None], strip: Strip, faults: Faults) -> list[int | None]:
    for value, row in zip(found, strip.numbers, strict=True):
        if value is not None and value % 1:
            faults.add(
                ColumnTypeError, f"{value:g}", row=row, column=strip.target, header=strip.header, expected="a whole number",
                remedy="Correct the cell.",
            )  # fmt: skip
    return [None if value is None else int(value) for value in found]


def _with_times(
    read: Columns,
    timed: dict[str, list[Moment | None]],
    strips: dict[str, Strip],
    rows: Sequence[int],
    told: Told,
    faults: Faults,
) -> None:
    """Put days and times of day together."""
    empty: list[Moment | None] = [None] * len(rows)
    first = next((name for name in ("start", "ts") if name in timed), None)
    base = read.get(DATE) or read.get("production_date") or [None] * len(rows)
    day_strip = strips.get(DATE) or strips.get("production_date")
    shifted = [False] * len(rows)
    if first is not None:
        where = day_and_time.Days(
            days=base,  # type: ignore[arg-type]
            meaning=_meaning(day_strip, "shift_id" in strips, told),
            day_start=_since_midnight(told.day_start),
            group=read.get("shift_id") or [None] * len(rows),  # type: ignore[arg-type]
            machine=read.get("machine_id") or [None] * len(rows),  # type: ignore[arg-type]
            header=day_strip.header if day_strip else "",
        )
        shifted = day_and_time.after_midnight(timed[first], timed.get("end", empty), where, rows, faults)
    for name, cells in timed.items():
        if name == "end" and "start" in timed:
            continue
        beside = [day if name == first and (DATE in read or cell is None or cell.day is None) else None
                  for day, cell in zip(base, cells, strict=True)]  # fmt: skip
        whole = [_at_midnight(cell, told.day_start) for cell in cells] if name in _MAY_BE_A_DAY else cells
        place = (name, strips[name].header)
        read[name] = list(day_and_time.instants(whole, beside, shifted, rows, place, faults))  # type: ignore[arg-type]
    if "start" in timed and ("end" in timed or DURATION in read):
        ends = timed.get("end", empty)
        header = strips["end"].header if "end" in strips else strips[DURATION].header
        length = read.get(DURATION) or [None] * len(rows)
        read["end"] = list(day_and_time.ends(read["start"], ends, length, rows, header, faults))  # type: ignore[arg-type]
    if first == "ts" and "production_date" in read and ("shift_id" not in read or not any(shifted)):
        del read["production_date"]  # the time says it


def _meaning(strip: Strip | None, has_shifts: bool, told: Told) -> day_and_time.Meaning:
    if strip is None:
        return "calendar"
    said = fold(strip.header)
    if said in told.columns:
        return "calendar" if told.columns[said] == DATE else "production"
    if "san xuat" in said or "sx" in said.split() or "production" in said:
        return "production"
    return "either" if has_shifts else "calendar"


def _since_midnight(day_start: str | None) -> dt.timedelta | None:
    if day_start is None:
        return None
    at = clock_time(day_start)
    return dt.timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _at_midnight(cell: Moment | None, day_start: str | None) -> Moment | None:
    """A bare day of validity begins when a production date does."""
    if cell is None or cell.day is None or cell.time is not None:
        return cell
    return Moment(cell.day, _since_midnight(day_start) or dt.timedelta(), cell.offset, cell.how)
