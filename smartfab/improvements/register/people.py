"""Units and people of a register.

A register without people takes ids as they come; one that has people knows them all, and refuses an author it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from smartfab.improvements.register.people_records import Person, Unit, people_of, put_people
from smartfab.improvements.register.people_sheets import read_people
from smartfab.improvements.register.people_tables import people, units
from smartfab.improvements.register.roles import Roles

__all__ = ["People"]


class People(Roles):
    """The units, people, roles and substitutions of a register.

    Parameters
    ----------
    ledger : Ledger
        Where deeds are written.
    """

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
