"""The files of master data a plant.toml names → entries as if they stood in it, each with its place for an error."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from smartfab.errors import PlantError, SmartfabError
from smartfab.exports.columns_in import Told
from smartfab.exports.grid import Faults
from smartfab.exports.reading import table_of
from smartfab.exports.sheets import sheet_of
from smartfab.plant_catalogue import MASTER_FILES
from smartfab.tables import NEEDED
from smartfab.toml_places import Path as KeyPath
from smartfab.vocabulary import TABLES

__all__ = ["MasterFiles", "read_master_files"]

_KINDS = {
    "products": "product", "orders": "order", "reasons": "reason", "setups": "setup", "calendar": "exception",
    "people": "person",
}  # fmt: skip
# column of the file's table → key of plant.toml
_KEYS = {
    "product_id": "id", "order_id": "id", "reason_id": "id", "person_id": "id", "machine_id": "machine", "parent_id": "parent",
    "limit_s": "limit", "standard_s": "standard", "unit_id": "unit", "team_id": "team", "line_id": "line", "from_date": "from",
    "to_date": "to", "start_time": "start", "end_time": "end", "shift_id": "shifts",
}  # fmt: skip
_SPEEDS = ("ideal_cycle_s", "rate_per_h")


@dataclass
class MasterFiles:
    """What the files say.

    Parameters
    ----------
    entries : dict
        Kind of table in plant.toml → entries.
    origins : dict
        Path of an entry, or of a key in it → file, sheet and row. Entries are counted from the first of a file.
    faults : list of PlantError
        What could not be read.
    """

    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    origins: dict[KeyPath, str] = field(default_factory=dict)
    faults: list[PlantError] = field(default_factory=list)


def read_master_files(raw: Mapping[str, Any], folder: Path, machines: list[str]) -> MasterFiles:
    """Return the entries of every master data file that [plant] names.

    A file is CSV or XLSX; ``"tep.xlsx#Sheet"`` names a sheet.

    Parameters
    ----------
    raw : mapping
        A plant.toml as tomllib read it.
    folder : Path
        Where relative paths start.
    machines : list of str
        Ids of the machines, for products with a speed for each.

    Returns
    -------
    MasterFiles
        With the faults of all files.
    """
    found = MasterFiles()
    head = raw.get("plant")
    for table in MASTER_FILES:
        named = head.get(table) if isinstance(head, dict) else None
        if isinstance(named, str) and named.strip():
            _read(table, named, folder, machines, raw, found)
    return found


def master_files(toml: Path) -> list[Path]:
    """Return the files of master data that a plant.toml names.

    Parameters
    ----------
    toml : Path
        A plant.toml that is in order.

    Returns
    -------
    list of Path
        Whether or not they are there.
    """
    head = tomllib.loads(toml.read_text(encoding="utf-8")).get("plant", {})
    return [toml.parent / head[table].partition("#")[0] for table in MASTER_FILES if isinstance(head.get(table), str)]


def _read(table: str, named: str, folder: Path, machines: list[str], raw: Mapping[str, Any], found: MasterFiles) -> None:
    path, _, sheet = named.partition("#")
    told = Told()
    try:
        grid = sheet_of(folder / path, table, told, sheet or None)
        faults = Faults(grid.place, table)
        frame, heading = table_of(grid, table, told, "UTC", faults)
    except SmartfabError as error:
        found.faults += [_retold(fault) for fault in error.faults]
        return
    found.faults += [_retold(fault) for fault in faults.errors()]
    needed = [name for name in NEEDED[table] if name in frame]
    whole = frame[frame[needed].notna().all(axis=1)]
    kind = _KINDS[table]
    stand = raw.get(kind)
    entries = found.entries.setdefault(kind, [])
    first = len(stand) if isinstance(stand, list) else 0
    rows = _products(whole, grid.place, machines, found) if table == "products" else _entries(whole, grid.place, table)
    for n, (entry, places) in enumerate(rows):
        entries.append(entry)
        for key, where in places.items():
            header = heading.header_of(_column(str(key[0]) if key else "id", table))
            found.origins[kind, first + n, *key] = f'{where}, "{header}"'


def _key(column: str, table: str) -> str:
    return "product" if (column, table) == ("product_id", "orders") else _KEYS.get(column, column)


def _column(key: str, table: str) -> str:
    """The column of the file's table that a key of plant.toml is read from."""
    declared = [column.name for column in TABLES[table].columns]
    return next((column for column in declared if _key(column, table) == key), NEEDED[table][0])


def _entries(frame: pd.DataFrame, place: str, table: str) -> Iterator[tuple[dict[str, Any], dict[KeyPath, str]]]:
    for number, row in frame.iterrows():
        entry = {_key(str(name), table): _value(str(name), value) for name, value in row.items() if pd.notna(value)}
        yield entry, {(): f"{place}, row {number}"} | {(key,): f"{place}, row {number}" for key in entry}


def _value(column: str, value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if column.endswith("_date") or column.startswith("valid_") else value.isoformat()
    if column in {"limit_s", "standard_s"}:
        return f"{value}s"
    return [part.strip() for part in str(value).split(",") if part.strip()] if column == "shift_id" else value


def _products(
    frame: pd.DataFrame, place: str, machines: list[str], found: MasterFiles
) -> Iterator[tuple[dict[str, Any], dict[KeyPath, str]]]:  # fmt: skip
    """One entry a product and date, its speeds by machine; a row without a machine holds for those that have none."""
    groups: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    for number, row in frame.iterrows():
        said = {str(name): _value(str(name), value) for name, value in row.items() if pd.notna(value)}
        key = str(said["product_id"]), str(said.get("valid_from", ""))
        groups.setdefault(key, []).append((f"{place}, row {number}", said))
    for rows in groups.values():
        entry: dict[str, Any] = {}
        places: dict[KeyPath, str] = {(): rows[0][0]}
        speeds: dict[str, dict[str | None, float]] = {}
        for where, told in rows:
            machine = told.pop("machine_id", None)
            given = {name: told.pop(name) for name in _SPEEDS if name in told}
            entry = {**{_key(name, "products"): value for name, value in told.items()}, **entry}
            if machine is not None and machine not in machines:
                expected = f"one of {', '.join(machines) or 'none'}"
                found.faults.append(PlantError(f"no machine {machine!r}", where=where, expected=expected, remedy="Correct it."))
                continue
            for name, speed in given.items():
                if machine in speeds.setdefault(name, {}):
                    twice = f"{told['product_id']} on {machine or 'every machine'} stands here a second time"
                    remedy = "Keep one row, or give each its own valid_from."
                    found.faults.append(PlantError(twice, where=where, remedy=remedy))
                speeds[name].setdefault(machine, speed)
                places[(name,) if machine is None else (name, machine)] = where
        yield entry | {name: _speed(by_machine, machines) for name, by_machine in speeds.items()}, places


def _speed(given: dict[str | None, float], machines: list[str]) -> float | dict[str, float]:
    if set(given) == {None}:
        return given[None]
    general = given.get(None)
    own = {name: number for name, number in given.items() if name is not None}
    return own if general is None else {**dict.fromkeys(machines, general), **own}


def _retold(error: SmartfabError) -> PlantError:
    return PlantError(error.found, where=error.where, expected=error.expected, remedy=error.remedy)
