"""The council's meetings, votes and decisions, and the papers of an improvement."""

from __future__ import annotations

from typing import Any

from smartfab.improvements.forms.documents import Form
from smartfab.improvements.register import Decision, Meeting
from smartfab.service.office.proof import ProofOffice

_OPEN = {"certificate", "decision"}


class CouncilOffice(ProofOffice):
    """Meet, vote, decide, print."""

    def meetings(self) -> list[Meeting]:
        """Return the meetings of the council."""
        self.demand("meet")
        return self.register.meetings()

    def meet(self, *, date: str, members: list[str], minutes: str, key: str | None = None) -> Meeting:
        """Write down a meeting."""
        self.demand("meet")
        return self.register.meeting(date, members, minutes, by=self.person_id, idempotency_key=key)

    def votes(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return the votes on an improvement."""
        self.demand("meet", self.read(improvement_id))
        return self.register.votes(improvement_id)

    def vote(self, improvement_id: str, *, meeting_id: int, member: str | None, vote: str, reason: str | None) -> None:
        """Write down a vote: one's own, or that of a member who said it at the meeting."""
        self.demand("meet", self.read(improvement_id))
        who = member or self.person_id
        typed = None if who == self.person_id else self.person_id
        self.register.vote(improvement_id, meeting_id, member=who, vote=vote, reason=reason, by=typed)

    def decision(self, improvement_id: str) -> Decision | None:
        """Return the decision on an improvement."""
        self.read(improvement_id)
        return self.register.decision(improvement_id)

    def decide(self, improvement_id: str, *, key: str | None = None, **said: Any) -> Decision:  # noqa: ANN401  those of Register.decide
        """Recognise an improvement."""
        self.demand("decide", self.read(improvement_id))
        return self.register.decide(improvement_id, by=self.person_id, idempotency_key=key, **said)

    def paper(self, improvement_id: str, name: str) -> Form:
        """Return one of the papers, filled in; those that speak of money or votes are not for everybody."""
        item = self.read(improvement_id)
        if name == "rewards":
            self.demand("award", item)
        elif name not in _OPEN and not self.may("see_money", item):
            self.demand("meet", item)
        settings = self.hall.settings
        return self.register.form(
            improvement_id, name, organisation=settings.organisation, place=settings.place, templates=settings.templates
        )
