"""The roles people hold, where and when, and who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.register.dates import day
from smartfab.improvements.register.deeds import Ledger
from smartfab.improvements.register.people_tables import roles, substitutions
from smartfab.improvements.register.texts import NAME, clean_text, name_text

__all__ = ["ROLES", "Grant"]

ROLES = ("operator", "author", "clerk", "reviewer", "verifier", "finance", "council", "admin", "read")
"""What somebody may be to the register."""


@dataclass(frozen=True)
class Grant:
    """A role somebody holds on a day; `instead_of` names whom they stand in for. No unit and no line means everywhere."""

    role: str
    unit_id: str | None
    line_id: str | None
    instead_of: str | None = None


class Roles:
    """Grant, revoke, substitute, grants."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def grant(
        self, person_id: str, role: str, *, by: str, unit_id: str | None = None, line_id: str | None = None,
        valid_from: object = None, valid_to: object = None,
    ) -> int:  # fmt: skip
        """Give somebody a role.

        Parameters
        ----------
        person_id : str
            Who gets it.
        role : str
            One of `ROLES`.
        by : str
            Who gives it.
        unit_id, line_id : str, optional
            Where it holds; everywhere without them.
        valid_from, valid_to : date or str, optional
            Half-open days it holds on; always without them.

        Returns
        -------
        int
            Number of the grant, for `revoke`.

        Raises
        ------
        RegisterError
            If there is no such role, or the days are reversed.
        """
        first, last = _days(valid_from, valid_to)
        with self._ledger.deed("grant", by=by, subject=name_text(person_id, "person_id")) as deed:
            number = deed.next_id(roles)
            deed.insert(roles, role_id=number, person_id=deed.subject, role=_role(role), unit_id=unit_id, line_id=line_id,
                        valid_from=first, valid_to=last)  # fmt: skip
            return number

    def revoke(self, role_id: int, *, on: object, by: str) -> None:
        """End a role: `on` is the first day it holds no more.

        Parameters
        ----------
        role_id : int
            Number of the grant.
        on : date or str
            First day it holds no more.
        by : str
            Who ends it.
        """
        with self._ledger.deed("revoke", by=by, subject=str(role_id)) as deed:
            deed.update(roles, {"role_id": role_id}, valid_to=day(on, "on"))

    def substitute(
        self,
        person_id: str,
        deputy_id: str,
        *,
        valid_from: object,
        valid_to: object,
        reason: str,
        by: str,
        role: str | None = None,
    ) -> int:
        """Let somebody stand in for another ("ủy quyền"), for some days.

        Parameters
        ----------
        person_id, deputy_id : str
            Who is away, and who stands in.
        valid_from, valid_to : date or str
            Half-open days.
        reason : str
            Why, or the number of the written delegation.
        by : str
            Who enters it.
        role : str, optional
            This role only; all of them without it.

        Returns
        -------
        int
            Number of the substitution.

        Raises
        ------
        RegisterError
            If the days are reversed, or somebody stands in for himself.
        """
        first, last = _days(day(valid_from, "valid_from"), day(valid_to, "valid_to"))
        if person_id == deputy_id:
            raise RegisterError(f"{person_id} for himself", where="deputy_id", expected="somebody else")
        with self._ledger.deed("substitute", by=by, subject=name_text(person_id, "person_id")) as deed:
            number = deed.next_id(substitutions)
            deed.insert(
                substitutions, substitution_id=number, person_id=deed.subject, deputy_id=name_text(deputy_id, "deputy_id"),
                role=None if role is None else _role(role), valid_from=first, valid_to=last,
                reason=clean_text(reason, "reason", most=NAME),
            )  # fmt: skip
            return number

    def grants(self, person_id: str, *, on: object) -> tuple[Grant, ...]:
        """Return the roles somebody holds on a day, his own and those of people he stands in for.

        Parameters
        ----------
        person_id : str
            Who.
        on : date or str
            The day.

        Returns
        -------
        tuple of Grant
            A substitution hands on a person's own roles, never those he holds for another.
        """
        date = day(on, "on")
        with self._ledger.database.reading() as connection:
            stand_ins = connection.execute(_STAND_INS, {"person": person_id, "date": date}).all()
            found = [Grant(row.role, row.unit_id, row.line_id) for row in _own(connection, person_id, date)]
            for stand in stand_ins:
                found += [
                    Grant(row.role, row.unit_id, row.line_id, stand.person_id)
                    for row in _own(connection, stand.person_id, date)
                    if stand.role in {None, row.role}
                ]
        return tuple(found)

    def granted(self, person_id: str) -> list[dict[str, Any]]:
        """Return every role somebody was ever given, by number.

        Parameters
        ----------
        person_id : str
            Who.

        Returns
        -------
        list of dict
            role_id, role, unit_id, line_id, valid_from, valid_to.
        """
        chosen = sa.select(roles).where(roles.c.person_id == person_id).order_by(roles.c.role_id)
        with self._ledger.database.reading() as connection:
            return [dict(row) for row in connection.execute(chosen).mappings()]

    def may(self, person_id: str, role: str, *, on: object, unit_id: str | None = None, line_id: str | None = None) -> bool:
        """Say whether somebody holds a role on a day, for a unit and a line.

        Parameters
        ----------
        person_id, role : str
            Who, and as what.
        on : date or str
            The day.
        unit_id, line_id : str, optional
            Of what it is about; a role that is scoped to another one does not count.

        Returns
        -------
        bool
            A scoped role counts only for its own unit and line.
        """
        return any(
            grant.role == _role(role) and grant.unit_id in {None, unit_id} and grant.line_id in {None, line_id}
            for grant in self.grants(person_id, on=on)
        )


def _own(connection: sa.Connection, person_id: str, date: str) -> list[Any]:
    return list(connection.execute(_OWN, {"person": person_id, "date": date}))


def _holds(table: sa.Table) -> sa.ColumnElement[bool]:
    date = sa.bindparam("date", type_=sa.Text)
    begun = sa.or_(table.c.valid_from.is_(None), table.c.valid_from <= date)
    return sa.and_(begun, sa.or_(table.c.valid_to.is_(None), table.c.valid_to > date))


_OWN = sa.select(roles).where(roles.c.person_id == sa.bindparam("person"), _holds(roles))
_STAND_INS = sa.select(substitutions).where(substitutions.c.deputy_id == sa.bindparam("person"), _holds(substitutions))


def _role(role: str) -> str:
    if role not in ROLES:
        raise RegisterError(f"no role {role!r}", where="role", expected=f"one of {', '.join(ROLES)}")
    return role


def _days(valid_from: object, valid_to: object) -> tuple[str | None, str | None]:
    first = None if valid_from is None else day(valid_from, "valid_from")
    last = None if valid_to is None else day(valid_to, "valid_to")
    if first is not None and last is not None and last <= first:
        raise RegisterError(f"{last} is not after {first}", where="valid_to", expected="a later day")
    return first, last
