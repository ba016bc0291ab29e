"""A tree of places → machines with signals, as far as names, types and published models say what they are."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

from asyncua import ua

from .browsing import Place
from .companion import Models, Standard
from .guessing import Guess, guess
from .variables import Variable


@dataclass
class Drafted:
    """Machines as plant.toml has them, doubts by signal_id, tags left out by machine, and the namespaces in use."""

    machines: list[dict[str, Any]] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    namespaces: dict[str, str] = field(default_factory=dict)


def machines_in(place: Place, models: Models) -> Iterator[tuple[Place, list[list[Place]]]]:
    """Yield each machine below a place, with the paths to its variables.

    Parameters
    ----------
    place : Place
        Where to look.
    models : Models
        What makes a machine.

    Yields
    ------
    tuple of Place and list of paths
        A path goes from below the machine down to a variable that has none below it. A machine of a published model
        inside another is its own.
    """
    for child in place.below:
        if child.is_variable:
            continue
        if models.is_machine(child):
            yield child, list(_paths(child, (), models))
            yield from _nested(child, models)
        else:
            yield from machines_in(child, models)


def _nested(machine: Place, models: Models) -> Iterator[tuple[Place, list[list[Place]]]]:
    for child in machine.below:
        if models.is_standard(child):
            yield child, list(_paths(child, (), models))
        yield from _nested(child, models)


def _paths(place: Place, above: Sequence[Place], models: Models) -> Iterator[list[Place]]:
    for child in place.below:
        if models.is_standard(child):
            continue
        path = [*above, child]
        if child.is_variable and not child.below:
            if child.node.NamespaceIndex:
                yield path
        else:
            yield from _paths(child, path, models)


class Names:
    """Names that may stand in plant.toml, each given once.

    Parameters
    ----------
    taken : sequence of str
        Given already.
    """

    def __init__(self, taken: Sequence[str] = ()) -> None:
        self._taken = set(taken)

    def of(self, text: str, otherwise: str) -> str:
        """Return a name like this one that was not given yet.

        Parameters
        ----------
        text, otherwise : str
            As the server has it, and what to take where nothing of it can stand.

        Returns
        -------
        str
            Without a slash, with a number where it is needed.
        """
        plain = "".join(char if char.isprintable() and char != "/" else "_" for char in text).strip() or otherwise
        name, number = plain, 2
        while name in self._taken:
            name, number = f"{plain}_{number}", number + 1
        self._taken.add(name)
        return name


def drafted(
    found: Sequence[tuple[Place, list[list[Place]]]],
    variables: Mapping[ua.NodeId, Variable],
    models: Models,
    uris: Sequence[str],
) -> Drafted:
    """Return the machines as plant.toml has them.

    Parameters
    ----------
    found : sequence of tuple
        From `machines_in`.
    variables : mapping of NodeId to Variable
        What the server says of each.
    models : Models
        Published models that count.
    uris : sequence of str
        Namespaces of the server, by index.

    Returns
    -------
    Drafted
        With every doubt.
    """
    made, ids, aliases = Drafted(), Names(), _Aliases(uris)
    for place, paths in found:
        machine_id = ids.of(place.name, "machine")
        meanings = _agreed([(path, _meaning(place, path, variables[path[-1].node], models)) for path in paths])
        signals, left_out = _signals(machine_id, meanings, variables, aliases, made.remarks)
        if signals:
            made.machines.append({"id": machine_id, "signals": signals})
            made.left_out[machine_id] = left_out
    made.namespaces = aliases.used
    return made


class _Aliases:
    """Short names for the namespaces in use."""

    def __init__(self, uris: Sequence[str]) -> None:
        self._uris, self._names = uris, Names()
        self.spaces = len(uris)
        self.used: dict[str, str] = {}
        self._of: dict[int, str] = {}

    def node(self, node: ua.NodeId) -> str:
        space = int(node.NamespaceIndex)
        if space not in self._of:
            uri = self._uris[space]
            parts = [part for part in (urlparse(uri).netloc + "/" + urlparse(uri).path).replace(":", "/").split("/") if part]
            plain = "".join(
                char for char in (parts[-1] if parts else "") if char.isascii() and (char.isalnum() or char in "-_")
            )
            self._of[space] = self._names.of(plain, "tags")
            self.used[self._of[space]] = uri
        value = node.Identifier
        kind = {ua.NodeIdType.String: "s", ua.NodeIdType.Guid: "g", ua.NodeIdType.ByteString: "b"}.get(node.NodeIdType, "i")
        text = base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
        return f"{self._of[space]};{kind}={text}"


def _signals(
    machine_id: str,
    meanings: Sequence[tuple[list[Place], Standard]],
    variables: Mapping[ua.NodeId, Variable],
    aliases: _Aliases,
    remarks: dict[str, str],
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    names = Names()
    signals: dict[str, dict[str, Any]] = {}
    left_out: list[str] = []
    for path, meaning in meanings:
        variable, whole = variables[path[-1].node], ".".join(place.name for place in path)
        reason = _unfit(variable, path[-1].node, aliases.spaces)
        if reason is not None:
            left_out.append(f"{whole} ({reason})")
            continue
        name = names.of(whole, "tag")
        told: dict[str, Any] = {"node": aliases.node(path[-1].node), "role": meaning.guess.role}
        if meaning.map is not None:
            told["map"] = meaning.map
        if meaning.guess.max_value is not None:
            told["max_value"] = meaning.guess.max_value
        if variable.unit is not None:
            told["unit"] = variable.unit
        signals[name] = told
        if meaning.guess.remark is not None:
            remarks[f"{machine_id}/{name}"] = f"{name}: {meaning.guess.remark}"
    return signals, left_out


def _meaning(machine: Place, path: Sequence[Place], variable: Variable, models: Models) -> Standard:
    return models.signal(path, variable) or Standard(guess(path[-1].name, variable, machine=machine.name))


def _agreed(guesses: Sequence[tuple[list[Place], Standard]]) -> list[tuple[list[Place], Standard]]:
    """Of two tags of a machine that seem to mean the same, neither is sure."""
    once: Counter[str] = Counter(meaning.guess.role for _, meaning in guesses)
    once["process_value"] = 0
    return [
        (path, meaning)
        if once[meaning.guess.role] < 2
        else (
            path,
            Standard(Guess(remark=f'perhaps role = "{meaning.guess.role}", but {once[meaning.guess.role]} tags look like it')),
        )
        for path, meaning in guesses
    ]


def _unfit(variable: Variable, node: ua.NodeId, spaces: int) -> str | None:
    if not variable.is_readable:
        return "this user may not read it"
    if not variable.is_one_value:
        return "a list of values"
    if node.NamespaceIndex >= spaces:
        return "in a namespace the server does not name"
    return "neither number nor text" if variable.kind == "other" else None
