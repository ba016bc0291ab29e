"""People, units, roles, stand-ins, passwords and tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from smartfab.improvements.register import Person, Unit, folded
from smartfab.improvements.register.access import Token
from smartfab.service.office.caller import Caller
from smartfab.service.refusals import NotFound


class PeopleOffice(Caller):
    """Everything about who is who."""

    def people(self, text: str = "", *, limit: int | None = None, offset: int = 0) -> tuple[Person, ...]:
        """Return everybody whose name, number or unit has these words, with or without diacritics."""
        self.demand("see_people")
        wanted = folded(text).split()
        found = [
            person for person in self.register.people.all()
            if all(word in folded(f"{person.person_id} {person.name} {person.unit_id or ''}") for word in wanted)
        ]  # fmt: skip
        return tuple(found[offset:] if limit is None else found[offset : offset + limit])

    def units(self) -> tuple[Unit, ...]:
        """Return every unit."""
        self.demand("see_people")
        return self.register.people.units()

    def put(self, *, people: list[Person] | None = None, units: list[Unit] | None = None) -> int:
        """Enter or change people and units."""
        self.demand("manage_people")
        with self._known_anew():
            return self.register.people.put(units=units or (), people=people or (), by=self.person_id)

    def granted(self, person_id: str) -> list[dict[str, Any]]:
        """Return the roles somebody was given."""
        if person_id != self.person_id:
            self.demand("manage_people")
        return self.register.people.granted(person_id)

    def grant(self, person_id: str, role: str, **where: Any) -> int:  # noqa: ANN401  those of People.grant
        """Give somebody a role."""
        self.demand("manage_people")
        with self._known_anew():
            return self.register.people.grant(person_id, role, by=self.person_id, **where)

    def revoke(self, person_id: str, role_id: int, *, on: str | None) -> None:
        """End a role."""
        self.demand("manage_people")
        if role_id not in {row["role_id"] for row in self.register.people.granted(person_id)}:
            raise NotFound(f"no role {role_id}", where=person_id, expected="the number of a role of this person")
        with self._known_anew():
            self.register.people.revoke(role_id, on=on or self.today(), by=self.person_id)

    def substitute(self, person_id: str, **said: Any) -> int:  # noqa: ANN401  those of People.substitute
        """Let somebody stand in for another; people may name their own deputy."""
        if person_id != self.person_id:
            self.demand("manage_people")
        with self._known_anew():
            return self.register.people.substitute(person_id, by=self.person_id, **said)

    def set_password(self, person_id: str, password: str) -> None:
        """Give somebody a password; everybody may change the own one."""
        if person_id != self.person_id:
            self.demand("manage_people")
        self.register.access.set_password(person_id, password)

    def tokens(self) -> list[Token]:
        """Return the caller's tokens, or everybody's for those who manage people."""
        return self.register.access.tokens(None if self.may("manage_people") else self.person_id)

    def make_token(self, name: str, *, days: int, person_id: str | None = None) -> tuple[Token, str]:
        """Make a token for a program that acts as the caller; for another only those who manage people can."""
        whose = person_id or self.person_id
        if whose != self.person_id:
            self.demand("manage_people")
        return self.register.access.make_token(whose, name, days=days, by=self.person_id)

    def revoke_token(self, token_id: int) -> None:
        """End a token of the caller, or anybody's for those who manage people."""
        if token_id not in {token.id for token in self.tokens()}:
            raise NotFound(f"no token {token_id}", where="tokens", expected="the number of one of yours")
        with self._known_anew():
            self.register.access.revoke_token(token_id)

    @contextmanager
    def _known_anew(self) -> Iterator[None]:
        """Let the doorman forget what a change may have made untrue."""
        try:
            yield
        finally:
            self.hall.doorman.forget()
