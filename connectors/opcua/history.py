"""History of a server in pages, with memory bounded by the page."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Sequence

from asyncua import ua

from smartfab.clock import stamp
from smartfab.errors import SourceUnavailable
from smartfab.findings import finding

from .batching import in_batches
from .health import Health
from .link import Link
from .nodes import Target
from .values import SampleColumns, micros_of
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


class _Reading:
    """One signal's history: asked for from `since` on, and how far it has come."""

    def __init__(self, target: Target, since: int) -> None:
        self.target = target
        self.since = since
        self.point: bytes | None = None
        self.done = False
        self.repeated = 0
        self.idle = 0
        self._last = since - 1
        self._at_last: list[ua.DataValue] = []

    @property
    def has_begun(self) -> bool:
        """Whether something was read."""
        return bool(self._at_last)

    def take(self, page: Sequence[ua.DataValue], point: bytes | None, asked: int) -> list[tuple[int, ua.DataValue]]:
        """Return what is new on the page, with its time; pages may overlap at their edges."""
        timed = [(_time_of(value, self._last), value) for value in page]
        fresh = [(at, value) for at, value in timed if at > self._last or (at == self._last and value not in self._at_last)]
        self.repeated += sum(at < self._last for at, _ in timed)
        self.idle = 0 if fresh else self.idle + 1
        if fresh:
            newest = max(at for at, _ in fresh)
            before = self._at_last if newest == self._last else []
            self._at_last = [*before, *(value for at, value in fresh if at == newest)]
            self._last = newest
        self.point = point
        self.done = point is None and len(page) < asked
        if point is None and not self.done:
            self.restart()  # a full page without a continuation point is cut off, not complete
        return fresh

    def restart(self) -> None:
        """Go on from the last value, which will come once more, without a continuation point."""
        self.point, self.since = None, max(self.since, self._last)


def _time_of(value: ua.DataValue, otherwise: int) -> int:
    times = (micros_of(value.SourceTimestamp), micros_of(value.ServerTimestamp))
    return next((time_ for time_ in times if time_ is not None), otherwise)


async def pages(link: Link, targets: Sequence[Target], start: int, end: int, health: Health) -> AsyncGenerator[SampleColumns]:
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
    SampleColumns
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
                async for columns in found:
                    yield columns
        finally:
            await _release(link, readings, end)
        repeats = {reading.target.signal_id: reading.repeated for reading in readings if reading.repeated}
        health.remark(finding("history_repeated", signal_id, count) for signal_id, count in repeats.items())


async def _read(
    link: Link, readings: Sequence[_Reading], span: tuple[int, int], health: Health
) -> AsyncGenerator[SampleColumns]:
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
            results = [ua.HistoryReadResult(StatusCode=ua.StatusCode(ua.UInt32(error.code)))] * len(group)
        columns = SampleColumns(link.endpoint.clock)
        for reading, result in zip(group, results, strict=True):
            if result.StatusCode.is_bad():
                _refused(reading, result.StatusCode, health, alone=len(group) == 1, where=link.url)
            else:
                page = getattr(result.HistoryData, "DataValues", None) or []
                for at, value in reading.take(page, result.ContinuationPoint or None, asked):
                    if span[0] <= at < span[1]:
                        columns.add(reading.target.signal_id, value, at)
        if any(result.StatusCode.is_bad() for result in results):
            at_once = 1  # one signal's trouble is not to be the others'
        if len(columns):
            yield columns


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


async def _ask(link: Link, group: Sequence[_Reading], end: int, asked: int) -> list[ua.HistoryReadResult]:
    stuck = [reading.target.signal_id for reading in group if reading.idle >= _IDLE_PAGES]
    if stuck:
        raise SourceUnavailable(
            f"the history of {', '.join(stuck)} does not get on",
            where=link.url,
            expected="new values, or an end, with every page",
            remedy="Read a shorter interval, or mend the server's history.",
        )

    async def call(batch: Sequence[_Reading]) -> list[ua.HistoryReadResult]:
        return await link.session.history_read(_request(batch, end, asked))

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
        await link.session.history_read(_request(held, end, 0, release=True))
