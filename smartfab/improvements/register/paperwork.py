"""The papers of an improvement, filled in from the register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.register.awards import Awards
from smartfab.improvements.register.council import Council
from smartfab.improvements.register.declaring import Declaring
from smartfab.improvements.register.deeds import last_head
from smartfab.improvements.register.desk import from_json
from smartfab.improvements.register.people_records import Person, people_of
from smartfab.improvements.register.people_tables import people
from smartfab.improvements.register.proposals import one_of
from smartfab.improvements.register.records import Improvement
from smartfab.improvements.register.results import latest
from smartfab.improvements.register.workflow import Workflow

if TYPE_CHECKING:
    from smartfab.improvements.forms import Form


class Paperwork(Council, Awards, Declaring, Workflow):
    """Form."""

    def form(
        self, improvement_id: str, name: str, *, organisation: str = "…", place: str = "…", templates: str | Path | None = None
    ) -> Form:
        """Return one of the council's papers, filled in.

        Parameters
        ----------
        improvement_id : str
            For which improvement.
        name : str
            application, scoring, minutes, decision, certificate or rewards.
        organisation, place : str
            Name of the plant, and where it is.
        templates : str or Path, optional
            Folder with the plant's own templates, by the same names; the others are smartfab's.

        Returns
        -------
        Form
            With `html`, and `save` for HTML and DOCX. It bears the head of the chain.

        Raises
        ------
        RegisterError
            If there is no such paper, or what it is about has not happened yet.
        """
        from smartfab.improvements.forms.documents import FORMS, rendered
        from smartfab.improvements.forms.facts import gain_facts, general_facts

        one_of(name, "name", FORMS)
        with self._reading() as connection:
            item = self._read(connection, improvement_id)
            everybody = people_of(connection, connection.execute(sa.select(people.c.person_id)).scalars().all())
            head, measured = str(last_head(connection)), latest(connection, item.id)
        facts = general_facts(
            item, everybody, organisation=organisation, place=place, head=head, today=self._today().isoformat()
        )
        facts |= gain_facts(measured, self.declarations(item.id), self.benefits(item.id))
        return rendered(name, facts | self._facts_of(item, name, everybody), templates)

    def _facts_of(self, item: Improvement, name: str, everybody: dict[str, Person]) -> dict[str, Any]:
        """Return what one kind of paper says beyond the others."""
        from smartfab.improvements.forms.facts import decision_facts, meeting_facts, reward_facts
        from smartfab.improvements.remuneration.entitlements import NOTICE

        if name == "scoring":
            reviews = self.reviews(item.id)
            return {"reviews": [{**row, "scores": list(from_json(row["scores"]).items())} for row in reviews]}
        if name == "minutes":
            votes = self.votes(item.id)
            met = [meeting for meeting in self.meetings() if meeting.id in {row["meeting_id"] for row in votes}]
            if not met:
                raise _not_yet(item, "no meeting voted on it", "vote")
            return meeting_facts(met[-1], votes, everybody)
        if name in {"decision", "certificate"}:
            decision = self.decision(item.id)
            if decision is None:
                raise _not_yet(item, "it is not recognised", "decide")
            return decision_facts(decision)
        if name == "rewards":
            rows = self.rewards(item.id)
            if not rows:
                raise _not_yet(item, "nothing is awarded", "award")
            return reward_facts(rows, everybody, NOTICE["vi"])
        return {}


def _not_yet(item: Improvement, found: str, method: str) -> RegisterError:
    return RegisterError(found, where=item.id, expected="that it happened", remedy=f"Call {method} first.")
