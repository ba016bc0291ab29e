"""What came → the journal, in order and durably, before anything is acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from smartfab.errors import CorruptTableError, SchemaMismatchError, StoreError, WriteConflictError

from .backoff import Backoff
from .events import Event, events_table
from .gaps import Gap, SignalBook, coverage
from .health import Health
from .samples import Samples, batch, frame_of, gathered

MOST_WAITING = 64
"""While more deliveries than this wait for the journal, no new notifications are asked for [1]."""

MOST_ROWS = 100_000
"""An append takes no further delivery once it has this many samples [1]."""

_HOPELESS = (SchemaMismatchError, CorruptTableError, WriteConflictError)


class Sink(Protocol):
    """The little that is asked of a `smartfab.sources.Journal` here."""

    def append(self, batch: Mapping[str, Any], *, alive: Mapping[str, int] | None = None) -> int:
        """Make a batch durable."""
        ...


@dataclass(slots=True)
class Delivery:
    """What one message brought: samples, gaps, events, when its server was heard [us], and how to acknowledge it."""

    samples: Samples | None = None
    gaps: Sequence[Gap] = ()
    events: Sequence[Event] = ()
    heard: tuple[str, int] | None = None
    acknowledge: Callable[[], None] | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether it says nothing but that the server is there."""
        return self.samples is None and not self.gaps and not self.events and self.acknowledge is None


@dataclass
class Appender:
    """Appends what waits, all of it at once, in a thread, one append after the other.

    What comes while an append is under way is joined into the next one. `room` is set as long as new notifications may
    be asked for: a slow or full disk is met with patience, never by dropping.

    Attributes
    ----------
    journal : Sink
        Durable when its `append` returns.
    book : SignalBook
        Names the signals.
    health : Health
        Counts.
    sign_every : float
        With nothing to append, a sign of life is given this often [s].
    pause : float
        So long after an append the next one begins at the earliest: a server in a hurry fills one append with many
        messages, in place of waiting for the disk and changing threads for each [s].
    """

    journal: Sink
    book: SignalBook
    health: Health
    sign_every: float = 5.0
    pause: float = 0.01
    room: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: deque[Delivery] = field(default_factory=deque)
    _unsaved: int = 0
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)
    _finished: bool = False
    _failed: bool = False
    _next: float = 0.0

    def __post_init__(self) -> None:
        self.room.set()
        self._idle.set()

    def put(self, delivery: Delivery) -> None:
        """Take a delivery; those taken first are appended first."""
        if self._failed:
            return  # it is not acknowledged, and comes again
        self._waiting.append(delivery)
        if not delivery.is_quiet:
            self._count(1)
            self._idle.clear()
            self._work.set()

    async def drained(self) -> bool:
        """Wait until everything taken is durable; it is time to end, so that a journal that refuses is asked only once more.

        Returns
        -------
        bool
            False when it never will be, because the journal failed.
        """
        self._ending.set()
        await self._idle.wait()
        return not self._failed

    def finish(self) -> None:
        """Let `run` end once nothing waits any more."""
        self._finished = True
        self._work.set()

    async def run(self) -> None:
        """Append until `finish`.

        Raises
        ------
        Exception
            What the journal raises and cannot recover from, or raises still when it is time to end; nothing of that
            append, and nothing after it, is acknowledged.
        """
        try:
            with ThreadPoolExecutor(1, thread_name_prefix="smartfab-append") as thread:
                while self._waiting or not self._finished:
                    try:
                        async with asyncio.timeout(self.sign_every):
                            await self._work.wait()
                    except TimeoutError:
                        pass  # nothing came: it is time for a sign of life
                    self._work.clear()
                    while self._waiting:
                        await self._rest()
                        await self._append(thread)
                    self._idle.set()
        except BaseException:
            self._failed = True
            raise
        finally:
            self._idle.set()

    async def _rest(self) -> None:
        """Wait until the pause after the last append is over, or it is time to end."""
        left = self._next - time.monotonic()
        if left > 0 and not self._finished and not self._ending.is_set() and self.room.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._ending.wait()

    async def _append(self, thread: ThreadPoolExecutor) -> None:
        taken = self._next_batch()
        backoff = Backoff(first=0.2, most=30.0)
        while True:
            future = asyncio.get_running_loop().run_in_executor(thread, functools.partial(self._save, taken))
            try:
                rows = await asyncio.shield(future)
                break
            except asyncio.CancelledError:
                await asyncio.wait([future])  # an append cannot be called back, and must not outlive this run
                raise
            except StoreError as error:
                if isinstance(error, _HOPELESS) or self._finished or self._ending.is_set():
                    raise
                self.health.store_refuses(str(error))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(backoff.next()):
                        await self._ending.wait()
        self._next = time.monotonic() + self.pause
        self.health.store_refuses(None)
        for delivery in taken:
            if delivery.acknowledge is not None:
                delivery.acknowledge()
        self._count(-sum(not delivery.is_quiet for delivery in taken))
        self.health.count("appended", rows)
        self.health.count("batches", int(rows > 0))

    def _next_batch(self) -> list[Delivery]:
        taken: list[Delivery] = []
        rows = 0
        while self._waiting and rows < MOST_ROWS:
            taken.append(self._waiting.popleft())
            rows += len(taken[-1].samples or ())
        return taken

    def _save(self, taken: Sequence[Delivery]) -> int:
        samples = [delivery.samples for delivery in taken if delivery.samples is not None]
        gaps = [gap for delivery in taken for gap in delivery.gaps]
        events = [event for delivery in taken for event in delivery.events]
        tables: dict[str, Any] = {}
        if samples:
            tables["samples"] = batch(gathered(samples), self.book.arrow)
        if gaps:
            tables["coverage"] = coverage(gaps, self.book.names)
        if events:
            tables["events"] = events_table(events)
        self.journal.append(tables, alive=dict(delivery.heard for delivery in taken if delivery.heard is not None))
        return sum(map(len, samples))

    def _count(self, change: int) -> None:
        self._unsaved += change
        self.health.count("waiting", change)
        if self._unsaved > MOST_WAITING:
            self.room.clear()
        else:
            self.room.set()


class KeptSamples:
    """A journal that keeps everything in memory, for as long as somebody watches."""

    def __init__(self) -> None:
        self._batches: list[pa.RecordBatch] = []

    def append(self, batch: Mapping[str, Any], *, alive: Mapping[str, int] | None = None) -> int:  # noqa: ARG002
        """Keep the samples of a batch."""
        if "samples" in batch:
            self._batches.append(batch["samples"])
        return len(self._batches)

    def frame(self) -> pd.DataFrame:
        """Return table `samples`, in the order of arrival."""
        return frame_of(self._batches)
