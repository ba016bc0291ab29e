"""When the change was made, tried or taken back, and which other changes were made on the same line."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from smartfab.errors import TransitionRefused
from smartfab.improvements.register.dates import happened, local_day
from smartfab.improvements.register.deeds import Deed
from smartfab.improvements.register.desk import Desk
from smartfab.improvements.register.idea_tables import improvements, scopes
from smartfab.improvements.register.proof_tables import interventions
from smartfab.improvements.register.proposals import one_of
from smartfab.improvements.register.records import Improvement
from smartfab.improvements.register.states import check_step
from smartfab.improvements.register.texts import LONG, clean_text

KINDS = {"trial": "trial", "install": "applied", "revert": "reverted"}
"""What can be done to the line, and the state it sets."""

_BEYOND = frozenset({"verified", "recognised", "rewarded", "standardised", "replicated"})


class Interventions(Desk):
    """Intervened; the changes of a line."""

    def intervened(
        self, improvement_id: str, *, at: object, kind: str, by: str, note: str | None = None, version: int | None = None,
        entered_by: str | None = None, idempotency_key: str | None = None,
    ) -> Improvement:  # fmt: skip
        """Write down when the change was tried, installed or taken back.

        Parameters
        ----------
        improvement_id : str
            Which one.
        at : date, datetime or str
            When it happened: a production date, or a time; never in the future.
        kind : {"trial", "install", "revert"}
            What was done to the line.
        by : str
            Who says so.
        note : str, optional
            What is to be remembered.
        version : int, optional
            The version that was read.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again do nothing more.

        Returns
        -------
        Improvement
            In state trial, applied or reverted; in its own state where it is verified already.

        Raises
        ------
        TransitionRefused
            If there is no such step from where it is.
        RegisterError
            If the date lies in the future, or the kind is none.
        """
        with self._deed(
            "intervened", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, str(at), kind, note, version],
        ) as deed:  # fmt: skip
            if not deed.repeated:
                item = self._read(deed.connection, improvement_id, version=version)
                self._intervene(deed, item, at=at, kind=kind, note=clean_text(note, "note", most=LONG, optional=True))
            return self._read(deed.connection, improvement_id)

    def _intervene(self, deed: Deed, item: Improvement, *, at: object, kind: str, note: str | None) -> None:
        target = KINDS[one_of(kind, "kind", KINDS)]
        when = happened(at, self._tz, self._now(), "at")
        if item.state not in _BEYOND:
            check_step(item.state, target, track=item.track, lane=item.lane, where=item.id)
        last = changes_of(deed.connection, item.id)
        if last and local_day(when, self._tz) < local_day(last[-1]["happened_at"], self._tz):
            raise TransitionRefused(
                f"{kind} on {when}, before the last one on {last[-1]['happened_at']}", where=item.id, expected="a later day",
                remedy="Enter what happened in its order.",
            )  # fmt: skip
        deed.insert(
            interventions, intervention_id=deed.next_id(interventions), improvement_id=item.id, happened_at=when, kind=kind,
            at=deed.at, by=deed.by, entered_by=deed.entered_by, note=note,
        )  # fmt: skip
        if item.state in _BEYOND:
            self._write(deed, item)
        else:
            self._step(deed, item, target, reason=note)

    def interventions(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return what was done to the line, in its order.

        Parameters
        ----------
        improvement_id : str
            Of which one.

        Returns
        -------
        list of dict
            happened_at, kind, by, entered_by, note.
        """
        with self._reading() as connection:
            return changes_of(connection, improvement_id)


def changes_of(connection: sa.Connection, improvement_id: str) -> list[dict[str, Any]]:
    """Return the interventions of an improvement in the order they were entered, which is the order they happened in."""
    chosen = sa.select(interventions).where(interventions.c.improvement_id == improvement_id)
    return [dict(row) for row in connection.execute(chosen.order_by(interventions.c.intervention_id)).mappings()]


def first_change(connection: sa.Connection, improvement_id: str) -> str | None:
    """Return when a change was first in force, or None."""
    made = [row["happened_at"] for row in changes_of(connection, improvement_id) if row["kind"] != "revert"]
    return made[0] if made else None


def changes_on(connection: sa.Connection, line_id: str, *, besides: str) -> list[dict[str, str | None]]:
    """Return the changes other improvements made on a line: id, at, and until when (None where it still stands)."""
    own = sa.select(scopes.c.improvement_id).where(scopes.c.kind == "line_id", scopes.c.value == line_id)
    touching = sa.select(improvements.c.improvement_id).where(
        sa.or_(improvements.c.line_id == line_id, improvements.c.improvement_id.in_(own)),
        improvements.c.improvement_id != besides,
    )
    found: list[dict[str, str | None]] = []
    for name in connection.execute(touching.order_by(improvements.c.improvement_id)).scalars():
        found += episodes(name, changes_of(connection, name))
    return found


def episodes(name: str, rows: list[dict[str, Any]]) -> list[dict[str, str | None]]:
    """Return from when to when a change was in force: a trial that becomes an installation is one change."""
    found: list[dict[str, str | None]] = []
    for row in rows:
        in_force = bool(found) and found[-1]["until"] is None
        if row["kind"] == "revert" and in_force:
            found[-1]["until"] = row["happened_at"]
        elif row["kind"] != "revert" and not in_force:
            found.append({"id": name, "at": row["happened_at"], "until": None})
    return found
