"""Opening a session step by step under a deadline, and learning what its server is and takes."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Iterator

from asyncua import ua

from smartfab.errors import SourceRefused, SourceUnavailable
from smartfab.findings import Finding, finding

from .clocks import is_local_time
from .credentials import Access
from .health import Health
from .link import GRACE_S, Link, Timing, standard_node
from .profiles import profile_of
from .security import check_user_token, trusted_server
from .session import WireClient
from .values import micros_of
from .wire_errors import retelling

_SKEW_LIMIT_S = 300.0
_HEALTHY_LEVEL = 200  # OPC 10000-4, 6.6.2.4: from here up a server is healthy
_LIMITS = {
    "read": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
    "history": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData,
    "monitor": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
    "browse": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse,
    "translate": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds,
}


async def established(access: Access, health: Health, timing: Timing) -> Link:
    """Open a session; drop the connection where the server does not answer.

    Parameters
    ----------
    access : Access
        What to open it with.
    health : Health
        Gets what is remarkable about the server.
    timing : Timing
        Deadline of opening and of each answer.

    Returns
    -------
    Link
        Open; to be left.

    Raises
    ------
    SourceUnavailable
        If the server cannot be reached in time.
    SourceRefused
        If it is not the server meant, or says no.
    """
    client = WireClient(access.url, timing.timeout)
    link = Link(access, client)
    try:
        with retelling(where=access.url, doing="opening the session"):
            async with asyncio.timeout(timing.timeout):
                await _open(client, access, timing)
                await _meet(link, health)
    except BaseException:
        await client.close(polite=not link.is_lost, grace=GRACE_S)
        raise
    return link


@contextlib.asynccontextmanager
async def opened(access: Access, health: Health, timing: Timing) -> AsyncIterator[Link]:
    """Open a session and look after it; close it at the end, or drop the connection where the server does not answer.

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
    link = await established(access, health, timing)
    keeper = asyncio.create_task(link.look_after(health, timing.keep_alive))
    try:
        yield link
    finally:
        keeper.cancel()
        await asyncio.wait([keeper])
        await link.leave()


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
        ua.ObjectIds.Server_ServerStatus_StartTime,
        ua.ObjectIds.Server_ServerStatus_BuildInfo_ManufacturerName,
        ua.ObjectIds.Server_ServerStatus_BuildInfo_ProductName,
        *_LIMITS.values(),
    ]
    answers = [
        item.Value.Value if item.Value is not None else None
        for item in await link.read_values([standard_node(fact) for fact in facts])
    ]
    namespaces, state, level, started, maker, product, *limits = answers
    if not isinstance(namespaces, list):
        raise SourceUnavailable("the server does not tell its NamespaceArray", where=link.url)
    link.namespaces = [str(uri) for uri in namespaces]
    link.started = micros_of(started) if isinstance(started, dt.datetime) else None
    for name, allowed in zip(_LIMITS, limits, strict=True):
        link.limits.set(name, allowed)
    profile_of(maker, product).apply(link.limits)
    skew = await link.read_clock()
    health.skew(link.url, skew)
    health.remark(_remarks(link.url, state, level, skew))


def _remarks(url: str, state: object, level: object, skew: float) -> Iterator[Finding]:
    if isinstance(state, int) and state != ua.ServerState.Running:
        yield finding("server_not_running", url, state=ua.ServerState(state).name)
    if isinstance(level, int) and level < _HEALTHY_LEVEL:
        yield finding("server_degraded", url, service_level=level)
    if abs(skew) > _SKEW_LIMIT_S:
        yield finding("clock_skew", url, skew_s=round(skew, 3), looks_like_local_time=is_local_time(skew))
