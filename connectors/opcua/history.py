"""History of a server in pages of columns, with memory bounded by the page."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Sequence

import numpy as np
from asyncua import ua

from smartfab.clock import stamp
from smartfab.errors import SourceUnavailable
from smartfab.findings import finding

from .batching import in_batches
from .decoding import Page
from .decoding import pages as decoded
from .health import Health
from .link import Link
from .nodes import Target
from .rows import NO_TIME, Rows, Times
from .wire_errors import WIRE_FAULTS

PAGE_ROWS = 20_000
"""Values one answer may hold, over all its signals [1]."""

_SIGNALS_AT_ONCE = 10
_IDLE_PAGES = 3  # a server may answer an empty page while it is still searching, but not for ever
_SESSION_GONE = {
    ua.StatusCodes.BadSessionIdInvalid,
    ua.StatusCodes.BadSessionClosed,
    ua.StatusCodes.BadSessionNotActivated,
    ua.StatusCodes.BadSecureChannelClosed,
    ua.StatusCodes.BadSecureChannelIdInvalid,
    ua.StatusCodes.BadConnectionClosed,
    ua.StatusCodes.BadShutdown,
    ua.StatusCodes.BadServerHalted,
}

_Key = tuple[int, float, str | None, int]


class _Reading:
    """One signal's history: asked for from `since` on, and how far it has come."""

    def __init__(self, target: Target, since: int) -> None:
        self.target = target
        self.since = since
        self.point: bytes | None = None
        self.done = False
        self.repeated = 0
        self.idle = 0
        self.has_begun = False
        self._last = since - 1
        self._at_last: set[_Key] = set()

    def take(self, page: Rows, point: bytes | None, asked: int) -> Rows:
        """Return what is new on the page, in the order of time; pages may overlap at their edges."""
        page = _ordered(page, self._last)
        times = page.source
        self.repeated += int((times < self._last).sum())
        new = times > self._last
        for place in np.flatnonzero(times == self._last).tolist():
            new[place] = _key(page, place) not in self._at_last
        fresh = page if new.all() else page.taken(new)
        self.idle = 0 if len(fresh) else self.idle + 1
        if len(fresh):
            self.has_begun = True
            newest = int(fresh.source[-1])
            edge = np.flatnonzero(fresh.source == newest).tolist()
            self._at_last = {_key(fresh, place) for place in edge} | (self._at_last if newest == self._last else set())
            self._last = newest
        self.point = point
        self.done = point is None and len(page) < asked
        if point is None and not self.done:
            self.restart()  # a full page without a continuation point is cut off, not complete
        return fresh

    def restart(self) -> None:
        """Go on from the last value, which will come once more, without a continuation point."""
        self.point, self.since = None, max(self.since, self._last)


def _ordered(page: Rows, otherwise: int) -> Rows:
    """The rows in the order of time; the server's time stands in for a source time that is missing."""
    times: Times = np.where(page.source != NO_TIME, page.source, np.where(page.server != NO_TIME, page.server, otherwise))
    page.source = times
    return page if (np.diff(times) >= 0).all() else page.taken(np.argsort(times, kind="stable"))


def _key(rows: Rows, place: int) -> _Key:
    value = float(rows.value[place])
    text = None if rows.text is None else rows.text[place].as_py()
    return int(rows.source[place]), 0.0 if value != value else value, text, int(rows.status[place])  # noqa: PLR0124  NaN


async def pages(
    link: Link, targets: Sequence[Target], start: int, end: int, health: Health
) -> AsyncGenerator[list[tuple[Target, Rows]]]:
    """Yield what the server kept of `targets` in [start, end), each signal in the order of time.

    Continuation points still held are released when the iterator is closed early.

    Parameters
    ----------
    link : Link
        To the server.
    targets : sequence of Target
        Signals to read.
    start, end : int
        Interval of source time [us].
    health : Health
        Gets the signals without history.

    Yields
    ------
    list of (Target, Rows)
        At most `PAGE_ROWS` samples, as far as the server keeps to what is asked.

    Raises
    ------
    SourceUnavailable
        If the connection is lost, or the history breaks off or goes round in circles.
    """
    for first in range(0, len(targets), _SIGNALS_AT_ONCE):
        readings = [_Reading(target, start) for target in targets[first : first + _SIGNALS_AT_ONCE]]
        try:
            async with contextlib.aclosing(_read(link, readings, (start, end), health)) as found:
                async for page in found:
                    yield page
        finally:
            await _release(link, readings, end)
        repeats = {reading.target.signal_id: reading.repeated for reading in readings if reading.repeated}
        health.remark(finding("history_repeated", signal_id, count) for signal_id, count in repeats.items())


