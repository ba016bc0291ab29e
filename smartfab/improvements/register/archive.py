"""Improvements found again: by id, by what they say and where they are, and their history from the chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from smartfab.improvements.register.audit_tables import audit
from smartfab.improvements.register.desk import Desk, from_json, improvements_of
from smartfab.improvements.register.idea_tables import authorships, improvements
from smartfab.improvements.register.people_tables import people
from smartfab.improvements.register.proposals import one_of
from smartfab.improvements.register.records import Improvement, Step
from smartfab.improvements.register.states import STATES
from smartfab.improvements.register.texts import folded


@dataclass(frozen=True)
class Sight:
    """What somebody may see: the own proposals, and those in places.

    Attributes
    ----------
    person_id : str
        Who.
    places : tuple of pairs
        Units and line of each place; None for all of them. An improvement without a unit is in those of its authors.
    """

    person_id: str
    places: tuple[tuple[tuple[str, ...] | None, str | None], ...]


_DEEDS = sa.select(audit).where(audit.c.subject == sa.bindparam("id")).order_by(audit.c.seq)


class Archive(Desk):
    """Get, search, history."""

    def get(self, improvement_id: str) -> Improvement:
        """Return an improvement.

        Parameters
        ----------
        improvement_id : str
            Which one.

        Returns
        -------
        Improvement
            As it is now.

        Raises
        ------
        RegisterError
            If there is none.
        """
        with self._reading() as connection:
            return self._read(connection, improvement_id)

    def search(
        self, *, text: str | None = None, state: str | Iterable[str] | None = None, line_id: str | None = None,
        unit_id: str | None = None, author: str | None = None, drive: str | None = None, parent_id: str | None = None,
        limit: int | None = None, offset: int = 0, seen_by: Sight | None = None,
    ) -> list[Improvement]:  # fmt: skip
        """Return the improvements that match everything asked, the newest first.

        Parameters
        ----------
        text : str, optional
            Words to be found in title, problem, solution or paper number, with or without diacritics.
        state : str or iterable of str, optional
            One state, or any of several.
        line_id, unit_id, author, drive, parent_id : str, optional
            Exactly this one.
        limit, offset : int
            How many, after how many [1].
        seen_by : Sight, optional
            Only what somebody may see.

        Returns
        -------
        list of Improvement
            Empty where none matches.

        Raises
        ------
        RegisterError
            If there is no such state.
        """
        chosen = sa.select(improvements.c.improvement_id)
        for word in folded(text or "").split():
            chosen = chosen.where(improvements.c.folded.contains(word, autoescape=True))
        states = (
            None
            if state is None
            else [one_of(item, "state", STATES) for item in ([state] if isinstance(state, str) else state)]
        )
        if states is not None:
            chosen = chosen.where(improvements.c.state.in_(states))
        for name, value in (("line_id", line_id), ("unit_id", unit_id), ("drive", drive), ("parent_id", parent_id)):
            if value is not None:
                chosen = chosen.where(improvements.c[name] == value)
        if author is not None:
            own = sa.select(authorships.c.improvement_id).where(authorships.c.person_id == author)
            chosen = chosen.where(improvements.c.improvement_id.in_(own))
        if seen_by is not None:
            chosen = chosen.where(_within(seen_by))
        newest = chosen.order_by(improvements.c.registered_at.desc(), improvements.c.improvement_id.desc())
        with self._reading() as connection:
            ids = connection.execute(newest.limit(limit).offset(offset)).scalars().all()
            return improvements_of(connection, ids, self._tz)

    def history(self, improvement_id: str) -> list[Step]:
        """Return every deed on an improvement, the first one first.

        Parameters
        ----------
        improvement_id : str
            Which one.

        Returns
        -------
        list of Step
            From the chain, with number and hash of each row.

        Raises
        ------
        RegisterError
            If there is no such improvement.
        """
        with self._reading() as connection:
            self._read(connection, improvement_id)
            rows = connection.execute(_DEEDS, {"id": improvement_id}).all()
        return [_step(row) for row in rows]


@lru_cache(maxsize=1000)
def _within(sight: Sight) -> sa.ColumnElement[bool]:
    """Say in SQL what `Sight` says: one's own, and what lies in one of the places."""
    own = sa.select(authorships.c.improvement_id).where(authorships.c.person_id == sight.person_id)
    seen = [improvements.c.by == sight.person_id, improvements.c.improvement_id.in_(own)]
    for units, line_id in sight.places:
        here: list[sa.ColumnElement[bool]] = []
        if units is not None:
            theirs = sa.select(authorships.c.improvement_id).join(people, people.c.person_id == authorships.c.person_id)
            by_author = improvements.c.improvement_id.in_(theirs.where(people.c.unit_id.in_(units)))
            here.append(sa.or_(improvements.c.unit_id.in_(units), sa.and_(improvements.c.unit_id.is_(None), by_author)))
        if line_id is not None:
            here.append(improvements.c.line_id == line_id)
        seen.append(sa.and_(sa.true(), *here))
    return sa.or_(*seen)


def _step(row: sa.Row[Any]) -> Step:
    written = [change["insert"] for change in from_json(row.changes) if change["table"] == "steps" and "insert" in change]
    last = written[-1] if written else {}
    return Step(
        seq=row.seq, at=row.at, by=row.by, entered_by=row.entered_by, action=row.action, from_state=last.get("from_state"),
        to_state=last.get("to_state"), reason=last.get("reason"), hash=row.hash,
    )  # fmt: skip
