"""Which sheet of which kind of file holds a table."""

from __future__ import annotations

from pathlib import Path

from smartfab.errors import TableError
from smartfab.exports.columns_in import Told
from smartfab.exports.folding import fold
from smartfab.exports.grid import Grid
from smartfab.exports.headings import known_in
from smartfab.exports.separated import text_grid
from smartfab.exports.workbooks import is_workbook, sheets_of

NOTES = "Ghi chú"
"""Sheet of a workbook we wrote that holds the findings."""


def sheet_of(path: Path, table: str, told: Told, sheet: str | int | None) -> Grid:
    """Return the sheet of a file that holds a table.

    Parameters
    ----------
    path : Path
        The file.
    table : str
        Name of a table of the vocabulary.
    told : Told
        What the user says.
    sheet : str or int, optional
        Which sheet.

    Returns
    -------
    Grid
        Its cells.

    Raises
    ------
    TableError
        If the file cannot be read, there is no such sheet, or several hold such a table.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"cannot be read ({error.strerror})", where=str(path), remedy="Check the path.") from error
    if not is_workbook(data, path.name):
        if sheet is not None:
            raise TableError("a text file, which has no sheets", where=path.name, remedy="Leave sheet= out.")
        return text_grid(data, path.name, lambda rows: known_in(rows, table, told.columns))
    sheets = sheets_of(data, path.name)
    if not sheets:
        raise TableError("no cell holds anything", where=path.name, remedy="Check the file.")
    names = ", ".join(repr(grid.sheet) for grid in sheets)
    if isinstance(sheet, int) and -len(sheets) <= sheet < len(sheets):
        return sheets[sheet]
    if sheet is not None:
        named = [grid for grid in sheets if fold(grid.sheet) == fold(str(sheet))]
        if not named:
            raise TableError(f"no sheet {sheet!r}", where=path.name, expected=f"one of {names}", remedy="Correct sheet=.")
        return named[0]
    return _likeliest(sheets, table, told, path.name)


def _likeliest(sheets: list[Grid], table: str, told: Told, file: str) -> Grid:
    ours = [grid for grid in sheets if fold(grid.sheet) != fold(NOTES)] or sheets
    if len(ours) == 1:
        return ours[0]
    titled = [grid for grid in ours if fold(grid.sheet) == fold(table)]
    if titled:
        return titled[0]
    scores = [known_in(grid.rows, table, told.columns) for grid in ours]
    best = [grid for grid, score in zip(ours, scores, strict=True) if score == max(scores)]
    if len(best) > 1:
        names = ", ".join(repr(grid.sheet) for grid in best)
        raise TableError(
            f"{len(best)} sheets that may hold {table}: {names}", where=file, remedy=f'Say which: sheet="{best[0].sheet}".'
        )
    return best[0]
