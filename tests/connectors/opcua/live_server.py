"""A real OPC UA server over TCP in a thread of its own, which notes what clients ask of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading

from asyncua import Server, ua
from asyncua.crypto.permission_rules import User, UserRole

URI = "urn:test:server"
SPACE = "urn:test:press-1"
POLICIES = [
    ua.SecurityPolicyType.NoSecurity,
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
]


class Users:
    """Anonymous everywhere, and one user."""

    def get_user(self, iserver, username=None, password=None, certificate=None):
        if username is None or (username, password) == ("collector", "mật khẩu"):
            return User(role=UserRole.User)
        return None


class LiveServer:
    """Start it with `with`; `run` runs a coroutine in its loop."""

    def __init__(self, identity=None, policies=tuple(POLICIES)):
        self.identity, self.policies = identity, list(policies)
        self.publishes = 0
        self.acknowledged = []
        self.released = []
        self.created_sessions = 0
        self.publish_fault = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="live-server")

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _live(self):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self.server = Server(user_manager=Users())
        await self.server.init()
        self.server.set_endpoint("opc.tcp://127.0.0.1:0/")
        await self.server.set_application_uri(URI)
        if self.identity is not None:
            await self.server.load_certificate(self.identity.der)
            await self.server.load_private_key(self.identity.key_pem, format="pem")
        self.server.set_security_policy(self.policies)
        await self.server.register_namespace("urn:test:other")
        self.space = await self.server.register_namespace(SPACE)
        self.folder = await self.server.nodes.objects.add_object(self.space, "Press01")
        self._listen()
        async with self.server:
            self.port = self.server.bserver.port
            self.url = f"opc.tcp://127.0.0.1:{self.port}"
            self._ready.set()
            await self._end.wait()
            await self._forget()

    def _listen(self):
        service, history = self.server.iserver.subscription_service, self.server.iserver.history_manager
        publish, read_history = service.publish, history.read_history

        def noted_publish(acks):
            acks = list(acks)
            self.publishes += 1
            self.acknowledged += [ack.SequenceNumber for ack in acks]
            if self.publish_fault is not None:
                raise ua.UaStatusCodeError(self.publish_fault)
            return publish(acks)

        async def noted_history(params):
            if params.ReleaseContinuationPoints:
                self.released += [node.ContinuationPoint for node in params.NodesToRead]
                return [ua.HistoryReadResult() for _ in params.NodesToRead]
            return await read_history(params)

        create_session = self.server.iserver.create_session

        def noted_session(*args, **options):
            self.created_sessions += 1
            return create_session(*args, **options)

        service.publish, history.read_history = noted_publish, noted_history
        self.server.iserver.create_session = noted_session

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def call(self, function):
        self._loop.call_soon_threadsafe(function)

    def add(self, name, value=0.0, *, kind=None, history=False):
        """Add a variable ns=<space>;s=name under Objects/Press01."""

        async def work():
            browse_name = ua.QualifiedName(name.rpartition(".")[2], self.space)
            node = await self.folder.add_variable(ua.NodeId(name, self.space), browse_name, value, kind)
            if history:
                await self.server.iserver.history_manager.storage.new_historized_node(node.nodeid, None)
            return node

        return self.run(work())

    def write(self, node, *values, status=0, source=None):
        """Write values one after the other; each is one change."""

        async def work():
            for value in values:
                variant = value if isinstance(value, ua.Variant) else ua.Variant(value, _kind_of(node, value))
                stamp = source or dt.datetime.now(dt.UTC)
                await node.write_value(ua.DataValue(variant, ua.StatusCode(status), SourceTimestamp=stamp))

        self.run(work())

    def keep(self, node, samples):
        """Put (time, value) pairs into the history of a node."""
        storage = self.server.iserver.history_manager.storage

        async def work():
            for at, value in samples:
                await storage.save_node_value(
                    node.nodeid, ua.DataValue(ua.Variant(value), SourceTimestamp=at, ServerTimestamp=at)
                )

        self.run(work())

    @property
    def newest_subscription(self):
        return max(self.server.iserver.subscription_service.subscriptions.items())[1]

    def forget_sessions(self):
        """Close what clients that were cut off left behind."""
        self.run(self._forget())

    async def forget_subscriptions(self):
        """Delete every subscription, as a server does that was restarted."""
        service = self.server.iserver.subscription_service
        await service.delete_subscriptions(list(service.subscriptions))

    async def _forget(self):
        for session in list(self.server.iserver._external_sessions.values()):
            await session.close_session(True)

    @property
    def sessions(self):
        return len(self.server.iserver._external_sessions)

    @property
    def subscriptions(self):
        return len(self.server.iserver.subscription_service.subscriptions)


def _kind_of(node, value):
    return {float: ua.VariantType.Double, int: ua.VariantType.Int64, bool: ua.VariantType.Boolean, str: ua.VariantType.String}[
        type(value)
    ]
