"""Current values and history of the signals, each call with sessions of its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Sequence

from smartfab.plant import Endpoint

from .collecting import nothing_found
from .credentials import Access
from .gathering import together
from .health import Health
from .history import pages
from .link import Link, Timing, opened
from .nodes import ABSENT, Target, located
from .streaming import Send
from .values import SampleColumns
from .wire_errors import retelling


async def current_values(accesses: Sequence[Access], health: Health, timing: Timing, *, where: str) -> SampleColumns:
    """Read every signal of every server once.

    Parameters
    ----------
    accesses : sequence of Access
        What the servers are opened with.
    health : Health
        Gets the signals that are not there.
    timing : Timing
        How long to wait.
    where : str
        The line, for errors.

    Returns
    -------
    SampleColumns
        One value a signal.

    Raises
    ------
    SignalNotFound
        If not a single signal is there.
    """
    columns = SampleColumns("source")
    for part in await together(_values_of(access, health, timing) for access in accesses):
        columns.extend(part)
    if not len(columns):
        raise nothing_found(health.report()["not_found"], where=where)
    return columns


async def _values_of(access: Access, health: Health, timing: Timing) -> SampleColumns:
    async with opened(access, health, timing) as link:
        return (await _existing(link, health, set(link.endpoint.signals)))[1]


async def _existing(link: Link, health: Health, wanted: set[str]) -> tuple[list[Target], SampleColumns]:
    """Return the targets that are there, with their current values."""
    columns = SampleColumns(link.endpoint.clock)
    found: list[Target] = []
    with retelling(where=link.url, doing="reading"):
        signals = {name: signal for name, signal in link.endpoint.signals.items() if name in wanted}
        targets, missing = await located(link, signals)
        values = await link.read_values([target.node for target in targets])
    received = time.time_ns() // 1000
    for target, value in zip(targets, values, strict=True):
        code = value.StatusCode.value if value.StatusCode is not None else 0
        if code in ABSENT:
            missing[target.signal_id] = ABSENT[code]
        else:
            found.append(target)
            columns.add(target.signal_id, value, received)
    health.not_found(missing)
    return found, columns


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
    send: Send[SampleColumns],
    accesses: Sequence[Access],
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
            targets, _ = await _existing(link, health, wanted)
            found += len(targets)
            with retelling(where=link.url, doing="reading history"):
                async with contextlib.aclosing(pages(link, targets, *span, health)) as read:
                    async for columns in read:
                        await send(columns)
    if wanted and not found:
        raise nothing_found(health.report()["not_found"], where=where)
