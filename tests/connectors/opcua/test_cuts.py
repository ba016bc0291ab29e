"""What a lost connection does: a typed error, and everything that came before it is in the store."""

import socket
import threading

import pytest
from asyncua import ua
from smartfab.connectors.opcua import OpcUaSource

from smartfab.errors import SourceUnavailable
from tests.connectors.opcua.tcp_proxy import Proxy

QUICK = {"timeout": 3.0, "keep_alive": 0.75}


@pytest.fixture
def proxy(live):
    with Proxy(live.port) as between:
        yield between
    live.forget_sessions()


@pytest.mark.parametrize("fault", ["cut", "swallow"])
def test_a_cut_ends_collecting_after_saving_a_prefix(live, proxy, node, line_of, store, collecting, until, fault):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(proxy.url, {"good": name}, queue=10_000), **QUICK) as source:
        _, outcome = collecting(source, store)
        live.write(tag, *range(1, 101))
        until(lambda: source.health()["received"] > 50)
        getattr(proxy, fault)()
        live.write(tag, *range(101, 201))
        outcome["thread"].join(20)
    assert isinstance(outcome["error"], SourceUnavailable)
    assert proxy.url in str(outcome["error"])
    assert source.health()["state"] == "failed"
    values = store.values("Press01/good")
    assert len(values) > 50
    assert values == list(range(len(values)))
    assert len(values) == source.health()["received"] == source.health()["appended"]


def test_a_server_that_answers_reads_but_never_publishes_is_lost(live, node, line_of, store, collecting):
    name, _ = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        _, outcome = collecting(source, store)
        live.call(live.newest_subscription._task.cancel)
        outcome["thread"].join(20)
    assert isinstance(outcome["error"], SourceUnavailable)
    assert "not a word from the subscription" in str(outcome["error"])


@pytest.mark.parametrize("status", ["BadSessionClosed", "BadSessionIdInvalid", "BadNoSubscription", "BadSecureChannelClosed"])
def test_a_session_the_server_gave_up_is_lost(live, node, line_of, store, collecting, until, status):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        _, outcome = collecting(source, store)
        until(lambda: store.appends)
        live.publish_fault = getattr(ua.StatusCodes, status)
        live.write(tag, 1)
        outcome["thread"].join(20)
        live.publish_fault = None
    assert isinstance(outcome["error"], SourceUnavailable)
    assert status in str(outcome["error"])
    assert store.values("Press01/good") in ([0], [0, 1])  # a keep-alive may come before the value


def test_a_subscription_the_server_ends_is_lost(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        _, outcome = collecting(source, store)
        until(lambda: store.appends)
        live.run(live.newest_subscription.enqueue_statuschange(ua.StatusCode(ua.StatusCodes.BadTimeout)))
        live.write(tag, 1)
        outcome["thread"].join(20)
    assert isinstance(outcome["error"], SourceUnavailable)
    assert "ended the subscription (BadTimeout)" in str(outcome["error"])
    assert store.values("Press01/good") == [0, 1]


def test_too_many_publish_requests_are_answered_with_fewer(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        stop, outcome = collecting(source, store)
        until(lambda: store.appends)
        live.publish_fault = ua.StatusCodes.BadTooManyPublishRequests
        live.write(tag, 1)
        until(lambda: source.health()["received"] == 2)
        live.publish_fault = None
        live.write(tag, 2, 3)
        until(lambda: source.health()["appended"] == 4)
        stop.set()
        outcome["thread"].join(20)
    assert store.values("Press01/good") == [0, 1, 2, 3]
    assert "report" in outcome


def test_a_notification_that_never_comes_is_named(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        _, outcome = collecting(source, store)
        until(lambda: store.appends)
        live.newest_subscription._notification_seq += 2
        live.write(tag, 1)
        outcome["thread"].join(20)
    assert isinstance(outcome["error"], SourceUnavailable)
    assert "notifications 2 to 3 of subscription" in str(outcome["error"])
    assert store.values("Press01/good") == [0]


def test_one_lost_server_ends_the_others_in_order(live, proxy, node, line_of, store, collecting, until):
    (first, tag), (second, _) = node("A", 0), node("B", 0)
    line = line_of(live.url, {"a": first})
    dryer = line_of(proxy.url, {"b": second}).machine[0].model_copy(update={"id": "Dryer", "endpoint": proxy.url})
    line = line.model_copy(update={"machine": (*line.machine, dryer)})
    live.acknowledged.clear()
    with OpcUaSource(line, **QUICK) as source:
        _, outcome = collecting(source, store)
        live.write(tag, 1)
        until(lambda: source.health()["appended"] == 3)
        proxy.cut()
        outcome["thread"].join(20)
    assert isinstance(outcome["error"], SourceUnavailable)
    assert proxy.url in str(outcome["error"])
    assert store.values("Press01/a") == [0, 1]
    assert store.values("Dryer/b") == [0]


@pytest.mark.parametrize("call", ["read", "watch", "collect", "read_history"])
def test_a_dead_endpoint_is_unavailable(line_of, store, call):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"opc.tcp://127.0.0.1:{closed.getsockname()[1]}"
    with OpcUaSource(line_of(url, {"good": "x"})) as source, pytest.raises(SourceUnavailable, match=url):
        {
            "read": source.read,
            "watch": source.watch,
            "collect": lambda: source.collect(store, stop=threading.Event()),
            "read_history": lambda: source.read_history("2026-03-02T00:00Z", "2026-03-03T00:00Z"),
        }[call]()


def test_a_silent_endpoint_is_given_up_at_the_deadline(line_of):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"opc.tcp://127.0.0.1:{silent.getsockname()[1]}"
        with (
            OpcUaSource(line_of(url, {"good": "x"}), timeout=0.3) as source,
            pytest.raises(SourceUnavailable, match="no answer in time"),
        ):
            source.read()


def test_bytes_that_are_no_opc_ua_are_unavailable(line_of):
    def chatter(listening):
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 4)
            connection.recv(1000)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=chatter, args=(listening,))
        thread.start()
        url = f"opc.tcp://127.0.0.1:{listening.getsockname()[1]}"
        with OpcUaSource(line_of(url, {"good": "x"}), timeout=1.0) as source, pytest.raises(SourceUnavailable, match=url):
            source.read()
        thread.join()
