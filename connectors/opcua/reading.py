"""Current values of the signals of one server."""

from __future__ import annotations

import time

from .credentials import Access
from .health import Health
from .link import Link, opened
from .nodes import ABSENT, Target, located
from .retelling import retelling
from .values import SampleColumns


async def existing(link: Link, health: Health, wanted: set[str]) -> tuple[list[Target], SampleColumns]:
    """Return the targets that are there, with their current values.

    Parameters
    ----------
    link : Link
        To the server.
    health : Health
        Gets the signals that are not there.
    wanted : set of str
        Signal ids; those of other servers are passed over.

    Returns
    -------
    tuple of (list of Target, SampleColumns)
        One value a target.
    """
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


async def current_values(access: Access, health: Health, *, timeout: float, every: float) -> SampleColumns:  # noqa: ASYNC109
    """Open a session, read every signal once, and close it.

    Parameters
    ----------
    access : Access
        What to open it with.
    health : Health
        Gets the signals that are not there.
    timeout : float
        Deadline of each step [s].
    every : float
        How often the session is looked after [s].

    Returns
    -------
    SampleColumns
        One value a signal.
    """
    async with opened(access, health, timeout=timeout, every=every) as link:
        return (await existing(link, health, set(link.endpoint.signals)))[1]
