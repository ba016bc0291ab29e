"""What is known of one subscription of a session, and how many requests keep it flowing."""

from __future__ import annotations

import asyncio
import math
import time

from .decoding import Notification
from .sequence import SequenceTracker

SILENT_KEEP_ALIVES = 3
"""A subscription that misses this many keep-alives is gone [1]."""

_REORDERED = 4  # arrivals a message is waited for that others overtook
_LEAST, _MOST = 2, 8


def in_flight(subscriptions: int, round_trip: float, interval: float) -> int:
    """Return how many PublishRequests to keep under way.

    Parameters
    ----------
    subscriptions : int
        Each wants one (OPC 10000-4, 5.14.5) [1].
    round_trip : float
        To the server and back [s].
    interval : float
        Shortest publishing interval [s].

    Returns
    -------
    int
        2…8 [1].
    """
    return min(_MOST, max(_LEAST, subscriptions + math.ceil(round_trip / max(interval, 0.001))))


class Subscription:
    """One subscription of a session: whose values come, in which order, and when its last word came.

    Parameters
    ----------
    number : int
        The server's id of the subscription [1].
    interval : float
        Its publishing interval [s].
    silence : float
        Longest time without a word from it [s].
    """

    def __init__(self, number: int, interval: float, silence: float) -> None:
        self.number = number
        self.interval = interval
        self.silence = silence
        self.heard = time.monotonic()
        self.covered: int | None = None
        self.late = round(interval * 1e6)
        self.signals: set[int] = set()
        self.mending: asyncio.Task[None] | None = None
        self.tracker: SequenceTracker[Notification] = SequenceTracker(window=_REORDERED)
