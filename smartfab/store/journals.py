"""The journals of a store: where their files stand, and what they are called."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from smartfab.errors import StoreError
from smartfab.store.journal_blobs import BadBlobError, unpacked
from smartfab.store.journal_queue import Waiting
from smartfab.store.ownership import is_owned, owner

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
    stem = file_stem(name)
    if len(stem) > 200:
        raise StoreError(f"journal name of {len(name)} characters", expected="fewer", remedy="Take the id of the line.")
    return store / FOLDER / f"{stem}.sqlite"


def file_stem(name: str) -> str:
    """Return the name of a file for any text; two texts never share one, also where case does not tell files apart.

    Parameters
    ----------
    name : str
        Such as the id of a line.

    Returns
    -------
    str
        ASCII, without an end.
    """
    plain = "abcdefghijklmnopqrstuvwxyz0123456789-_"
    return "".join(char if char in plain else _escaped(char) for char in name)


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


def heard_at(store: Path, name: str, server: str | None = None) -> int | None:
    """Return when a journal's owner was last alive, or last heard a server, without owning it.

    Parameters
    ----------
    store : Path
        Folder of the store.
    name : str
        Of the journal.
    server : str, optional
        Its address; where none of that address was ever heard, the owner's own sign of life is told.

    Returns
    -------
    int or None
        Microseconds since the epoch [us]; None if there is no such journal, or it cannot be read.
    """
    path = journal_path(store, name)
    if not path.is_file():
        return None
    try:
        with closing(reading(path)) as database:
            of_server = database.execute("SELECT value FROM told WHERE what = ?", (f"heard {server}",)).fetchone()
            if of_server is not None:
                return int(of_server[0])
            signed = database.execute("SELECT value FROM told WHERE what = 'alive'").fetchone()
            (last,) = database.execute("SELECT max(at) FROM batch").fetchone()
    except sqlite3.Error:
        return None  # `glances` and `verify` tell why
    return max((int(at) for at in (last, signed[0] if signed else None) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Glance:
    """A journal as another process sees it.

    Attributes
    ----------
    name : str
        Of the journal.
    path : Path
        Its file.
    owner : int or None
        Process that owns it now.
    waiting : Waiting
        What is not in the store yet.
    size : int
        Of all batches, those in the store included [B].
    quarantined : int
        Batches set aside [1].
    alive_at, last_value : int or None
        Last sign of life; greatest source time [us].
    signals : frozenset of str
        Seen so far.
    error : str or None
        Why it cannot be read.
    """

    name: str
    path: Path
    owner: int | None
    waiting: Waiting
    size: int = 0
    quarantined: int = 0
    alive_at: int | None = None
    last_value: int | None = None
    signals: frozenset[str] = frozenset()
    error: str | None = None


def glances(store: Path) -> list[Glance]:
    """Return the journals of a store without owning them.

    Parameters
    ----------
    store : Path
        Folder of the store.

    Returns
    -------
    list of Glance
        By name.
    """
    return [_glance(store, name) for name in journal_names(store)]


def _glance(store: Path, name: str) -> Glance:
    path = journal_path(store, name)
    lock = path.with_suffix(".lock")
    who = owner(lock) if is_owned(lock) else None
    try:
        with closing(reading(path)) as database:
            waiting, size, last = _counted(database)
            times = dict(database.execute("SELECT signal_id, ts FROM last_time"))
            aside = database.execute("SELECT count(*) FROM bad").fetchone()[0]
            signed = database.execute("SELECT value FROM told WHERE what = 'alive'").fetchone()
    except sqlite3.Error as error:
        return Glance(name, path, who, Waiting(0, 0, 0, None), error=str(error))
    alive = max((at for at in (last, signed[0] if signed else None) if at is not None), default=None)
    return Glance(name, path, who, waiting, size, aside, alive, max(times.values(), default=None), frozenset(times))


def _counted(database: sqlite3.Connection) -> tuple[Waiting, int, int | None]:
    """Return what waits, the size of all, and when the newest was appended."""
    through = dict(database.execute("SELECT name, max(through) FROM drained GROUP BY name"))
    batches = rows = waiting = size = 0
    oldest: int | None = None
    last: int | None = None
    for name, number, count, length, at in database.execute(
        "SELECT name, number, row_count, size, at FROM batch ORDER BY number"
    ):
        size, last = size + length, at
        if number > through.get(name, -1):
            batches, rows, waiting = batches + 1, rows + count, waiting + length
            oldest = at if oldest is None else oldest
    return Waiting(batches, rows, waiting, oldest), size, last
