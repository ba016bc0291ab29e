"""Units and people as rows: checked, written where they differ, read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.register.dates import day
from smartfab.improvements.register.deeds import Deed
from smartfab.improvements.register.people_tables import people, units
from smartfab.improvements.register.texts import NAME, clean_text, folded, name_text

__all__ = ["Person", "Unit"]


@dataclass(frozen=True)
class Unit:
    """A unit of the plant; `headcount` is its employees, for rates per 100."""

    unit_id: str
    name_vi: str | None = None
    name_en: str | None = None
    parent_id: str | None = None
    headcount: int | None = None
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who works or worked here; `valid_to` is the first day no longer."""

    person_id: str
    name: str
    unit_id: str | None = None
    job_title: str | None = None
    qualification: str | None = None
    birth_date: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


_PEOPLE = sa.select(*(people.c[name] for name in Person.__dataclass_fields__)).where(
    people.c.person_id.in_(sa.bindparam("ids", expanding=True))
)
_ANYBODY = sa.select(people.c.person_id).limit(1)
_DATES = ("birth_date", "valid_from", "valid_to")


def put_people(deed: Deed, new_units: Sequence[Unit], new_people: Sequence[Person]) -> int:
    """Write units and people that are new or differ, and return how many; nothing where anything is wrong."""
    faults: list[RegisterError] = []
    unit_rows = _checked(new_units, "unit_id", faults)
    person_rows = _checked(new_people, "person_id", faults)
    held_units = _held(deed.connection, units, "unit_id")
    known = {*held_units, *(str(row["unit_id"]) for row in unit_rows)}
    faults += [
        _unknown(f"unit {row['parent_id']}", f"unit {row['unit_id']}")
        for row in unit_rows
        if row["parent_id"] is not None and row["parent_id"] not in known
    ]
    faults += [
        _unknown(f"unit {row['unit_id']}", f"person {row['person_id']}")
        for row in person_rows
        if row["unit_id"] is not None and row["unit_id"] not in known and known
    ]
    if faults:
        raise RegisterError.of(faults, where="people")
    done = _put(deed, units, "unit_id", unit_rows, held_units)
    return done + _put(
        deed, people, "person_id", [{**row, "folded": folded(f"{row['person_id']} {row['name']}")} for row in person_rows],
        _held(deed.connection, people, "person_id"),
    )  # fmt: skip


def _checked(items: Sequence[Unit] | Sequence[Person], key: str, faults: list[RegisterError]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for item in items:
        try:
            row = {name: _cell(name, value, key) for name, value in asdict(item).items()}
        except RegisterError as fault:
            faults.append(
                RegisterError(fault.found, where=f"{key} {getattr(item, key)!r}, {fault.where}", expected=fault.expected)
            )
            continue
        if str(row[key]) in rows:
            faults.append(RegisterError(f"{row[key]} twice", where=key, expected="each once"))
        rows[str(row[key])] = row
    return list(rows.values())


def _cell(name: str, value: object, key: str) -> object:
    if name == "headcount":
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise RegisterError(repr(value), where=name, expected="a whole number of employees")
        return value
    if name in _DATES:
        return None if value is None else day(value, name)
    return name_text(value, name) if name in {key, "name"} else clean_text(value, name, most=NAME, optional=True)


def _held(connection: sa.Connection, table: sa.Table, key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: dict(row) for row in connection.execute(sa.select(table)).mappings()}


def _put(deed: Deed, table: sa.Table, key: str, rows: list[dict[str, Any]], held: dict[str, dict[str, Any]]) -> int:
    done = 0
    for row in rows:
        before = held.get(row[key])
        if before is None:
            deed.insert(table, **row)
        elif before != row:
            deed.update(table, {key: row[key]}, **{name: value for name, value in row.items() if before[name] != value})
        done += before != row
    return done


def _unknown(found: str, where: str) -> RegisterError:
    return RegisterError(
        f"no {found}", where=where, expected="a unit that is entered", remedy="Enter the unit, or correct its id."
    )


def people_of(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Person]:
    """Return the people with these ids."""
    wanted = sorted(set(ids))
    rows = connection.execute(_PEOPLE, {"ids": wanted})
    return {row[0]: Person(*row) for row in rows}


def check_known(connection: sa.Connection, ids: Iterable[str], what: str) -> None:
    """Refuse ids the register does not know, once it knows anybody."""
    wanted = list(dict.fromkeys(ids))
    known = people_of(connection, wanted)
    strange = [person for person in wanted if person not in known]
    if strange and connection.execute(_ANYBODY).first() is not None:
        faults = [
            RegisterError(f"nobody with id {person}", where=what, expected="a person of the register",
                          remedy="Enter the person, or correct the id.")
            for person in strange
        ]  # fmt: skip
        raise RegisterError.of(faults, where=what)


def units_of(connection: sa.Connection, ids: Iterable[str]) -> set[str]:
    """Return the units of these people, as far as known."""
    return {person.unit_id for person in people_of(connection, ids).values() if person.unit_id is not None}
