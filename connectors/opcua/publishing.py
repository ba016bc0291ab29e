"""The publish loop: several requests under way, acknowledgements only for what is durable, and an eye on silence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from asyncua import ua

from smartfab.errors import SourceUnavailable

from .appending import Appender, Notification
from .health import Health
from .sequence import SequenceTracker
from .values import Clock, SampleColumns

SILENT_KEEP_ALIVES = 3
"""A subscription that misses this many keep-alives is gone [1]."""

_Publish = Callable[[list[ua.SubscriptionAcknowledgement]], Awaitable[ua.PublishResponse]]


class Subscription:
    """One subscription of a session: whose values come, in which order, and when the last word came.

    Parameters
    ----------
    number : int
        The server's id of the subscription [1].
    silence : float
        Longest time without a word from it [s].
    window : int
        Arrivals a missing message is waited for [1].
    """

    def __init__(self, number: int, *, silence: float, window: int) -> None:
        self.number = number
        self.silence = silence
        self.heard = 0.0
        self.signals: dict[int, str] = {}
        self.tracker: SequenceTracker[ua.NotificationMessage] = SequenceTracker(window)


class Publisher:
    """Asks a server for notifications and hands them on in order.

    Parameters
    ----------
    appender : Appender
        Gets the notifications; while it has no room nothing new is asked for.
    health : Health
        Counts.
    clock : {'source', 'server', 'collector'}
        Which time becomes `ts`.
    url : str
        The endpoint, for errors.
    """

    def __init__(self, appender: Appender, health: Health, *, clock: Clock, url: str) -> None:
        self.subscriptions: dict[int, Subscription] = {}
        self.acknowledgements: list[ua.SubscriptionAcknowledgement] = []
        self._appender = appender
        self._health = health
        self._clock: Clock = clock
        self._url = url
        self._under_way = 0
        self._ending = False
