"""One session on one server: opened step by step under a deadline, looked after while open, closed whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from asyncua import ua

from smartfab.plant import Endpoint

from .batching import OperationLimits, in_batches
from .credentials import Access
from .decoding import current
from .health import Health
from .rows import Rows, joined
from .session import ReadOnlySession, WireClient
from .wire_errors import WIRE_FAULTS, retold

GRACE_S = 3.0
"""Longest wait for a server to take leave of [s]."""

_RENEWAL = 0.75  # part of a channel's life after which it is renewed: OPC 10000-4, 5.6.2


@dataclass(frozen=True)
class Timing:
    """How long to wait: `timeout` for each step, `keep_alive` as the longest silence of a server [s]."""

    timeout: float
    keep_alive: float


def standard_node(number: int) -> ua.NodeId:
    """Return a node of the OPC UA standard itself, by its number [1]."""
    return ua.NodeId(ua.Int32(number))


def _wanted(nodes: Sequence[ua.NodeId], attribute: ua.AttributeIds) -> ua.ReadParameters:
    wanted = [ua.ReadValueId(NodeId=node, AttributeId=attribute) for node in nodes]
    return ua.ReadParameters(TimestampsToReturn=ua.TimestampsToReturn.Both, NodesToRead=wanted)


class Link:
    """An open session with what is known of its server: limits, namespaces, when it was started [us], round trip [s].

    Parameters
    ----------
    access : Access
        What it was opened with.
    client : WireClient
        Carries the session.
    """

    def __init__(self, access: Access, client: WireClient) -> None:
        self.access = access
        self.client = client
        self.limits = OperationLimits()
        self.namespaces: list[str] = []
        self.started: int | None = None
        self.round_trip_s = 0.0
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint as the plant describes it."""
        return self.access.endpoint

    @property
    def session(self) -> ReadOnlySession:
        """The session."""
        return self.client.session

    @property
    def url(self) -> str:
        """The address, as errors tell it."""
        return self.access.url

    def fail(self, error: Exception, doing: str) -> None:
        """Take note that the connection is lost, for whoever awaits `failure`; only the first reason counts."""
        if not self.failure.done():
            told = retold(error, where=self.url, doing=doing)
            if told is not error:
                told.__cause__ = error
            self.failure.set_exception(told)
            self.failure.exception()  # seen, even where nobody waits for it

    @property
    def is_lost(self) -> bool:
        """Whether the connection is known to be gone."""
        return self.failure.done() or self.client.uaclient.lost.is_set()

    async def resume(self, timing: Timing) -> None:
        """Go on with the session over a new connection.

        Parameters
        ----------
        timing : Timing
            Deadline of all of it.

        Raises
        ------
        UaStatusCodeError
            If the server has forgotten the session.
        Exception
            Whatever else a broken connection raises.
        """
        await self.client.uaclient.drop()
        self.failure = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timing.timeout):
                await self.client.resume(self.access.user, self.access.password)
        except BaseException:
            await self.client.uaclient.drop()
            raise

    async def leave(self) -> None:
        """Close the session and everything below it."""
        await self.client.close(polite=not self.is_lost, grace=GRACE_S)

    async def read_current(self, nodes: Sequence[ua.NodeId]) -> Rows:
        """Return the current value of each node as columns.

        Parameters
        ----------
        nodes : sequence of NodeId
            One or more.

        Returns
        -------
        Rows
            One a node; a node's own fault is in its status.
        """
        parts: list[Rows] = []

        async def call(batch: Sequence[ua.NodeId]) -> list[None]:
            parts.append(current(await self.session.read_bytes(_wanted(batch, ua.AttributeIds.Value))))
            return [None] * len(parts[-1])

        await in_batches(self.limits, "read", nodes, call)
        return joined(parts)

    async def read_values(
        self, nodes: Sequence[ua.NodeId], attribute: ua.AttributeIds = ua.AttributeIds.Value
    ) -> list[ua.DataValue]:
        """Return an attribute of each node, the current value by default.

        Parameters
        ----------
        nodes : sequence of NodeId
            In any number.
        attribute : AttributeIds
            Which one.

        Returns
        -------
        list of DataValue
            One a node; a node's own fault is in its status.
        """

        async def call(batch: Sequence[ua.NodeId]) -> list[ua.DataValue]:
            return await self.session.read(_wanted(batch, attribute))

        return await in_batches(self.limits, "read", nodes, call)

    async def read_clock(self) -> float:
        """Return how far the server's clock is ahead of ours [s], but for half the way to it."""
        before = dt.datetime.now(dt.UTC)
        answer = (await self.read_values([standard_node(ua.ObjectIds.Server_ServerStatus_CurrentTime)]))[0]
        after = dt.datetime.now(dt.UTC)
        self.round_trip_s = max(0.0, (after - before).total_seconds())
        theirs = answer.Value.Value if answer.Value is not None else None
        return (theirs - before - (after - before) / 2).total_seconds() if isinstance(theirs, dt.datetime) else 0.0

    async def look_after(self, health: Health, every: float) -> None:
        """Keep the session and the channel alive, and find out when the server is gone.

        Parameters
        ----------
        health : Health
            Gets the server's clock skew.
        every : float
            Between two questions [s].
        """
        now = asyncio.get_running_loop().time
        renew_at = now() + self._channel_life()
        pause = min(every, float(self.client.session_timeout) / 1000 / 2)
        try:
            while not await self._lost_within(min(pause, renew_at - now())):
                health.skew(self.url, await self.read_clock())
                if now() >= renew_at:
                    await self.client.open_secure_channel(renew=True)
                    self.client.uaclient.revolve_security_token()
                    renew_at = now() + self._channel_life()
        except WIRE_FAULTS as error:
            self.fail(error, "keeping the session alive")
        else:
            self.fail(ConnectionError("connection lost"), "keeping the session alive")

    async def _lost_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.client.uaclient.lost.wait()
        return self.client.uaclient.lost.is_set()

    def _channel_life(self) -> float:
        return float(self.client.secure_channel_timeout) / 1000 * _RENEWAL
