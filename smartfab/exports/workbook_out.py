"""`to_excel`: tables → a workbook people read: their words, local times, real numbers and dates, percent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from smartfab.clock import zone
from smartfab.errors import TableError
from smartfab.exports.cells_out import Shown, safe_text, shown_column
from smartfab.exports.sheets import NOTES
from smartfab.exports.workbooks import ZONE
from smartfab.findings import Finding
from smartfab.remarks import sentence

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["to_excel"]

MOST_ROWS = 1_048_575
"""A sheet holds so many rows below its header [1]."""

_WIDEST = 48
_NOT_SHOWN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOTES = {
    "vi": ("Bảng", "Số dòng", "Ghi chú", "Ở đâu", "Chi tiết", "Múi giờ", "giờ địa phương, không ghi múi giờ"),
    "en": ("Table", "Rows", "Remark", "Where", "Evidence", "Time zone", "local times, without their zone"),
}


def to_excel(
    tables: pd.DataFrame | Mapping[str, pd.DataFrame], path: str | Path, *, lang: str = "vi", tz: str = "Asia/Ho_Chi_Minh"
) -> None:  # fmt: skip
    """Write tables to a workbook, a sheet for each, and a sheet "Ghi chú" with what is to be remarked of them.

    Headers are labels with units, times are local without their zone, ratios are shown in percent; text is never a
    formula. `read_export` reads each sheet back as the same table, times to the millisecond, numbers to 16 digits.

    Parameters
    ----------
    tables : DataFrame or mapping of str to DataFrame
        Sheet name, or name of a table → table.
    path : str or Path
        The .xlsx file; an existing one is replaced once the new one is whole.
    lang : {"vi", "en"}
        Language of headers and words.
    tz : str
        IANA zone of the plant.

    Raises
    ------
    TableError
        If a table has more rows than a sheet, two sheets have one name, or the file cannot be written.

    Examples
    --------
    >>> import smartfab as sf, tempfile, pathlib, pandas as pd
    >>> counts = pd.DataFrame({"machine_id": ["M1"], "ts": pd.to_datetime(["2026-03-02T06:00+07:00"]), "good": [12.0]})
    >>> file = pathlib.Path(tempfile.mkdtemp(), "dem.xlsx")
    >>> sf.to_excel({"counts": counts}, file)
    >>> sf.read_export(file, table="counts", show=False)["good"].tolist()
    [12.0]
    """
    import openpyxl
    from openpyxl.packaging.custom import StringProperty

    if lang not in _NOTES:
        raise TableError(f"no language {lang!r}", where="lang", expected="'vi' or 'en'")
    given = {"data": tables} if isinstance(tables, pd.DataFrame) else dict(tables)
    zone(tz)
    titles = _titles(given)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.custom_doc_props.append(StringProperty(name=ZONE, value=tz))  # type: ignore[attr-defined]  # the stubs know 3.1.0
    notes: list[tuple[str, Finding]] = []
    for (name, table), title in zip(given.items(), titles, strict=True):
        remarks = _write(book.create_sheet(title), table, name, lang, tz)
        notes += [(title, item) for item in [*table.attrs.get("findings", []), *remarks]]
    _write_notes(book.create_sheet(NOTES), notes, lang, tz)
    _save(book, Path(path))


def _titles(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    titles = [_NOT_SHOWN.sub("_", str(name)).strip("' ")[:31] or "data" for name in tables]
    doubled = sorted({title for title in titles if [*map(str.casefold, titles), NOTES.casefold()].count(title.casefold()) > 1})
    faults = [
        TableError(f"two sheets are called {title!r}", where="tables", remedy="Give each its own name.") for title in doubled
    ]
    faults += [
        TableError(f"{len(table)} rows", where=f"table {name}", expected=f"at most {MOST_ROWS}", remedy="Write a part of it.")
        for name, table in tables.items()
        if len(table) > MOST_ROWS
    ]
    if faults:
        raise TableError.of(faults, where="to_excel")
    return titles


def _write(sheet: Worksheet, table: pd.DataFrame, name: str, lang: str, tz: str) -> list[Finding]:
    columns = [shown_column(str(column), table.iloc[:, n], name, lang, tz) for n, column in enumerate(table.columns)]
    _write_rows(sheet, columns)
    return [item for column in columns for item in column.remarks]


def _write_rows(sheet: Worksheet, columns: list[Shown]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for n, column in enumerate(columns, start=1):
        head = sheet.cell(1, n, column.header)
        head.data_type, head.font, head.alignment = "s", Font(bold=True), Alignment(wrap_text=True, vertical="top")
        widest = max([len(column.header) // 2 + 2, *(len(str(value)) for value in column.values[:200])], default=8)
        sheet.column_dimensions[get_column_letter(n)].width = min(_WIDEST, max(8, widest + 2, len(column.number_format) + 1))
        for row, value in enumerate(column.values, start=2):
            if value is None:
                continue
            cell = sheet.cell(row, n, value)
            if isinstance(value, str):
                cell.data_type = "s"
            elif column.number_format:
                cell.number_format = column.number_format
    sheet.freeze_panes = "A2"
    if columns and columns[0].values:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(columns[0].values) + 1}"


def _write_notes(sheet: Worksheet, notes: list[tuple[str, Finding]], lang: str, tz: str) -> None:
    words = _NOTES[lang]
    rows = [("", 0, f"{words[5]}: {tz}", "", words[6])]
    for title, item in notes:
        evidence = ", ".join(f"{name}={value}" for name, value in item["evidence"].items())
        rows.append((title, item["count"], sentence(item["code"], lang), item["where"], evidence))
    lists = zip(*rows, strict=True)
    columns = [
        Shown(head, [safe_text(value) if isinstance(value, str) else value or None for value in values], "")
        for head, values in zip(words[:5], lists, strict=True)
    ]
    _write_rows(sheet, [Shown(column.header, [value or None for value in column.values], "") for column in columns])


def _save(book: Workbook, path: Path) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        book.save(beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        remedy = "Check the folder; close the file where it is open."
        raise TableError(f"cannot be written ({error.strerror})", where=str(path), remedy=remedy) from error
