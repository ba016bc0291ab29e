"""Sheets people fill in: the header is found by what it says, each row keeps its number, and every cell is read or refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from smartfab.errors import RegisterError, SmartfabError, TableError
from smartfab.exports.folding import fold
from smartfab.exports.grid import Cell, Grid
from smartfab.exports.moments_in import UnreadableError, moment
from smartfab.exports.separated import text_grid
from smartfab.exports.workbooks import is_workbook, sheets_of

Headers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FormRow:
    """One filled-in row: where it stands, and what it says by column."""

    place: str
    cells: Mapping[str, Cell]

    def text(self, column: str) -> str | None:
        """Return a cell as text; whole numbers without a point."""
        cell = self.cells.get(column)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()

    def date(self, column: str) -> dt.date | None:
        """Return a cell as a date, day first; what reads two ways is refused."""
        cell = self.cells.get(column)
        if self.text(column) is None:
            return None
        try:
            found = moment(cell).day
        except UnreadableError as error:
            raise self.fault(column, error.found, error.remedy) from error
        if found is None:
            raise self.fault(column, repr(cell), "Write a date such as 02/03/2026.")
        return found

    def fault(self, column: str, found: str, remedy: str = "") -> RegisterError:
        """Return the error of a cell."""
        return RegisterError(found, where=f"{self.place}, {column}", remedy=remedy)


def form_rows(path: Path, headers: Headers, needed: tuple[str, ...], *, titled: str = "") -> list[FormRow]:
    """Return the rows of the sheet whose header has most of these names; in a workbook, a sheet titled so goes first."""
    best: tuple[int, Grid, int] | None = None
    for grid in _grids(path, headers):
        for n, row in enumerate(grid.rows[:20]):
            score = len(_columns(row, headers)) + (100 if titled and fold(grid.sheet) == fold(titled) else 0)
            if _columns(row, headers) and (best is None or score > best[0]):
                best = score, grid, n
    found = {} if best is None else _columns(best[1].rows[best[2]], headers)
    missing = [f"{name} ({headers[name][0]})" for name in needed if name not in found]
    if best is None or missing:
        raise RegisterError(
            f"no column {', '.join(missing or [headers[name][0] for name in needed])}", where=path.name,
            expected="a sheet with these headers", remedy="Start from the template.",
        )  # fmt: skip
    grid, head = best[1], best[2]
    rows = []
    for n, row in enumerate(grid.rows[head + 1 :], start=head + 2):
        cells = {name: row[column] if column < len(row) else None for name, column in found.items()}
        if any(cell is not None and str(cell).strip() for cell in cells.values()):
            rows.append(FormRow(f"{grid.place}, row {n}", cells))
    return rows


def has_sheet(path: Path, title: str) -> bool:
    """Say whether a workbook has a sheet with this title."""
    return any(fold(grid.sheet) == fold(title) for grid in _grids(path, {}))


def _grids(path: Path, headers: Headers) -> list[Grid]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RegisterError(f"cannot be read ({error.strerror})", where=str(path), remedy="Check the path.") from error
    try:
        if is_workbook(data, path.name):
            return sheets_of(data, path.name)
        return [text_grid(data, path.name, lambda rows: max((len(_columns(row, headers)) for row in rows[:20]), default=0))]
    except TableError as error:
        raise RegisterError(error.found, where=path.name, expected=error.expected, remedy=error.remedy) from error


def _columns(row: list[Cell], headers: Headers) -> dict[str, int]:
    said = {fold(cell): n for n, cell in reversed(list(enumerate(row))) if isinstance(cell, str)}
    return {name: said[key] for name, names in headers.items() for key in [_first(said, (name, *names))] if key is not None}


def _first(said: Mapping[str, int], names: tuple[str, ...]) -> str | None:
    return next((fold(name) for name in names if fold(name) in said), None)


def all_faults(faults: list[SmartfabError], path: Path) -> None:
    """Raise every fault of a file at once, if there is any."""
    if faults:
        raise RegisterError.of(faults, where=path.name)
