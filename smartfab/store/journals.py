"""The journals of a store: where their files stand, and what they are called."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

from smartfab.errors import StoreError
from smartfab.store.journal_blobs import BadBlobError, unpacked

FOLDER = "_journal"


def journal_path(store: Path, name: str) -> Path:
    """Return the file of a journal.

    Parameters
    ----------
    store : Path
        Folder of the store.
    name : str
        Of the journal: any text; two names never share a file, also where case does not tell files apart.

    Returns
    -------
    Path
        Which need not exist.

    Raises
    ------
    StoreError
        If the name is empty or too long for a file.
    """
    if not isinstance(name, str) or not name:
        raise StoreError(f"journal name {name!r}", expected="some text", remedy="Take the id of the line.")
    stem = "".join(
        char if char.isascii() and (char.islower() or char.isdigit() or char in "-_") else _escaped(char) for char in name
    )
    if len(stem) > 200:
        raise StoreError(f"journal name of {len(name)} characters", expected="fewer", remedy="Take the id of the line.")
    return store / FOLDER / f"{stem}.sqlite"


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02x}" for byte in char.encode())


def journal_names(store: Path) -> list[str]:
    """Return the names of the journals a store has.

    Parameters
    ----------
    store : Path
        Folder of the store.

    Returns
    -------
    list of str
        In alphabetical order.
    """
    return sorted(unquote(path.stem) for path in (store / FOLDER).glob("*.sqlite"))


def damaged_batches(store: Path, name: str) -> list[tuple[Path, str, int]]:
    """Return the batches of a journal that cannot be read any more, without owning it.

    Parameters
    ----------
    store : Path
        Folder of the store.
    name : str
        Of the journal.

    Returns
    -------
    list of (Path, str, int)
        Its file, what is wrong, and rows concerned [1].
    """
    path = journal_path(store, name)
    found: list[tuple[Path, str, int]] = []
    try:
        with closing(reading(path)) as database:
            for number, table, rows, checksum, blob in database.execute(
                "SELECT number, name, row_count, checksum, blob FROM batch ORDER BY number"
            ):
                try:
                    unpacked(blob, checksum)
                except BadBlobError as error:
                    found.append((path, f"batch {number} of {table}: {error}", rows))
    except sqlite3.Error as error:
        found.append((path, str(error), 0))
    return found


def reading(path: Path) -> sqlite3.Connection:
    """Return a connection to a journal's file that changes nothing, beside its owner.

    Parameters
    ----------
    path : Path
        The file, which exists.

    Returns
    -------
    sqlite3.Connection
        To be closed.
    """
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10.0)
