"""A simulated line played over TCP and collected into a store, as a plant's own line would be."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from smartfab.errors import SourceUnavailable
from smartfab.plant import Plant

if TYPE_CHECKING:
    from smartfab.connectors.opcua.health import HealthReport
    from smartfab.connectors.opcua.simulator import SimulatorServer
    from smartfab.simulation import SimulatedLine
    from smartfab.store import Store

_TICK_S = 0.05
_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Rehearsal:
    """What was served: the plant with its server, and every sample."""

    plant: Plant
    played: pd.DataFrame


def rehearse(sim: SimulatedLine, store: Store, *, speed: float, progress: Callable[[float], None]) -> Rehearsal:
    """Play a line to the end while it is collected.

    Parameters
    ----------
    sim : SimulatedLine
        The line.
    store : Store
        Where the samples go.
    speed : float
        Seconds of the line a second [1].
    progress : callable
        Called again and again with the share played [1].

    Returns
    -------
    Rehearsal
        What was served.

    Raises
    ------
    SourceError
        If collecting fails, or the line is not played to its end.
    """
    from smartfab.connectors.opcua import OpcUaSource
    from smartfab.connectors.opcua.simulator import SimulatorServer

    stop = threading.Event()
    with (
        SimulatorServer(sim, port=0, speed=speed, security="none", hold=True) as server,
        OpcUaSource(server.plant.lines[0]) as source,
        ThreadPoolExecutor(1, "collector") as pool,
    ):
        collecting = pool.submit(source.collect, store, stop=stop)
        try:
            _until(lambda: source.health()["state"] == "collecting", collecting)
            server.play()
            _follow(server, collecting, progress)
            played = server.played()
            # what does not arrive by then is told as lost
            _until(lambda: source.health()["appended"] >= len(played), collecting, patience=_PATIENCE_S)
        finally:
            stop.set()
        collecting.result()
        return Rehearsal(plant=server.plant, played=played)


def _until(holds: Callable[[], bool], collecting: Future[HealthReport], *, patience: float = math.inf) -> None:
    """Wait until it holds or patience ends; a collector that ended by itself has an error to tell."""
    end = time.monotonic() + patience
    while not holds() and time.monotonic() < end:
        if collecting.done():
            collecting.result()
            raise SourceUnavailable("collecting ended by itself")
        time.sleep(_TICK_S)


def _follow(server: SimulatorServer, collecting: Future[HealthReport], progress: Callable[[float], None]) -> None:
    while not collecting.done() and not server.wait(_TICK_S):
        progress(server.progress())
    progress(server.progress())
