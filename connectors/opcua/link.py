"""One session on one server: opened step by step under a deadline, looked after while open, closed whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from asyncua import ua

from smartfab.errors import SourceRefused, SourceUnavailable
from smartfab.findings import Finding, finding
from smartfab.plant import Endpoint

from .batching import OperationLimits, in_batches
from .credentials import Access
from .health import Health
from .security import check_user_token, trusted_server
from .session import ReadOnlySession, WireClient
from .wire_errors import WIRE_FAULTS, retelling, retold

GRACE_S = 3.0
"""Longest wait for a server to take leave of [s]."""

_RENEWAL = 0.75  # part of a channel's life after which it is renewed: OPC 10000-4, 5.6.2
_SKEW_LIMIT_S = 300.0
_HALF_HOUR_S = 1800.0
_HEALTHY_LEVEL = 200  # OPC 10000-4, 6.6.2.4: from here up a server is healthy
_LIMITS = {
    "read": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
    "history": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData,
    "monitor": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
    "translate": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds,
}


@dataclass(frozen=True)
class Timing:
    """How long to wait: `timeout` for each step, `keep_alive` as the longest silence of a server [s]."""

    timeout: float
    keep_alive: float


def standard_node(number: int) -> ua.NodeId:
    """Return a node of the OPC UA standard itself, by its number [1]."""
    return ua.NodeId(ua.Int32(number))


class Link:
    """An open session with what is known of its server.

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

    async def read_values(self, nodes: Sequence[ua.NodeId]) -> list[ua.DataValue]:
        """Return the current value of each node.

        Parameters
        ----------
        nodes : sequence of NodeId
            In any number.

        Returns
        -------
        list of DataValue
            One a node; a node's own fault is in its status.
        """

        async def call(batch: Sequence[ua.NodeId]) -> list[ua.DataValue]:
            wanted = [ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.Value) for node in batch]
            parameters = ua.ReadParameters(TimestampsToReturn=ua.TimestampsToReturn.Both, NodesToRead=wanted)
            return await self.session.read(parameters)

        return await in_batches(self.limits, "read", nodes, call)

    async def read_clock(self) -> float:
        """Return how far the server's clock is ahead of ours [s], but for half the way to it."""
        before = dt.datetime.now(dt.UTC)
        answer = (await self.read_values([standard_node(ua.ObjectIds.Server_ServerStatus_CurrentTime)]))[0]
        after = dt.datetime.now(dt.UTC)
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


@contextlib.asynccontextmanager
async def opened(access: Access, health: Health, timing: Timing) -> AsyncIterator[Link]:
    """Open a session; close it at the end, or drop the connection where the server does not answer.

    Parameters
    ----------
    access : Access
        What to open it with.
    health : Health
        Gets what is remarkable about the server.
    timing : Timing
        Deadline of opening and of each answer, and how often the session is looked after.

    Yields
    ------
    Link
        Open.

    Raises
    ------
    SourceUnavailable
        If the server cannot be reached in time.
    SourceRefused
        If it is not the server meant, or says no.
    """
    client = WireClient(access.url, timing.timeout)
    link = Link(access, client)
    keeper: asyncio.Task[None] | None = None
    try:
        with retelling(where=access.url, doing="opening the session"):
            async with asyncio.timeout(timing.timeout):
                await _open(client, access, timing)
                await _meet(link, health)
        keeper = asyncio.create_task(link.look_after(health, timing.keep_alive))
        yield link
    finally:
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait([keeper])
        await client.close(polite=not link.is_lost, grace=GRACE_S)


async def _open(client: WireClient, access: Access, timing: Timing) -> None:
    if access.mode != ua.MessageSecurityMode.None_:
        offered = await _offered(access, timing)
        server = trusted_server(offered, access)
        client.secure(access.policy(server, access.certificate, access.private_key, access.mode))
    client.application_uri = access.application_uri
    await client.connect_socket()
    await client.send_hello()
    await client.open_secure_channel()
    created = await _session(client, access)
    itself = client.find_endpoint(created.ServerEndpoints, access.mode, access.policy.URI)
    check_user_token(itself.UserIdentityTokens, access)
    await client.activate_session(username=access.user, password=access.password)


async def _session(client: WireClient, access: Access) -> ua.CreateSessionResult:
    try:
        return await client.create_session()
    except ua.UaError as error:
        if type(error) is not ua.UaError:  # asyncua has no class of its own for a certificate or an endpoint that changed
            raise
        raise SourceRefused(
            f"the session is not what the server had offered ({error})",
            where=access.url,
            remedy="Find out who answers at this address.",
        ) from error


async def _offered(access: Access, timing: Timing) -> list[ua.EndpointDescription]:
    """Ask for the endpoints on a channel of its own, which is not secured and carries nothing secret."""
    client = WireClient(access.url, timing.timeout)
    try:
        return await client.connect_and_get_server_endpoints()
    finally:
        await client.uaclient.drop()


async def _meet(link: Link, health: Health) -> None:
    """Learn the server's namespaces, limits, state and time."""
    facts = [
        ua.ObjectIds.Server_NamespaceArray,
        ua.ObjectIds.Server_ServerStatus_State,
        ua.ObjectIds.Server_ServiceLevel,
        *_LIMITS.values(),
    ]
    answers = [
        item.Value.Value if item.Value is not None else None
        for item in await link.read_values([standard_node(fact) for fact in facts])
    ]
    namespaces, state, level, *limits = answers
    if not isinstance(namespaces, list):
        raise SourceUnavailable("the server does not tell its NamespaceArray", where=link.url)
    link.namespaces = [str(uri) for uri in namespaces]
    for name, allowed in zip(_LIMITS, limits, strict=True):
        link.limits.set(name, allowed)
    skew = await link.read_clock()
    health.skew(link.url, skew)
    health.remark(_remarks(link.url, state, level, skew))


def _remarks(url: str, state: object, level: object, skew: float) -> Iterator[Finding]:
    if isinstance(state, int) and state != ua.ServerState.Running:
        yield finding("server_not_running", url, state=ua.ServerState(state).name)
    if isinstance(level, int) and level < _HEALTHY_LEVEL:
        yield finding("server_degraded", url, service_level=level)
    if abs(skew) > _SKEW_LIMIT_S:
        from_half_hour = abs(skew - round(skew / _HALF_HOUR_S) * _HALF_HOUR_S)
        yield finding("clock_skew", url, skew_s=round(skew, 3), looks_like_local_time=from_half_hour <= 120.0)
