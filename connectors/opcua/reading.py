"""Current values and history of the signals, each call with sessions of its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Sequence

import numpy as np

from smartfab.plant import Endpoint

from .clocks import history_clock, offset_at
from .collecting import nothing_found
from .connecting import opened
from .credentials import Access
from .gaps import SignalBook
from .gathering import together
from .health import Health
from .history import pages
from .link import Link, Timing
from .nodes import ABSENT, Target, located
from .samples import Samples, gathered, remarks, stamped
from .streaming import Send
from .wire_errors import retelling


async def current_values(
    accesses: Sequence[Access], book: SignalBook, health: Health, timing: Timing, *, where: str
) -> Samples:
    """Read every signal of every server once.

    Parameters
    ----------
    accesses : sequence of Access
        What the servers are opened with.
    book : SignalBook
        Tells the index of each signal.
    health : Health
        Gets the signals that are not there.
    timing : Timing
        How long to wait.
    where : str
        The line, for errors.

    Returns
    -------
    Samples
        One value a signal.

    Raises
    ------
    SignalNotFound
        If not a single signal is there.
    """
    found = await together(_values_of(access, book, health, timing) for access in accesses)
    parts = [part for part in found if part is not None]
    if not parts:
        raise nothing_found(health.report()["not_found"], where=where)
    return gathered(parts)


async def _values_of(access: Access, book: SignalBook, health: Health, timing: Timing) -> Samples | None:
    async with opened(access, health, timing) as link:
        return (await _existing(link, book, health, set(link.endpoint.signals)))[1]


async def _existing(link: Link, book: SignalBook, health: Health, wanted: set[str]) -> tuple[list[Target], Samples | None]:
    """Return the targets that are there, with their current values."""
    with retelling(where=link.url, doing="reading"):
        signals = {name: signal for name, signal in link.endpoint.signals.items() if name in wanted}
        targets, missing = await located(link, signals)
        rows = await link.read_current([target.node for target in targets]) if targets else None
    if rows is None:
        health.not_found(missing)
        return [], None
    status = rows.status.tolist()
    missing |= {t.signal_id: ABSENT[code] for t, code in zip(targets, status, strict=True) if code in ABSENT}
    there = np.array([code not in ABSENT for code in status], np.bool_)
    found = [target for target, here in zip(targets, there.tolist(), strict=True) if here]
    health.not_found(missing)
    if not found:
        return [], None
    received = time.time_ns() // 1000
    index = np.array([book.index[target.signal_id] for target in found], np.intp)
    clock, offset = link.endpoint.clock, offset_at(link.endpoint, received)
    samples = stamped(rows.taken(there), index, clock=clock, offset=offset, received=received)
    health.remark(remarks(samples, book.names, clock))
    return found, samples


def signals_with_history(endpoints: Iterable[Endpoint], asked: Sequence[str] | None, *, where: str) -> set[str]:
    """Return the signals whose history is read.

    Parameters
    ----------
    endpoints : iterable of Endpoint
        Servers of the line.
    asked : sequence of str, optional
        Signal ids; all but those with ``history = "no"`` by default.
    where : str
        The line, for errors.

    Returns
    -------
    set of str
        Signal ids.

    Raises
    ------
    SignalNotFound
        If a signal asked for is not in the plant.
    """
    known = {name: signal for endpoint in endpoints for name, signal in endpoint.signals.items()}
    if asked is None:
        return {name for name, signal in known.items() if signal.history != "no"}
    wanted = [asked] if isinstance(asked, str) else list(asked)
    unknown = {name: "the plant has no such signal" for name in wanted if name not in known}
    if unknown:
        raise nothing_found(unknown, where=where)
    return set(wanted)


async def read_history(
    send: Send[Samples],
    accesses: Sequence[Access],
    book: SignalBook,
    wanted: set[str],
    span: tuple[int, int],
    health: Health,
    timing: Timing,
    *,
    where: str,
) -> None:
    """Send what the servers kept of the signals in [start, end), one server after the other, each in the order of time.

    Parameters
    ----------
    send : callable
        Takes the samples, page by page.
    accesses : sequence of Access
        What the servers are opened with.
    book : SignalBook
        Tells the index of each signal.
    wanted : set of str
        Signal ids.
    span : tuple of int
        Start and end of the interval of source time [us].
    health : Health
        Gets the signals that are not there or have no history.
    timing : Timing
        How long to wait.
    where : str
        The line, for errors.

    Raises
    ------
    SignalNotFound
        If not a single signal is there.
    """
    found = 0
    for access in accesses:
        if wanted.isdisjoint(access.endpoint.signals):
            continue
        async with opened(access, health, timing) as link:
            targets, _ = await _existing(link, book, health, wanted)
            found += len(targets)
            with retelling(where=link.url, doing="reading history"):
                await _send_history(send, link, targets, book, span, health)
    if wanted and not found:
        raise nothing_found(health.report()["not_found"], where=where)


async def _send_history(
    send: Send[Samples], link: Link, targets: Sequence[Target], book: SignalBook, span: tuple[int, int], health: Health
) -> None:
    clock = history_clock(link.endpoint)
    offset = offset_at(link.endpoint, span[0])
    async with contextlib.aclosing(pages(link, targets, span[0] + offset, span[1] + offset, health)) as read:
        async for page in read:
            parts = []
            for target, rows in page:
                index = np.full(len(rows), book.index[target.signal_id], np.intp)
                parts.append(stamped(rows, index, clock=clock, offset=offset, received=span[0]))
            whole = gathered(parts)
            health.remark(remarks(whole, book.names, clock))
            await send(whole)
