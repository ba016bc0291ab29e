"""Batches a journal could not read: listed, tried again, or written to files for somebody who can mend them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smartfab import clock
from smartfab.errors import StoreError
from smartfab.store.journals import file_stem, journal_path, reading

if TYPE_CHECKING:
    from smartfab.store.delta_store import Store


def listed(store: Path, name: str) -> list[dict[str, Any]]:
    """Return the batches a journal set aside.

    Parameters
    ----------
    store : Path
        Folder of the store.
    name : str
        Of the journal.

    Returns
    -------
    list of dict
        JSON-ready: number, table, rows [1], at, found_at, reason.

    Raises
    ------
    StoreError
        If there is no such journal, or it cannot be read.
    """
    rows = _rows(store, name, "SELECT number, name, row_count, at, found_at, reason FROM bad ORDER BY number, name")
    return [
        {
            "number": number,
            "table": table,
            "rows": count,
            "at": clock.stamp(at).isoformat(),
            "found_at": clock.stamp(found).isoformat(),
            "reason": reason,
        }
        for number, table, count, at, found, reason in rows
    ]


def exported(store: Path, name: str, out: Path, number: int | None = None) -> list[Path]:
    """Write the bytes of batches that were set aside to files; they stay in the journal.

    Parameters
    ----------
    store : Path
        Folder of the store.
    name : str
        Of the journal.
    out : Path
        Folder for the files.
    number : int, optional
        Of one batch [1]; all by default.

    Returns
    -------
    list of Path
        Each 8 bytes of length, then an Arrow IPC stream compressed by zstd.

    Raises
    ------
    StoreError
        If there is no such journal, or a file cannot be written.
    """
    written = []
    for found, table, blob in _rows(store, name, "SELECT number, name, blob FROM bad ORDER BY number, name"):
        if number is None or found == number:
            path = out / f"{file_stem(name)}-{found}-{table}.batch"
            try:
                out.mkdir(parents=True, exist_ok=True)
                path.write_bytes(blob)
            except OSError as error:
                raise StoreError(str(error), where=str(path)) from error
            written.append(path)
    return written


def tried_again(store: Store, name: str, number: int | None = None) -> tuple[int, int]:
    """Put batches that were set aside back into their journal, and the journal into the store.

    Parameters
    ----------
    store : Store
        The store.
    name : str
        Of the journal, which nobody may own.
    number : int, optional
        Of one batch [1]; all by default.

    Returns
    -------
    tuple of int
        Rows that went into the store, and batches that are set aside again [1].

    Raises
    ------
    WriteConflictError
        If a collector owns the journal.
    StoreError
        If there is no such journal, or the store did not take it.
    """
    before = listed(store.path, name)
    with store.journal(name, flush_rows=10**9, flush_seconds=1e9) as journal:
        for batch in before:
            if number is None or batch["number"] == number:
                journal.take_back(batch["number"], batch["table"])
        rows = journal.drain()
        left: Any = journal.health()["quarantined"]
    return rows, int(left)


def _rows(store: Path, name: str, query: str) -> list[Any]:
    path = journal_path(store, name)
    if not path.exists():
        raise StoreError(f"no journal {name!r}", where=str(path.parent), remedy="smartfab journal ls shows those there are.")
    try:
        with closing(reading(path)) as database:
            return database.execute(query).fetchall()
    except sqlite3.Error as error:
        raise StoreError(str(error), where=str(path)) from error
