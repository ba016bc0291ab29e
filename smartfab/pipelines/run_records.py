"""What was computed when, from which versions: one small file a production date, replaced as a whole."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from smartfab.errors import StoreError
from smartfab.store import Store
from smartfab.store.durability import replace_file

FOLDER = "_runs"


@dataclass(frozen=True)
class Record:
    """The last computation of a production date.

    Attributes
    ----------
    day : str
        The production date.
    at : str
        When it was committed.
    versions : dict of str to int
        Of the tables it was made from [1].
    lines : list of str
        Lines that were computed.
    failed : dict of str to str
        Lines that were not, and tables of a line ("line table"), and why.
    figures : dict of str to list of str
        The files of each table that hold its figures: where one is no more, a damaged commit was put aside.
    models : dict of str to dict
        By table a model made: its hash, id and settings, the versions it was fitted with, and that of smartfab.
    """

    day: str
    at: str
    versions: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    figures: dict[str, list[str]] = field(default_factory=dict)
    models: dict[str, dict[str, Any]] = field(default_factory=dict)


def _path(store: Store, day: dt.date) -> Path:
    return store.path / FOLDER / f"{day.isoformat()}.json"


def write_record(store: Store, record: Record) -> None:
    """Keep the record of a production date.

    Parameters
    ----------
    store : Store
        The store.
    record : Record
        What was done.

    Raises
    ------
    StoreError
        If the disk refuses.
    """
    path = _path(store, dt.date.fromisoformat(record.day))
    try:
        replace_file(path, json.dumps(asdict(record), ensure_ascii=False, indent=1))
    except OSError as error:
        raise StoreError(str(error), where=str(path), remedy="Make room, or allow writing there.") from error


def read_record(store: Store, day: dt.date) -> Record | None:
    """Return the record of a production date.

    Parameters
    ----------
    store : Store
        The store.
    day : date
        The production date.

    Returns
    -------
    Record or None
        None if it was never computed, or nobody can tell: it is computed again then.
    """
    try:
        return Record(**json.loads(_path(store, day).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def recorded_days(store: Store) -> list[dt.date]:
    """Return the production dates that were computed.

    Parameters
    ----------
    store : Store
        The store.

    Returns
    -------
    list of date
        Rising.
    """
    return sorted(dt.date.fromisoformat(path.stem) for path in (store.path / FOLDER).glob("????-??-??.json"))
