"""An OPC UA server that plays a simulated line over TCP, and knows exactly what it played."""

from __future__ import annotations

import asyncio
import math
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Literal, Protocol, Self

import pandas as pd

from smartfab.errors import PlantError
from smartfab.plant import Plant
from smartfab.plant_grammar import Security

from .simulator_pki import Secrets, make_secrets
from .simulator_plant import connected, places, served_signals
from .simulator_replay import PUBLISHING_S, Replay, deep_enough
from .simulator_server import start_server
from .simulator_tags import make_tags, served_table

_OPEN = Security(allow_insecure="a simulated line, reachable from this machine alone")
_EVERY = f"{PUBLISHING_S * 1000:.0f}ms"
_POLL_S = 0.01


class PlayedLine(Protocol):
    """What can be played: a plant, and the samples of its signals."""

    @property
    def plant(self) -> Plant:
        """The plant."""
        ...

    @property
    def samples(self) -> pd.DataFrame:
        """Its samples table."""
        ...


class SimulatorServer:
    """Serve a line on 127.0.0.1 by OPC UA and play its samples, each with the source time it has in the table.

    Counted as played is every sample that was put on its variable; a client sees those from its first subscription
    on, and all of them in the history. Each tag shows its first sample from the start. A sample that repeats the value
    before it is a change all the same, unless the client's own filter says otherwise. The line waits for a subscriber
    whose queue is full, so that nothing is dropped however fast it plays.

    Parameters
    ----------
    sim : PlayedLine
        Has `plant` and `samples`, as `smartfab.simulation.line` returns it.
    port : int
        TCP port [1]; 0 takes a free one.
    speed : float
        Seconds of the line played in one second [1]; infinite plays as fast as the subscribers take it.
    security : {"none", "secure"}
        "secure" offers nothing but Basic256Sha256 with SignAndEncrypt, a known certificate and a password.
    hold : bool
        Show the first samples and wait for `play`.
    patience : float
        How long a subscriber that takes nothing may hold the line up [s]; after that it loses its oldest values, and
        the overflow bit tells it so. 0 is a machine that waits for nobody.

    Raises
    ------
    PlantError
        If an argument, a node id or a signal is wrong.
    TableError
        If the samples are not a samples table.

    Examples
    --------
    >>> import smartfab as sf
    >>> from smartfab.connectors.opcua.simulator import SimulatorServer
    >>> with SimulatorServer(sf.simulation.line(days=1, seed=1), speed=float("inf")) as server:
    ...     finished = server.wait(60)
    >>> finished
    True
    """

    def __init__(
        self,
        sim: PlayedLine,
        *,
        port: int = 0,
        speed: float = 1.0,
        security: Literal["none", "secure"] = "none",
        hold: bool = False,
        patience: float = 30.0,
    ) -> None:
        _check(port, speed, security, patience)
        self._wanted_port = port
        self._secure = security == "secure"
        self._hold = hold
        self._plant = sim.plant
        self._secrets: Secrets | None = None
        self._queue = 1
        self._places = places(self._at(0))
        self._tags = make_tags(sim.samples, served_signals(self._at(0)))
        tags = list(self._tags.values())
        self._queue = deep_enough(tags, speed)
        self._replay = Replay(tags, speed, patience)
        self._replay.show_first()
        self._entered = False

    def __enter__(self) -> Self:
        """Start the server in a thread with an event loop of its own, and return when it listens.

        Raises
        ------
        SourceUnavailable
            If the port cannot be bound.
        """
        if self._entered:
            raise PlantError("entered a second time", where="SimulatorServer", remedy="Make a new one for each run.")
        self._entered = True
        self._folder = tempfile.TemporaryDirectory(prefix="smartfab-simulator-")
        ready: Future[None] = Future()
        try:
            self._secrets = make_secrets(Path(self._folder.name)) if self._secure else None
            self._finished: Future[None] = Future()
            self._thread = threading.Thread(target=self._main, args=(ready,), name="smartfab-simulator", daemon=True)
            self._thread.start()
            ready.result()
        except BaseException:
            ready.cancel()  # interrupted while it starts: the thread sees it, and ends
            self._folder.cleanup()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; afterwards there is no thread, no connection and no file left, but `played` still answers."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._folder.cleanup()

    def _main(self, ready: Future[None]) -> None:
        try:
            asyncio.run(self._serve(ready))
        except Exception as error:
            if ready.done():
                raise
            ready.set_exception(error)

    async def _serve(self, ready: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop, self._go = asyncio.Event(), asyncio.Event()
        self._running = await start_server(self._places, self._tags, self._wanted_port, self._secrets)
        if not self._hold:
            self._go.set()
        playing = asyncio.create_task(self._play())
        try:
            if ready.set_running_or_notify_cancel():
                ready.set_result(None)
                await self._stop.wait()
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            self._finished.cancel()
            await self._running.stop()

    async def _play(self) -> None:
        await self._go.wait()
        try:
            await self._replay.run()
        except Exception as error:
            self._finished.set_exception(error)
            raise
        self._finished.set_result(None)

    def _at(self, port: int) -> Plant:
        security = _OPEN if self._secrets is None else self._secrets.security
        return connected(self._plant, f"opc.tcp://127.0.0.1:{port}", security, every=_EVERY, queue=self._queue)

    @property
    def endpoint(self) -> str:
        """The URL of the server."""
        return f"opc.tcp://127.0.0.1:{self._running.port}"

    @property
    def plant(self) -> Plant:
        """The plant, with this server as the endpoint of every line, and the way in."""
        return self._at(self._running.port)

    @property
    def password_file(self) -> Path | None:
        """The file that holds the password of the user; None without security."""
        return None if self._secrets is None else self._secrets.password_file

    def play(self) -> None:
        """Start to play, when held; once started, it does nothing."""
        self._loop.call_soon_threadsafe(self._go.set)

    def played(self) -> pd.DataFrame:
        """Return what was served so far, sample by sample.

        Returns
        -------
        DataFrame
            signal_id, ts, value, text and status in time order; a Bad sample has no value, as on the wire.
        """
        return served_table(self._tags.values())

    def progress(self) -> float:
        """Return the share of the samples played so far [1]."""
        return self._replay.played / self._replay.total if self._replay.total else 1.0

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything was played.

        Parameters
        ----------
        timeout : float, optional
            At most so long [s].

        Returns
        -------
        bool
            Whether everything was played.
        """
        try:
            self._finished.result(timeout)
        except (TimeoutError, CancelledError):
            return False
        return True

    def wait_subscribed(self, timeout: float | None = None) -> bool:
        """Wait until every signal is monitored by a client.

        Parameters
        ----------
        timeout : float, optional
            At most so long [s].

        Returns
        -------
        bool
            Whether every signal is monitored.
        """
        return self._wait_until(lambda: all(tag.variable.datachange_callbacks for tag in self._tags.values()), timeout)

    def wait_acknowledged(self, timeout: float | None = None) -> bool:
        """Wait until everything was played, and every subscriber has acknowledged all it was sent.

        Parameters
        ----------
        timeout : float, optional
            At most so long [s].

        Returns
        -------
        bool
            Whether it was.
        """
        begin = time.monotonic()
        if not self.wait(timeout):
            return False
        left = None if timeout is None else max(0.0, timeout - (time.monotonic() - begin))
        return self._wait_until(lambda: all(items.is_idle() for items in self._running.subscriptions.items()), left)

    def _wait_until(self, holds: Callable[[], bool], timeout: float | None) -> bool:
        if not self._thread.is_alive():
            return False
        end = math.inf if timeout is None else time.monotonic() + timeout
        try:  # asked in the loop's own thread, where nothing is half done
            return asyncio.run_coroutine_threadsafe(_watched(holds, end), self._loop).result()
        except CancelledError:
            return False


async def _watched(holds: Callable[[], bool], end: float) -> bool:
    while not holds():
        if time.monotonic() >= end:
            return False
        await asyncio.sleep(_POLL_S)
    return True


def _check(port: int, speed: float, security: str, patience: float) -> None:
    faults = []
    if not 0 <= port <= 0xFFFF:
        faults.append(PlantError(f"{port!r}", where="port", expected="0…65535"))
    if not speed > 0:
        faults.append(PlantError(f"{speed!r}", where="speed", expected="a number above 0, or infinity"))
    if security not in {"none", "secure"}:
        faults.append(PlantError(f"{security!r}", where="security", expected="'none' or 'secure'"))
    if not patience >= 0:
        faults.append(PlantError(f"{patience!r}", where="patience", expected="0 or more seconds"))
    if faults:
        raise PlantError.of(faults, where="SimulatorServer")
