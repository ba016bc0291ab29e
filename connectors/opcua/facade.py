"""The synchronous face of an OPC UA line."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import uuid
import weakref
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

import pandas as pd

from smartfab.clock import interval
from smartfab.errors import SignalNotFound, SourceRefused
from smartfab.findings import attach
from smartfab.plant import Line
from smartfab.sources import SampleStore

from .appending import Appender
from .collecting import Collection, nothing_found
from .credentials import Access, access
from .gathering import together
from .health import Health, HealthReport
from .history import pages
from .link import opened
from .loop_thread import LoopThread
from .reading import current_values, existing
from .retelling import retelling
from .values import SampleColumns

_STOP_CHECK_S = 0.1


class Stop(Protocol):
    """What tells `collect` to end, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Return whether it is time to end."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Return `is_set`, at the latest after `timeout` [s]."""
        ...


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
        self.line_id = line.id
        self._endpoints = line.endpoints()
        if not self._endpoints:
            raise PlantError("no signal with a node or a path", where=f"line {line.id}", remedy="Give its machines signals.")
        self._password = password
        self._timeout = timeout
        self._keep_alive = keep_alive
        self._health = Health()
        self._busy = threading.Lock()
        self._collection: Collection | None = None
        self._closings = 0
        self._thread = LoopThread(f"smartfab-opcua-{line.id}")
        weakref.finalize(self, self._thread.close)

    def __repr__(self) -> str:
        servers = ", ".join(endpoint.url.rpartition("@")[2] for endpoint in self._endpoints)
        return f"OpcUaSource({self.line_id!r}: {servers})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End what is under way in other threads, saving what it received, and the source's thread."""
        if self._collection is not None:
            self._thread.call(self._collection.stopping.set)
        with self._busy:
            self._closings += 1
            self._thread.close()

    def health(self) -> HealthReport:
        """Return how the latest `collect` or `watch` goes, from any thread; reads add what they remarked.

        Returns
        -------
        HealthReport
            A dict. `state`: idle, connecting, collecting (everything there is to watch is watched), stopping, stopped or
            failed, then with `error`. Values `received` and `appended`, and `batches` they were appended in [1];
            notifications `waiting` for the store, `acknowledged` and `duplicates` [1]; `overflows` of queues on the
            server [1]. What the server made of our wishes: `publishing_ms` and, by signal, `revised`. Signals `not_found`,
            with the reason; `age_s`: time since each signal's last value [s]; `skew_s`: how far each server's clock is
            ahead [s]; and `findings`.
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
        call, accesses = Health(), self._accesses()
        columns = SampleColumns("source")
        for part in self._thread.run(
            together(current_values(item, call, timeout=self._timeout, every=self._keep_alive) for item in accesses)
        ):
            columns.extend(part)
        if not len(columns):
            raise nothing_found(call.report()["not_found"], where=f"line {self.line_id}")
        return self._table(columns, call)

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
            Table `samples`; each signal in the order of time, not sorted across signals. The last one may be empty: it
            carries the findings. Closing it early frees what the server holds for it.

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
        return self._batches(interval(start, end), self._wanted(signals))

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
        SignalNotFound
            If not a single signal is there.
        SourceUnavailable
            If a server does not answer in time, or is lost.
        SourceRefused
            If a server, or a rule of security, says no.
        """
        kept = _Kept()
        report = self._collect(kept, None, seconds)
        frame = pd.concat([empty("samples"), *kept.frames], ignore_index=True)
        return attach(frame, report["findings"])

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
            name = f"collect/{self.line_id}/{uuid.uuid4()}"
            appender = Appender(store, name, self._health)
            collection = Collection(self._accesses(), appender, self._health, self._timeout, self._keep_alive, seconds)
            self._collection = collection
            job = self._thread.start(collection.run())
            try:
                self._wait(job, stop, collection)
            except BaseException:
                self._thread.call(collection.stopping.set)  # interrupted: end in order, as if told to stop
                self._end(job)
                raise
            job.result()
        except BaseException as error:
            self._health.enter("failed", error)
            raise
        finally:
            self._collection = None
            self._busy.release()
        return self._health.report()

    def _wait(self, job: Job[None], stop: Stop | None, collection: Collection) -> None:
        if stop is None:
            job.wait()
            return
        while not job.wait(0):
            if stop.wait(_STOP_CHECK_S):
                self._thread.call(collection.stopping.set)
                job.wait()

    @staticmethod
    def _end(job: Job[None]) -> None:
        try:
            job.wait()
        except BaseException:
            job.cancel()  # interrupted a second time: do not wait for the store any longer than its append takes
            job.wait()
            raise

    def _accesses(self) -> list[Access]:
        return [access(endpoint, self._password) for endpoint in self._endpoints]

    def _wanted(self, signals: Sequence[str] | None) -> set[str]:
        known = {name: signal for endpoint in self._endpoints for name, signal in endpoint.signals.items()}
        if signals is None:
            return {name for name, signal in known.items() if signal.history != "no"}
        wanted = [signals] if isinstance(signals, str) else list(signals)
        unknown = {name: "the plant has no such signal" for name in wanted if name not in known}
        if unknown:
            raise nothing_found(unknown, where=f"line {self.line_id}")
        return set(wanted)

    def _table(self, columns: SampleColumns, call: Health) -> pd.DataFrame:
        call.remark(columns.findings())
        report = call.report()
        self._health.absorb(report)
        return attach(columns.frame(), report["findings"])

    def _batches(self, span: tuple[int, int], wanted: set[str]) -> Iterator[pd.DataFrame]:
        call, closings = Health(), self._closings
        found = self._history(self._accesses(), span, wanted, call)

        async def following() -> SampleColumns | None:
            return await anext(found, None)

        async def ending() -> None:
            await found.aclose()

        try:
            while (columns := self._thread.run(following())) is not None:
                yield columns.frame()
                if closings != self._closings:
                    raise SourceUnavailable("the source was closed while its history was read", remedy="Open it again.")
            yield self._table(SampleColumns("source"), call)
        finally:
            if closings == self._closings:
                self._thread.run(ending())

    async def _history(
        self, accesses: list[Access], span: tuple[int, int], wanted: set[str], call: Health
    ) -> AsyncGenerator[SampleColumns]:
        found = False
        for item in accesses:
            if wanted.isdisjoint(item.endpoint.signals):
                continue
            async with opened(item, call, timeout=self._timeout, every=self._keep_alive) as link:
                targets, _ = await existing(link, call, wanted)
                found = found or bool(targets)
                with retelling(where=link.url, doing="reading history"):
                    async with contextlib.aclosing(pages(link, targets, *span, call)) as read:
                        async for columns in read:
                            call.remark(columns.findings())
                            yield columns
        if not found:
            raise nothing_found(call.report()["not_found"], where=f"line {self.line_id}")


class _Kept:
    """A store that keeps everything in memory, for `watch`."""

    def __init__(self) -> None:
        self.frames: list[pd.DataFrame] = []

    def append(self, table: str, frame: pd.DataFrame, *, app_id: str | None = None, seq: int | None = None) -> bool:  # noqa: ARG002
        self.frames.append(frame)
        return True
