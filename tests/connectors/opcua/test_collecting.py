"""Collecting over the wire: every value once, in order, saved before it is acknowledged."""

import threading

import pytest
from smartfab.connectors.opcua import OpcUaSource
from smartfab.connectors.opcua.appending import MOST_WAITING

from smartfab.errors import SignalNotFound, SourceRefused


def test_every_written_value_is_stored_once_and_in_order(live, node, line_of, store, collecting, until):
    (first, tag), (second, other) = node("Good", 0), node("State", "idle")
    source = OpcUaSource(line_of(live.url, {"good": first, "state": second}, queue=1000))
    written = list(range(1, 301))
    stop, outcome = collecting(source, store)
    for start in range(0, 300, 20):
        live.write(tag, *written[start : start + 20])
        live.write(other, f"step {start}", f"step {start} done")
    until(lambda: source.health()["appended"] == 2 + 300 + 30)
    stop.set()
    outcome["thread"].join()
    source.close()
    assert store.values("Press01/good") == [0, *written]
    told = store.samples.query("signal_id == 'Press01/state'")["text"].tolist()
    assert told == ["idle", *(text for start in range(0, 300, 20) for text in (f"step {start}", f"step {start} done"))]
    assert outcome["report"]["state"] == "stopped"
    assert outcome["report"]["received"] == outcome["report"]["appended"] == 332


def test_a_second_run_knows_what_it_missed_and_where_nothing_happened(live, node, line_of, store, collecting, until):
    (first, tag), (second, _) = node("Good", 0), node("State", 7)
    with OpcUaSource(line_of(live.url, {"good": first, "state": second})) as source:
        for _ in range(2):
            stop, outcome = collecting(source, store)
            until(lambda: source.health()["appended"])
            stop.set()
            outcome["thread"].join()
            live.write(tag, 1, 2)
    gaps = store.coverage
    assert gaps["signal_id"].tolist() == ["Press01/good"]
    assert gaps["cause"].tolist() == ["collector_stopped"]
    assert not gaps["recovered"].any()
    missed = store.samples.query("signal_id == 'Press01/good'")["ts"]
    assert gaps["end"].tolist() == [missed.iloc[-1]]
    assert (gaps["start"] > missed.iloc[0]).all()
    assert store.values("Press01/good") == [0, 2]


def test_acknowledges_what_is_stored_and_leaves_nothing_on_the_server(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    live.acknowledged.clear()
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        stop, outcome = collecting(source, store)
        for value in range(1, 6):
            live.write(tag, value)
            until(lambda value=value: store.values("Press01/good")[-1:] == [value])
        until(lambda: len(live.acknowledged) == 6)
        stop.set()
        outcome["thread"].join()
        assert outcome["report"]["acknowledged"] == len(live.acknowledged) == 6
    assert live.acknowledged == [1, 2, 3, 4, 5, 6]
    until(lambda: live.sessions == 0)
    assert live.subscriptions == 0


def test_acknowledges_nothing_the_store_did_not_take(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    store.fails_at = 3
    live.acknowledged.clear()
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        _, outcome = collecting(source, store)
        until(lambda: store.values("Press01/good") == [0])
        live.write(tag, 1)
        until(lambda: store.values("Press01/good") == [0, 1])  # messages that wait together share an append
        live.write(tag, 2)
        outcome["thread"].join(60)
        assert not outcome["thread"].is_alive()
    assert isinstance(outcome["error"], OSError)
    assert str(outcome["error"]) == "disk full"
    assert source.health()["state"] == "failed"
    assert source.health()["error"] == "disk full"
    assert store.values("Press01/good") == [0, 1]
    assert live.acknowledged in ([1], [1, 2])
    until(lambda: live.sessions == 0)


def test_a_full_disk_is_waited_for_and_loses_nothing(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name}, queue=1000)) as source:
        stop, outcome = collecting(source, store)
        until(lambda: store.appends)
        live.acknowledged.clear()
        store.refusals = 3
        live.write(tag, *range(1, 21))
        until(lambda: source.health()["store_refuses"] == "disk full.")
        assert live.acknowledged in ([], [1])
        until(lambda: source.health()["appended"] == 21)
        assert source.health()["store_refuses"] is None
        stop.set()
        outcome["thread"].join()
    assert store.values("Press01/good") == list(range(21))


