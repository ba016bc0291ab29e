"""What was missed, from the server's own history: gap by gap, appended as it comes, told as recovered at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from asyncua import ua

from .appending import Appender, Delivery
from .clocks import history_clock, offset_at
from .gaps import Gap
from .health import Health
from .history import pages
from .link import Link
from .nodes import Target
from .rows import NO_TIME, Rows
from .samples import Samples, gathered, stamped
from .wire_errors import WIRE_FAULTS, retold

_AT_ONCE = 10


@dataclass
class _Progress:
    """What a gap's history told, read from `since` on: whether it has the last value that came, what came first [us]."""

    gap: Gap
    since: int
    reaches_back: bool = False
    first: int | None = None
    before_restart: int | None = None


class Backlog:
    """The gaps of one server whose history is to be read; they outlive its sessions."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self.news = asyncio.Event()

    def add(self, gaps: Iterable[Gap]) -> None:
        """Take gaps that have closed."""
        found = [gap for gap in gaps if gap.since != NO_TIME]
        if found:
            self.gaps += found
            self.news.set()

    def next(self, known: Mapping[int, Target]) -> list[Gap]:
        """Return gaps to be read together, of different signals that have history; others are let go."""
        self.gaps = [gap for gap in self.gaps if gap.index in known]
        chosen: dict[int, Gap] = {}
        for gap in self.gaps:
            if gap.index not in chosen and len(chosen) < _AT_ONCE:
                chosen[gap.index] = gap
        return list(chosen.values())

    def done(self, gaps: Sequence[Gap]) -> None:
        """Take gaps as dealt with."""
        self.gaps = [gap for gap in self.gaps if all(gap is not other for other in gaps)]


async def keep_filling(link: Link, backlog: Backlog, known: Mapping[int, Target], appender: Appender, health: Health) -> None:
    """Read the history of every gap that comes, as long as the link holds.

    Parameters
    ----------
    link : Link
        To the server.
    backlog : Backlog
        What is missing; what could not be read stays in it.
    known : mapping of int to Target
        The signals that have history, by index.
    appender : Appender
        Gets what was found.
    health : Health
        Counts.
    """
    while True:
        backlog.news.clear()
        while group := backlog.next(known):
            try:
                await _fill(link, group, known, appender, health)
            except (*WIRE_FAULTS, OSError) as error:
                told = retold(error, where=link.url, doing="reading history")
                health.backfill_failed(link.url, str(told))
                await asyncio.sleep(5.0)
                break
            backlog.done(group)
        else:
            await backlog.news.wait()


async def _fill(link: Link, group: Sequence[Gap], known: Mapping[int, Target], appender: Appender, health: Health) -> None:
    offset = offset_at(link.endpoint, min(gap.start for gap in group))
    progress = {known[gap.index].signal_id: _Progress(gap, gap.since) for gap in group}
    targets = [known[gap.index] for gap in group]
    start, end = min(gap.since for gap in group), max(gap.end for gap in group)
    async with contextlib.aclosing(pages(link, targets, start + offset, end + offset, health)) as found:
        async for page in found:
            await appender.room.wait()
            parts = [part for target, rows in page for part in _missing(link, progress[target.signal_id], rows, offset)]
            if parts:
                whole = gathered(parts)
                health.count("backfilled", len(whole))
                appender.put(Delivery(samples=whole))
    appender.put(Delivery(gaps=[row for one in progress.values() for row in _outcome(one, link.started, offset)]))


def _missing(link: Link, progress: _Progress, rows: Rows, offset: int) -> list[Samples]:
    gap = progress.gap
    index = np.full(len(rows), gap.index, np.intp)
    whole = stamped(rows, index, clock=history_clock(link.endpoint), offset=offset, received=gap.start)
    ts = whole.ts
    progress.reaches_back = progress.reaches_back or bool((ts == progress.since).any())
    keep = (ts > progress.since) & (ts < gap.end)
    if not keep.any():
        return []
    inside = ts[keep]
    progress.first = int(inside.min()) if progress.first is None else min(progress.first, int(inside.min()))
    if link.started is not None:
        early = inside[inside < link.started - offset]
        if len(early):
            progress.before_restart = int(early.max())
    gap.since = int(inside.max())
    return [whole.taken(keep)]


def _outcome(progress: _Progress, started: int | None, offset: int) -> list[Gap]:
    """What to say of a gap: all of it recovered, but for the times in which nobody wrote history."""
    gap = progress.gap
    if progress.first is None and not progress.reaches_back:
        return []  # it stands in coverage as it is
    holes: list[tuple[int, int]] = []
    if not progress.reaches_back:
        holes.append((gap.start, progress.first if progress.first is not None else gap.end))
    if started is not None and gap.start < started - offset < gap.end:
        alive = gap.start if progress.before_restart is None else max(gap.start, progress.before_restart + 1)
        holes.append((alive, started - offset))
    told = [replace(gap, recovered=True)]
    return told + [
        replace(gap, start=begin, end=min(stop, gap.end), cause=f"{gap.cause}, no history")
        for begin, stop in holes
        if begin < min(stop, gap.end)
    ]


async def with_history(link: Link, targets: Sequence[Target]) -> list[Target]:
    """Return the targets whose history the server keeps.

    Parameters
    ----------
    link : Link
        To the server.
    targets : sequence of Target
        Signals; those with ``history = "auto"`` are asked about.

    Returns
    -------
    list of Target
        In their order.
    """
    asked = [target for target in targets if target.signal.history == "auto"]
    answers = await link.read_values([target.node for target in asked], ua.AttributeIds.Historizing)
    keeps = {
        target.signal_id
        for target, answer in zip(asked, answers, strict=True)
        if answer.Value is not None and answer.Value.Value is True
    }
    return [target for target in targets if target.signal.history == "yes" or target.signal_id in keeps]
