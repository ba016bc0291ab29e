"""The database: SQLite or PostgreSQL, one writer at a time, its tables brought up to date when it is opened."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from smartfab.errors import RegisterError, RegisterUnavailable
from smartfab.improvements.register import migrations

PATIENCE_S = 30
"""How long a writer waits for the others, if nothing else is said [s]."""
IDLE_S = 1.0
"""A connection that lay idle for longer is asked whether it still lives before it is used [s]."""


class Database:
    """Connections for readers and for the one writer.

    SQLite takes its write lock when a transaction begins, not when it first writes; PostgreSQL takes an advisory lock. So what
    a writer has read stays true until it commits, and the chain has one end. Writers of one process take turns before they
    ask the database, which would let them wait much longer than needed.
    """

    def __init__(self, url: str, patience_s: float = PATIENCE_S) -> None:
        self.engine = _engine(url, patience_s)
        snapshot = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        self._readers = self.engine.execution_options(**snapshot)
        self._writers = self.engine.execution_options(writes=True)
        self._patience_s = patience_s
        self._turn = threading.Lock()
        try:
            self._refresh()
        except BaseException:
            self.engine.dispose()
            raise

    def __repr__(self) -> str:
        return f"Database({self.engine.url.render_as_string(hide_password=True)!r})"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the register."""
        with _told(self.engine), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection that alone writes; everything is committed at the end, or nothing."""
        if not self._turn.acquire(timeout=self._patience_s):
            raise self._busy()
        try:
            with _told(self.engine), self._writers.connect() as connection, connection.begin():
                if self.engine.dialect.name == "postgresql":
                    connection.exec_driver_sql(
                        f"SET LOCAL lock_timeout = '{int(1000 * self._patience_s)}ms'; "
                        "SELECT pg_advisory_xact_lock(hashtext('smartfab ' || current_schema()))"
                    )
                yield connection
        finally:
            self._turn.release()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _busy(self) -> RegisterUnavailable:
        return RegisterUnavailable(
            f"others wrote for {self._patience_s:g} s", where=self.engine.url.render_as_string(hide_password=True),
            expected="a turn to write", remedy="Try again.",
        )  # fmt: skip

    def _refresh(self) -> None:
        with self.reading() as connection:
            found = migrations.revision_of(connection)
        if found != migrations.NEWEST:
            with self.writing() as connection:
                if migrations.revision_of(connection) != migrations.NEWEST:
                    migrations.upgrade(connection)


def _engine(url: str, patience_s: float) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        dialect = parsed.get_backend_name()
        if dialect == "sqlite":
            return _sqlite(parsed, patience_s)
        if dialect == "postgresql":
            return _postgres(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _refused(f"no address of a database: {type(error).__name__}") from error
    except ModuleNotFoundError as error:
        raise RegisterError(
            f"no driver {error.name}", where="register", expected="psycopg for PostgreSQL",
            remedy="Install it: pip install smartfab[postgres].",
        ) from error  # fmt: skip
    raise _refused(f"database {dialect!r}")


def _postgres(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=10, max_overflow=40, pool_use_lifo=True)

    @event.listens_for(engine, "checkin")
    def _given_back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool opens another one

    return engine


def _refused(found: str) -> RegisterError:
    return RegisterError(
        found, where="register", expected="sqlite:///plant.db or postgresql+psycopg://user@host/database",
        remedy="Correct the address.",
    )  # fmt: skip


def _sqlite(url: sa.URL, patience_s: float) -> sa.Engine:
    in_memory = url.database in {None, "", ":memory:"}
    more: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = sa.create_engine(url, connect_args={"timeout": patience_s, "check_same_thread": False}, **more)

    @event.listens_for(engine, "connect")
    def _opened(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # this module begins transactions, not the driver
        connection.execute("PRAGMA synchronous = FULL")
        if not in_memory:
            connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begins(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _told(engine: sa.Engine) -> Iterator[None]:
    """Tell in our own words when the database does not answer, without its password."""
    place = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except OperationalError as error:
        raise RegisterUnavailable(
            f"the database does not answer: {str(error.orig).strip().splitlines()[0]}", where=place,
            expected="a database that is there and not locked", remedy="Check the address and the server, then try again.",
        ) from error  # fmt: skip
    except DBAPIError as error:
        raise RegisterError(
            f"the database refused: {str(error.orig).strip().splitlines()[0]}", where=place,
            expected="the register's own tables",
        ) from error  # fmt: skip
