"""The publish loop: several requests under way, acknowledgements only for what is durable, and nothing lost in silence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from asyncua import ua

from smartfab.errors import SourceUnavailable
from smartfab.findings import finding

from .appending import Appender, Delivery
from .decoding import Notification, Published, published, republished
from .events import Event
from .gaps import Gap, SignalBook
from .gathering import together
from .health import Health
from .link import Link
from .receiving import Receiver
from .rows import BrokenMessageError
from .samples import Samples, gathered
from .subscription import SILENT_KEEP_ALIVES, Subscription, in_flight

FORGOTTEN = {
    ua.StatusCodes.BadNoSubscription,
    ua.StatusCodes.BadSubscriptionIdInvalid,
    ua.StatusCodes.BadSessionIdInvalid,
    ua.StatusCodes.BadSessionClosed,
    ua.StatusCodes.BadSessionNotActivated,
}
"""What a server answers that no longer knows the session or the subscription."""

_MOST_ASKED_AGAIN = 1000


class Publisher:
    """Asks one server for notifications and hands them on in order.

    Parameters
    ----------
    link : Link
        Is told when the subscription is lost.
    book : SignalBook
        Knows the signals.
    appender : Appender
        Gets what came; while it has no room, nothing new is asked for.
    health : Health
        Counts.
    on_gaps : callable
        Gets the gaps that closed, once they are on their way to the journal.
    """

    def __init__(
        self, link: Link, book: SignalBook, appender: Appender, health: Health, on_gaps: Callable[[Sequence[Gap]], None]
    ) -> None:
        self.subscriptions: dict[int, Subscription] = {}
        self.by_interval: dict[float, Subscription] = {}
        self.forgotten = False
        self._acknowledgements: list[ua.SubscriptionAcknowledgement] = []
        self._link, self._book, self._appender, self._health, self._on_gaps = link, book, appender, health, on_gaps
        self._receiver = Receiver(link, book, health)
        self._askers = self._under_way = 0
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

    async def run(self) -> None:
        """Publish until `end` or until the link fails."""
        intervals = [subscription.interval for subscription in self.subscriptions.values()]
        self._askers = in_flight(len(intervals), self._link.round_trip_s, min(intervals))
        try:
            await together([self._listen(), *(self._ask() for _ in range(self._askers))])
        except Exception as error:  # noqa: BLE001  handed on to whoever uses the link
            self.forgotten = self.forgotten or (isinstance(error, ua.UaStatusCodeError) and error.code in FORGOTTEN)
            self._link.fail(error, "publishing")
        finally:
            mending = [s.mending for s in self.subscriptions.values() if s.mending is not None]
            for task in mending:
                task.cancel()
            await asyncio.gather(*mending, return_exceptions=True)

    async def _ask(self) -> None:
        while not self._ending.is_set():
            await self._appender.room.wait()
            if self._ending.is_set():
                return
            acknowledgements = self.take_acknowledgements()
            if not self._under_way:
                self._heard_now()  # nothing was asked, so nobody was silent
            self._under_way += 1
            try:
                response = published(await self._link.session.publish_bytes(acknowledgements))
            except ua.UaStatusCodeError as error:
                self._give_back(acknowledgements)
                if self._ending.is_set() or (error.code == ua.StatusCodes.BadTooManyPublishRequests and self._askers > 1):
                    self._askers -= 1
                    return
                if error.code != ua.StatusCodes.BadTimeout:  # which says that this request grew old, and no more
                    raise
            except OSError:
                self._give_back(acknowledgements)
                raise
            else:
                # responses resume their askers in the order they came in, so this order is the server's
                self._take(response)
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

    def _take(self, result: Published) -> None:
        subscription = self.subscriptions.get(result.subscription)
        if subscription is None:
            self._health.remark([finding("unknown_subscription", self._link.url)])
            return
        subscription.heard = time.monotonic()
        message, tracker = result.notification, subscription.tracker
        duplicates = tracker.duplicates
        if message.parts:
            for due in tracker.message(message.sequence, message):
                self._hand_on(subscription, due)
        else:
            tracker.keep_alive(message.sequence)
            if message.sequence == tracker.expected:
                subscription.covered = self._receiver.moment(message, time.time_ns() // 1000)
                self._appender.put(Delivery(heard=(self._link.url, subscription.covered)))
        self._health.count("duplicates", tracker.duplicates - duplicates)
        if tracker.gap is not None and (subscription.mending is None or subscription.mending.done()):
            subscription.mending = asyncio.create_task(self._mend(subscription, set(result.available.tolist())))

    async def _mend(self, subscription: Subscription, available: set[int]) -> None:
        """Ask once more for the messages that never came; what is not there any more is a gap."""
        tracker = subscription.tracker
        while (gap := tracker.gap) is not None:
            number = gap.first
            for _ in range(min(gap.size, _MOST_ASKED_AGAIN)):
                if number in available:
                    await self._again(subscription, number)
                number = number % 4_294_967_295 + 1
            if tracker.gap == gap:
                self.lose(subscription, "lost_notification")
                for due in tracker.give_up():
                    self._hand_on(subscription, due)

    async def _again(self, subscription: Subscription, number: int) -> bool:
        """Ask for a message once more; False when the server does not have it."""
        try:
            message = republished(await self._link.session.republish_bytes(subscription.number, number))
        except ua.uaerrors.BadMessageNotAvailable:
            return False
        if not message.parts or message.sequence != number:  # some servers answer an unknown number with an empty message
            return False
        self._health.count("republished")
        for due in subscription.tracker.message(number, message):
            self._hand_on(subscription, due)
        return True

    async def resume(self) -> None:
        """After a cut, in the same session: get what was sent since the last message that came.

        Raises
        ------
        UaStatusCodeError
            If the server has forgotten a subscription.
        """
        for subscription in self.subscriptions.values():
            while await self._again(subscription, subscription.tracker.expected):
                pass
            subscription.heard = time.monotonic()

    def lose(self, subscription: Subscription, cause: str) -> None:
        """Open a gap of all signals of a subscription.

        Parameters
        ----------
        subscription : Subscription
            Whose values may be missing.
        cause : str
            Why.
        """
        self._book.open(subscription.signals, subscription.covered, subscription.late, cause)
        self._health.count("gaps")

    def _hand_on(self, subscription: Subscription, message: Notification) -> None:
        received = time.time_ns() // 1000
        moment = self._receiver.moment(message, received)
        samples: list[Samples] = []
        gaps: list[Gap] = []
        events: list[Event] = []
        try:
            events = self._receiver.events(message, received)
            samples, gaps = self._receiver.samples(message, received, moment)
        except BrokenMessageError as error:
            self._health.remark([finding("undecodable_notification", self._link.url, error=error.found)])
            self.lose(subscription, "undecodable_notification")
        subscription.covered = moment
        done = ua.SubscriptionAcknowledgement(ua.IntegerId(subscription.number), ua.Counter(message.sequence))
        self._appender.put(
            Delivery(
                gathered(samples) if samples else None, gaps, events, (self._link.url, moment),
                lambda: self._acknowledgements.append(done),
            )
        )  # fmt: skip
        self._on_gaps(gaps)
        lost = message.ended()
        if lost:
            self.forgotten = True
            raise SourceUnavailable(f"the server ended the subscription ({lost})", where=self._link.url)
