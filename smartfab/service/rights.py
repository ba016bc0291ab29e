"""Who may do what: one table of roles and actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from smartfab.improvements.register import ROLES, Grant, Improvement
from smartfab.improvements.register.archive import Sight

__all__ = ["ACTIONS", "MATRIX", "Place", "Rights"]

Reach = Literal["no", "own", "reach"]

# "own": of an improvement one is an author of, or proposed; "reach": wherever the role holds, its unit and line or everywhere
_TABLE = """
                operator author clerk reviewer verifier finance council admin read
read            reach    reach  reach reach    reach    reach   reach   reach reach
propose         own      own    reach own      own      own     own     own   no
edit            own      own    reach no       no       no      no      no    no
submit          own      own    reach no       no       no      no      no    no
comment         reach    reach  reach reach    reach    reach   reach   reach no
attach          own      own    reach reach    reach    reach   reach   no    no
review          no       no     no    reach    reach    reach   reach   no    no
screen          no       no     no    reach    no       no      no      no    no
plan            own      own    no    reach    reach    no      no      no    no
apply           own      own    reach reach    no       no      no      no    no
measure         own      own    no    reach    reach    no      no      reach no
declare         own      own    reach reach    no       no      no      no    no
verify          no       no     no    no       reach    no      no      no    no
meet            no       no     no    no       no       no      reach   no    no
decide          no       no     no    no       no       no      reach   no    no
value           no       no     no    no       no       reach   no      no    no
award           no       no     no    no       no       reach   no      no    no
award_small     no       no     no    reach    no       reach   no      no    no
see_money       own      own    no    no       no       reach   no      reach no
spread          no       no     no    reach    no       no      no      reach no
close           own      own    no    reach    no       no      reach   reach no
see_people      no       no     reach reach    reach    reach   reach   reach no
manage_people   no       no     no    no       no       no      no      reach no
see_oee         reach    reach  reach reach    reach    reach   reach   reach reach
see_stops       reach    no     reach reach    reach    no      no      reach reach
give_reason     reach    no     reach reach    no       no      no      no    no
see_statistics  no       reach  reach reach    reach    reach   reach   reach reach
export          no       no     no    no       no       reach   no      reach no
audit           no       no     no    no       reach    reach   reach   reach reach
metrics         no       no     no    no       no       no      no      reach reach
"""


def _read(text: str) -> dict[str, dict[str, Reach]]:
    head, *lines = (line.split() for line in text.strip().splitlines())
    return {name: {role: _cell(cell) for role, cell in zip(head, cells, strict=True)} for name, *cells in lines}


def _cell(text: str) -> Reach:
    if text in {"no", "own", "reach"}:
        return cast("Reach", text)
    raise ValueError(text)


MATRIX: Mapping[str, Mapping[str, Reach]] = _read(_TABLE)
"""Action, then role: how far the role carries it."""

ACTIONS = tuple(MATRIX)
"""Every action."""

STEPS = {
    "submitted": "submit", "screening": "screen", "accepted": "screen", "returned": "screen", "duplicate": "screen",
    "refused": "screen", "planned": "plan", "trial": "apply", "applied": "apply", "reverted": "apply", "verified": "verify",
    "recognised": "decide", "rewarded": "award_small", "standardised": "spread", "replicated": "spread", "closed": "close",
}  # fmt: skip
"""The action that a step into a state is; what only a measurement sets is `measure`."""


@dataclass(frozen=True)
class Place:
    """Where something belongs: the units it is counted to, and its line; nothing means the whole plant."""

    unit_ids: tuple[str, ...] = ()
    line_id: str | None = None


class Rights:
    """What somebody may do today.

    Parameters
    ----------
    person_id : str
        Who.
    grants : iterable of Grant
        The roles held today, those of people one stands in for too.
    above : mapping
        Unit and the unit it belongs to: a role in a workshop reaches its teams.
    """

    def __init__(self, person_id: str, grants: Iterable[Grant], above: Mapping[str, str | None]) -> None:
        self.person_id = person_id
        self.grants = tuple(grants)
        self._above = dict(above)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles held, in the order of `ROLES`."""
        held = {grant.role for grant in self.grants}
        return tuple(role for role in ROLES if role in held)

    def may(self, action: str, place: Place | None = None, *, own: bool = False) -> bool:
        """Say whether somebody may do something.

        Parameters
        ----------
        action : str
            One of `ACTIONS`.
        place : Place, optional
            Where; without it, whether anywhere at all.
        own : bool
            It is about something of one's own.

        Returns
        -------
        bool
            A role that is scoped to another unit or line does not count.
        """
        cells = MATRIX[action]
        return any(
            cells[grant.role] != "no" and (own or (cells[grant.role] == "reach" and self._reaches(grant, place)))
            for grant in self.grants
        )

    def sight(self) -> Sight:
        """Return what somebody may see of the register, for `Register.search`."""
        below: dict[str, set[str]] = {}
        for unit in self._above:
            for above in self._lineage(unit):
                below.setdefault(above, set()).add(unit)
        places = {
            (None if grant.unit_id is None else tuple(sorted({grant.unit_id} | below.get(grant.unit_id, set()))), grant.line_id)
            for grant in self.grants
            if MATRIX["read"][grant.role] == "reach"
        }
        return Sight(self.person_id, tuple(sorted(places, key=str)))

    def _reaches(self, grant: Grant, place: Place | None) -> bool:
        if place is None:
            return True
        units = {above for unit in place.unit_ids for above in self._lineage(unit)}
        return (grant.unit_id is None or grant.unit_id in units) and grant.line_id in {None, place.line_id}

    def _lineage(self, unit: str) -> tuple[str, ...]:
        """The unit and those above it, each once, even where somebody entered a circle."""
        found: list[str] = []
        here: str | None = unit
        while here is not None and here not in found:
            found.append(here)
            here = self._above.get(here)
        return tuple(found)


def is_own(improvement: Improvement, person_id: str) -> bool:
    """Say whether somebody is an author of an improvement, or proposed it.

    Parameters
    ----------
    improvement : Improvement
        Of which one.
    person_id : str
        Who.

    Returns
    -------
    bool
        Whoever typed it in for another is neither.
    """
    return person_id in improvement.author_ids or person_id == improvement.by
