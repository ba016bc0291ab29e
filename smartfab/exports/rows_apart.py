"""Which rows of a sheet are data: totals, signatures, repeated headers and blank rows are not; none vanishes in silence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smartfab.errors import TableError
from smartfab.exports.folding import fold
from smartfab.exports.grid import Cell, Faults, Grid
from smartfab.exports.headings import Field, Heading
from smartfab.exports.known_headers import DATE
from smartfab.vocabulary import COLUMNS, TABLES

_TOTAL = re.compile(
    r"(tong|tong (cong|so|ket|san luong|sl)"
    r"|(tong |tong cong |cong )(ca|ngay|tuan|thang|may|chuyen|day chuyen|kip|to)( \S+){0,3}"
    r"|cong|cong don|luy ke.*|(grand |sub ?)?totals?|total (shift|day|week|month|line|machine).*)"
)
_MEAN = re.compile(r"(trung binh.*|binh quan.*|tb|average|avg|mean|max|min|sum)")
_NAMES = {"machine_id", "line_id", "area_id", "shift_id", "team_id", DATE, "production_date", "product_id", "order_id", "by"}
"""Filled in beforehand on a form: a row with nothing else tells nothing."""

_ENTERED = {"counts", "stops", "stop_reasons", "states", "totals", "samples"}


def is_total(cell: Cell, *, strictly: bool = True) -> bool:
    """Return whether a cell is the label of a row of totals.

    Parameters
    ----------
    cell : Cell
        Any.
    strictly : bool
        Only words that mean nothing else; means, minima and maxima too if not.

    Returns
    -------
    bool
        True for "Tổng cộng" and its kin.
    """
    if not isinstance(cell, str):
        return False
    said = fold(cell)
    return bool(_TOTAL.fullmatch(said)) or (not strictly and bool(_MEAN.fullmatch(said)))


def data_rows(grid: Grid, heading: Heading, table: str, faults: Faults) -> list[int]:
    """Return the numbers of the rows that hold data.

    Parameters
    ----------
    grid : Grid
        The sheet.
    heading : Heading
        Its header.
    table : str
        Name of the table that is read.
    faults : Faults
        What was left out is remarked here, by row; rows with more cells than the header are faults.

    Returns
    -------
    list of int
        From 1, rising.
    """
    header = grid.rows[heading.last - 1]
    mapped = {field.place: field for field in heading.fields}
    keys = _keys(heading.fields, table)
    apart: dict[str, list[int]] = {
        "totals_left_out": [],
        "header_repeated": [],
        "notes_left_out": [],
        "rows_without_values": [],
    }
    kept: list[int] = []
    for number in range(heading.last + 1, len(grid.rows) + 1):
        row = grid.rows[number - 1]
        there = {place for place, cell in enumerate(row) if cell is not None and place not in heading.counting}
        if not there:
            continue
        kind = _kind(row, there, mapped, keys, header, table)
        if kind:
            apart[kind].append(number)
            continue
        kept.append(number)
        if not grid.sheet:  # a workbook may hold notes beside the table
            _check_length(row, number, header, faults)
    tail = _trailing_notes(grid, kept, mapped, keys)
    apart["notes_left_out"] += tail
    for code, rows in apart.items():
        shown = [_shown(grid.rows[number - 1]) for number in rows[:3]]
        faults.note(code, sorted(rows), texts=shown)
    return [number for number in kept if number not in set(tail)]


def _keys(fields: Sequence[Field], table: str) -> list[int]:
    named = {*TABLES[table].keys, DATE, "shift_id", "production_date"}
    return [field.place for field in fields if field.target in named]


def _kind(
    row: Sequence[Cell], there: set[int], mapped: dict[int, Field], keys: list[int], header: Sequence[Cell], table: str
) -> str:  # fmt: skip
    lacking = any(place >= len(row) or row[place] is None for place in keys) or any(
        is_total(row[p]) for p in keys if p < len(row)
    )
    timed = any(mapped[place].target in {"ts", "start"} for place in there & set(mapped))
    if not timed and any(is_total(row[place]) for place in keys if place < len(row)):
        return "totals_left_out"
    if lacking and not timed and any(is_total(row[place], strictly=False) for place in there):
        return "totals_left_out"
    same = [place for place in there if place < len(header) and _equal(row[place], header[place])]
    if len(same) > 1 and len(same) * 2 > len(there):
        return "header_repeated"
    of_ours = there & set(mapped)
    if not of_ours or (len(there) == 1 and isinstance(row[next(iter(there))], str) and len(mapped) > 1):
        return "notes_left_out"
    if table in _ENTERED and all(mapped[place].target in _NAMES for place in of_ours):
        return "rows_without_values"
    return ""


def _equal(cell: Cell, header: Cell) -> bool:
    return isinstance(cell, str) and isinstance(header, str) and fold(cell) == fold(header) != ""


def _trailing_notes(grid: Grid, kept: Sequence[int], mapped: dict[int, Field], keys: Sequence[int]) -> list[int]:
    """Rows of names and signatures below the last row that has a number or a date, with a key missing."""
    notes: list[int] = []
    for number in reversed(kept):
        row = grid.rows[number - 1]
        cells = [cell for cell in row if cell is not None]
        lacks = any(place >= len(row) or row[place] is None for place in keys)
        figures = any(not isinstance(cell, str) or any(char.isdigit() for char in cell) for cell in cells)
        quantities = any(
            place < len(row) and row[place] is not None and field.target in COLUMNS and COLUMNS[field.target].dtype == "float64"
            for place, field in mapped.items()
        )
        if not lacks or figures or quantities:
            break
        notes.append(number)
    return notes


def _check_length(row: Sequence[Cell], number: int, header: Sequence[Cell], faults: Faults) -> None:
    width = max((place + 1 for place, cell in enumerate(header) if cell is not None), default=0)
    beyond = [place for place, cell in enumerate(row) if cell is not None and place >= width]
    if beyond:
        faults.add(
            TableError, f"{beyond[-1] + 1} cells below {width} headers", row=number, expected="a cell for each header",
            remedy="Put quotes around cells that hold the separator, such as 12,5.",
        )  # fmt: skip


def _shown(row: Sequence[Cell]) -> str:
    return " | ".join(str(cell) for cell in row if cell is not None)[:80]


def without_repeats(grid: Grid, rows: Sequence[int], heading: Heading, faults: Faults) -> list[int]:
    """Return the rows without those that say again, cell for cell, what a row above says; the row's own number aside.

    Parameters
    ----------
    grid : Grid
        The sheet.
    rows : sequence of int
        Row numbers.
    heading : Heading
        Its header.
    faults : Faults
        What was left out is remarked here.

    Returns
    -------
    list of int
        Row numbers.
    """
    seen: dict[tuple[object, ...], int] = {}
    again: list[int] = []
    kept: list[int] = []
    for number in rows:
        row = grid.rows[number - 1]
        said = tuple((place, cell) for place, cell in enumerate(row) if cell is not None and place not in heading.counting)
        if said in seen:
            again.append(number)
        else:
            seen[said] = number
            kept.append(number)
    faults.note("duplicates_left_out", again)
    return kept
