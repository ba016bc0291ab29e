"""The file of a journal: batches in SQLite, each durable when it is in.

One file a journal, in write-ahead mode with ``synchronous=FULL``: a commit is on the disk when it returns. A batch has
one row for each table it holds, all in one transaction. `smartfab.store.journal_queue` says what leaves the file, and when.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import uuid4

from smartfab.errors import CorruptTableError, StoreError
from smartfab.store.durability import make_durable

FORMAT = 1
"""Of the file; a file of another format is refused."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS told (what TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY, number INTEGER NOT NULL, name TEXT NOT NULL, row_count INTEGER NOT NULL,
    size INTEGER NOT NULL, at INTEGER NOT NULL, checksum INTEGER NOT NULL, blob BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS batch_by_table ON batch (name, number, row_count, size, at);
CREATE TABLE IF NOT EXISTS drained (name TEXT NOT NULL, through INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS bad (
    number INTEGER NOT NULL, name TEXT NOT NULL, row_count INTEGER NOT NULL, at INTEGER NOT NULL,
    found_at INTEGER NOT NULL, reason TEXT NOT NULL, checksum INTEGER NOT NULL, blob BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS last_time (signal_id TEXT PRIMARY KEY, ts INTEGER NOT NULL) WITHOUT ROWID;
"""
_NEWEST = """
SELECT max(n) FROM (SELECT max(number) n FROM batch UNION ALL SELECT max(number) FROM bad
                    UNION ALL SELECT max(through) FROM drained)
"""


def now() -> int:
    """Return this machine's clock.

    Returns
    -------
    int
        Microseconds since the epoch [us].
    """
    return time.time_ns() // 1000


class JournalFile:
    """A journal's file; several threads may use it, one transaction at a time.

    Parameters
    ----------
    path : Path
        The file, made if there is none.

    Raises
    ------
    CorruptTableError
        If it is damaged; it is left as it is.
    StoreError
        If it cannot be opened, or the disk cannot keep such a file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = RLock()
        with self._telling():
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise
        self.app_id = str(self.one("SELECT value FROM told WHERE what = 'app_id'"))
        self.newest = int(self.one(_NEWEST) or 0)

    def _prepare(self) -> None:
        self.all("PRAGMA auto_vacuum = INCREMENTAL")
        mode = self.one("PRAGMA journal_mode = WAL")
        if mode != "wal":
            raise StoreError(
                f"SQLite keeps a journal of mode {mode!r}",
                where=str(self.path),
                expected="a write-ahead log",
                remedy="A journal stands on a local disk, not on a network share.",
            )
        self.all("PRAGMA synchronous = FULL")
        self.all("PRAGMA fullfsync = ON")
        with self.writing() as write:
            for statement in _SCHEMA.split(";"):
                write(statement)
            write("INSERT OR IGNORE INTO told VALUES ('format', ?), ('app_id', ?)", (FORMAT, f"journal-{uuid4()}"))
        found = self.one("SELECT value FROM told WHERE what = 'format'")
        if found != FORMAT:
            raise StoreError(f"journal format {found}", where=str(self.path), expected=str(FORMAT), remedy="Update smartfab.")
        try:
            make_durable([self.path])
        except OSError as error:
            raise StoreError(str(error), where=str(self.path), remedy="Make room, or allow writing there.") from error

    def close(self) -> None:
        """Close the file; doing so twice does no harm."""
        with self.lock:
            self._database.close()

    def append(self, parts: Sequence[tuple[str, int, bytes, int]], alive: Mapping[str, int] | None = None) -> int:
        """Add a batch and make it durable.

        Parameters
        ----------
        parts : sequence of (table, rows, blob, checksum)
            At least one.
        alive : mapping of str to int, optional
            When servers were last heard [us].

        Returns
        -------
        int
            Its number [1].

        Raises
        ------
        StoreError
            If the disk refuses; nothing is in.
        """
        with self.lock:
            number, at = self.newest + 1, now()
            with self.writing() as write:
                for table, rows, blob, checksum in parts:
                    write(
                        "INSERT INTO batch (number, name, row_count, size, at, checksum, blob) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (number, table, rows, len(blob), at, checksum, blob),
                    )
                for server, heard in (alive or {}).items():
                    write("INSERT OR REPLACE INTO told VALUES (?, ?)", (f"heard {server}", heard))
            self.newest = number
            return number

    def sign(self, alive: Mapping[str, int] | None = None) -> None:
        """Record a sign of life, and when servers were last heard [us]."""
        with self.writing() as write:
            write("INSERT OR REPLACE INTO told VALUES ('alive', ?)", (now(),))
            for server, heard in (alive or {}).items():
                write("INSERT OR REPLACE INTO told VALUES (?, ?)", (f"heard {server}", heard))

    def alive_at(self, server: str | None = None) -> int | None:
        """Return when something was last appended or signed, or when one server was last heard.

        Parameters
        ----------
        server : str, optional
            As `append` or `sign` was told.

        Returns
        -------
        int or None
            Microseconds since the epoch [us].
        """
        if server is not None:
            heard = self.one("SELECT value FROM told WHERE what = ?", (f"heard {server}",))
            return None if heard is None else int(heard)
        times = (self.one("SELECT value FROM told WHERE what = 'alive'"), self.one("SELECT max(at) FROM batch"))
        return max((int(value) for value in times if value is not None), default=None)

    def times(self) -> tuple[dict[str, int], int]:
        """Return the recorded greatest time of each signal [us], and the batch up to which this holds [1]."""
        with self.lock:
            known = self.one("SELECT value FROM told WHERE what = 'times_through'")
            return dict(self.all("SELECT signal_id, ts FROM last_time")), int(known or 0)

    def record_times(self, times: Mapping[str, int], through: int) -> None:
        """Record the greatest times of signals.

        Parameters
        ----------
        times : mapping of str to int
            By signal_id [us].
        through : int
            They hold for all batches up to this one [1].
        """
        with self.writing() as write:
            for signal_id, ts in times.items():
                write(
                    "INSERT INTO last_time VALUES (?, ?) ON CONFLICT DO UPDATE SET ts = max(ts, excluded.ts)", (signal_id, ts)
                )
            write("INSERT OR REPLACE INTO told VALUES ('times_through', ?), ('alive', ?)", (through, self.alive_at()))

    def one(self, query: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401  SQLite decides
        """Return the first value a query gives, or None."""
        rows = self.all(query, values)
        return rows[0][0] if rows else None

    def all(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Return every row a query gives."""
        with self.lock, self._telling():
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Open a transaction and give what executes statements in it; durable when the block is left, or nothing is in.

        Returns
        -------
        context manager
            Of a callable (statement, values) → cursor.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        with self.lock, self._telling():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database.execute
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say what SQLite says as an error of ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            remedy = "Make room, or allow writing there; nothing of this batch is in."
            raise StoreError(str(error), where=str(self.path), remedy=remedy) from error
        except sqlite3.DatabaseError as error:
            remedy = "Move the file away to go on with a new journal; keep it for what it holds."
            raise CorruptTableError(str(error), where=str(self.path), remedy=remedy) from error
        except sqlite3.Error as error:
            raise StoreError(str(error), where=str(self.path)) from error
