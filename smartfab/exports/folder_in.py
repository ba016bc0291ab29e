"""The files of a folder → which of our tables each sheet holds, and all rows of a table together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from smartfab.errors import SmartfabError, TableError
from smartfab.exports.folding import fold
from smartfab.exports.grid import Grid
from smartfab.exports.headings import heading_of
from smartfab.exports.numerals_in import Decimal
from smartfab.exports.reading import read_export
from smartfab.exports.samples_wide import wide_samples
from smartfab.exports.separated import text_grid
from smartfab.exports.sheets import NOTES
from smartfab.exports.words_in import Ids
from smartfab.exports.workbooks import is_workbook, sheets_of
from smartfab.findings import Finding, attach, finding

KINDS = (".csv", ".txt", ".tsv", ".xlsx")
"""Ends of the names of files that are read."""

# What a sheet must say to be one of these tables; one of each group.
_MUST_SAY: dict[str, tuple[tuple[str, ...], ...]] = {
    "totals": (("planned_s", "run_s"), ("total", "good")),
    "counts": (("total", "good"), ("ts", "date", "production_date")),
    "orders": (("product_id",), ("start",), ("end", "duration"), ("order_id", "planned_qty")),
    "stops": (("start",), ("end", "duration")),
    "states": (("ts",), ("state",)),
    "samples": (("signal_id",), ("ts",), ("value", "text")),
    "changeovers": (("ts",), ("product_id",)),
}
_BY_NAME = (*_MUST_SAY, "stop_reasons", "entered_counts")


@dataclass(frozen=True, slots=True)
class Held:
    """A sheet that holds a table; `machine` where its file or sheet is called like one and no column names them."""

    path: Path
    sheet: str | None
    table: str
    machine: str | None


def is_export(path: Path) -> bool:
    """Return whether a file is one to be read: of a known kind, not hidden, not a lock of an open workbook.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
        True if it is.
    """
    return path.suffix.lower() in KINDS and not path.name.startswith((".", "~$")) and path.is_file()


def read_folder(
    folder: Path,
    *,
    tz: str | None,
    day_start: str | None,
    ids: Ids,
    without: Collection[Path] = (),
    decimal: Decimal | None = None,
    date_format: str | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables in the files of a folder.

    A sheet holds the table its name or its file's name begins with (``stops 03-2026.xlsx``), or else the one its header
    fits best. A row that another file says again, the same in every column, is left out.

    Parameters
    ----------
    folder : Path
        CSV and XLSX files; folders in it are not looked at.
    tz : str, optional
        IANA zone of local times.
    day_start : str, optional
        Wall-clock time a production date begins.
    ids : mapping
        Column → what things are called → their ids, as `read_export` takes it.
    without : collection of Path
        Files that are something else.
    decimal, date_format : str, optional
        As `read_export` takes them.

    Returns
    -------
    dict of str to DataFrame
        By table, each in its declared types, with the findings of its files.

    Raises
    ------
    TableError
        If there is no file, a file holds no table, or a table is not in order; all faults of all files at once.
    """
    other = {path.resolve() for path in without}
    files = (
        sorted(path for path in folder.iterdir() if is_export(path) and path.resolve() not in other) if folder.is_dir() else []
    )
    if not files:
        raise TableError(
            "no .csv, .txt, .tsv or .xlsx file here", where=str(folder), remedy="Check --from-files, or put the exports there."
        )
    parts: dict[str, list[pd.DataFrame]] = {}
    faults: list[SmartfabError] = []
    remarks: list[Finding] = []
    for path in files:
        try:
            wide = wide_samples(path, ids.get("signal_id", {}), tz)
            if wide is not None:
                parts.setdefault("samples", []).append(wide)
                continue
            found, left = _held(path, ids.get("machine_id", {}))
            remarks += left
            for held in found:
                fixed = {"machine_id": held.machine} if held.machine else None
                frame = read_export(
                    path, table=held.table, sheet=held.sheet, fixed=fixed, tz=tz, day_start=day_start, ids=ids,
                    decimal=decimal, date_format=date_format, show=False,
                )  # fmt: skip
                parts.setdefault(held.table, []).append(frame)
        except SmartfabError as error:
            faults += error.faults
    if faults:
        raise TableError.of(faults, where=str(folder))
    read = {table: _joined(frames, table) for table, frames in parts.items()}
    first = next(iter(read.values()))
    attach(first, remarks)
    return read


