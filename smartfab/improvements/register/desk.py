"""What every part of the register works with: its ledger, its clock, its zone, and how an improvement is read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from smartfab import clock
from smartfab.errors import RecordNotFound, StaleVersionError
from smartfab.improvements.register.attachments import Files
from smartfab.improvements.register.dates import local_day
from smartfab.improvements.register.deeds import Deed, Ledger
from smartfab.improvements.register.idea_tables import authorships, improvements, scopes, steps
from smartfab.improvements.register.proof_tables import interventions
from smartfab.improvements.register.records import Improvement

_AT_ONCE = 10_000  # a statement of SQLite takes 32,766 parameters

# statements are made once: making one takes longer than asking it
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_IMPROVEMENTS = sa.select(improvements).where(improvements.c.improvement_id.in_(_IDS))


def _part(table: sa.Table, *columns: Any) -> sa.Select[Any]:  # noqa: ANN401  expressions of every type
    names = ("position", "name", "value")
    chosen = (column.label(name) for column, name in zip(columns, names, strict=True))
    return sa.select(sa.literal_column(f"'{table.name}'").label("part"), table.c.improvement_id, *chosen).where(
        table.c.improvement_id.in_(_IDS)
    )


_FIRST: sa.ColumnClause[int] = sa.literal_column("0")
_NONE: sa.ColumnClause[str] = sa.literal_column("''")
_PARTS = sa.union_all(
    _part(authorships, authorships.c.position, authorships.c.person_id, authorships.c.share),
    _part(scopes, _FIRST, scopes.c.kind, scopes.c.value),
    _part(interventions, _FIRST, sa.func.min(interventions.c.happened_at), _NONE)
    .where(interventions.c.kind != "revert")
    .group_by(interventions.c.improvement_id),
).order_by("position", "value")
"""What belongs to improvements: authors in their order, reach by value, and when the first change was made."""


class Desk:
    """The ground the parts of the register stand on."""

    def __init__(self, ledger: Ledger, *, tz: str, files: Path | None) -> None:
        self._ledger = ledger
        self._deed = ledger.deed
        self._tz = tz
        self._files = None if files is None else Files(files)

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return self._ledger.database.reading()

    def _now(self) -> dt.datetime:
        return self._ledger.clock().astimezone(dt.UTC)

    def _today(self) -> dt.date:
        return self._now().astimezone(clock.zone(self._tz)).date()

    def _read(self, connection: sa.Connection, improvement_id: str, *, version: int | None = None) -> Improvement:
        """Return an improvement, refused where it is not there or no longer at this version."""
        found = improvements_of(connection, [improvement_id], self._tz)
        if not found:
            raise RecordNotFound(
                f"no improvement {improvement_id!r}",
                where="register",
                expected="an id of the register",
                remedy="Search for it.",
            )
        if version is not None and found[0].version != version:
            raise StaleVersionError(
                f"version {version}, and the record is at {found[0].version} by now", where=improvement_id,
                expected="the version that is there", remedy="Read it again, put your change in, and send that.",
            )  # fmt: skip
        return found[0]

    def _numbered(self, table: sa.Table, improvement_id: str) -> list[dict[str, Any]]:
        with self._reading() as connection:
            return numbered(connection, table, improvement_id)

    def _write(self, deed: Deed, item: Improvement, **values: object) -> None:
        """Write values into an improvement, and count its version up."""
        deed.update(improvements, {"improvement_id": item.id}, version=item.version + 1, **values)

    def _step(self, deed: Deed, item: Improvement, target: str, *, reason: str | None = None, **values: object) -> None:
        """Bring an improvement into a state, and remember the step."""
        self._write(deed, item, state=target, **values)
        step(deed, item.id, item.state, target, reason)


def numbered(connection: sa.Connection, table: sa.Table, improvement_id: str) -> list[dict[str, Any]]:
    """Return the rows of a numbered table that belong to an improvement, the first one first."""
    return [dict(row) for row in connection.execute(_rows_of(table), {"id": improvement_id}).mappings()]


@cache
def _rows_of(table: sa.Table) -> sa.Select[Any]:
    own = table.c.improvement_id == sa.bindparam("id")
    return sa.select(table).where(own).order_by(next(iter(table.primary_key)))


def step(deed: Deed, improvement_id: str, before: str | None, after: str, reason: str | None) -> None:
    """Write down a step."""
    deed.insert(
        steps, step_id=deed.next_id(steps), improvement_id=improvement_id, from_state=before, to_state=after, at=deed.at,
        by=deed.by, entered_by=deed.entered_by, reason=reason,
    )  # fmt: skip


def improvements_of(connection: sa.Connection, ids: Iterable[str], tz: str) -> list[Improvement]:
    """Return the improvements with these ids, in their order; unknown ones are left out."""
    wanted = list(ids)
    if len(wanted) > _AT_ONCE:
        return [
            item for n in range(0, len(wanted), _AT_ONCE) for item in improvements_of(connection, wanted[n : n + _AT_ONCE], tz)
        ]
    asked = {"ids": wanted}
    held = {row["improvement_id"]: row for row in connection.execute(_IMPROVEMENTS, asked).mappings()}
    parts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for part, name, _, first, second in connection.execute(_PARTS, asked):
        parts.setdefault((part, name), []).append((first, second))
    return [
        _improvement(held[name], *(parts.get((part, name), []) for part in ("authorships", "scopes", "interventions")), tz=tz)
        for name in wanted
        if name in held
    ]


def _improvement(
    row: sa.RowMapping, authors: list[tuple[str, str]], reach: list[tuple[str, str]], changed: list[tuple[str, str]], *, tz: str
) -> Improvement:
    whole = dict(row)
    expected = tuple(whole.pop(name) for name in ("expected_low", "expected", "expected_high"))
    registered = local_day(whole["registered_at"], tz)
    began = [whole["applied_on"], *(local_day(at, tz) for at, _ in changed)]
    del whole["folded"]
    return Improvement(
        id=whole.pop("improvement_id"),
        authors=tuple(authors),
        expected=None if expected[1] is None else (expected[0], expected[1], expected[2]),
        scope={kind: tuple(value for name, value in reach if name == kind) for kind in dict(reach)},
        late=any(day < registered for day in began if day is not None),
        **whole,
    )


def from_json(text: str) -> Any:  # noqa: ANN401  JSON has no narrower type
    """Return what a JSON cell of the register holds."""
    return json.loads(text)
