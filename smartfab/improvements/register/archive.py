"""Improvements found again: by id, by what they say and where they are, and their history from the chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from smartfab.improvements.register.audit_tables import audit
from smartfab.improvements.register.desk import Desk, from_json, improvements_of
from smartfab.improvements.register.idea_tables import authorships, improvements
from smartfab.improvements.register.proposals import one_of
from smartfab.improvements.register.records import Improvement, Step
from smartfab.improvements.register.states import STATES
from smartfab.improvements.register.texts import folded


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
        limit: int | None = None, offset: int = 0,
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
            rows = connection.execute(sa.select(audit).where(audit.c.subject == improvement_id).order_by(audit.c.seq)).all()
        return [_step(row) for row in rows]


def _step(row: sa.Row[Any]) -> Step:
    written = [change["insert"] for change in from_json(row.changes) if change["table"] == "steps" and "insert" in change]
    last = written[-1] if written else {}
    return Step(
        seq=row.seq, at=row.at, by=row.by, entered_by=row.entered_by, action=row.action, from_state=last.get("from_state"),
        to_state=last.get("to_state"), reason=last.get("reason"), hash=row.hash,
    )  # fmt: skip
