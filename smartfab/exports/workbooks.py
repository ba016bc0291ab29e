"""An Excel file → cells: merged cells filled, formulas by the value Excel last showed, percent kept in mind."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from typing import TYPE_CHECKING

from smartfab.errors import TableError
from smartfab.exports.folding import trimmed
from smartfab.exports.grid import Cell, Formula, Grid

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ZONE = "smartfab_zone"
"""Property of a workbook we wrote: the zone its local times are in."""

MOST_BYTES = 1 << 30
"""A workbook that unfolds to more than this is not opened [bytes]."""

_OLD = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


def is_workbook(data: bytes, file: str) -> bool:
    """Return whether these are the bytes of an .xlsx file.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for the error.

    Returns
    -------
    bool
        False for text.

    Raises
    ------
    TableError
        If it is an .xls file, a file with a password, or a web page that is called .xls.
    """
    if data.startswith(_OLD):
        raise _refused(file, "an old .xls file, or one with a password")
    if data[:1024].lstrip().lower().startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise _refused(file, "a web page or XML, whatever its name says")
    return data.startswith(_ZIP)


def sheets_of(data: bytes, file: str) -> list[Grid]:
    """Return the cells of every sheet that holds any and is not hidden.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name.

    Returns
    -------
    list of Grid
        In the order of the workbook.

    Raises
    ------
    TableError
        If it is no workbook.
    """
    import openpyxl

    _check_size(data, file)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise _refused(file, f"not a workbook: {type(error).__name__}") from error
    zone = next((str(item.value) for item in book.custom_doc_props.props if item.name == ZONE), None)  # type: ignore[attr-defined]  # stubs: 3.1.0
    grids = [_grid(sheet, file, zone) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if any(b"<f" in text for text in _sheet_texts(data)):
        _mark_uncalculated(data, grids)
    return [grid for grid in grids if grid.rows]


def _check_size(data: bytes, file: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _refused(file, "a damaged workbook") from error
    if size > MOST_BYTES:
        raise _refused(file, f"a workbook that unfolds to {size >> 20} MB")


def _sheet_texts(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]


def _grid(sheet: Worksheet, file: str, zone: str | None) -> Grid:
    rows: list[list[Cell]] = []
    percent: set[tuple[int, int]] = set()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        rows.append([_cell(cell.value) for cell in row])
        percent |= {
            (number, place) for place, cell in enumerate(row) if cell.value is not None and "%" in (cell.number_format or "")
        }
    for span in sheet.merged_cells.ranges:
        if span.min_row <= len(rows) and span.size["columns"] == 1:  # over several rows: what is shown holds for all of them
            for number in range(span.min_row + 1, min(span.max_row, len(rows)) + 1):
                rows[number - 1][span.min_col - 1] = rows[span.min_row - 1][span.min_col - 1]
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return Grid(file, sheet.title, rows, frozenset(percent), {} if zone is None else {"zone": zone})


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return trimmed(unescaped(value))
    return value  # type: ignore[return-value]  # openpyxl gives numbers, dates, times, lengths and text


def unescaped(text: str) -> str:
    """Return text as it was before it was kept from being read as a formula.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    str
        Without the apostrophe that was put before it.
    """
    return text[1:] if text[:1] == "'" and is_like_a_formula(text[1:]) else text


def is_like_a_formula(text: str) -> bool:
    """Return whether a spreadsheet might take a text for a formula or a command, or for one kept from it.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    bool
        True for a text that begins with one of ``= + - @``, a tab or a line end, apostrophes before it aside.
    """
    bare = text.lstrip("'")
    return (
        unicodedata.normalize("NFKC", bare[:1]) in {"=", "+", "-", "@", "\t", "\r", "\n", "\N{MINUS SIGN}"} and bare[:1] != ""
    )


def _mark_uncalculated(data: bytes, grids: list[Grid]) -> None:
    """Put a formula in the place of the value it never got: such a cell is not empty."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    for grid in grids:
        for row, formulas in zip(grid.rows, book[grid.sheet].iter_rows(values_only=True), strict=False):
            for place, (cell, formula) in enumerate(zip(row, formulas, strict=False)):
                if cell is None and isinstance(formula, str) and formula.startswith("="):
                    row[place] = Formula(formula)


def _refused(file: str, found: str) -> TableError:
    return TableError(
        found, where=file, expected="an .xlsx workbook or a text file", remedy='Save it in Excel as .xlsx or "CSV UTF-8".'
    )
