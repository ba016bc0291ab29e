"""A notification → samples with their times and signals, the gaps they close, and events."""

from __future__ import annotations

import numpy as np

from smartfab.findings import finding

from .clocks import offset_at
from .decoding import EVENTS, Notification
from .events import Event, event_of
from .gaps import Gap, SignalBook
from .health import Health
from .link import Link
from .rows import event_fields
from .samples import Samples, remarks, stamped

EVENT_HANDLE = 2**31
"""Client handle of the item that watches events; that of a signal is its index + 1."""


class Receiver:
    """Reads what the notifications of one server say.

    Parameters
    ----------
    link : Link
        To the server: its endpoint says whose time counts.
    book : SignalBook
        Knows the signals.
    health : Health
        Counts, and gets what is remarkable.
    """

    def __init__(self, link: Link, book: SignalBook, health: Health) -> None:
        self._link, self._book, self._health = link, book, health

    def moment(self, message: Notification, received: int) -> int:
        """Return when a message was sent, by the clock that counts.

        Parameters
        ----------
        message : Notification
            With or without a time of its own.
        received : int
            When it came [us].

        Returns
        -------
        int
            Corrected by the offset of the endpoint [us].
        """
        endpoint = self._link.endpoint
        if endpoint.clock == "collector" or message.published is None:
            return received
        return message.published - offset_at(endpoint, received)

    def samples(self, message: Notification, received: int, moment: int) -> tuple[list[Samples], list[Gap]]:
        """Return the samples of a message that are new, and the gaps they close.

        Parameters
        ----------
        message : Notification
            With data changes or without.
        received, moment : int
            When it came, and when it was sent by the clock that counts [us].

        Returns
        -------
        tuple of (list of Samples, list of Gap)
            In their order.

        Raises
        ------
        BrokenMessageError
            If it cannot be decoded.
        """
        endpoint = self._link.endpoint
        offset = offset_at(endpoint, received)
        found: list[Samples] = []
        gaps: list[Gap] = []
        for part in message.changes():
            rows, index = part, part.handle.astype(np.intp)
            index -= 1
            if len(index) and not (index.min() >= 0 and index.max() < len(self._book.names)):
                known = (index >= 0) & (index < len(self._book.names))
                self._health.remark([finding("unknown_handle", self._link.url, int((~known).sum()))])
                rows, index = rows.taken(known), index[known]
            if not len(rows):
                continue
            whole = stamped(rows, index, clock=endpoint.clock, offset=offset, received=received)
            self._health.received(whole.index)
            self._health.count("overflows", len(whole.overflowed()))
            self._health.remark(remarks(whole, self._book.names, endpoint.clock))
            kept, closed = self._book.take(whole, proves=endpoint.clock == "source", heard=moment)
            found += [kept] if len(kept) else []
            gaps += closed
        return found, gaps

    def events(self, message: Notification, received: int) -> list[Event]:
        """Return the events of a message.

        Parameters
        ----------
        message : Notification
            With events or without.
        received : int
            When it came [us].

        Returns
        -------
        list of Event
            In their order.

        Raises
        ------
        BrokenMessageError
            If it cannot be decoded.
        """
        found = [
            event_of(values, default=self._link.url, received=received)
            for part in message.parts
            if part.kind == EVENTS
            for _, values in event_fields(message.data, part.start, part.stop, part.count)
        ]
        if any(event.kind == "queue_overflow" for event in found):
            self._health.remark([finding("event_queue_overflow", self._link.url)])
        return found
