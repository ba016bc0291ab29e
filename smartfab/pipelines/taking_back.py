"""Rows that were put aside, read once more: what can be used by now goes into its table, once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd

from smartfab.bad_rows import BadRow
from smartfab.clock import present
from smartfab.data_imports import KEPT_IN, entered_rows, kept_in
from smartfab.errors import SmartfabError, TableError
from smartfab.exports.columns_in import Told
from smartfab.exports.grid import Cell, Faults, Grid
from smartfab.exports.reading import table_of
from smartfab.plant import Plant
from smartfab.plant_names import names_of
from smartfab.store import Store
from smartfab.store.known_rows import without_known
from smartfab.store.layout import layout_of
from smartfab.store.ownership import Ownership
from smartfab.store.quarantine import digest, marks_of, waiting
from smartfab.store.reading import to_frame
from smartfab.store.sifting import sifted
from smartfab.tables import conform
from smartfab.vocabulary import TABLES


def take_back(plant: Plant, store: Store, *, by: str) -> tuple[int, int]:
    """Read the rows that are aside once more, with the plant as it is described now.

    A row that can be used goes into its table unless that has it already, and is marked then; killed at any moment, it is
    there once, and a further call marks it. A row of a file is read as if its cells stood in a file of their own.

    Parameters
    ----------
    plant : Plant
        Its names, zone and production date.
    store : Store
        With table `quarantine`.
    by : str
        Who takes them back, where a table keeps that.

    Returns
    -------
    tuple of int
        Rows that are in their tables now, and rows that are aside still [1].

    Raises
    ------
    WriteConflictError
        If another process takes rows back.
    StoreError
        If the disk refuses.
    """
    with Ownership(store.path / "_locks" / "quarantine.lock", "taking back of bad rows"):
        aside = waiting(store.read("quarantine"))
        usable: dict[int, tuple[str, pd.DataFrame]] = {}
        for place, said in enumerate(aside[["table", "raw", "reason", "source"]].to_numpy(dtype=object)):
            found = _usable(BadRow(*said), plant, by)
            if found is not None:
                usable[place] = found
        for table in sorted({table for table, _ in usable.values()}):
            rows = conform(pd.concat([frame for name, frame in usable.values() if name == table], ignore_index=True), table)
            rows.attrs = {}
            store.append(table, without_known(store, table, rows))
        if usable:
            marks = marks_of(aside.iloc[list(usable)])
            store.append("quarantine", marks, app_id=f"quarantine/back/{digest(marks)}/{present().isoformat()}", seq=1)
    return len(usable), len(aside) - len(usable)


def _usable(row: BadRow, plant: Plant, by: str) -> tuple[str, pd.DataFrame] | None:
    """Return the table of a row and the row itself, or None if it cannot be used still."""
    said = json.loads(row.raw)
    for read in (_as_row, _as_cells):
        try:
            table, frame = read(row, said, plant, by)
            good, bad = sifted(frame, layout_of(table), row.source)
        except SmartfabError:
            continue  # it stays aside with the reason it has
        if len(good) and not bad and _known(frame, table, plant):
            return table, to_frame(good)
    return None


def _as_row(row: BadRow, said: dict[str, Cell], _: Plant, by: str) -> tuple[str, pd.DataFrame]:
    if not set(said) <= {column.name for column in TABLES[row.table].columns}:
        raise TableError("cells of a file", table=row.table)
    frame = conform(pd.DataFrame([said]), row.table)
    return (
        (kept_in(row.table), entered_rows(frame, row.table, by=by, recorded_at=present())[0])
        if (row.table in KEPT_IN)
        else (row.table, frame)
    )


def _as_cells(row: BadRow, said: dict[str, Cell], plant: Plant, by: str) -> tuple[str, pd.DataFrame]:
    faults = Faults(row.source, row.table, apart=True)
    grid = Grid(row.source, "", [list(said), list(said.values())])
    told = Told(day_start=plant.day_start, ids=names_of(plant))
    frame, _ = table_of(grid, row.table, told, plant.timezone, faults)
    if faults:
        raise TableError.of(faults.errors(), where=row.source)
    ready = conform(frame, row.table, tz=plant.timezone)
    return kept_in(row.table), entered_rows(ready, row.table, by=by, recorded_at=present())[0]


def _known(frame: pd.DataFrame, table: str, plant: Plant) -> bool:
    """Whether the signals of a row are the plant's."""
    return table != "samples" or set(frame["signal_id"]) <= set(names_of(plant)["signal_id"].values())


def shown(store: Store) -> Iterator[dict[str, str]]:
    """Yield what is aside, in the order of recording.

    Parameters
    ----------
    store : Store
        With table `quarantine`.

    Yields
    ------
    dict of str to str
        table, recorded_at, source, reason, raw.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    aside = waiting(store.read("quarantine"))
    aside["recorded_at"] = [at.isoformat() for at in aside["recorded_at"]]
    for row in aside.to_dict("records"):
        yield {name: str(row[name]) for name in ("table", "recorded_at", "source", "reason", "raw")}
