"""An address where no server is, or none that speaks OPC UA: an error that names it, in time."""

import socket
import threading

import pytest
from smartfab.connectors.opcua import OpcUaSource

from smartfab.errors import SourceUnavailable


@pytest.mark.parametrize("call", ["read", "watch", "collect", "read_history"])
def test_a_dead_endpoint_is_unavailable(line_of, store, call):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"opc.tcp://127.0.0.1:{closed.getsockname()[1]}"
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    with OpcUaSource(line_of(url, {"good": "x"})) as source, pytest.raises(SourceUnavailable, match=url):
        {
            "read": source.read,
            "watch": source.watch,
            "collect": lambda: source.collect(store, stop=stop),  # it tries until it is told to stop
            "read_history": lambda: source.read_history("2026-03-02T00:00Z", "2026-03-03T00:00Z"),
        }[call]()
    timer.cancel()
    timer.join()


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