def _held(path: Path, machines: Mapping[str, str]) -> tuple[list[Held], list[Finding]]:
    grids = _grids(path)
    faults: list[SmartfabError] = []
    found = []
    for grid in grids:
        table = _table_in(grid, path)
        if table is None:
            faults.append(_stranger(grid))
        else:
            found.append(Held(path, grid.sheet or None, table, _machine(grid, path, table, machines)))
    if not found:
        raise TableError.of(faults, where=path.name)
    return found, [finding("sheet_left_out", str(fault.where)) for fault in faults]


def _grids(path: Path) -> list[Grid]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"cannot be read ({error.strerror})", where=str(path), remedy="Check the file.") from error
    if not is_workbook(data, path.name):
        return [text_grid(data, path.name, lambda rows: max(_score(Grid("", "", rows), table) for table in _MUST_SAY))]
    grids = [grid for grid in sheets_of(data, path.name) if fold(grid.sheet) != fold(NOTES)]
    if not grids:
        raise TableError("no cell holds anything", where=path.name, remedy="Fill it, or take it out of the folder.")
    return grids


def _table_in(grid: Grid, path: Path) -> str | None:
    for name in (grid.sheet, path.stem):
        said = f"{fold(name)} "
        named = next((table for table in _BY_NAME if said.startswith(f"{fold(table)} ")), None)
        if named is not None:
            return named
    scores = {table: _score(grid, table) for table in _MUST_SAY}
    best = max(scores, key=scores.__getitem__)  # the first of equals
    return best if scores[best] else None


def _score(grid: Grid, table: str) -> int:
    """How many columns of the table the header has; 0 if it lacks one that makes it this table."""
    try:
        told = {field.target for field in heading_of(grid, table, {}).fields}
    except SmartfabError:
        return 0
    return len(told) if all(told & set(group) for group in _MUST_SAY[table]) else 0


def _machine(grid: Grid, path: Path, table: str, machines: Mapping[str, str]) -> str | None:
    """The machine a sheet is of, where its header names none: what the sheet or file is called, or the plant's only one."""
    if table == "samples" or any(field.target == "machine_id" for field in heading_of(grid, table, {}).fields):
        return None
    called = {fold(said): name for said, name in machines.items()}
    only = set(machines.values())
    found = called.get(fold(grid.sheet)) or called.get(fold(path.stem))
    return found or (only.pop() if len(only) == 1 else None)


def _stranger(grid: Grid) -> TableError:
    rows = [" | ".join(str(cell) for cell in row if cell is not None) for row in grid.rows[:8]]
    shown = "; ".join(text for text in rows if " | " in text)[:300] or "no row of headers"
    return TableError(
        "its header is that of no table", where=grid.place, expected=f"one of {', '.join(_MUST_SAY)}",
        remedy=f"Let the name of file or sheet begin with that of its table, or take the file out. There is: {shown}.",
    )  # fmt: skip


def _joined(frames: list[pd.DataFrame], table: str) -> pd.DataFrame:
    findings: list[Finding] = [item for frame in frames for item in frame.attrs.get("findings", [])]
    seen: set[tuple[object, ...]] = set()
    kept: list[pd.DataFrame] = []
    columns = sorted({str(name) for frame in frames for name in frame})
    again = 0
    for frame in frames:
        whole = frame.reindex(columns=columns)
        rows = list(whole.astype(object).where(whole.notna(), None).itertuples(index=False, name=None))
        new = [row not in seen for row in rows]
        seen.update(rows)
        again += len(rows) - sum(new)
        part = frame[new]
        part.attrs = {}
        kept.append(part)
    if again:
        findings.append(finding("rows_in_two_files", table, again))
    return attach(pd.concat(kept, ignore_index=True), findings)
