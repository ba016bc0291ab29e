"""The database: SQLite or PostgreSQL, one writer at a time, its tables brought up to date when it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import StaticPool

from smartfab.errors import RegisterError, RegisterUnavailable
from smartfab.improvements.register import migrations

PATIENCE_S = 30
"""How long a writer waits for the others, if nothing else is said [s]."""


class Database:
    """Connections for readers and for the one writer.

    SQLite takes its write lock when a transaction begins, not when it first writes; PostgreSQL takes an advisory lock. So what
    a writer has read stays true until it commits, and the chain has one end.
    """

    def __init__(self, url: str, patience_s: float = PATIENCE_S) -> None:
        self.engine = _engine(url, patience_s)
        self._patience_ms = int(1000 * patience_s)
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
        options = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        with _told(self.engine), self.engine.connect() as opened:
            connection = opened.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection that alone writes; everything is committed at the end, or nothing."""
        with _told(self.engine), self.engine.connect() as opened:
            connection = opened.execution_options(writes=True)
            with connection.begin():
                if self.engine.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{self._patience_ms}ms'")
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('smartfab ' || current_schema()))")
                yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

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
            return sa.create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=40)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _refused(f"no address of a database: {type(error).__name__}") from error
    except ModuleNotFoundError as error:
        raise RegisterError(
            f"no driver {error.name}", where="register", expected="psycopg for PostgreSQL",
            remedy="Install it: pip install smartfab[postgres].",
        ) from error  # fmt: skip
    raise _refused(f"database {dialect!r}")


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
