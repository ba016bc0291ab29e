"""The asyncua server behind the simulator: endpoint, access, address space."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from asyncua import Node, Server, ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer
from asyncua.server.user_managers import UserManager

from smartfab.errors import SourceUnavailable

from .memory_history import MemoryHistory
from .simulator_pki import SERVER_URI, USER, Secrets
from .simulator_plant import Place
from .simulator_space import SwiftServer
from .simulator_subscriptions import ReplaySubscriptions
from .simulator_tags import Tag


class _Door(UserManager):
    """Who may come in: anybody when there are no secrets; else the known certificate with the user's password."""

    def __init__(self, known: Secrets | None) -> None:
        self._known = known

    def get_user(
        self,
        iserver: InternalServer,  # noqa: ARG002  asyncua's signature
        username: str | None = None,
        password: str | None = None,
        certificate: object = None,
    ) -> User | None:
        """Return the user, or None to refuse; `certificate` is that of the channel, whose key the client has proven."""
        if self._known is None:
            return User(UserRole.User)
        if not isinstance(certificate, bytes) or not certificate:  # asyncua lets a None channel come this far
            raise ServiceError(ua.StatusCodes.BadSecurityModeInsufficient)
        if certificate != self._known.client.certificate:
            raise ServiceError(ua.StatusCodes.BadCertificateUntrusted)
        right = secrets.compare_digest((password or "").encode(), self._known.password.encode())
        return User(UserRole.User, USER) if username == USER and right else None


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens."""

    server: Server
    subscriptions: ReplaySubscriptions
    port: int

    async def stop(self) -> None:
        """Close every session, connection and task of the server."""
        iserver = self.server.iserver
        for session in tuple(iserver._external_sessions.values()):
            await session.close_session(delete_subs=True)
        for transport in tuple(iserver.asyncio_transports):
            transport.abort()  # a client that does not read would keep a mere close waiting for ever
        await self.server.stop()


async def start_server(where: Mapping[str, Place], tags: Mapping[str, Tag], port: int, known: Secrets | None) -> Running:
    """Return a listening server with the tags in its address space.

    Parameters
    ----------
    where : mapping of Place
        By signal_id.
    tags : mapping of Tag
        By signal_id; each variable shows what the tag shows.
    port : int
        TCP port on 127.0.0.1 [1]; 0 takes a free one.
    known : Secrets, optional
        Makes Basic256Sha256 with SignAndEncrypt the only way in.

    Returns
    -------
    Running
        The server, its subscriptions and the port it is bound to.

    Raises
    ------
    SourceUnavailable
        If the port cannot be bound.
    """
    _claim(port)
    server = Server(iserver=SwiftServer(user_manager=_Door(known)))
    subscriptions = ReplaySubscriptions(server.iserver)
    server.iserver.subscription_service = subscriptions
    server.set_server_name("smartfab simulator")
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    await server.init()
    await server.set_application_uri(SERVER_URI)
    await _secure(server, known)
    nodes = await _fill(server, where, tags)
    server.iserver.history_manager = MemoryHistory(server.iserver, nodes)
    await server.start()
    assert server.bserver is not None  # noqa: S101  for mypy: start() has just made it
    url = f"opc.tcp://127.0.0.1:{server.bserver.port}"
    for described in server.iserver.endpoints:  # they were written before the port was known
        described.EndpointUrl = url
        described.Server.DiscoveryUrls = [url]
    return Running(server, subscriptions, server.bserver.port)


def _claim(port: int) -> None:
    """Try the port first: asyncua prints a traceback when it is taken."""
    with socket.socket() as trial:
        if os.name == "posix":  # as asyncio does: a port still in TIME_WAIT is free
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
            trial.listen()
        except OSError as error:
            raise SourceUnavailable(
                f"port {port} cannot be bound ({error.strerror})", where="127.0.0.1", remedy="Choose another port, or 0."
            ) from error


async def _secure(server: Server, known: Secrets | None) -> None:
    if known is None:
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        server.set_identity_tokens([ua.AnonymousIdentityToken])
        return
    await server.load_certificate(known.server.certificate)
    await server.load_private_key(known.server.private_key, format="pem")
    server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
    server.set_identity_tokens([ua.UserNameIdentityToken])


async def _fill(server: Server, where: Mapping[str, Place], tags: Mapping[str, Tag]) -> dict[ua.NodeId, Tag]:
    """Make a folder a machine, and in it a variable a signal, each with the node id the plant writes."""
    nodes: dict[ua.NodeId, Tag] = {}
    folders: dict[str, Node] = {}
    for signal_id, place in where.items():
        machine = place.machine_id
        if machine not in folders:
            own = ua.NodeId(ua.String(machine), ua.Int16(1))
            folders[machine] = await server.nodes.objects.add_folder(own, ua.QualifiedName(machine, 1))
        address = ua.NodeId(cast("ua.String", place.identifier), ua.Int16(await server.register_namespace(place.uri)))
        await _add(folders[machine], address, tags[signal_id])
        server.iserver.aspace[address].attributes[ua.AttributeIds.Value] = tags[signal_id].variable
        nodes[address] = tags[signal_id]
    return nodes


async def _add(folder: Node, address: ua.NodeId, tag: Tag) -> None:
    name = ua.QualifiedName(tag.signal_id.partition("/")[2], address.NamespaceIndex)
    kind = ua.NodeId(ua.Int32(tag.kind.value))
    variable = await folder.add_variable(address, name, None, ua.VariantType.Null, kind)
    if tag.historizing:
        await variable.write_attribute(ua.AttributeIds.Historizing, ua.DataValue(ua.Variant(True, ua.VariantType.Boolean)))
        for attribute in (ua.AttributeIds.AccessLevel, ua.AttributeIds.UserAccessLevel):
            await variable.set_attr_bit(attribute, ua.AccessLevel.HistoryRead)
