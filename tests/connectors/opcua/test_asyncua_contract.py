"""Every member of asyncua that is relied on without being documented: it is there, and has the shape we use."""

import asyncio
import inspect
import socket
from importlib.metadata import version

import pytest
from asyncua import Client, ua
from asyncua.client.ua_client import UaClient, UASocketProtocol
from asyncua.client.ua_session import UaSession
from asyncua.common import utils
from asyncua.crypto import security_policies
from smartfab.connectors.opcua.session import ReadOnlySession, Transport, WireClient

from smartfab.errors import SourceRefused


def test_the_version_is_the_one_these_tests_are_about():
    assert version("asyncua").startswith("2.1.")


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (UaSession.__init__, ["self", "client"]),
        (UaSession._send_request, ["self", "request", "timeout", "message_type"]),
        (UaSession._publish_loop, ["self"]),
        (UaSession.ensure_publish_loop, ["self"]),
        (UaSession.publish, ["self", "acks"]),
        (UaSession.close_session, ["self", "delete_subscriptions"]),
        (UaSession.create_subscription, ["self", "params", "callback"]),
        (UaSession.create_monitored_items, ["self", "params"]),
        (UaSession.set_publishing_mode, ["self", "params"]),
        (UaSession.delete_subscriptions, ["self", "subscription_ids"]),
        (UaSession.read, ["self", "parameters"]),
        (UaSession.history_read, ["self", "params"]),
        (UaSession.translate_browsepaths_to_nodeids, ["self", "browse_paths"]),
        (UaClient.__init__, ["self", "timeout"]),
        (UaClient._make_protocol, ["self"]),
        (UaClient.set_security, ["self", "policy"]),
        (UaClient.disconnect_socket, ["self"]),
        (UaClient.revolve_security_token, ["self"]),
        (Client.connect_socket, ["self"]),
        (Client.send_hello, ["self"]),
        (Client.open_secure_channel, ["self", "renew"]),
        (Client.close_secure_channel, ["self"]),
        (Client.create_session, ["self"]),
        (Client.activate_session, ["self", "username", "password", "certificate"]),
        (Client.connect_and_get_server_endpoints, ["self"]),
        (Client.find_endpoint, ["endpoints", "security_mode", "policy_uri"]),
    ],
)
def test_signatures(function, names):
    assert list(inspect.signature(function).parameters) == names


@pytest.mark.parametrize("policy", ["Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss"])
def test_policies_take_the_peer_first(policy):
    function = getattr(security_policies, f"SecurityPolicy{policy}").__init__
    assert list(inspect.signature(function).parameters)[1:5] == ["peer_cert", "host_cert", "host_privkey", "mode"]


def test_sessions_clients_and_protocols_have_the_attributes_we_replace():
    async def look():
        client = Client("opc.tcp://127.0.0.1:4840")
        protocol = client.uaclient._make_protocol()
        assert client.uaclient.session._publish_task is None
        assert client.uaclient.session._subscription_callbacks == {}
        assert isinstance(protocol, UASocketProtocol)
        assert protocol.transport is None
        assert protocol.on_connection_lost is not None
        for owner in (client.uaclient, client.uaclient.session, protocol):
            assert owner.logger.name.startswith("asyncua.")
        for name in ("security_policy", "session_timeout", "secure_channel_timeout", "application_uri", "name", "description"):
            assert hasattr(client, name)

    asyncio.run(look())


def test_decoded_notifications_are_of_the_classes_we_ask_for():
    for name in ("DataChangeNotification", "StatusChangeNotification", "HistoryData"):
        number = getattr(ua.ObjectIds, f"{name}_Encoding_DefaultBinary")
        assert ua.extension_objects_by_typeid[ua.FourByteNodeId(number)] is getattr(ua, name)


def test_waiting_without_a_timeout_keeps_the_order_of_answers():
    """Two requests under way: their answers resume the askers in the order they came in."""

    async def ask(future, order):
        order.append(await utils.wait_for(future, None))

    async def look():
        loop = asyncio.get_running_loop()
        futures, order = [loop.create_future() for _ in range(5)], []
        tasks = [asyncio.create_task(ask(future, order)) for future in futures]
        await asyncio.sleep(0)
        for n in (3, 0, 4, 1, 2):
            futures[n].set_result(n)
        await asyncio.wait(tasks)
        return order

    assert asyncio.run(look()) == [3, 0, 4, 1, 2]


def test_our_classes_stand_in_for_asyncuas_own():
    async def look():
        client = WireClient("opc.tcp://127.0.0.1:4840", 1.0)
        assert type(client.uaclient) is Transport
        assert type(client.session) is ReadOnlySession
        assert client.nodes.root.session is client.session
        assert client.uaclient.pre_request_hook is None
        return client

    asyncio.run(look())


@pytest.mark.parametrize(
    "request_",
    [
        lambda session: session.write(ua.WriteParameters()),
        lambda session: session.write_attributes([], []),
        lambda session: session.call([]),
        lambda session: session.history_update(ua.HistoryUpdateParameters()),
        lambda session: session.add_nodes([]),
        lambda session: session.delete_nodes(ua.DeleteNodesParameters()),
        lambda session: session.add_references([]),
        lambda session: session.delete_references([]),
        lambda session: session.set_monitoring_mode(ua.SetMonitoringModeParameters()),
        lambda session: session.transfer_subscriptions(ua.TransferSubscriptionsParameters()),
    ],
)
def test_requests_that_are_not_reading_never_leave(request_):
    async def send():
        await request_(WireClient("opc.tcp://127.0.0.1:4840", 1.0).session)

    with pytest.raises(SourceRefused, match="Request is not sent"):
        asyncio.run(send())


def test_a_peer_that_takes_nothing_does_not_hold_up_closing():
    async def look():
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen()
            transport = Transport(1.0)
            await transport.connect_socket(*deaf.getsockname())
            transport.protocol.transport.write(bytes(20_000_000))
            async with asyncio.timeout(10):
                await transport.drop()
            return transport.protocol is None

    assert asyncio.run(look())
