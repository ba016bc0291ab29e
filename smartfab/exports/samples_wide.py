"""Samples with a column for each signal, beside one of times: as historians export them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from smartfab.bad_rows import BadRow
from smartfab.errors import SmartfabError, TableError
from smartfab.exports.columns_in import Told
from smartfab.exports.folding import fold, split_unit
from smartfab.exports.grid import Cell, Faults, Grid
from smartfab.exports.known_headers import DATE, meanings
from smartfab.exports.reading import table_of
from smartfab.exports.rows_aside import good_rows
from smartfab.exports.sheets import sheet_of
from smartfab.tables import conform, empty

_DEEPEST_HEADER = 60
_BRACKETS = re.compile(r"[\(\[].*?[\)\]]")


def wide_samples(
    path: Path, names: Mapping[str, str], tz: str | None, *, bad: list[BadRow] | None = None
) -> pd.DataFrame | None:
    """Return the samples of a file that has a column for each signal.

    Parameters
    ----------
    path : Path
        The file.
    names : mapping
        What a signal is called in files → signal_id.
    tz : str, optional
        IANA zone of local times.
    bad : list of BadRow, optional
        Readings that cannot be read are added here; without it they are faults.

    Returns
    -------
    DataFrame or None
        Table `samples`; None if no header names a signal.

    Raises
    ------
    TableError
        If a value cannot be read; all faults at once.
    """
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
        mine = faults if bad is None else Faults(grid.place, "samples", apart=True)
        frame, heading = table_of(part, "samples", Told(fixed={"signal_id": signal_id}), tz, mine)
        if bad is not None:
            if mine.of_all:
                raise TableError.of(mine.errors(), where=grid.place)
            frame = good_rows(frame, part, heading.last, {"signal_id": signal_id}, mine)
            bad += mine.bad
        frames.append(frame.dropna(subset=["value", *(["text"] if "text" in frame else [])], how="all"))
    if faults:
        raise TableError.of(faults.errors(), where=grid.place)
    return pd.concat([conform(frame, "samples", tz=tz) for frame in frames], ignore_index=True)


def columns_beside_times(path: Path) -> list[str] | None:
    """Return the headers beside the times of a file in which each signal has a column.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list of str or None
        In the order of the file; None if it has a column of signal names, or none of times.

    Raises
    ------
    TableError
        If it cannot be read at all.
    """
    known = meanings("samples")
    for cells in sheet_of(path, "samples", Told(), None).rows[:_DEEPEST_HEADER]:
        said = {cell: {name for way in _ways(cell) for name in known.get(way, ())} for cell in cells if isinstance(cell, str)}
        meant = set().union(*said.values()) if said else set()
        if meant & {"ts", DATE}:
            return None if "signal_id" in meant else [cell for cell, names in said.items() if not names & {"ts", DATE}]
    return None


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
        if found and _has_times(cells):  # a row of readings names a signal too
            return number, found
    return None


def _has_times(cells: list[Cell]) -> bool:
    known = meanings("samples")
    said = {name for cell in cells if isinstance(cell, str) for way in _ways(cell) for name in known.get(way, ())}
    return bool(said & {"ts", DATE})


def _ways(header: str) -> Iterable[str]:
    return dict.fromkeys((fold(header), fold(split_unit(header)[0]), fold(_BRACKETS.sub(" ", header))))


def _cut(cells: list[Cell], times: list[int], place: int) -> list[Cell]:
    return [cells[n] if n < len(cells) else None for n in (*times, place)]
