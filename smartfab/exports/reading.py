"""`read_export`: a plant's own CSV or Excel file → one of our tables, or every fault in it by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from smartfab.bad_rows import BadRow
from smartfab.clock import clock_time, zone
from smartfab.errors import MissingColumnError, TableError, TimeError
from smartfab.exports.columns_in import Columns, Told, columns_of
from smartfab.exports.grid import Faults, Grid
from smartfab.exports.headings import Heading, checked_columns, heading_of
from smartfab.exports.known_headers import DATE
from smartfab.exports.needed_columns import COUNTED, MAY_BE_EMPTY, check_needed, needed
from smartfab.exports.numerals_in import Decimal
from smartfab.exports.rows_apart import data_rows, without_repeats
from smartfab.exports.rows_aside import good_rows
from smartfab.exports.sheets import sheet_of
from smartfab.exports.understood import lines, understanding
from smartfab.exports.words_in import Ids
from smartfab.findings import Finding, attach
from smartfab.tables import conform
from smartfab.vocabulary import COLUMNS, TABLES

__all__ = ["read_export"]

_ONE_ENTRY = ("production_date", "shift_id", "machine_id", "line_id", "product_id", "part_id", "defect_code")


def read_export(
    path: str | Path,
    *,
    table: str,
    columns: Mapping[str, str | None] | None = None,
    values: Mapping[object, object] | None = None,
    tz: str | None = None,
    sheet: str | int | None = None,
    decimal: Decimal | None = None,
    date_format: str | None = None,
    day_start: str | None = None,
    fixed: Mapping[str, object] | None = None,
    ids: Ids | None = None,
    show: bool = True,
) -> pd.DataFrame:
    r"""Return a plant's own CSV or Excel file as one of our tables; what reads two ways is refused, not guessed.

    CSV in UTF-8, UTF-16 or cp1258 with ``;``, ``,`` or tab, and XLSX; titles above the header, totals and signatures
    below the rows, repeated and equal rows are recognised, left out and remarked. Known Vietnamese and English headers
    need no `columns`. Dates are day first; 24:00 is the end of its day; an end before its start is on the next day.

    Parameters
    ----------
    path : str or Path
        The file.
    table : str
        Name of a table of the vocabulary.
    columns : mapping, optional
        Header → column, where the header is not known. A column may also be ``date`` (the calendar day of times beside
        it), ``minutes``, ``hours`` or ``seconds`` (how long it took), or None (leave it out).
    values : mapping, optional
        What a cell says → what it means, as ``{"Chạy": "running"}``; or column → such a mapping.
    tz : str, optional
        IANA zone of local times; needed where there are any, except for a workbook that `to_excel` wrote.
    sheet : str or int, optional
        Sheet of a workbook, by name or from 0; found by its header if left out.
    decimal : {",", "."}, optional
        The decimal sign, where the numbers of a column do not settle it.
    date_format : str, optional
        As strptime takes it, where days are not day first or bear no year (``"%d/%m/2026"``).
    day_start : str, optional
        Wall-clock time a production date begins, for times after midnight beside a production date.
    fixed : mapping, optional
        Column → the value of every row, as ``{"machine_id": "Press01"}`` for a sheet of one machine.
    ids : mapping, optional
        Column → what things are called → their ids; machines, lines and shifts that are not there are faults.
    show : bool
        Print what was understood.

    Returns
    -------
    DataFrame
        The table in its declared types, UTC; durations [s]. Findings: export_read says what was understood, the others
        what was left out or read with doubt, by row.

    Raises
    ------
    TableError
        One error that lists every fault with file, sheet and row: MissingColumnError, ColumnTypeError, TimeError,
        UnitError, and AmbiguousValueError for what reads two ways.

    Examples
    --------
    >>> import smartfab as sf, tempfile, pathlib
    >>> sheet = pathlib.Path(tempfile.mkdtemp(), "ca.csv")
    >>> _ = sheet.write_text("Ngày;Ca;Máy;Đạt;NG\n02/03/2026;Ca1;M1;1.250;12\n03/03/2026;Ca1;M1;980,5;3", encoding="utf-16")
    >>> counts = sf.read_export(sheet, table="counts")
    ca.csv: 2 rows of counts (utf-16, semicolon, header in row 1)
      Ngày → production_date · Ca → shift_id · Máy → machine_id · Đạt → good · NG → scrap
    >>> counts["good"].tolist(), str(counts["production_date"][0])
    ([1250.0, 980.5], '2026-03-02 00:00:00')
    """
    frame, read, faults = _read(
        path, table, _checked(table, columns, values, tz, decimal, date_format, day_start, fixed, ids), tz, sheet, apart=False
    )
    if show:
        print("\n".join(lines(read, faults)))  # noqa: T201  what was understood is shown to whoever reads a file
    return attach(frame, [read], faults.remarks)


def read_export_apart(
    path: str | Path,
    *,
    table: str,
    sheet: str | int | None = None,
    tz: str | None = None,
    show: bool = True,
    **said: Any,  # noqa: ANN401
) -> tuple[pd.DataFrame, list[BadRow]]:
    """Return what `read_export` returns, of the rows that can be read, and the others.

    Parameters
    ----------
    path, table, sheet, tz, show, **said
        As for `read_export`.

    Returns
    -------
    DataFrame
        The rows in order.
    list of BadRow
        The others, in the order of the file.

    Raises
    ------
    TableError
        If it is not single rows that are wrong.
    """
    get = said.get
    told = _checked(
        table, get("columns"), get("values"), tz, get("decimal"), get("date_format"), get("day_start"), get("fixed"), get("ids")
    )
    frame, read, faults = _read(path, table, told, tz, sheet, apart=True)
    if show:
        print("\n".join(lines(read, faults)))  # noqa: T201  as `read_export`
    return attach(frame, [read], faults.remarks), faults.bad


def _read(
    path: str | Path, table: str, told: Told, tz: str | None, sheet: str | int | None, *, apart: bool
) -> tuple[pd.DataFrame, Finding, Faults]:
    grid = sheet_of(Path(path), table, told, sheet)
    tz = tz if tz is not None else _text_or_none(grid.how.get("zone"))
    faults = Faults(grid.place, table, apart=apart)
    frame, heading = table_of(grid, table, told, tz, faults)
    if faults and (faults.of_all or not apart):
        raise TableError.of(faults.errors(), where=grid.place)
    frame = good_rows(frame, grid, heading.last, told.fixed, faults)
    need = [name for name in needed(table) if (table, name) not in MAY_BE_EMPTY]
    frame = conform(frame, table, tz=tz, need=need)
    faults.remarks += frame.attrs.pop("findings", [])
    return frame, understanding(grid, heading, frame, sorted(told.fixed), tz), faults


def _checked(
    table: str,
    columns: Mapping[str, str | None] | None,
    values: Mapping[object, object] | None,
    tz: str | None,
    decimal: Decimal | None,
    date_format: str | None,
    day_start: str | None,
    fixed: Mapping[str, object] | None,
    ids: Ids | None,
) -> Told:
    if table not in TABLES:
        raise TableError(
            f"no table {table!r}", where="table", expected=f"one of {', '.join(TABLES)}", remedy="Correct the name."
        )
    if decimal not in (None, ".", ","):
        raise TableError(repr(decimal), where="decimal", expected='"," or "."')
    if tz is not None:
        zone(tz)
    if day_start is not None:
        clock_time(day_start)
    strange = [name for name in fixed or {} if name not in COLUMNS]
    if strange:
        raise MissingColumnError(f"no column {strange[0]!r}", table=table, where="fixed", remedy="Correct the name.")
    return Told(checked_columns(table, columns), values or {}, decimal, date_format, day_start, fixed or {}, ids or {})


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def table_of(grid: Grid, table: str, told: Told, tz: str | None, faults: Faults) -> tuple[pd.DataFrame, Heading]:
    """Return the rows of the table in a sheet; what is wrong is added to `faults`, and is None in the rows.

    Parameters
    ----------
    grid : Grid
        The sheet.
    table : str
        Name of a table of the vocabulary.
    told : Told
        What the user says.
    tz : str, optional
        Zone of local times.
    faults : Faults
        Faults and remarks are added here.

    Returns
    -------
    DataFrame
        Columns of the table that are there, indexed by row number.
    Heading
        What the headers mean.

    Raises
    ------
    TableError
        If there is no header.
    """
    heading = heading_of(grid, table, told.columns)
    numbers = without_repeats(grid, data_rows(grid, heading, table, faults), heading, faults)
    read = columns_of(grid, heading, numbers, told, faults)
    count = _without_silent_total(read, heading, table, numbers, faults)
    rows, read = numbers[:count], {name: values[:count] for name, values in read.items()}
    check_needed(read, heading, table, rows, faults)
    _remark_repeated_keys(read, table, rows, faults)
    declared = [column.name for column in TABLES[table].columns if column.name in read]
    frame = pd.DataFrame({name: _series(name, read[name], tz, heading, faults) for name in declared})
    return frame.set_axis(pd.Index(rows, dtype="int64"), axis=0), heading


def _series(name: str, values: list[object], tz: str | None, heading: Heading, faults: Faults) -> pd.Series:
    dtype = COLUMNS[name].dtype
    if dtype == "date":
        return pd.to_datetime(pd.Series(values, dtype=object)).astype("datetime64[us]")
    if dtype != "timestamp":
        kinds = {"float64": "float64", "string": "str", "json": "str"}
        return pd.Series(values, dtype=kinds.get(dtype, object))
    naive = [value for value in values if isinstance(value, dt.datetime) and value.tzinfo is None]
    aware = [value for value in values if isinstance(value, dt.datetime) and value.tzinfo is not None]
    if naive and (aware or tz is None):
        mixed = f"{len(naive)} times without a zone beside {len(aware)} with one" if aware else f"{len(naive)} local times"
        remedy = (
            "Write the offset in every row, or in none." if aware else 'Give tz="Asia/Ho_Chi_Minh", or the zone of the plant.'
        )
        faults.add(TimeError, mixed, column=name, header=heading.header_of(name), expected="a known zone", remedy=remedy)
        return pd.Series(pd.NaT, index=range(len(values)), dtype="datetime64[us]")
    return pd.to_datetime(pd.Series(values, dtype=object), utc=bool(aware)).dt.as_unit("us")


def _without_silent_total(read: Columns, heading: Heading, table: str, rows: list[int], faults: Faults) -> int:
    """How many rows are left without the last ones that have no key, and numbers that are the sums of those above."""
    named = {*TABLES[table].keys, DATE, "shift_id", "production_date"}
    keys = [item.target for item in heading.fields if item.target in named and item.target in read]
    sums = [item.target for item in heading.fields if item.target in COLUMNS and COLUMNS[item.target].dtype == "float64"]
    count = len(rows)
    while keys and count > 1 and all(read[name][count - 1] is None for name in keys):
        told = [name for name in sums if read[name][count - 1] is not None]
        if not told or not all(_is_sum(read[name][:count]) for name in told):
            break
        count -= 1
    faults.note("totals_left_out", rows[count:])
    return count


def _is_sum(column: list[object]) -> bool:
    *parts, whole = column
    above = sum(value for value in parts if isinstance(value, (int, float)))
    return isinstance(whole, (int, float)) and abs(whole - above) <= 1e-6 * max(1.0, abs(whole))


def _remark_repeated_keys(read: Columns, table: str, rows: list[int], faults: Faults) -> None:
    """Remark rows that are added to one of the same shift, machine and product: its next hour, or the same again mended."""
    if table not in COUNTED or "ts" in read:
        return
    names = [name for name in _ONE_ENTRY if name in read]
    seen: set[tuple[object, ...]] = set()
    again = []
    for row, key in zip(rows, zip(*(read[name] for name in names), strict=True), strict=True):
        if key in seen:
            again.append(row)
        seen.add(key)
    faults.note("entered_again", again)
