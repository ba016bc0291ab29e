"""Machines by published models: OPC 40001-1 Machinery and PackML (OPC 30050, plain PackTags), recognised in a tree.

References
----------
OPC 40001-1, 10 and 12: folder Machines, MachineryItemState. OPC 30050, 6: PackMLBaseObjectType. ANSI/ISA-TR88.00.02: PackTags.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from asyncua import ua

from smartfab.errors import PlantError
from smartfab.plant_grammar import Role
from smartfab.standard_states import StateMapName, state_map

from .browsing import Place
from .guessing import Guess
from .variables import Variable

Profile = Literal["auto", "machinery", "packml", "plain"]
MACHINERY = "http://opcfoundation.org/UA/Machinery/"
PACKML = "http://opcfoundation.org/UA/PackML/"
_ITEM_STATE: StateMapName = "opc-40001-1-v1.03"
_PACKML: StateMapName = "packml-2022"
_PRODUCED: dict[str, Role] = {"ProdProcessedCount": "total_count", "ProdDefectiveCount": "reject_count"}


@dataclass(frozen=True)
class Standard:
    """A guess with the map of its states, where a published model says what they are."""

    guess: Guess
    map: StateMapName | None = None


class Models:
    """Which published models count, and where they are in the tree.

    Parameters
    ----------
    profile : {"auto", "machinery", "packml", "plain"}
        All of them, one, or none.
    namespaces : sequence of str
        Of the server, by index.
    root : Place
        The Objects folder.

    Raises
    ------
    PlantError
        If there is no such profile.
    """

    def __init__(self, profile: str, namespaces: Sequence[str], root: Place) -> None:
        if profile not in get_args(Profile):
            raise PlantError(f"no profile {profile!r}", expected=f"one of: {', '.join(get_args(Profile))}")
        self.profile = profile
        self._machinery = namespaces.index(MACHINERY) if MACHINERY in namespaces else None
        self._packml = namespaces.index(PACKML) if PACKML in namespaces else None
        self._machines: set[ua.NodeId] = set()
        if profile in {"auto", "machinery"} and self._machinery is not None:
            for place in root.walk():
                if place.name == "Machines" and place.space == self._machinery:
                    self._machines |= {child.node for child in place.below if not child.is_variable} | place.also

    def is_machine(self, place: Place) -> bool:
        """Return whether a published model, or its own tags, make a place a machine.

        Parameters
        ----------
        place : Place
            Any.

        Returns
        -------
        bool
            A place with variables is one only where no single model is asked for.
        """
        if place.is_variable:
            return False
        if self.is_standard(place):
            return True
        return self.profile in {"auto", "plain"} and any(child.is_variable for child in place.below)

    def is_standard(self, place: Place) -> bool:
        """Return whether a published model makes a place a machine."""
        if place.node in self._machines:
            return True
        if self.profile not in {"auto", "packml"} or place.is_variable:
            return False
        below = {child.name: child for child in place.below}
        status = below.get("Status")
        by_tags = status is not None and any(child.name == "StateCurrent" for child in status.below)
        return by_tags or (self._packml is not None and {"Admin", "Status"} <= set(below) and self._is_packml(place, below))

    def _is_packml(self, place: Place, below: dict[str, Place]) -> bool:
        return self._packml in {place.type.NamespaceIndex, *(child.type.NamespaceIndex for child in below.values())}

    def signal(self, path: Sequence[Place], variable: Variable) -> Standard | None:
        """Return what a published model says of a variable.

        Parameters
        ----------
        path : sequence of Place
            From below the machine down to the variable.
        variable : Variable
            What the server says of it.

        Returns
        -------
        Standard or None
            None where no model speaks of it.
        """
        if self.profile == "plain":
            return None
        return self._item_state(path, variable) or self._pack_tag(path, variable)

    def _item_state(self, path: Sequence[Place], variable: Variable) -> Standard | None:
        names = [place.name for place in path]
        if self.profile == "packml" or self._machinery is None or len(path) < 2 or path[-2].space != self._machinery:
            return None
        if names[-1] == "CurrentState" and names[-2] == "MachineryItemState":
            if str(variable.value) in state_map(_ITEM_STATE):
                return Standard(Guess("state"), _ITEM_STATE)
            return Standard(
                Guess(remark=f'perhaps role = "state", map = "{_ITEM_STATE}", but its text now is {variable.value!r}')
            )
        if names[-1] == "CurrentState" and names[-2] == "MachineryOperationMode":
            return Standard(Guess(remark='the mode the machine is in; perhaps role = "reason"'))
        return None

    def _pack_tag(self, path: Sequence[Place], variable: Variable) -> Standard | None:
        names = [place.name for place in path]
        if self.profile == "machinery":
            return None
        if names[-2:] == ["Status", "StateCurrent"] and variable.kind == "whole":
            return Standard(Guess("state"), _PACKML)
        if names[-2:] == ["Status", "UnitModeCurrent"]:
            return Standard(Guess(remark='the mode the unit is in; perhaps role = "reason"'))
        if len(path) > 1 and names[-1] == "CurrentState" and self._packml in {path[-2].space, path[-2].type.NamespaceIndex}:
            return Standard(Guess(remark=f'one level of the state machine; perhaps role = "state", map = "{_PACKML}"'))
        return self._produced(names, variable)

    @staticmethod
    def _produced(names: Sequence[str], variable: Variable) -> Standard | None:
        """PackTags: ProdProcessedCount[#].AccCount is never reset; Count is, by the operator."""
        if len(names) < 2 or names[0] != "Admin" or variable.kind != "whole":
            return None
        element = next((name for name in names[1:] if name.partition("[")[0] in _PRODUCED), None)
        if element is None:
            return None
        role = _PRODUCED[element.partition("[")[0]]
        if names[-1] == "AccCount" or names[-1] == element:
            return Standard(Guess(role, None, variable.largest))
        return Standard(Guess(remark=f'perhaps role = "{role}"') if names[-1] == "Count" else Guess())
