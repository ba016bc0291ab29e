"""The replay: samples in time order, at a chosen speed, and no faster than the subscribers take them."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections.abc import Sequence
from typing import cast

import numpy as np

from smartfab import clock

from .simulator_subscriptions import ReplayItems
from .simulator_tags import Tag

PUBLISHING_S = 0.1
"""The publishing interval a client of the simulator is told to ask for [s]."""

_BATCH = 200
_POLL_S = 0.005
_DEEPEST_QUEUE = 1_000


def deep_enough(tags: Sequence[Tag], speed: float) -> int:
    """Return a queue size that holds four times what the densest signal plays in one publishing interval.

    Parameters
    ----------
    tags : sequence of Tag
        With their samples.
    speed : float
        Seconds of the line played in one second [1]; may be infinite.

    Returns
    -------
    int
        10…1,000 samples [1]; where 1,000 are not enough, the replay waits for its subscribers.
    """
    if math.isinf(speed):
        return _DEEPEST_QUEUE
    window = min(PUBLISHING_S * speed * clock.SECOND, float(2**62))
    densest = 0
    for tag in tags:
        after = np.searchsorted(tag.times, tag.times.astype(np.float64) + window, "right")
        densest = max(densest, int((after - np.arange(len(after))).max(initial=0)))
    return min(max(10, 4 * densest), _DEEPEST_QUEUE)


class Replay:
    """Plays the samples of all tags in time order.

    Each tag shows its first sample from the beginning. Before a sample goes on its variable, the replay waits until
    every subscriber has room for it; a subscriber that takes nothing for `patience` is waited for no longer, and
    loses its oldest values with the overflow bit, as it would with a machine.

    Parameters
    ----------
    tags : sequence of Tag
        Not yet served.
    speed : float
        Seconds of the line played in one second [1]; may be infinite.
    patience : float
        How long a full queue holds the line up [s].
    """

    def __init__(self, tags: Sequence[Tag], speed: float, patience: float) -> None:
        self._tags = tags
        self._speed = speed
        self._patience = patience
        owner = np.repeat(np.arange(len(tags)), [len(tag.times) for tag in tags])
        times = np.concatenate([np.empty(0, np.int64), *(tag.times for tag in tags)])
        order = np.argsort(times, kind="stable")
        first = np.concatenate([np.empty(0, bool), *(np.arange(len(tag.times)) == 0 for tag in tags)])
        later = order[~first[order]]
        self._owner, self._times = owner[later], times[later]
        self._origin = int(times[order[0]]) if len(order) else 0
        self.total = len(order)
        self.played = 0

    def show_first(self) -> None:
        """Put each tag's first sample on its variable."""
        now = dt.datetime.now(dt.UTC)
        for tag in self._tags:
            if len(tag.times):
                tag.serve_next(now)
                self.played += 1

    async def run(self) -> None:
        """Play everything that is left, in batches between which the loop serves the clients."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        position, end = 0, len(self._times)
        while position < end:
            due = self._due(loop.time() - begin)
            if position == due:
                ahead = (int(self._times[position]) - self._origin) / clock.SECOND / self._speed
                await asyncio.sleep(max(begin + ahead - loop.time(), 0.001))
                continue
            stop = min(due, position + _BATCH)
            now = dt.datetime.now(dt.UTC)
            for number in self._owner[position:stop].tolist():
                await self._play(self._tags[number], now)
            position = stop
            await asyncio.sleep(0)

    def _due(self, elapsed: float) -> int:
        if math.isinf(self._speed):
            return len(self._times)
        reached = min(self._origin + elapsed * self._speed * clock.SECOND, float(2**62))
        return int(np.searchsorted(self._times, int(reached), "right"))

    async def _play(self, tag: Tag, now: dt.datetime) -> None:
        watching = tag.variable.datachange_callbacks
        for handle, callback in tuple(watching.items()):
            await self._room(cast("ReplayItems", callback.__self__), handle)  # type: ignore[attr-defined]
        value = tag.serve_next(now)
        for handle, callback in tuple(watching.items()):
            if handle in watching:  # a client may leave while another is told
                await callback(handle, value)
        self.played += 1

    async def _room(self, items: ReplayItems, handle: int) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while items.is_full(handle):
            if loop.time() >= until:
                items.abandon()
                return
            await asyncio.sleep(_POLL_S)
