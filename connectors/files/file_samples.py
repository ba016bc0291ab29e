"""One file → samples: a row a reading, or a column a signal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from smartfab.errors import SmartfabError, SourceRefused, TableError
from smartfab.exports import read_export
from smartfab.exports.columns_in import Told
from smartfab.exports.folding import fold, split_unit
from smartfab.exports.grid import Cell, Faults, Grid
from smartfab.exports.reading import table_of
from smartfab.exports.sheets import sheet_of
from smartfab.tables import conform, empty

KINDS = (".csv", ".txt", ".tsv", ".xlsx")
"""Ends of the names of files that are read."""

_DEEPEST_HEADER = 60
_BRACKETS = re.compile(r"[\(\[].*?[\)\]]")


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


def samples_of(path: Path, *, names: Mapping[str, str], tz: str | None) -> pd.DataFrame:
    """Return the samples in a file.

    Parameters
    ----------
    path : Path
        The file: with a column of signal names, or with a column for each signal beside one of times.
    names : mapping
        What a signal is called in files → signal_id; empty if files name signals by their id.
    tz : str, optional
        IANA zone of local times.

    Returns
    -------
    DataFrame
        Table `samples`; signals that are not among `names` are left out, if there are any.

    Raises
    ------
    SourceRefused
        One error that lists every fault with its row.
    """
    try:
        wide = _wide(path, names, tz)
        table = read_export(path, table="samples", tz=tz, show=False) if wide is None else wide
    except TableError as error:
        faults = [SourceRefused(f.found, where=f.where, expected=f.expected, remedy=f.remedy) for f in error.faults]
        raise SourceRefused.of(faults, where=path.name) from error
    table.attrs = {}
    if not names:
        return table
    known = {fold(said): signal_id for said, signal_id in names.items()} | {fold(name): name for name in names.values()}
    ids = table["signal_id"].map(lambda said: known.get(fold(said)))
    return table[ids.notna()].assign(signal_id=ids.dropna()).reset_index(drop=True)


def _wide(path: Path, names: Mapping[str, str], tz: str | None) -> pd.DataFrame | None:
    """The samples of a file with a column for each signal; None if it has none."""
    if not names:
        return None
    told = Told({fold(said): None for said in names})
    try:
        grid = sheet_of(path, "samples", told, None)
    except SmartfabError:
        return None  # reading it the other way says what is wrong
    header = _header(grid, names)
    if header is None:
        return None
    row, columns = header
    times = [place for place, cell in enumerate(grid.rows[row]) if isinstance(cell, str) and place not in columns]
    frames, faults = [empty("samples")], Faults(grid.place, "samples")
    for place, signal_id in columns.items():
        rows = [_cut(cells, times, place) if number >= row else [] for number, cells in enumerate(grid.rows)]
        rows[row][-1] = "value"
        part = Grid(grid.file, grid.sheet, rows, how=grid.how)
        frame, _ = table_of(part, "samples", Told(fixed={"signal_id": signal_id}), tz, faults)
        frames.append(frame.dropna(subset=["value", *(["text"] if "text" in frame else [])], how="all"))
    if faults:
        raise TableError.of(faults.errors(), where=grid.place)
    return pd.concat([conform(frame, "samples", tz=tz) for frame in frames], ignore_index=True)


def _header(grid: Grid, names: Mapping[str, str]) -> tuple[int, dict[int, str]] | None:
    known = {fold(text): signal_id for said, signal_id in names.items() for text in (said, signal_id)}
    for number, cells in enumerate(grid.rows[:_DEEPEST_HEADER]):
        found = {
            place: known[said]
            for place, cell in enumerate(cells)
            if isinstance(cell, str)
            for said in _ways(cell)
            if said in known
        }
        if found:
            return number, found
    return None


def _ways(header: str) -> Iterable[str]:
    return dict.fromkeys((fold(header), fold(split_unit(header)[0]), fold(_BRACKETS.sub(" ", header))))


def _cut(cells: list[Cell], times: list[int], place: int) -> list[Cell]:
    return [cells[n] if n < len(cells) else None for n in (*times, place)]
