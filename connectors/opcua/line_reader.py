"""The reading half of a line's synchronous face: current values, history, health, and its end."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

import pandas as pd

from smartfab.clock import interval
from smartfab.errors import PlantError
from smartfab.findings import attach
from smartfab.plant import Line
from smartfab.tables import empty

from .collecting import Collection
from .credentials import Access, access
from .discovering import draft_of
from .draft import Draft
from .gaps import SignalBook
from .health import Health, HealthReport
from .link import Timing
from .loop_thread import LoopThread
from .reading import current_values, read_history, signals_with_history
from .samples import Samples, frame
from .streaming import Send, stream


class LineReader:
    """Reads all servers of one line; see `OpcUaSource`, which collects too.

    Parameters
    ----------
    line : Line
        From a plant; it may name several servers.
    password : callable, optional
        Returns the password, in place of password_env and password_file.
    timeout : float
        Deadline of each step [s].
    keep_alive : float
        Longest time a server stays silent; three times that is a lost connection [s].

    Raises
    ------
    PlantError
        If a machine with tags has no endpoint or no security, or the line has no tags.
    """

    def __init__(
        self, line: Line, *, password: Callable[[], str] | None = None, timeout: float = 8.0, keep_alive: float = 5.0
    ) -> None:
        self._line_id = line.id
        self._where = f"line {line.id}"
        self._endpoints = line.endpoints()
        if not self._endpoints:
            raise PlantError("no signal with a node or a path", where=self._where, remedy="Give its machines signals.")
        self._password = password
        self._timing = Timing(timeout, keep_alive)
        self._names = [name for endpoint in self._endpoints for name in endpoint.signals]
        self._health = Health(self._names)
        self._busy = threading.Lock()
        self._collection: Collection | None = None
        self._thread = LoopThread(f"smartfab-opcua-{line.id}")
        weakref.finalize(self, self._thread.close)

    def __repr__(self) -> str:
        servers = ", ".join(endpoint.url.rpartition("@")[2] for endpoint in self._endpoints)
        return f"{type(self).__name__}({self._where}: {servers})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End what is under way in other threads, saving what it received, and the source's own thread."""
        running = self._collection
        if running is not None:
            self._thread.call(running.stopping.set)
        with self._busy:
            self._thread.close()

    def health(self) -> HealthReport:
        """Return how the latest `collect` or `watch` goes, from any thread; reads add what they remarked.

        Returns
        -------
        HealthReport
            A dict with `state`, counters [1], `not_found`, `revised`, `age_s` [s], `skew_s` [s] and `findings`.
        """
        return self._health.report()

    def discover(self, *, endpoint: str | None = None, profile: str = "auto") -> Draft:
        """Browse a server of the line into the draft of a plant, as `smartfab.connectors.opcua.discover` does.

        Parameters
        ----------
        endpoint : str, optional
            Which server, where the line has several.
        profile : {"auto", "machinery", "packml", "plain"}
            Published models to look for.

        Returns
        -------
        Draft
            A `Plant` whose `to_toml` writes the doubts as comments.

        Raises
        ------
        PlantError
            If the line has several servers and none is named, or not this one; or there is no such profile.
        SourceUnavailable, SourceRefused
            As `read` does.
        SignalNotFound
            If there is no variable to read.
        """
        urls = [each.url for each in self._endpoints]
        if (endpoint is None and len(set(urls)) > 1) or (endpoint is not None and endpoint not in urls):
            raise PlantError(
                "no server is named" if endpoint is None else f"no server {endpoint!r}", where=self._where,
                expected=f"endpoint: one of {', '.join(dict.fromkeys(urls))}", remedy="Name one of them.",
            )  # fmt: skip
        chosen = self._accesses()[0 if endpoint is None else urls.index(endpoint)]
        return self._thread.run(draft_of(chosen, profile, self._timing))

    def read(self) -> pd.DataFrame:
        """Return the current value of every signal.

        Returns
        -------
        DataFrame
            Table `samples`, one row a signal; signals that are not on the server are findings.

        Raises
        ------
        SignalNotFound
            If not a single signal is there.
        SourceUnavailable
            If a server does not answer in time.
        SourceRefused
            If a server, or a rule of security, says no.
        """
        call = Health(self._names)
        try:
            samples = self._thread.run(
                current_values(self._accesses(), SignalBook(self._names), call, self._timing, where=self._where)
            )
        finally:
            self._health.absorb(call.report())
        return attach(frame(samples, self._names), call.report()["findings"])

    def read_history(self, start: object, end: object, *, signals: Sequence[str] | None = None) -> pd.DataFrame:
        """Return what the servers kept of [start, end).

        Parameters
        ----------
        start, end : str, datetime or Timestamp
            Half-open interval of source time; times with their zone.
        signals : sequence of str, optional
            Signal ids; all but those with ``history = "no"`` by default.

        Returns
        -------
        DataFrame
            Table `samples`, sorted by (signal_id, ts); signals without history are findings.

        Raises
        ------
        TimeError
            If a time is naive, or the interval is empty or reversed.
        SignalNotFound
            If a signal asked for is not in the plant, or not a single one is on the servers.
        SourceUnavailable
            If a server does not answer in time, or its history breaks off.
        SourceRefused
            If a server, or a rule of security, says no.
        """
        frames = list(self.read_history_batches(start, end, signals=signals))
        remarks = [item for frame in frames for item in frame.attrs.pop("findings", [])]
        whole = pd.concat(frames, ignore_index=True).sort_values(["signal_id", "ts"], kind="stable", ignore_index=True)
        return attach(whole, remarks)

    def read_history_batches(
        self, start: object, end: object, *, signals: Sequence[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Yield what `read_history` returns, piece by piece as the servers send it, in bounded memory.

        Parameters
        ----------
        start, end : str, datetime or Timestamp
            Half-open interval of source time; times with their zone.
        signals : sequence of str, optional
            Signal ids; all but those with ``history = "no"`` by default.

        Returns
        -------
        iterator of DataFrame
            Table `samples`; each signal in the order of time, signals not sorted. The last one is empty and carries the
            findings. Closing the iterator early frees what the servers hold for it.

        Raises
        ------
        TimeError, SignalNotFound, SourceUnavailable, SourceRefused
            As `read_history` does.
        """
        span = interval(start, end)
        return self._batches(span, signals_with_history(self._endpoints, signals, where=self._where))

    def _accesses(self) -> list[Access]:
        return [access(endpoint, self._password) for endpoint in self._endpoints]

    def _batches(self, span: tuple[int, int], wanted: set[str]) -> Iterator[pd.DataFrame]:
        call, accesses = Health(self._names), self._accesses()

        async def produce(send: Send[Samples]) -> None:
            book = SignalBook(self._names)
            await read_history(send, accesses, book, wanted, span, call, self._timing, where=self._where)

        try:
            with contextlib.closing(stream(self._thread, produce)) as pages:
                for samples in pages:
                    yield frame(samples, self._names)
        finally:
            self._health.absorb(call.report())
        yield attach(empty("samples"), call.report()["findings"])
