"""Units and people, the roles they hold, and who stands in for whom.

A register without people takes ids as they come; one that has people knows them all, and refuses an author it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.register.dates import day
from smartfab.improvements.register.deeds import Ledger
from smartfab.improvements.register.people_records import Person, Unit, people_of, put_people
from smartfab.improvements.register.people_sheets import read_people
from smartfab.improvements.register.people_tables import people, roles, substitutions, units
from smartfab.improvements.register.texts import NAME, clean_text, name_text

__all__ = ["ROLES", "Grant", "People"]

ROLES = ("operator", "author", "clerk", "reviewer", "verifier", "finance", "council", "admin", "read")
"""What somebody may be to the register."""


@dataclass(frozen=True)
class Grant:
    """A role somebody holds on a day; `instead_of` names whom they stand in for. No unit and no line means everywhere."""

    role: str
    unit_id: str | None
    line_id: str | None
    instead_of: str | None = None


class People:
    """The units, people, roles and substitutions of a register.

    Parameters
    ----------
    ledger : Ledger
        Where deeds are written.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def put(self, *, units: Iterable[Unit] = (), people: Iterable[Person] = (), by: str) -> int:
        """Enter units and people, or change those that are there.

        Parameters
        ----------
        units : iterable of Unit
            Units.
        people : iterable of Person
            People; their unit must be known.
        by : str
            Who enters them.

        Returns
        -------
        int
            Rows that are new or changed [1]; the same list again changes none.

        Raises
        ------
        RegisterError
            Every fault of the lists; then nothing is entered.
        """
        new_units, new_people = list(units), list(people)
        with self._ledger.deed("people", by=by, subject="people") as deed:
            return put_people(deed, new_units, new_people)

    def import_file(self, path: str | Path, *, by: str, dry_run: bool = False) -> int:
        """Enter units and people from an XLSX or CSV file with Vietnamese or English headers.

        Parameters
        ----------
        path : str or Path
            Sheets "Nhân sự" and, if there is one, "Đơn vị".
        by : str
            Who enters them.
        dry_run : bool
            Check everything and enter nothing.

        Returns
        -------
        int
            Rows that are new or changed [1]; a second run changes none. In a dry run, rows read.

        Raises
        ------
        RegisterError
            Every fault by row; then nothing is entered.
        """
        units_in, people_in = read_people(Path(path))
        return len(units_in) + len(people_in) if dry_run else self.put(units=units_in, people=people_in, by=by)

    def person(self, person_id: str) -> Person | None:
        """Return somebody by id.

        Parameters
        ----------
        person_id : str
            Id of the person.

        Returns
        -------
        Person or None
            None if unknown.
        """
        with self._ledger.database.reading() as connection:
            return people_of(connection, [person_id]).get(person_id)

    def all(self) -> tuple[Person, ...]:
        """Return everybody, by id."""
        with self._ledger.database.reading() as connection:
            ids = connection.execute(sa.select(people.c.person_id)).scalars().all()
            return tuple(person for _, person in sorted(people_of(connection, ids).items()))

    def units(self) -> tuple[Unit, ...]:
        """Return every unit, by id."""
        with self._ledger.database.reading() as connection:
            return tuple(Unit(**row) for row in connection.execute(sa.select(units).order_by(units.c.unit_id)).mappings())

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
            stand_ins = connection.execute(
                sa.select(substitutions).where(substitutions.c.deputy_id == person_id, _holds(substitutions, date))
            ).all()
            found = [Grant(row.role, row.unit_id, row.line_id) for row in _own(connection, person_id, date)]
            for stand in stand_ins:
                found += [
                    Grant(row.role, row.unit_id, row.line_id, stand.person_id)
                    for row in _own(connection, stand.person_id, date)
                    if stand.role in {None, row.role}
                ]
        return tuple(found)

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
    return list(connection.execute(sa.select(roles).where(roles.c.person_id == person_id, _holds(roles, date))))


def _holds(table: sa.Table, date: str) -> sa.ColumnElement[bool]:
    begun = sa.or_(table.c.valid_from.is_(None), table.c.valid_from <= date)
    return sa.and_(begun, sa.or_(table.c.valid_to.is_(None), table.c.valid_to > date))


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
