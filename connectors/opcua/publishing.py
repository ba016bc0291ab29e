"""The publish loop: several requests under way, acknowledgements only for what is durable, and an eye on silence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from asyncua import ua

from smartfab.errors import SourceUnavailable
from smartfab.findings import finding

from .appending import Appender, Notification
from .gathering import together
from .health import Health
from .link import Link
from .sequence import SequenceTracker
from .values import SampleColumns

SILENT_KEEP_ALIVES = 3
"""A subscription that misses this many keep-alives is gone [1]."""

_Publish = Callable[[list[ua.SubscriptionAcknowledgement]], Awaitable[ua.PublishResponse]]


class Subscription:
    """One subscription of a session: whose values come, in which order, and when its last word came.

    Parameters
    ----------
    number : int
        The server's id of the subscription [1].
    silence : float
        Longest time without a word from it [s].
    """

    def __init__(self, number: int, silence: float) -> None:
        self.number = number
        self.silence = silence
        self.heard = 0.0
        self.signals: dict[int, str] = {}
        self.tracker: SequenceTracker[ua.NotificationMessage] = SequenceTracker(window=4)


class Publisher:
    """Asks one server for notifications and hands them on in order.

    Parameters
    ----------
    link : Link
        Is told when the subscription is lost.
    appender : Appender
        Gets the notifications; while it has no room, nothing new is asked for.
    health : Health
        Counts.
    """

    def __init__(self, link: Link, appender: Appender, health: Health) -> None:
        self.subscriptions: dict[int, Subscription] = {}
        self._acknowledgements: list[ua.SubscriptionAcknowledgement] = []
        self._link = link
        self._appender = appender
        self._health = health
        self._askers = 0
        self._under_way = 0
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Ask for nothing more; what is under way is still handed on."""
        self._ending.set()

    def take_acknowledgements(self) -> list[ua.SubscriptionAcknowledgement]:
        """Return what is durable and not acknowledged yet; the caller sends it."""
        taken, self._acknowledgements = self._acknowledgements, []
        self._health.count("acknowledged", len(taken))
        return taken

    def _give_back(self, acknowledgements: list[ua.SubscriptionAcknowledgement]) -> None:
        self._acknowledgements[:0] = acknowledgements
        self._health.count("acknowledged", -len(acknowledgements))

    async def run(self, publish: _Publish) -> None:
        """Publish until `end` or until the link fails.

        Parameters
        ----------
        publish : callable
            Sends one PublishRequest with acknowledgements and returns its response.
        """
        self._askers = len(self.subscriptions) + 1  # OPC 10000-4, 5.14.5: a server takes more requests than subscriptions
        try:
            await together([self._listen(), *(self._ask(publish) for _ in range(self._askers))])
        except Exception as error:  # noqa: BLE001  handed on to whoever uses the link
            self._link.fail(error, "publishing")

    async def _ask(self, publish: _Publish) -> None:
        while not self._ending.is_set():
            await self._appender.room.wait()
            if self._ending.is_set():
                return
            acknowledgements = self.take_acknowledgements()
            if not self._under_way:
                self._heard_now()  # nothing was asked, so nobody was silent
            self._under_way += 1
            try:
                response = await publish(acknowledgements)
            except ua.UaStatusCodeError as error:
                self._give_back(acknowledgements)
                if self._ending.is_set() or (error.code == ua.StatusCodes.BadTooManyPublishRequests and self._askers > 1):
                    self._askers -= 1
                    return
                if error.code != ua.StatusCodes.BadTimeout:  # which says that this request grew old, and no more
                    raise
            else:
                # responses resume their askers in the order they came in, so this order is the server's
                self._take(response.Parameters)
            finally:
                self._under_way -= 1

    def _heard_now(self) -> None:
        for subscription in self.subscriptions.values():
            subscription.heard = time.monotonic()

    async def _listen(self) -> None:
        while not self._ending.is_set():
            await asyncio.sleep(min(subscription.silence for subscription in self.subscriptions.values()) / 4)
            for subscription in self.subscriptions.values():
                quiet = time.monotonic() - subscription.heard
                if self._under_way and not self._ending.is_set() and quiet > subscription.silence:
                    raise SourceUnavailable(
                        f"not a word from the subscription for {quiet:.1f} s",
                        where=self._link.url,
                        expected=f"a keep-alive every {subscription.silence / SILENT_KEEP_ALIVES:.1f} s",
                    )

    def _take(self, result: ua.PublishResult) -> None:
        subscription = self.subscriptions.get(result.SubscriptionId)
        if subscription is None:
            raise ua.UaError(f"a notification of subscription {result.SubscriptionId}, which is not ours")
        subscription.heard = time.monotonic()
        message, tracker = result.NotificationMessage, subscription.tracker
        duplicates = tracker.duplicates
        if message.NotificationData:
            for due in tracker.message(message.SequenceNumber, message):
                self._hand_on(subscription, due)
        else:
            tracker.keep_alive(message.SequenceNumber)
        self._health.count("duplicates", tracker.duplicates - duplicates)
        if tracker.gap is not None:
            first, last = tracker.gap
            raise SourceUnavailable(
                f"notifications {first} to {last} of subscription {subscription.number} never came",
                where=self._link.url,
                expected="every notification once",
                remedy="Start again; the values of these notifications are missing.",
            )

    def _hand_on(self, subscription: Subscription, message: ua.NotificationMessage) -> None:
        columns = SampleColumns(self._link.endpoint.clock)
        received, lost = time.time_ns() // 1000, ""
        for part in message.NotificationData:
            if isinstance(part, ua.DataChangeNotification):
                for item in part.MonitoredItems or ():
                    if item.ClientHandle in subscription.signals:
                        columns.add(subscription.signals[item.ClientHandle], item.Value, received)
                    else:
                        self._health.remark([finding("unknown_handle", self._link.url)])
            elif isinstance(part, ua.StatusChangeNotification):
                lost = part.Status.name if part.Status.value else ""
            else:
                self._health.remark([finding("unknown_notification", self._link.url, kind=type(part).__name__)])
        self._health.received(columns.signal_id)
        self._health.count("overflows", columns.overflows)
        self._health.remark(columns.findings())
        done = ua.SubscriptionAcknowledgement(ua.IntegerId(subscription.number), ua.Counter(message.SequenceNumber))
        self._appender.put(Notification(columns, lambda: self._acknowledgements.append(done)))
        if lost:
            raise SourceUnavailable(f"the server ended the subscription ({lost})", where=self._link.url)