async def _read(
    link: Link, readings: Sequence[_Reading], span: tuple[int, int], health: Health
) -> AsyncGenerator[list[tuple[Target, Rows]]]:
    at_once = len(readings)
    while left := [reading for reading in readings if not reading.done]:
        left.sort(key=lambda reading: reading.point is None)  # those that hold a continuation point give it back first
        group = [reading for reading in left if reading.since == left[0].since][:at_once]
        asked = PAGE_ROWS // len(group)
        try:
            results = await _ask(link, group, span[1], asked)
        except ua.UaStatusCodeError as error:
            if error.code in _SESSION_GONE:
                raise
            results = [Page(ua.StatusCode(ua.UInt32(error.code)), None, None)] * len(group)
        found: list[tuple[Target, Rows]] = []
        for reading, result in zip(group, results, strict=True):
            if result.status.is_bad():
                _refused(reading, result.status, health, alone=len(group) == 1, where=link.url)
            else:
                found += _within(reading, result, asked, span)
        if any(result.status.is_bad() for result in results):
            at_once = 1  # one signal's trouble is not to be the others'
        if found:
            yield found


def _within(reading: _Reading, result: Page, asked: int, span: tuple[int, int]) -> list[tuple[Target, Rows]]:
    nothing = np.empty(0, np.int64)
    none = Rows(nothing.astype(np.uint32), nothing, nothing, nothing, np.empty(0), None)
    fresh = reading.take(none if result.rows is None else result.rows, result.continuation, asked)
    inside = (fresh.source >= span[0]) & (fresh.source < span[1])
    fresh = fresh if inside.all() else fresh.taken(inside)
    return [(reading.target, fresh)] if len(fresh) else []


def _refused(reading: _Reading, status: ua.StatusCode, health: Health, *, alone: bool, where: str) -> None:
    """Take note of what the server says of one signal; in company it is asked once more, alone."""
    signal_id = reading.target.signal_id
    if not alone:
        return
    if status.value == ua.StatusCodes.BadContinuationPointInvalid and reading.idle < _IDLE_PAGES:
        reading.idle += 1
        reading.restart()
    elif reading.has_begun:
        raise SourceUnavailable(f"the history of {signal_id} broke off ({status.name})", where=where)
    else:
        reading.done = True
        health.remark([finding("no_history", signal_id, reason=status.name)])


async def _ask(link: Link, group: Sequence[_Reading], end: int, asked: int) -> list[Page]:
    stuck = [reading.target.signal_id for reading in group if reading.idle >= _IDLE_PAGES]
    if stuck:
        raise SourceUnavailable(
            f"the history of {', '.join(stuck)} does not get on",
            where=link.url,
            expected="new values, or an end, with every page",
            remedy="Read a shorter interval, or mend the server's history.",
        )

    async def call(batch: Sequence[_Reading]) -> list[Page]:
        return decoded(await link.session.history_bytes(_request(batch, end, asked)), len(batch))

    return await in_batches(link.limits, "history", group, call)


def _request(batch: Sequence[_Reading], end: int, asked: int, *, release: bool = False) -> ua.HistoryReadParameters:
    details = ua.ReadRawModifiedDetails(
        IsReadModified=False,
        StartTime=stamp(batch[0].since).to_pydatetime(),
        EndTime=stamp(end).to_pydatetime(),
        NumValuesPerNode=ua.Counter(asked),
        ReturnBounds=False,
    )
    nodes = [ua.HistoryReadValueId(NodeId=reading.target.node, ContinuationPoint=reading.point) for reading in batch]
    return ua.HistoryReadParameters(
        HistoryReadDetails=details,
        TimestampsToReturn=ua.TimestampsToReturn.Both,
        ReleaseContinuationPoints=release,
        NodesToRead=nodes,
    )


async def _release(link: Link, readings: Sequence[_Reading], end: int) -> None:
    held = [reading for reading in readings if reading.point is not None and not reading.done]
    if not held or link.is_lost:
        return
    with contextlib.suppress(*WIRE_FAULTS):  # the session, which is closed next, takes them with it
        await link.session.history_bytes(_request(held, end, 0, release=True))
