"""All servers of a line at once: values → store → acknowledgements, until told to stop or until one of them fails."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from asyncua import ua

from smartfab.errors import SignalNotFound
from smartfab.findings import finding

from .appending import Appender
from .credentials import Access
from .health import Health
from .link import Link, Timing, opened
from .nodes import located
from .publishing import Publisher
from .subscribing import subscribe
from .wire_errors import WIRE_FAULTS, retelling, retold


@dataclass
class Collection:
    """One run over the servers of a line.

    Attributes
    ----------
    accesses : sequence of Access
        What the servers are opened with.
    appender : Appender
        Saves what comes.
    health : Health
        Tells how it goes.
    timing : Timing
        How long to wait.
    seconds : float, optional
        End so long after all there is to watch is watched [s].
    """

    accesses: Sequence[Access]
    appender: Appender
    health: Health
    timing: Timing
    seconds: float | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _joined: int = 0
    _watched: int = 0

    async def run(self) -> None:
        """Collect until `stopping` is set, then save and acknowledge what came, and take leave of the servers.

        Raises
        ------
        SourceError
            If a server cannot be reached, refuses, has no signal, or is lost; what came until then is saved.
        Exception
            What the store raises; what it did not take is not acknowledged.
        """
        self.health.enter("connecting")
        saving = asyncio.create_task(self._save())
        servers = [asyncio.create_task(self._serve(access)) for access in self.accesses]
        try:
            await asyncio.wait(servers)
            self.appender.finish()
            await asyncio.wait([saving])
        finally:
            for task in (*servers, saving):
                task.cancel()
            await asyncio.wait([*servers, saving])
            errors = [error for task in (saving, *servers) if not task.cancelled() and (error := task.exception())]
            self.health.enter("failed" if errors else "stopped", errors[0] if errors else None)
        if errors:
            raise errors[0]

    async def _save(self) -> None:
        try:
            await self.appender.run()
        finally:
            self.stopping.set()

    async def _serve(self, access: Access) -> None:
        try:
            async with opened(access, self.health, self.timing) as link:
                link.failure.add_done_callback(lambda _: self.stopping.set())
                publisher = Publisher(link, self.appender, self.health)
                await self._join(link, publisher)
                await self.stopping.wait()
                await self._leave(link, publisher)
        finally:
            self.stopping.set()

    async def _join(self, link: Link, publisher: Publisher) -> None:
        with retelling(where=link.url, doing="subscribing"):
            targets, missing = await located(link, link.endpoint.signals)
            self.health.not_found(missing)
            self._watched += len(await subscribe(link, targets, publisher, self.health, self.timing.keep_alive))
        self._joined += 1
        if self._joined == len(self.accesses):
            if not self._watched:
                raise nothing_found(self.health.report()["not_found"], where=link.url)
            if not self.stopping.is_set():
                self.health.enter("collecting")
                if self.seconds is not None:
                    asyncio.get_running_loop().call_later(self.seconds, self.stopping.set)

    async def _leave(self, link: Link, publisher: Publisher) -> None:
        if link.failure.done():
            await link.session.stop_publishing()
            link.failure.result()
        self.health.enter("stopping")
        publisher.end()
        numbers = [ua.IntegerId(number) for number in publisher.subscriptions]
        if not numbers:
            return
        with self._forgiving(link):
            # what the server sent until now comes before this answer; after it nothing more is sent
            await link.session.set_publishing_mode(
                ua.SetPublishingModeParameters(PublishingEnabled=False, SubscriptionIds=numbers)
            )
            if await self.appender.drained():
                await self._farewell(link, publisher.take_acknowledgements(), numbers)

    async def _farewell(
        self, link: Link, acknowledgements: list[ua.SubscriptionAcknowledgement], numbers: Sequence[ua.IntegerId]
    ) -> None:
        """Acknowledge the rest and delete the subscriptions; nobody waits for the answer to that last publish."""
        # tasks take their first step in the order they were made, so the acknowledgement is on the wire first
        last = asyncio.create_task(link.session.publish(acknowledgements))
        deleting = asyncio.create_task(link.session.delete_subscriptions(list(numbers)))
        try:
            await deleting
        finally:
            last.cancel()
            deleting.cancel()
            await asyncio.gather(last, deleting, return_exceptions=True)

    @contextlib.contextmanager
    def _forgiving(self, link: Link) -> Iterator[None]:
        """A server that does not take leave is worth a remark, no more: what it sent is saved all the same."""
        try:
            yield
        except WIRE_FAULTS as error:
            told = retold(error, where=link.url, doing="taking leave")
            self.health.remark([finding("unclean_end", link.url, error=told.found)])


def nothing_found(reasons: Mapping[str, str], *, where: str) -> SignalNotFound:
    """Return the error that names every signal, when there is none at all.

    Parameters
    ----------
    reasons : mapping of str to str
        Why each signal cannot be read.
    where : str
        The line or the endpoint.

    Returns
    -------
    SignalNotFound
        Listing all of them.
    """
    faults = [
        SignalNotFound(reason, where=signal_id, remedy="Correct node or path in the plant.")
        for signal_id, reason in reasons.items()
    ]
    return SignalNotFound.of(faults, where=where)
