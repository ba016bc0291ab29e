"""The synchronous face of an OPC UA line."""

from __future__ import annotations

import contextlib
import threading
import uuid
import weakref
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

import pandas as pd

from smartfab.clock import interval
from smartfab.errors import PlantError, SourceRefused
from smartfab.findings import attach
from smartfab.plant import Line
from smartfab.sources import SampleStore
from smartfab.tables import empty

from .appending import Appender, KeptSamples
from .collecting import Collection
from .credentials import Access, access
from .health import Health, HealthReport
from .link import Timing
from .loop_thread import LoopThread
from .reading import current_values, read_history, signals_with_history
from .streaming import Send, stream
from .values import SampleColumns
from .waiting import Stop, until_end


class OpcUaSource:
    """All OPC UA servers of one line, read-only, for code without an event loop and for code inside one.

    Every call opens its own sessions and closes them at its end, so that nothing is left on a server between two calls;
    a thread of the source's own runs them. There is no way from here to write to a machine.

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

    Examples
    --------
    >>> from smartfab.connectors.opcua import OpcUaSource
    >>> with OpcUaSource(plant.line("press-1")) as source:  # doctest: +SKIP
    ...     source.read()[["signal_id", "value"]]
    """

    def __init__(
        self, line: Line, *, password: Callable[[], str] | None = None, timeout: float = 8.0, keep_alive: float = 5.0
    ) -> None:
        self._where = f"line {line.id}"
        self._endpoints = line.endpoints()
        if not self._endpoints:
            raise PlantError("no signal with a node or a path", where=self._where, remedy="Give its machines signals.")
        self._password = password
        self._timing = Timing(timeout, keep_alive)
        self._health = Health()
        self._busy = threading.Lock()
        self._collection: Collection | None = None
        self._thread = LoopThread(f"smartfab-opcua-{line.id}")
        weakref.finalize(self, self._thread.close)

    def __repr__(self) -> str:
        servers = ", ".join(endpoint.url.rpartition("@")[2] for endpoint in self._endpoints)
        return f"OpcUaSource({self._where}: {servers})"

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
        call = Health()
        work = current_values(self._accesses(), call, self._timing, where=self._where)
        try:
            columns = self._thread.run(work)
        finally:
            self._health.absorb(call.report())
        return attach(columns.frame(), columns.findings(), call.report()["findings"])

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

    def watch(self, seconds: float = 10.0) -> pd.DataFrame:
        """Return what arrives in the next seconds, the current values first.

        Parameters
        ----------
        seconds : float
            How long to listen, from the moment everything is watched [s].

        Returns
        -------
        DataFrame
            Table `samples`, in the order of arrival.

        Raises
        ------
        SignalNotFound, SourceUnavailable, SourceRefused
            As `collect` does.
        """
        kept = KeptSamples()
        report = self._collect(kept, None, seconds)
        return attach(pd.concat([empty("samples"), *kept.frames], ignore_index=True), report["findings"])

    def collect(self, store: SampleStore, *, stop: Stop) -> HealthReport:
        """Append what arrives to table `samples` of a store until told to stop.

        A notification is acknowledged to the server only after its values are durable in the store. Told to stop, or
        interrupted by Ctrl-C, it saves and acknowledges what it received, and takes leave of the servers.

        Parameters
        ----------
        store : SampleStore
            Durable when its `append` returns.
        stop : Event
            Set it to end.

        Returns
        -------
        HealthReport
            As `health` gives it.

        Raises
        ------
        SignalNotFound
            If not a single signal is there.
        SourceUnavailable
            If a server does not answer in time, is lost, or skips a notification; what came before is saved.
        SourceRefused
            If a server, or a rule of security, says no, or this source is collecting already.
        StoreError
            If the store did not take a batch; it was not acknowledged.
        """
        return self._collect(store, stop, None)

    def _collect(self, store: SampleStore, stop: Stop | None, seconds: float | None) -> HealthReport:
        if not self._busy.acquire(blocking=False):
            raise SourceRefused("this source is collecting already", where=repr(self), remedy="Make another source.")
        try:
            self._health.begin()
            appender = Appender(store, f"collect/{self._where.removeprefix('line ')}/{uuid.uuid4()}", self._health)
            running = Collection(self._accesses(), appender, self._health, self._timing, seconds)
            self._collection = running
            until_end(self._thread.start(running.run()), stop, lambda: self._thread.call(running.stopping.set))
        except BaseException as error:
            self._health.enter("failed", error)
            raise
        finally:
            self._collection = None
            self._busy.release()
        return self._health.report()

    def _accesses(self) -> list[Access]:
        return [access(endpoint, self._password) for endpoint in self._endpoints]

    def _batches(self, span: tuple[int, int], wanted: set[str]) -> Iterator[pd.DataFrame]:
        call, accesses = Health(), self._accesses()

        async def produce(send: Send[SampleColumns]) -> None:
            await read_history(send, accesses, wanted, span, call, self._timing, where=self._where)

        try:
            with contextlib.closing(stream(self._thread, produce)) as pages:
                for columns in pages:
                    yield attach(columns.frame(), columns.findings())
        finally:
            self._health.absorb(call.report())
        yield attach(empty("samples"), call.report()["findings"])
