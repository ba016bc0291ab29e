"""Responses of a server, from their bytes: what a PublishResponse, a HistoryReadResponse or a ReadResponse holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from asyncua import ua

from smartfab._fast import ua_messages

from .rows import NO_TIME, Rows, check, data_values

DATA_CHANGES, STATUS_CHANGE, EVENTS, _HISTORY_DATA = 811, 820, 916, 658
_Decode = Callable[[bytes, npt.NDArray[np.int64], npt.NDArray[np.int64]], int]
_MOST_PARTS = 4  # what a server sends; more are asked for once more


@dataclass(slots=True)
class Part:
    """A part of a notification: its type, and where its items are in the message [B]."""

    kind: int
    start: int
    stop: int
    count: int


@dataclass(slots=True)
class Notification:
    """A NotificationMessage (OPC 10000-4, 7.26): its bytes, number, publishing time [us] and parts; a keep-alive has none."""

    data: bytes
    sequence: int
    published: int | None
    parts: list[Part]

    def changes(self) -> list[Rows]:
        """Return the data changes, part by part."""
        wanted = [part for part in self.parts if part.kind == DATA_CHANGES]
        return [data_values(self.data, part.start, part.stop, part.count, with_handles=True) for part in wanted]

    def ended(self) -> str | None:
        """Return the name of the status the server ended the subscription with, if it did."""
        for part in self.parts:
            if part.kind == STATUS_CHANGE:
                code = int.from_bytes(self.data[part.start : part.start + 4], "little")
                return ua.StatusCode(ua.UInt32(code)).name if code else None
        return None


@dataclass(slots=True)
class Published:
    """A PublishResponse: whose notification it is, and which numbers the server could send again."""

    subscription: int
    available: npt.NDArray[np.uint32]
    more: bool
    notification: Notification


@dataclass(slots=True)
class Page:
    """One node's part of a HistoryReadResponse; `rows` is None where the server sent something else than raw values."""

    status: ua.StatusCode
    continuation: bytes | None
    rows: Rows | None


def published(data: bytes) -> Published:
    """Decode a PublishResponse.

    Parameters
    ----------
    data : bytes
        Of the response, its header included.

    Returns
    -------
    Published
        The values are decoded later, when they are asked for.

    Raises
    ------
    BrokenMessageError
        If it is none.
    UaStatusCodeError
        The service's fault.
    """
    head, parts = _notification(data, ua_messages.publish)
    _, subscription, start, count, more, *_ = head
    available = np.frombuffer(data, "<u4", count, start) if count else np.empty(0, np.uint32)
    return Published(subscription, available, bool(more), _message(data, head, parts))


def republished(data: bytes) -> Notification:
    """Decode a RepublishResponse.

    Parameters
    ----------
    data : bytes
        Of the response, its header included.

    Returns
    -------
    Notification
        Sent once more.

    Raises
    ------
    BrokenMessageError
        If it is none.
    UaStatusCodeError
        The service's fault.
    """
    head, parts = _notification(data, ua_messages.republish)
    return _message(data, head, parts)


def _notification(data: bytes, decode: _Decode) -> tuple[list[int], list[list[int]]]:
    head = np.empty(8, np.int64)
    room = _MOST_PARTS
    while True:
        parts = np.empty((room, 4), np.int64)
        check(decode(data, head, parts) if data else 1, "a notification")
        told = head.tolist()
        if told[7] <= room:
            ua.StatusCode(ua.UInt32(told[0])).check()
            return told, parts[: told[7]].tolist()
        room = told[7]


def _message(data: bytes, head: list[int], parts: list[list[int]]) -> Notification:
    sequence, time = head[5], head[6]
    return Notification(data, sequence, None if time == NO_TIME else time, [Part(*part) for part in parts])


def pages(data: bytes, nodes: int) -> list[Page]:
    """Decode a HistoryReadResponse.

    Parameters
    ----------
    data : bytes
        Of the response, its header included.
    nodes : int
        How many were asked for [1].

    Returns
    -------
    list of Page
        One a node, in order.

    Raises
    ------
    BrokenMessageError
        If it is none.
    UaStatusCodeError
        The service's fault.
    UaError
        If the server answered for more or fewer nodes.
    """
    head, results = np.empty(2, np.int64), np.empty((nodes, 7), np.int64)
    check(ua_messages.history(data, head, results) if data else 1, "a history")
    ua.StatusCode(ua.UInt32(int(head[0]))).check()
    if head[1] != nodes:
        raise ua.UaError(f"{head[1]} results for {nodes} operations")
    return [_page(data, *result) for result in results.tolist()]


def _page(data: bytes, status: int, begin: int, end: int, kind: int, start: int, stop: int, count: int) -> Page:
    rows = data_values(data, start, stop, count, with_handles=False) if kind == _HISTORY_DATA else None
    return Page(ua.StatusCode(ua.UInt32(status)), data[begin:end] or None, rows)


def current(data: bytes) -> Rows:
    """Decode a ReadResponse.

    Parameters
    ----------
    data : bytes
        Of the response, its header included.

    Returns
    -------
    Rows
        One a value read; without handles.

    Raises
    ------
    BrokenMessageError
        If it is none.
    UaStatusCodeError
        The service's fault.
    """
    head = np.empty(4, np.int64)
    check(ua_messages.read(data, head) if data else 1, "an answer")
    result, start, stop, count = head.tolist()
    ua.StatusCode(ua.UInt32(result)).check()
    return data_values(data, start, stop, count, with_handles=False)
