"""A proposal as it is handed in, checked into the columns of an improvement; all its faults at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.register.dates import day
from smartfab.improvements.register.deeds import Deed
from smartfab.improvements.register.expectations import read_expected
from smartfab.improvements.register.idea_tables import authorships, improvements, scopes
from smartfab.improvements.register.people_records import check_known
from smartfab.improvements.register.shares import read_shares
from smartfab.improvements.register.states import LANES, TRACKS
from smartfab.improvements.register.texts import LONG, NAME, TITLE, clean_text, folded, full_text, name_text

NAMES = ("line_id", "unit_id", "kpi", "drive", "paper_no")
Pairs = tuple[tuple[str, str], ...]

_ID = improvements.c.improvement_id
_THERE = sa.select(_ID).where(sa.bindparam("id") == _ID)
_OF_PAPER = sa.select(_ID).where(improvements.c.paper_no == sa.bindparam("paper"))
_LAST_OF_YEAR = sa.select(_ID).where(_ID.like(sa.bindparam("like"))).order_by(sa.func.length(_ID).desc(), _ID.desc()).limit(1)


def checked(connection: sa.Connection, asked: Mapping[str, Any], today: dt.date) -> tuple[dict[str, Any], Pairs]:
    """Return the columns of a proposal and its authors; all faults at once."""
    faults: list[RegisterError] = []

    def taken(read: Callable[..., Any], *arguments: object, **more: object) -> Any:  # noqa: ANN401  what `read` returns
        try:
            return read(*arguments, **more)
        except RegisterError as fault:
            faults.extend(item for item in fault.faults if isinstance(item, RegisterError))
            return None

    track = asked.get("track", "measured")
    lane = asked.get("lane") or ("small" if track == "no_measurement" else "standard")
    values: dict[str, Any] = {
        "title_vi": taken(full_text, asked["title_vi"], "title_vi", most=TITLE),
        "title_en": taken(clean_text, asked["title_en"], "title_en", most=TITLE, optional=True),
        "problem": taken(full_text, asked["problem"], "problem", most=LONG),
        "solution": taken(full_text, asked["solution"], "solution", most=LONG),
        **{name: taken(clean_text, asked[name], name, most=NAME, optional=True) for name in NAMES},
        "proposed_on": taken(day, asked["proposed_on"] or today, "proposed_on", today=today),
        "applied_on": None if asked["applied_on"] is None else taken(day, asked["applied_on"], "applied_on", today=today),
        "track": taken(one_of, track, "track", TRACKS), "lane": taken(one_of, lane, "lane", LANES),
        "parent_id": taken(_parent, connection, asked["parent_id"]),
    }  # fmt: skip
    low, likely, high = taken(read_expected, asked["expected"], values["kpi"]) or (None, None, None)
    pairs = taken(read_shares, [tuple(pair) for pair in asked["authors"]]) or ()
    taken(check_known, connection, [person for person, _ in pairs], "authors")
    taken(_unused, connection, values["paper_no"], asked.get("own_id"))
    if faults:
        raise RegisterError.of(faults, where="proposal")
    words = [values[name] for name in ("title_vi", "title_en", "problem", "solution", "paper_no") if values[name]]
    return {
        **values, "expected_low": low, "expected": likely, "expected_high": high, "folded": folded(" ".join(words)),
    }, pairs  # fmt: skip


def _parent(connection: sa.Connection, parent_id: str | None) -> str | None:
    if parent_id is None:
        return None
    if connection.execute(_THERE, {"id": parent_id}).first() is None:
        raise RegisterError(f"no improvement {parent_id!r}", where="parent_id", expected="an id of the register")
    return parent_id


def _unused(connection: sa.Connection, paper_no: str | None, own_id: str | None) -> None:
    if paper_no is None:
        return
    holder = connection.execute(_OF_PAPER, {"paper": paper_no}).scalar_one_or_none()
    if holder not in {None, own_id}:
        raise RegisterError(f"{paper_no} is {holder} already", where="paper_no", expected="a number that is new")


def put_parts(deed: Deed, improvement_id: str, pairs: Pairs, scope: Mapping[str, Iterable[str]]) -> None:
    """Write authors and reach."""
    for n, (person, share) in enumerate(pairs):
        deed.insert(authorships, improvement_id=improvement_id, person_id=person, position=n, share=share)
    for kind in scope:
        for value in dict.fromkeys(scope[kind]):
            deed.insert(scopes, improvement_id=improvement_id, kind=name_text(kind, "scope"), value=name_text(value, "scope"))


def new_id(deed: Deed) -> str:
    """Return the next id of the year, such as CT-2026-0007."""
    prefix = f"CT-{deed.at[:4]}-"
    last = deed.connection.execute(_LAST_OF_YEAR, {"like": f"{prefix}%"}).scalar_one_or_none()
    return f"{prefix}{int((last or '0').rpartition('-')[2]) + 1:04d}"


def one_of(value: object, what: str, known: Iterable[str]) -> str:
    """Return a word that is one of those known."""
    if value not in tuple(known):
        raise RegisterError(f"no {what} {value!r}", where=what, expected=f"one of {', '.join(known)}")
    return str(value)


def listed(scope: Mapping[str, Iterable[str]] | None) -> dict[str, list[str]]:
    """Return a reach with its values as lists."""
    return {kind: [values] if isinstance(values, str) else list(values) for kind, values in (scope or {}).items()}


def comparable(value: object) -> object:
    """Return an argument as it can be compared with itself tomorrow."""
    if isinstance(value, Mapping):
        return {str(key): comparable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
