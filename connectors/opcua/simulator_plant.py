"""The plant as the simulator serves it: every line at one endpoint, sampled so that no queue runs over."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from smartfab.errors import PlantError
from smartfab.plant import Line, Plant
from smartfab.plant_grammar import Security, Signal

_RATES = ("sampling", "publishing", "queue")
_READ: dict[str, Callable[[str], str | int | uuid.UUID | bytes]] = {
    "s": str, "i": int, "g": uuid.UUID, "b": lambda text: base64.b64decode(text, validate=True),
}  # fmt: skip


def connected(plant: Plant, url: str, security: Security, *, every: str, queue: int) -> Plant:
    """Return the plant with one server behind all its lines.

    What machines and signals say of endpoint, security, sampling, publishing and queue is dropped: it was meant for
    the real machines, and would win over the line.

    Parameters
    ----------
    plant : Plant
        Not changed.
    url : str
        The server.
    security : Security
        The way in.
    every : str
        Publishing and sampling interval, as plant.toml writes it.
    queue : int
        Queue size of each monitored item [1].

    Returns
    -------
    Plant
        The same lines, machines and nodes.
    """
    found = {"endpoint": url, "security": security, "sampling": every, "publishing": every, "queue": queue}
    lines = tuple(_bare(line).model_copy(update=found) for line in plant.lines)
    return plant.model_copy(update={"line_": lines})


def _bare(line: Line) -> Line:
    nothing = dict.fromkeys(_RATES)
    machines = tuple(
        machine.model_copy(
            update={
                **nothing,
                "endpoint": None,
                "security": None,
                "signals": {name: signal.model_copy(update=nothing) for name, signal in machine.signals.items()},
            }
        )
        for machine in line.machines
    )
    return line.model_copy(update={"machine": machines})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signal stands on the server: its machine, the namespace, and the identifier in it."""

    machine_id: str
    uri: str
    identifier: str | int | uuid.UUID | bytes


def places(plant: Plant) -> dict[str, Place]:
    """Return the place of every signal that is a tag on the server.

    Parameters
    ----------
    plant : Plant
        As `connected` returns it.

    Returns
    -------
    dict of Place
        By signal_id, in the order of the flow.

    Raises
    ------
    PlantError
        If a node id cannot be read, or two signals share a node; all faults at once.
    """
    found: dict[str, Place] = {}
    owners: dict[tuple[str, object], str] = {}
    faults: list[PlantError] = []
    for line in plant.lines:
        for endpoint in line.endpoints():
            for name, signal in endpoint.signals.items():
                try:
                    place = _place(name, signal, endpoint.namespaces)
                except PlantError as fault:
                    faults.append(fault)
                    continue
                owner = owners.setdefault((place.uri, place.identifier), name)
                if owner != name:
                    faults.append(PlantError(f"the node of {owner}", where=f"signal {name}", expected="a node of its own"))
                found[name] = place
    if faults:
        raise PlantError.of(faults, where="the simulated plant")
    return found


def _place(name: str, signal: Signal, namespaces: dict[str, str]) -> Place:
    expected = "node = 'alias;s=Name' (or i=, g=, b=), the alias in namespaces"
    if signal.node is None:
        raise PlantError(f"the browse path {signal.path!r}", where=f"signal {name}", expected=expected)
    alias, _, rest = signal.node.partition(";")
    kind, _, text = rest.partition("=")
    try:
        return Place(name.partition("/")[0], namespaces[alias], _READ[kind](text))
    except (KeyError, ValueError) as error:
        raise PlantError(f"{signal.node!r} is no node id", where=f"signal {name}", expected=expected) from error


def served_signals(plant: Plant) -> dict[str, Signal]:
    """Return the signals that are tags on the server, by signal_id.

    Parameters
    ----------
    plant : Plant
        As `connected` returns it.

    Returns
    -------
    dict of Signal
        In the order of the flow.
    """
    return {name: signal for line in plant.lines for endpoint in line.endpoints() for name, signal in endpoint.signals.items()}
