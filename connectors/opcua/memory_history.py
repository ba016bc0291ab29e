"""HistoryRead from memory: the samples a tag has served are its history.

It takes the place of asyncua's history manager, whose storages cannot say where a page ended when the reading runs
backwards or two samples share a time stamp, and whose SQLite storage fails on whole seconds.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from asyncua import ua
from asyncua.server.history import HistoryManager
from asyncua.server.internal_server import InternalServer

from smartfab import clock

from .simulator_tags import EPOCH, Tag, to_datetime, to_micros

MOST_VALUES = 10_000
"""A response carries at most this many values, all nodes together, so that the server stays responsive [1]."""

_UNSPECIFIED = ua.get_win_epoch()
_PACKED = struct.Struct("<5q")


class _Refused(Exception):  # noqa: N818  a status on its way to one result, no fault of ours
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Page:
    """The samples still to be told: positions begin, begin + step, … up to but not including stop.

    A position with no sample stands for a bounding value that does not exist, at time `low` or `high`.
    """

    begin: int
    stop: int
    step: int
    low: int
    high: int

    def packed(self) -> bytes:
        return _PACKED.pack(self.begin, self.stop, self.step, self.low, self.high)


class MemoryHistory(HistoryManager):
    """The HistoryRead service for raw values (Part 11, 6.5.3.2) over the tags of the simulator.

    Intervals are half-open: the start is told, the end is not. A start after the end, or an end alone, reads
    backwards. Modified, processed and at-time reading, and history updates, are refused.

    Parameters
    ----------
    iserver : InternalServer
        Of asyncua.
    tags : mapping of Tag
        By node id.
    """

    def __init__(self, iserver: InternalServer, tags: Mapping[ua.NodeId, Tag]) -> None:
        super().__init__(iserver)
        self._tags = tags

    async def read_history(self, params: ua.HistoryReadParameters) -> list[ua.HistoryReadResult]:
        """Answer one HistoryRead request, node by node; a node that cannot be read fails alone."""
        if params.ReleaseContinuationPoints:  # they are all in the client's hands: nothing to release
            return [ua.HistoryReadResult() for _ in params.NodesToRead]
        most = max(1, MOST_VALUES // max(1, len(params.NodesToRead)))
        return [self._answer(params.HistoryReadDetails, node, most) for node in params.NodesToRead]

    def _answer(self, details: object, node: ua.HistoryReadValueId, most: int) -> ua.HistoryReadResult:
        result = ua.HistoryReadResult(HistoryData=ua.HistoryData())
        try:
            raw = _raw(details)
            tag = self._tag(node.NodeId)
            page = _resumed(node.ContinuationPoint, tag) if node.ContinuationPoint else _first_page(tag, raw)
        except _Refused as refused:
            result.StatusCode = ua.StatusCode(ua.UInt32(refused.code))
            return result
        wanted = min(raw.NumValuesPerNode or most, most)
        positions = range(page.begin, page.stop, page.step)
        result.HistoryData.DataValues = [_value(tag, position, page) for position in positions[:wanted]]
        if len(positions) > wanted:
            rest = _Page(positions[wanted], page.stop, page.step, page.low, page.high)
            result.ContinuationPoint = rest.packed()
        if not positions:
            result.StatusCode = ua.StatusCode(ua.UInt32(ua.StatusCodes.GoodNoData))
        return result

    def _tag(self, node_id: ua.NodeId) -> Tag:
        tag = self._tags.get(node_id)
        if tag is not None and tag.historizing:
            return tag
        known = node_id in self.iserver.aspace
        raise _Refused(ua.StatusCodes.BadHistoryOperationUnsupported if known else ua.StatusCodes.BadNodeIdUnknown)


def _raw(details: object) -> ua.ReadRawModifiedDetails:
    if isinstance(details, ua.ReadRawModifiedDetails) and not details.IsReadModified:
        return details
    raise _Refused(ua.StatusCodes.BadHistoryOperationUnsupported)


def _resumed(point: bytes, tag: Tag) -> _Page:
    try:
        page = _Page(*_PACKED.unpack(point))
    except struct.error:
        raise _Refused(ua.StatusCodes.BadContinuationPointInvalid) from None
    furthest = len(tag.times) + 1
    if page.step not in {-1, 1} or not (-1 <= page.begin <= furthest and -2 <= page.stop <= furthest):
        raise _Refused(ua.StatusCodes.BadContinuationPointInvalid)
    return page


def _micros(time: dt.datetime | None) -> int | None:
    if time is None or time <= _UNSPECIFIED:
        return None
    return to_micros(time if time.tzinfo else time.replace(tzinfo=EPOCH.tzinfo))


def _first_page(tag: Tag, details: ua.ReadRawModifiedDetails) -> _Page:
    start, end = _micros(details.StartTime), _micros(details.EndTime)
    times = tag.times[: tag.served]
    if start is not None and end is not None:
        return _forward(times, start, end, details) if start <= end else _backward(times, start, end, details)
    if details.NumValuesPerNode and start is not None:
        return _forward(times, start, None, details)
    if details.NumValuesPerNode and end is not None:
        return _backward(times, end, None, details)
    raise _Refused(ua.StatusCodes.BadHistoryOperationInvalid)  # two of the three must be given


def _forward(times: clock.Micros, start: int, end: int | None, details: ua.ReadRawModifiedDetails) -> _Page:
    """Tell [start, end), or the one instant when both are the same; a bound lies at its time or outside."""
    begin = int(np.searchsorted(times, start, "left"))
    stop = len(times) if end is None else int(np.searchsorted(times, end, "right" if start == end else "left"))
    if details.ReturnBounds:
        begin -= int(begin == len(times) or times[begin] != start)
        stop += int(end is not None and start != end)
    return _Page(begin, stop, 1, start, start if end is None else end)


def _backward(times: clock.Micros, start: int, end: int | None, details: ua.ReadRawModifiedDetails) -> _Page:
    """Tell (end, start], the latest first."""
    begin = int(np.searchsorted(times, start, "right")) - 1
    stop = -1 if end is None else int(np.searchsorted(times, end, "right")) - 1
    if details.ReturnBounds:
        begin += int(begin < 0 or times[begin] != start)
        stop -= int(end is not None)
    return _Page(begin, stop, -1, start if end is None else end, start)


def _value(tag: Tag, position: int, page: _Page) -> ua.DataValue:
    if 0 <= position < tag.served:
        return tag.datavalue(position)
    absent = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadBoundNotFound))
    return ua.DataValue(ua.Variant(None, ua.VariantType.Null), absent, to_datetime(page.low if position < 0 else page.high))
