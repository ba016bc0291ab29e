"""A deed: what one person did, its rows and its entry in the chain, written together or not at all."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import canonical_json, sha256
from smartfab.improvements.register.audit_tables import audit, requests
from smartfab.improvements.register.chain import GENESIS, Head, row_hash, stored
from smartfab.improvements.register.database import Database
from smartfab.improvements.register.texts import name_text


def moment(at: dt.datetime) -> str:
    """Return an aware time as the register stores it: UTC, with microseconds."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Deed:
    """The rows one deed writes. Each is kept as a change for the chain: table, key and values."""

    def __init__(self, connection: sa.Connection, *, at: str, by: str, entered_by: str | None, subject: str) -> None:
        self.connection = connection
        self.at = at
        self.by = by
        self.entered_by = entered_by
        self.subject = subject
        self.repeated = False
        self.first: list[dict[str, Any]] = []  # what the same request changed when it was first carried out
        self._changes: list[dict[str, Any]] = []

    def insert(self, table: sa.Table, **values: object) -> None:
        """Write a new row."""
        self.connection.execute(_insert(table), values)
        key = [values[column.name] for column in table.primary_key]
        rest = {column.name: stored(values.get(column.name)) for column in table.columns}
        self._changes.append({"table": table.name, "key": key, "insert": rest})

    def update(self, table: sa.Table, key: Mapping[str, Any], **values: object) -> None:
        """Write new values into the row with this key."""
        done = self.connection.execute(table.update().where(*_matches(table, key)).values(**values))
        if done.rowcount != 1:
            raise RegisterError(f"no row {dict(key)}", where=table.name, expected="a row that is there")
        ordered = [key[column.name] for column in table.primary_key]
        self._changes.append(
            {"table": table.name, "key": ordered, "update": {name: stored(value) for name, value in values.items()}}
        )

    def delete(self, table: sa.Table, key: Mapping[str, Any]) -> None:
        """Take the row with this key away; what it said stays in the chain."""
        self.connection.execute(table.delete().where(*_matches(table, key)))
        self._changes.append({"table": table.name, "key": [key[column.name] for column in table.primary_key], "delete": True})

    def next_id(self, table: sa.Table) -> int:
        """Return the number the next row of a table gets: one above the greatest."""
        return int(self.connection.execute(_greatest(table)).scalar_one()) + 1

    def made(self, table: sa.Table) -> int:
        """Return the number of the row a repeated request wrote into a table when it was first carried out."""
        return int(next(change["key"][0] for change in self.first if change["table"] == table.name and "insert" in change))

    def seal(self, action: str) -> None:
        """Write the entry in the chain; a deed that changed nothing leaves none."""
        if not self._changes:
            return
        end = last_head(self.connection)
        row: dict[str, Any] = {
            "seq": end.seq + 1, "at": self.at, "by": self.by, "entered_by": self.entered_by, "action": action,
            "subject": self.subject, "changes": canonical_json(self._changes).decode(), "previous": end.hash,
        }  # fmt: skip
        self.connection.execute(_insert(audit), {**row, "hash": row_hash(row)})
        self._changes.clear()


@cache
def _insert(table: sa.Table) -> sa.Insert:
    return table.insert()


@cache
def _greatest(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.coalesce(sa.func.max(next(iter(table.primary_key))), 0))


_END = sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
_KNOWN = sa.select(requests).where(requests.c.idempotency_key == sa.bindparam("key"))


def _matches(table: sa.Table, key: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [column == key[column.name] for column in table.primary_key]


def last_head(connection: sa.Connection) -> Head:
    """Return the end of the chain; number 0 where it has no row."""
    row = connection.execute(_END).one_or_none()
    return Head(0, GENESIS) if row is None else Head(int(row.seq), row.hash)


class Ledger:
    """Opens deeds: alone, or several in one transaction."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self.database = database
        self.clock = clock

    @contextmanager
    def deed(
        self, action: str, *, by: str, entered_by: str | None = None, subject: str = "", key: str | None = None,
        request: object = None, connection: sa.Connection | None = None,
    ) -> Iterator[Deed]:  # fmt: skip
        """Carry out one deed; with a `key` that was used before, `repeated` says so, and nothing is to be done.

        Parameters
        ----------
        action : str
            What is done.
        by : str
            Who does it.
        entered_by : str, optional
            Who types it in for that person.
        subject : str
            What it is done to; may be set during the deed.
        key : str, optional
            Idempotency key of the request.
        request : object
            What was asked, to tell whether the same key means the same request.
        connection : Connection, optional
            A writing one that is open already, for several deeds at once.

        Yields
        ------
        Deed
            Sealed at the end.
        """
        if connection is None:
            with (
                self.database.writing() as opened,
                self.deed(
                    action, by=by, entered_by=entered_by, subject=subject, key=key, request=request, connection=opened
                ) as deed,
            ):
                yield deed
            return
        at = moment(self.clock())
        writer, clerk = name_text(by, "by"), None if entered_by is None else name_text(entered_by, "entered_by")
        deed = Deed(connection, at=at, by=writer, entered_by=clerk, subject=subject)
        key = None if key is None else name_text(key, "idempotency_key")
        digest = sha256(canonical_json([action, by, entered_by, request])) if key is not None else ""
        if key is not None:
            known = connection.execute(_KNOWN, {"key": key}).one_or_none()
            if known is not None:
                _same(known.request, digest, key)
                deed.repeated, deed.subject = True, known.subject
                deed.first = _carried_out(connection, key, known)
        yield deed
        if key is not None and not deed.repeated:
            deed.insert(requests, idempotency_key=key, request=digest, subject=deed.subject, at=at)
        deed.seal(action)


def _carried_out(connection: sa.Connection, key: str, known: sa.Row[Any]) -> list[dict[str, Any]]:
    chosen = sa.select(audit.c.changes).where(audit.c.subject == known.subject, audit.c.at == known.at)
    entries = [json.loads(changes) for changes in connection.execute(chosen).scalars()]
    own = {"table": requests.name, "key": [key]}
    return next((entry for entry in entries if any({**change, **own} == change for change in entry)), [])


def _same(known: str, digest: str, key: str) -> None:
    if known != digest:
        raise RegisterError(
            f"key {key!r} was used for another request", where="idempotency_key", expected="a new key for a new request",
            remedy="Make a new key.",
        )  # fmt: skip