def test_a_store_held_up_stops_the_asking_and_loses_nothing(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    store.gate.clear()
    before = live.publishes
    with OpcUaSource(line_of(live.url, {"good": name}, publishing="10ms", queue=10_000)) as source:
        stop, outcome = collecting(source, store)
        assert store.entered.wait(10)
        value = 0
        while source.health()["waiting"] <= MOST_WAITING:
            value += 1
            live.write(tag, value)
            until(lambda value=value: source.health()["received"] > value)
        asked = live.publishes - before
        live.write(tag, *range(value + 1, value + 501))
        until(lambda: live.newest_subscription._publish_cycles_count > 20)  # it wants to publish, and nobody asks
        assert source.health()["waiting"] <= MOST_WAITING + 2
        assert live.publishes - before <= asked + 1
        store.gate.set()
        until(lambda: source.health()["appended"] == value + 501)
        stop.set()
        outcome["thread"].join()
    assert store.values("Press01/good") == list(range(value + 501))
    assert len(store.appends) < MOST_WAITING  # what waited went in together


def test_stop_saves_what_was_received(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        store.gate.clear()
        stop, outcome = collecting(source, store)
        live.write(tag, 1, 2, 3)
        until(lambda: source.health()["received"] == 4)
        stop.set()
        store.gate.set()
        outcome["thread"].join()
        assert source.health()["waiting"] == 0
    assert store.values("Press01/good") == [0, 1, 2, 3]


def test_close_from_another_thread_ends_collecting_in_order(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    source = OpcUaSource(line_of(live.url, {"good": name}))
    _, outcome = collecting(source, store)
    live.write(tag, 1)
    until(lambda: source.health()["received"] == 2)
    source.close()
    outcome["thread"].join()
    assert outcome["report"]["state"] == "stopped"
    assert store.values("Press01/good") == [0, 1]
    assert live.subscriptions == 0


def test_ctrl_c_ends_collecting_in_order(live, node, line_of, store):
    name, _ = node("Good", 0)

    class Interrupting(threading.Event):
        def wait(self, timeout=None):
            if store.appends:
                raise KeyboardInterrupt
            return super().wait(timeout)

    with OpcUaSource(line_of(live.url, {"good": name})) as source, pytest.raises(KeyboardInterrupt):
        source.collect(store, stop=Interrupting())
    assert source.health()["waiting"] == 0
    assert store.values("Press01/good") == [0]
    assert live.subscriptions == 0


def test_one_source_collects_once_at_a_time(live, node, line_of, store, collecting):
    name, _ = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        collecting(source, store)
        with pytest.raises(SourceRefused, match="collecting already"):
            source.watch(seconds=1)
        assert source.read()["value"].tolist() == [0]


def test_two_servers_of_one_line_share_one_numbering(live, node, line_of, store, collecting, until):
    (first, tag), (second, other) = node("A", 0), node("B", 0)
    line = line_of(live.url, {"a": first})
    dryer = line.machine[0].model_copy(
        update={
            "id": "Dryer",
            "endpoint": f"opc.tcp://localhost:{live.port}",
            "signals": line_of(live.url, {"b": second}).machine[0].signals,
        }
    )
    line = line.model_copy(update={"machine": (*line.machine, dryer)})
    with OpcUaSource(line) as source:
        stop, outcome = collecting(source, store)
        live.write(tag, 1, 2)
        live.write(other, 3, 4)
        until(lambda: source.health()["appended"] == 6)
        stop.set()
        outcome["thread"].join()
    assert store.values("Press01/a") == [0, 1, 2]
    assert store.values("Dryer/b") == [0, 3, 4]


def test_unknown_nodes_are_reported_and_the_others_collected(live, node, line_of, store, collecting, until):
    name, _ = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name, "lost": "nowhere", "odd": {"node": "plc;i=x"}})) as source:
        collecting(source, store)
        until(lambda: source.health()["appended"] == 1)
        report = source.health()
    assert set(report["not_found"]) == {"Press01/lost", "Press01/odd"}
    found = {item["where"] for item in report["findings"] if item["code"] == "signal_not_found"}
    assert found == {"Press01/lost", "Press01/odd"}


def test_no_node_at_all_is_an_error_that_names_them(live, line_of, store):
    with (
        OpcUaSource(line_of(live.url, {"a": "nowhere", "b": "neither"})) as source,
        pytest.raises(SignalNotFound, match=r"(?s)Press01/a.*Press01/b"),
    ):
        source.collect(store, stop=threading.Event())
    assert not store.appends
