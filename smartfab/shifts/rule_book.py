"""The rules of a calendar, held against the grammar of plant.toml."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from smartfab.errors import PlantError
from smartfab.plant_checks import relations
from smartfab.plant_grammar import CalendarException, Grammar, Rotation, ShiftRule

__all__ = ["RuleBook", "read_rules"]


class RuleBook(Grammar):
    """Shift rules, rotations and exceptions as plant.toml names them."""

    shift: tuple[ShiftRule, ...] = ()
    rotation: tuple[Rotation, ...] = ()
    exception: tuple[CalendarException, ...] = ()


def read_rules(
    rules: Iterable[Mapping[str, Any] | ShiftRule],
    rotations: Iterable[Mapping[str, Any] | Rotation],
    exceptions: Iterable[Mapping[str, Any] | CalendarException],
    lines: Mapping[str, Collection[str]] | None,
) -> RuleBook:
    """Return the rules of a calendar, checked one by one and against each other.

    Parameters
    ----------
    rules, rotations, exceptions : iterables of dict or model
        As they stand in plant.toml.
    lines : mapping, optional
        The machines of each line.

    Returns
    -------
    RuleBook
        Models only.

    Raises
    ------
    PlantError
        One error that lists every fault, each with the rule it is in.
    """
    raw: dict[str, Any] = {
        name: [_plain(item) for item in items]
        for name, items in (("shift", rules), ("rotation", rotations), ("exception", exceptions))
    }
    faults: dict[str, PlantError] = {}
    book: RuleBook | None = None
    try:
        book = RuleBook.model_validate(raw)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_context=False):
            where = _place(item["loc"])
            strange = item["type"] == "extra_forbidden"
            message = f"unknown key {item['loc'][-1]!r}" if strange else item["msg"].removeprefix("Value error, ")
            faults.setdefault(where, PlantError(message, where=where, remedy="Remove it." if strange else "Correct the rule."))
    places = {} if lines is None else {"line": [_line(name, machines) for name, machines in lines.items()]}
    for loc, found, remedy in relations({**raw, **places}):
        faults.setdefault(_place(loc), PlantError(found, where=_place(loc), remedy=remedy))
    if book is not None and lines is None:
        faults |= _of_unknown_lines(book)
    if book is None or faults:
        raise PlantError.of(list(faults.values()), where="the shift calendar")
    return book


def _plain(item: Mapping[str, Any] | Grammar) -> dict[str, Any]:
    """As tomllib would give it: lists, no tuples."""
    if isinstance(item, Grammar):
        return item.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {key: _listed(value) for key, value in item.items()}


def _listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else value


def _line(name: str, machines: Collection[str]) -> dict[str, Any]:
    return {"id": name, "machine": [{"id": machine} for machine in machines]}


def _place(loc: Iterable[str | int]) -> str:
    return ".".join(str(part) for part in loc)


def _of_unknown_lines(book: RuleBook) -> dict[str, PlantError]:
    """An exception of one line can be taken from a rule of all lines only by one who knows the others."""
    shared = [rule.id for rule in book.shift if rule.line is None]
    return {
        f"exception.{n}.line": PlantError(
            f"line {item.line!r}, but shift {shared[0]!r} is not of one line alone",
            where=f"exception.{n}.line",
            remedy="Give lines={line: its machines}, or give the shift rules their line.",
        )
        for n, item in enumerate(book.exception)
        if item.line is not None and item.start is None and shared
    }
