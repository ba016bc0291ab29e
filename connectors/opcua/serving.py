"""One server of a line: connected for ever, its session resumed after a cut or made anew, its gaps filled from history."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from asyncua import ua

from smartfab.errors import SourceRefused, SourceUnavailable
from smartfab.findings import finding

from .appending import Appender, Delivery
from .backfill import Backlog, keep_filling, with_history
from .backoff import Backoff
from .connecting import established
from .credentials import Access
from .gaps import SignalBook
from .health import Health
from .link import Link, Timing
from .nodes import Target, located
from .publishing import Publisher
from .session import SESSION_TIMEOUT_MS
from .subscribing import longest_delay, subscribe
from .wire_errors import WIRE_FAULTS, retelling, retold

RETRY_NODES_S = 60.0
"""How often signals that were not found are looked for again [s]."""

_TELL_GAPS_S = 60.0


@dataclass
class Run:
    """What the servers of one run share: book, appender, health, timing, and when to stop.

    `persistent` is False where the first failure is to end the run; `alive` says when each server was last heard by an
    earlier run [us].
    """

    book: SignalBook
    appender: Appender
    health: Health
    timing: Timing
    persistent: bool = True
    alive: dict[str, int] = field(default_factory=dict)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


class ServerLoop:
    """Collects from one server until the run stops.

    Parameters
    ----------
    access : Access
        What the server is opened with.
    run : Run
        Shared with the other servers.
    joined : callable
        Called with the number of signals watched, once it is connected the first time.
    """

    def __init__(self, access: Access, run: Run, joined: Callable[[int], None]) -> None:
        self.access, self.run, self._joined = access, run, joined
        self._indices = [run.book.index[name] for name in access.endpoint.signals]
        self._link: Link | None = None
        self._publisher: Publisher | None = None
        self._backlog = Backlog()
        self._known: dict[int, Target] = {}
        self._absent: set[str] = set()
        self._lost_at = 0.0
        self._connections = 0

    async def collect(self) -> None:
        """Collect until the run stops, then save and acknowledge what came, and take leave of the server.

        Raises
        ------
        SourceRefused
            If trying again cannot help.
        SourceUnavailable
            If the run is not to try again.
        """
        backoff = Backoff()
        try:
            while not self.run.stopping.is_set():
                try:
                    await self._connect()
                    backoff.reset()
                    await self._work()
                except SourceUnavailable as error:
                    self._lost_at = time.monotonic()
                    if not self.run.persistent:
                        raise
                    self.run.health.server(self.access.url, "down", str(error))
                    await self._pause(backoff.next())
        finally:
            self._tell_gaps()
            if self._link is not None:
                await self._link.leave()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.run.stopping.wait()

    async def _connect(self) -> None:
        self.run.health.server(self.access.url, "connecting")
        resumed = self._link is not None and await self._resumed(self._link)
        if not resumed:
            await self._forget()
            self._link = await established(self.access, self.run.health, self.run.timing)
            with retelling(where=self.access.url, doing="subscribing"):
                await self._subscribe(self._link)
        self._connections += 1
        self.run.health.count("reconnects", int(self._connections > 1))
        self.run.health.server(self.access.url, "collecting")

    async def _resumed(self, link: Link) -> bool:
        """Go on with the session and its subscriptions; False where the server has forgotten them."""
        publisher = self._publisher
        if publisher is None or publisher.forgotten or time.monotonic() - self._lost_at > SESSION_TIMEOUT_MS / 1000:
            return False
        try:
            await link.resume(self.run.timing)
            async with asyncio.timeout(4 * self.run.timing.timeout):
                await publisher.resume()
        except OSError as error:  # no connection, or no answer in time: the session may still be there
            raise retold(error, where=link.url, doing="resuming the session") from error
        except WIRE_FAULTS:
            return False
        self.run.health.count("resumed")
        return True

    async def _forget(self) -> None:
        """Leave the old session behind: what it would have sent may be missing from here on."""
        covered = [s.covered for s in self._publisher.subscriptions.values()] if self._publisher is not None else []
        heard = max((moment for moment in covered if moment is not None), default=self.run.alive.get(self.access.url))
        late = longest_delay(self.access.endpoint.signals.values())
        self.run.book.open(self._indices, heard, late, "disconnected" if self._connections else "collector_stopped")
        if self._link is not None:
            link, self._link, self._publisher = self._link, None, None
            await link.client.uaclient.drop()

    async def _subscribe(self, link: Link) -> None:
        run = self.run
        publisher = Publisher(link, run.book, run.appender, run.health, self._backlog.add)
        targets, missing = await located(link, link.endpoint.signals)
        watched = await subscribe(link, targets, publisher, run.book, run.health, run.timing.keep_alive)
        run.health.not_found(missing)
        self._absent = set(link.endpoint.signals) - set(watched)
        for name in watched:
            run.health.found(name)
        there = [target for target in targets if target.signal_id in set(watched)]
        self._known = {run.book.index[t.signal_id]: t for t in await with_history(link, there)} if run.persistent else {}
        self._publisher = publisher
        if not self._connections:
            self._joined(len(watched))

    async def _work(self) -> None:
        """Publish, look after the session and fill gaps, until the run stops or the link fails."""
        link, publisher = self._link, self._publisher
        if link is None or publisher is None:
            raise SourceUnavailable("no session", where=self.access.url)
        run = self.run
        tasks = [
            asyncio.create_task(link.look_after(run.health, run.timing.keep_alive)),
            asyncio.create_task(keep_filling(link, self._backlog, self._known, run.appender, run.health)),
            asyncio.create_task(self._look_for_nodes(link, publisher)),
        ]
        if publisher.subscriptions:
            tasks.append(asyncio.create_task(publisher.run()))
        stopping = asyncio.ensure_future(run.stopping.wait())
        ends: list[asyncio.Future[Any]] = [stopping, link.failure]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not link.failure.done():
                await self._leave(link, publisher)
            else:
                link.failure.result()
        finally:
            stopping.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _look_for_nodes(self, link: Link, publisher: Publisher) -> None:
        """Look again, slowly, for signals that were not there; tell of gaps that stay open."""
        while True:
            await asyncio.sleep(min(RETRY_NODES_S, _TELL_GAPS_S))
            self._tell_gaps()
            wanted = {name: link.endpoint.signals[name] for name in sorted(self._absent)}
            if not wanted or not self.run.persistent or not publisher.subscriptions:
                continue
            with contextlib.suppress(*WIRE_FAULTS):
                targets, _ = await located(link, wanted)
                found = await subscribe(link, targets, publisher, self.run.book, self.run.health, self.run.timing.keep_alive)
                self._absent -= set(found)
                for name in found:
                    self.run.health.found(name)

    def _tell_gaps(self) -> None:
        """Put the gaps that are open still into coverage, as far as they go."""
        publisher = self._publisher
        covered = [s.covered for s in publisher.subscriptions.values()] if publisher is not None else []
        until = max((moment for moment in covered if moment is not None), default=time.time_ns() // 1000)
        gaps = self.run.book.unclosed(self._indices, until)
        if gaps:
            self.run.appender.put(Delivery(gaps=gaps))

    async def _leave(self, link: Link, publisher: Publisher) -> None:
        self.run.health.server(self.access.url, "stopping")
        publisher.end()
        numbers = [ua.IntegerId(number) for number in publisher.subscriptions]
        if not numbers:
            return
        with self._forgiving(link):
            # what the server sent until now comes before this answer; after it nothing more is sent
            await link.session.set_publishing_mode(
                ua.SetPublishingModeParameters(PublishingEnabled=False, SubscriptionIds=numbers)
            )
            if await self.run.appender.drained():
                await _farewell(link, publisher.take_acknowledgements(), numbers)

    @contextlib.contextmanager
    def _forgiving(self, link: Link) -> Iterator[None]:
        """A server that does not take leave is worth a remark, no more: what it sent is saved all the same."""
        try:
            yield
        except (*WIRE_FAULTS, SourceRefused) as error:
            told = retold(error, where=link.url, doing="taking leave")
            self.run.health.remark([finding("unclean_end", link.url, error=told.found)])


async def _farewell(
    link: Link, acknowledgements: list[ua.SubscriptionAcknowledgement], numbers: Sequence[ua.IntegerId]
) -> None:
    """Acknowledge the rest and delete the subscriptions; nobody waits for the answer to that last publish."""
    # tasks take their first step in the order they were made, so the acknowledgement is on the wire first
    last = asyncio.create_task(link.session.publish_bytes(acknowledgements))
    deleting = asyncio.create_task(link.session.delete_subscriptions(list(numbers)))
    try:
        await deleting
    finally:
        last.cancel()
        deleting.cancel()
        await asyncio.gather(last, deleting, return_exceptions=True)
