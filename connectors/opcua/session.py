"""asyncua's client with everything switched off that decides for us: only transport, channel and encoding are used.

`WireClient` holds a `Transport`, which holds a `ReadOnlySession`; each replaces asyncua's own by subclassing. Nothing
is reconnected, nothing is watched, nothing is acknowledged here; requests that could change the plant never leave.
"""

from __future__ import annotations

import asyncio
import logging

from asyncua import Client, ua
from asyncua.client.ua_client import UaClient, UASocketProtocol
from asyncua.client.ua_session import UaSession
from asyncua.common.shortcuts import Shortcuts
from asyncua.common.utils import Buffer
from asyncua.crypto.security_policies import SecurityPolicy

from smartfab.errors import SourceRefused

from .wire_errors import WIRE_FAULTS

SESSION_TIMEOUT_MS = 60_000
CHANNEL_LIFE_MS = 3_600_000

_ALLOWED = (
    ua.CreateSessionRequest,
    ua.ActivateSessionRequest,
    ua.CloseSessionRequest,
    ua.ReadRequest,
    ua.HistoryReadRequest,
    ua.BrowseRequest,
    ua.BrowseNextRequest,
    ua.TranslateBrowsePathsToNodeIdsRequest,
    ua.CreateSubscriptionRequest,
    ua.SetPublishingModeRequest,
    ua.DeleteSubscriptionsRequest,
    ua.CreateMonitoredItemsRequest,
    ua.PublishRequest,
    ua.RepublishRequest,
)

WIRE_LOG = logging.getLogger("smartfab.connectors.opcua.wire")
# asyncua writes whole requests at DEBUG level, the password among them, and warns of what we tell as an error anyhow.
WIRE_LOG.addFilter(lambda record: record.levelno >= logging.ERROR)
for _name in (WIRE_LOG.name, "asyncua"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


class ReadOnlySession(UaSession):
    """A session that sends nothing but reading requests, never publishes by itself, and hands out what comes as bytes."""

    def __init__(self, client: UaClient) -> None:
        super().__init__(client)
        self.logger = WIRE_LOG

    async def _send_request(
        self,
        request: object,
        timeout: float | None = None,  # noqa: ASYNC109  asyncua's signature
        message_type: ua.MessageType = ua.MessageType.SecureMessage,  # type: ignore[assignment]
    ) -> Buffer:
        if not isinstance(request, _ALLOWED):
            raise SourceRefused(
                f"{type(request).__name__} is not sent",
                expected="a request that reads",
                remedy="This client never writes to a machine and never calls its methods.",
            )
        return await super()._send_request(request, timeout, message_type)

    def ensure_publish_loop(self) -> None:
        """Start nothing: asyncua calls this with every subscription, but publishing is the publisher's."""

    async def _publish_loop(self) -> None:
        """Publish nothing."""

    async def publish_bytes(self, acknowledgements: list[ua.SubscriptionAcknowledgement]) -> bytes:
        """Send a PublishRequest and return its response as it came; it may take as long as it takes.

        Parameters
        ----------
        acknowledgements : list of SubscriptionAcknowledgement
            What is durable.

        Returns
        -------
        bytes
            The PublishResponse.
        """
        request = ua.PublishRequest()
        request.Parameters.SubscriptionAcknowledgements = acknowledgements
        return bytes(await self._send_request(request, timeout=0))

    async def republish_bytes(self, subscription: int, number: int) -> bytes:
        """Ask for a notification once more.

        Parameters
        ----------
        subscription, number : int
            Whose, and which [1].

        Returns
        -------
        bytes
            The RepublishResponse.
        """
        request = ua.RepublishRequest()
        request.Parameters.SubscriptionId = ua.IntegerId(subscription)
        request.Parameters.RetransmitSequenceNumber = ua.Counter(number)
        return bytes(await self._send_request(request))

    async def history_bytes(self, parameters: ua.HistoryReadParameters) -> bytes:
        """Read history.

        Parameters
        ----------
        parameters : HistoryReadParameters
            What is asked for.

        Returns
        -------
        bytes
            The HistoryReadResponse.
        """
        return bytes(await self._send_request(ua.HistoryReadRequest(Parameters=parameters)))

    async def read_bytes(self, parameters: ua.ReadParameters) -> bytes:
        """Read attributes.

        Parameters
        ----------
        parameters : ReadParameters
            What is asked for.

        Returns
        -------
        bytes
            The ReadResponse.
        """
        return bytes(await self._send_request(ua.ReadRequest(Parameters=parameters)))


class Transport(UaClient):
    """The transport, holding our session, and knowing when the connection is gone."""

    def __init__(self, timeout: float) -> None:
        super().__init__(timeout)
        self.logger = WIRE_LOG
        self.session: ReadOnlySession = ReadOnlySession(self)
        self.lost = asyncio.Event()
        self._made: UASocketProtocol | None = None

    def _make_protocol(self) -> UASocketProtocol:
        protocol = self._made = super()._make_protocol()
        protocol.logger = WIRE_LOG
        told, lost = protocol.on_connection_lost, asyncio.Event()
        self.lost = lost

        def on_lost(error: Exception | None) -> None:
            lost.set()
            if told is not None:
                told(error)

        protocol.on_connection_lost = on_lost
        return protocol

    async def drop(self) -> None:
        """Close the socket at once, and wait until it is closed."""
        transport = self._made.transport if self._made is not None else None
        self.disconnect_socket()
        if transport is not None:
            transport.abort()  # a peer that takes nothing more would hold a graceful close for ever
            await self.lost.wait()


class WireClient(Client):
    """asyncua's client over our transport; opened step by step, never by `connect`.

    Parameters
    ----------
    url : str
        opc.tcp://host:port, without user.
    timeout : float
        Longest wait for one answer [s].
    """

    def __init__(self, url: str, timeout: float) -> None:
        super().__init__(url, timeout=timeout)
        self.uaclient: Transport = Transport(timeout)
        self.nodes = Shortcuts(self.uaclient.session)
        self.name = self.description = "smartfab"
        self.product_uri = "urn:smartfab"
        self.session_timeout = SESSION_TIMEOUT_MS
        self.secure_channel_timeout = CHANNEL_LIFE_MS

    @property
    def session(self) -> ReadOnlySession:
        """The session."""
        return self.uaclient.session

    def secure(self, policy: SecurityPolicy) -> None:
        """Use `policy` for the channel that is opened next."""
        self.security_policy = policy  # type: ignore[assignment]  # asyncua infers the type of its default
        self.uaclient.set_security(policy)

    async def resume(self, user: str | None, password: str | None) -> None:
        """Open a new connection and channel, and go on with the session there (OPC 10000-4, 5.7.3).

        Parameters
        ----------
        user, password : str, optional
            As the session was activated with.
        """
        await self.connect_socket()
        await self.send_hello()
        await self.open_secure_channel()
        self.session.rebind_authentication_token()
        await self.activate_session(username=user, password=password)

    async def close(self, *, polite: bool, grace: float) -> None:
        """Close session, channel and socket; leave nothing behind on this side, whatever the server does.

        Parameters
        ----------
        polite : bool
            Tell the server; of no use when the connection is gone.
        grace : float
            Longest wait for the server [s].
        """
        try:
            if polite and not self.uaclient.lost.is_set():
                async with asyncio.timeout(grace):
                    await self.uaclient.close_session(delete_subscriptions=True)
                    await self.close_secure_channel()
        except WIRE_FAULTS as error:
            WIRE_LOG.info("closing without an answer: %s", error)
        finally:
            await self.uaclient.drop()
