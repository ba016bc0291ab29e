"""The asynchronous face of an OPC UA line: the same, awaited; a batch is acknowledged once it is committed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from smartfab.errors import SourceRefused
from smartfab.tables import empty

from .appending import Sink
from .health import HealthReport
from .line_reader import LineReader
from .samples import frame_of

_Collect = Callable[[Sink, threading.Event], HealthReport]


class AbandonedError(Exception):
    """Nobody takes batches any more; what was not committed is not acknowledged."""


class Batch:
    """What was received since the batch before: rows by table, as a journal gets them.

    Parameters
    ----------
    tables : mapping of str to RecordBatch
        `samples`, `coverage` and `events`, those that have rows.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.tables = dict(tables)
        self.is_committed = False
        self._durable = threading.Event()

    @property
    def samples(self) -> pd.DataFrame:
        """Table `samples`, in the order of arrival."""
        return frame_of([self.tables["samples"]] if "samples" in self.tables else [])

    def table(self, name: str) -> pd.DataFrame:
        """Return a table.

        Parameters
        ----------
        name : str
            Of the vocabulary.

        Returns
        -------
        DataFrame
            Empty where the batch has no rows of it.
        """
        if name == "samples":
            return self.samples
        return self.tables[name].to_pandas() if name in self.tables else empty(name)

    async def commit(self) -> None:
        """Say that the batch is durable: now it is acknowledged to the servers, and the next one comes."""
        self.is_committed = True
        self._durable.set()


class _Handover:
    """A journal that hands each batch to an event loop and waits until it is committed there."""

    def __init__(self) -> None:
        self.batches: asyncio.Queue[Batch | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._abandoned = threading.Event()
        self._open: Batch | None = None

    def append(self, batch: Mapping[str, Any], *, alive: Mapping[str, int] | None = None) -> int:  # noqa: ARG002
        """Hand a batch over; return once it is committed."""
        if not batch:
            return 0
        self._open = made = Batch(batch)
        if not self._abandoned.is_set():
            self._loop.call_soon_threadsafe(self.batches.put_nowait, made)
            made._durable.wait()
        if not made.is_committed:
            raise AbandonedError
        return 1

    def abandon(self) -> None:
        """Take nothing more; an append that waits for a commit fails."""
        self._abandoned.set()
        if self._open is not None:
            self._open._durable.set()


class AsyncOpcUaSource:
    """A line's servers for code with an event loop; made by `OpcUaSource.aopen`.

    Parameters
    ----------
    source : LineReader
        Does the work, in a thread of its own.
    collect : callable
        Collects into a sink until an event is set.
    """

    def __init__(self, source: LineReader, collect: _Collect) -> None:
        self._source, self._collect = source, collect
        self._handovers: list[_Handover] = []

    def end(self) -> None:
        """Take no more batches, also where a loop over them is still open."""
        for handover in self._handovers:
            handover.abandon()

    async def read(self) -> pd.DataFrame:
        """Return the current value of every signal, as `OpcUaSource.read` does.

        Returns
        -------
        DataFrame
            Table `samples`, one row a signal.

        Raises
        ------
        SignalNotFound, SourceUnavailable, SourceRefused
            Likewise.
        """
        return await asyncio.to_thread(self._source.read)

    async def read_history(self, start: object, end: object, *, signals: Sequence[str] | None = None) -> pd.DataFrame:
        """Return what the servers kept of [start, end), as `OpcUaSource.read_history` does.

        Parameters
        ----------
        start, end : str, datetime or Timestamp
            Half-open interval of source time; times with their zone.
        signals : sequence of str, optional
            Signal ids.

        Returns
        -------
        DataFrame
            Table `samples`, sorted by (signal_id, ts).

        Raises
        ------
        TimeError, SignalNotFound, SourceUnavailable, SourceRefused
            Likewise.
        """
        return await asyncio.to_thread(self._source.read_history, start, end, signals=signals)

    def health(self) -> HealthReport:
        """Return how collecting goes.

        Returns
        -------
        HealthReport
            As `OpcUaSource.health` gives it.
        """
        return self._source.health()

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield what is received, until the loop over it is left; servers are tried for ever.

        A batch is acknowledged once it is committed, and the next one comes only then.

        Yields
        ------
        Batch
            To be committed.

        Raises
        ------
        SourceRefused
            If the batch before was not committed; or as `OpcUaSource.collect` does.
        SignalNotFound, SourceUnavailable
            As `OpcUaSource.collect` does.
        """
        handover, stop = _Handover(), threading.Event()
        self._handovers.append(handover)
        work = asyncio.create_task(asyncio.to_thread(self._collect, handover, stop))
        work.add_done_callback(lambda _: handover.batches.put_nowait(None))
        try:
            while (batch := await handover.batches.get()) is not None:
                yield batch
                if not batch.is_committed:
                    raise SourceRefused(
                        "the next batch was asked for before this one was committed", remedy="await batch.commit() first."
                    )
            work.result()
        finally:
            stop.set()
            handover.abandon()
            with contextlib.suppress(AbandonedError):
                await asyncio.shield(work)


@contextlib.asynccontextmanager
async def opened_async(source: LineReader, collect: _Collect) -> AsyncGenerator[AsyncOpcUaSource]:
    """Open the asynchronous face of a source; close the source at the end.

    Parameters
    ----------
    source : LineReader
        Not used otherwise meanwhile.
    collect : callable
        Collects into a sink until an event is set.

    Yields
    ------
    AsyncOpcUaSource
        Open.
    """
    face = AsyncOpcUaSource(source, collect)
    try:
        yield face
    finally:
        face.end()
        await asyncio.to_thread(source.close)
