"""The plant as the simulator serves it: every line at one endpoint, sampled so that no queue runs over."""

from __future__ import annotations

from smartfab.plant import Line, Plant
from smartfab.plant_grammar import Security, Signal

_RATES = ("sampling", "publishing", "queue")


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

    Raises
    ------
    PlantError
        If a machine with tags has no endpoint.
    """
    return {name: signal for line in plant.lines for endpoint in line.endpoints() for name, signal in endpoint.signals.items()}
