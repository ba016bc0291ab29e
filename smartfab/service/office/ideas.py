"""Ideas: proposed for oneself or for another, found, changed, brought on, discussed, shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smartfab.improvements.register import Attachment, Improvement, Step, steps_from
from smartfab.improvements.register.states import BY_METHOD, FIELDED
from smartfab.service.office.caller import Caller
from smartfab.service.refusals import NotAllowed, NotFound
from smartfab.service.rights import STEPS


class IdeaOffice(Caller):
    """Read, search, propose, edit, step, comment, review, attach."""

    def read(self, improvement_id: str) -> Improvement:
        """Return an improvement the caller may see."""
        item = self.register.get(improvement_id)
        self.demand("read", item)
        return item

    def search(self, *, limit: int, offset: int = 0, **asked: Any) -> list[Improvement]:  # noqa: ANN401  those of Register.search
        """Return the improvements the caller may see that match, the newest first."""
        wanted = {name: value or None for name, value in asked.items()}
        return self.register.search(limit=limit, offset=offset, seen_by=self.rights.sight(), **wanted)

    def propose(self, said: Mapping[str, Any], *, on_behalf_of: str | None = None, key: str | None = None) -> Improvement:
        """Enter a proposal of the caller, or one that somebody else wrote on paper ("nhập thay")."""
        by = on_behalf_of or self.person_id
        authors = [(str(person), share) for person, share in said.get("authors") or [(by, 100)]]
        people = self.register.people
        named = [person for person in (people.person(name) for name, _ in authors) if person is not None]
        unit_id = said.get("unit_id") or next((person.unit_id for person in named if person.unit_id is not None), None)
        own = by == self.person_id and self.person_id in [name for name, _ in authors]
        place = self.place_of(unit_id, said.get("line_id"), [name for name, _ in authors])
        if not self.rights.may("propose", place, own=own):
            held = ", ".join(self.rights.roles) or "no role"
            raise NotAllowed(f"{self.person_id} with {held}: propose for {by}", where="proposal",
                             expected="oneself among the authors, or the role of a clerk")  # fmt: skip
        whole = {**said, "authors": authors, "unit_id": unit_id}
        return self.register.submit(
            **whole, by=by, entered_by=None if by == self.person_id else self.person_id, idempotency_key=key
        )

    def edit(self, improvement_id: str, changes: Mapping[str, Any], *, version: int, key: str | None = None) -> Improvement:
        """Change a proposal; a clerk does so for its proposer."""
        item = self.read(improvement_id)
        self.demand("edit", item)
        by, clerk = self._hand(item)
        return self.register.edit(improvement_id, by=by, entered_by=clerk, version=version, idempotency_key=key, **changes)

    def step(
        self, improvement_id: str, state: str, *, reason: str | None = None, version: int | None = None, key: str | None = None
    ) -> Improvement:
        """Bring an improvement into a state."""
        item = self.read(improvement_id)
        self.demand(STEPS.get(state, "measure"), item)
        return self.register.transition(
            improvement_id, state, by=self.person_id, reason=reason, version=version, idempotency_key=key
        )

    def steps(self, item: Improvement) -> tuple[str, ...]:
        """Return the states the caller could bring an improvement into by a word."""
        plainly = item.track == "no_measurement" or item.lane == "small"
        by_word = [
            state for state in steps_from(item.state, track=item.track, lane=item.lane)
            if state not in BY_METHOD or (state in FIELDED and plainly)
        ]  # fmt: skip
        return tuple(state for state in dict.fromkeys(by_word) if self.may(STEPS.get(state, "measure"), item))

    def history(self, improvement_id: str) -> list[Step]:
        """Return every deed on an improvement."""
        self.read(improvement_id)
        return self.register.history(improvement_id)

    def comments(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return what people said of it."""
        self.read(improvement_id)
        return self.register.comments(improvement_id)

    def comment(self, improvement_id: str, text: str, *, key: str | None = None) -> int:
        """Add a comment."""
        self.demand("comment", self.read(improvement_id))
        return self.register.comment(improvement_id, text, by=self.person_id, idempotency_key=key)

    def reviews(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return its reviews."""
        self.read(improvement_id)
        return self.register.reviews(improvement_id)

    def review(
        self, improvement_id: str, *, kind: str, text: str, scores: Mapping[str, float] | None, key: str | None = None
    ) -> int:
        """Write down a review."""
        self.demand("review", self.read(improvement_id))
        return self.register.review(improvement_id, kind=kind, text=text, scores=scores, by=self.person_id, idempotency_key=key)

    def attachments(self, improvement_id: str) -> list[Attachment]:
        """Return its files."""
        self.read(improvement_id)
        return self.register.attachments(improvement_id)

    def attach(self, improvement_id: str, data: bytes, *, name: str, kind: str, key: str | None = None) -> Attachment:
        """Attach a file."""
        self.demand("attach", self.read(improvement_id))
        return self.register.attach(improvement_id, data, name=name, kind=kind, by=self.person_id, idempotency_key=key)

    def attachment(self, improvement_id: str, number: int) -> tuple[Attachment, bytes]:
        """Return a file with its content, checked against its hash."""
        for file in self.attachments(improvement_id):
            if file.id == number:
                return file, self.register.content(file.sha256)
        raise NotFound(f"no attachment {number}", where=improvement_id, expected="the number of one of its files")

    def _hand(self, item: Improvement) -> tuple[str, str | None]:
        """Return in whose name the caller writes, and who types: a clerk writes for the proposer."""
        own = self.person_id in {*item.author_ids, item.by}
        return (self.person_id, None) if own else (item.by, self.person_id)
