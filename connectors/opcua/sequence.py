"""Numbers of notification messages: what is due, what came twice, what is missing."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

LAST = 4_294_967_295
"""After this number comes 1; 0 is never used."""

_Message = TypeVar("_Message")


class Gap(NamedTuple):
    """The numbers `first` to `last` [1] were sent and never came."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many numbers that are [1]."""
        return (self.last - self.first) % LAST + 1


def following(number: int) -> int:
    """Return the number after `number`.

    Parameters
    ----------
    number : int
        Of a notification message [1].

    Returns
    -------
    int
        1 after 4294967295 [1].
    """
    return 1 if number == LAST else number + 1


class SequenceTracker(Generic[_Message]):
    """Put the messages of one subscription in order, each once, and know when one is missing.

    Only data messages take a number; a keep-alive carries the number the next data message will have, which says
    that everything before it was sent. Messages that overtook another are held back until it comes.

    Parameters
    ----------
    window : int
        Arrivals a missing message is waited for before it counts as lost [1].
    expected : int
        Number of the next data message [1].

    References
    ----------
    OPC 10000-4 (OPC UA Services), 5.14.1 and 7.26: NotificationMessage and its sequence number.
    """

    def __init__(self, window: int, expected: int = 1) -> None:
        self.window = window
        self.expected = expected
        self.duplicates = 0
        self._held: dict[int, _Message] = {}
        self._sent = expected
        self._waited = 0

    def message(self, number: int, message: _Message) -> list[_Message]:
        """Take a data message and return those that are due now, in order.

        Parameters
        ----------
        number : int
            Its sequence number [1].
        message : object
            The message.

        Returns
        -------
        list
            Empty for a duplicate, and for one that overtook another.
        """
        if not self._is_ahead(number) or number in self._held:
            self.duplicates += 1
            self._count(found=False)
            return []
        self._held[number] = message
        return self._due()

    def keep_alive(self, number: int) -> None:
        """Take the number of a keep-alive: everything before it was sent.

        Parameters
        ----------
        number : int
            Of the next data message, as the server says [1].
        """
        if self._is_ahead(number) and self._distance(number) > self._distance(self._sent):
            self._sent = number
        self._count(found=False)

    @property
    def gap(self) -> Gap | None:
        """The numbers that are lost, once they were waited for in vain."""
        if self._waited <= self.window:
            return None
        nearest = min((*self._held, *([self._sent] if self._distance(self._sent) else [])), key=self._distance)
        return Gap(self.expected, LAST if nearest == 1 else nearest - 1)

    def give_up(self) -> list[_Message]:
        """Wait no longer for what is missing before the next message known of.

        Returns
        -------
        list
            The messages that are due now, in order.
        """
        if self.gap is not None:
            self.expected = following(self.gap.last)
        return self._due()

    def _due(self) -> list[_Message]:
        due: list[_Message] = []
        while self.expected in self._held:
            due.append(self._held.pop(self.expected))
            self.expected = following(self.expected)
        self._count(found=bool(due))
        return due

    def _distance(self, number: int) -> int:
        return (number - self.expected) % LAST

    def _is_ahead(self, number: int) -> bool:
        return self._distance(number) < LAST // 2

    def _count(self, *, found: bool) -> None:
        if not self._is_ahead(self._sent):
            self._sent = self.expected
        missing = bool(self._held) or self._sent != self.expected
        self._waited = self._waited + 1 if missing and not found else int(missing)
