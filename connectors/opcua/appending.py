"""Notifications → the store, in order and durably, before anything is acknowledged."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd

from smartfab.sources import SampleStore

from .health import Health
from .values import SampleColumns

MOST_WAITING = 64
"""While more notifications than this wait for the store, no new ones are asked for [1]."""

MOST_ROWS = 100_000
"""An append takes no further notification once it has this many rows [1]."""


@dataclass(frozen=True)
class Notification:
    """The samples of one message, and how to acknowledge it."""

    columns: SampleColumns
    acknowledge: Callable[[], None]


class Appender:
    """Appends what waits, all of it at once, in a thread, one append after the other.

    What comes while an append is under way is joined into the next one. `room` is set as long as new notifications
    may be asked for: a slow disk is met with patience, never by dropping.

    Parameters
    ----------
    store : SampleStore
        Durable when its `append` returns.
    app_id : str
        Names this run; with the rising `seq` it makes every append exactly once.
    health : Health
        Counts.
    """

    def __init__(self, store: SampleStore, app_id: str, health: Health) -> None:
        self.app_id = app_id
        self.seq = 0
        self.room = asyncio.Event()
        self.room.set()
        self._store = store
        self._health = health
        self._waiting: deque[Notification] = deque()
        self._unsaved = 0
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._finished = False
        self._failed = False

    def put(self, notification: Notification) -> None:
        """Take a notification; those taken first are appended first."""
        self._waiting.append(notification)
        self._count(1)
        self._idle.clear()
        self._work.set()

    async def drained(self) -> bool:
        """Wait until everything taken is durable.

        Returns
        -------
        bool
            False when it never will be, because the store failed.
        """
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
            What the store raises; nothing of that append, and nothing after it, is acknowledged.
        """
        try:
            with ThreadPoolExecutor(1, thread_name_prefix="smartfab-append") as thread:
                while self._waiting or not self._finished:
                    await self._work.wait()
                    self._work.clear()
                    while self._waiting:
                        await self._append(thread)
                    self._idle.set()
        except BaseException:
            self._failed = True
            raise
        finally:
            self._idle.set()

    async def _append(self, thread: ThreadPoolExecutor) -> None:
        batch = self._next_batch()
        future = asyncio.get_running_loop().run_in_executor(thread, self._save, batch)
        try:
            rows = await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])  # an append cannot be called back, and must not outlive this run
            raise
        for notification in batch:
            notification.acknowledge()
        self._count(-len(batch))
        self._health.count("appended", rows)
        self._health.count("batches", int(rows > 0))

    def _next_batch(self) -> list[Notification]:
        batch: list[Notification] = []
        rows = 0
        while self._waiting and rows < MOST_ROWS:
            batch.append(self._waiting.popleft())
            rows += len(batch[-1].columns)
        return batch

    def _save(self, batch: list[Notification]) -> int:
        joined = SampleColumns("source")
        for notification in batch:
            joined.extend(notification.columns)
        if len(joined):
            self.seq += 1
            self._store.append("samples", joined.frame(), app_id=self.app_id, seq=self.seq)
        return len(joined)

    def _count(self, change: int) -> None:
        self._unsaved += change
        self._health.count("waiting", change)
        if self._unsaved > MOST_WAITING:
            self.room.clear()
        else:
            self.room.set()


class KeptSamples:
    """A store that keeps everything in memory, for as long as somebody watches."""

    def __init__(self) -> None:
        self.frames: list[pd.DataFrame] = []

    def append(self, table: str, frame: pd.DataFrame, *, app_id: str | None = None, seq: int | None = None) -> bool:  # noqa: ARG002
        """Keep `frame`."""
        self.frames.append(frame)
        return True
