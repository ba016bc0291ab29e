"""What a lost connection does: it is made anew, and every value comes once and in order, or stands in coverage."""

import threading

import pandas as pd
import pytest
from asyncua import ua
from smartfab.connectors.opcua import OpcUaSource

from tests.connectors.opcua.tcp_proxy import Proxy

QUICK = {"timeout": 3.0, "keep_alive": 0.4}


@pytest.fixture
def proxy(live):
    with Proxy(live.port) as between:
        yield between
    live.forget_sessions()


@pytest.mark.parametrize("fault", ["cut", "swallow"])
def test_a_cut_loses_and_repeats_nothing(live, proxy, node, line_of, store, collecting, until, fault):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(proxy.url, {"good": name}, queue=10_000), **QUICK) as source:
        stop, outcome = collecting(source, store)
        value = 0
        for _ in range(3):
            live.write(tag, *range(value + 1, value + 51))
            until(lambda value=value: source.health()["received"] > value + 25)
            getattr(proxy, fault)()
            live.write(tag, *range(value + 51, value + 101))
            value += 100
            until(lambda: source.health()["state"] == "reconnecting")
            proxy.mend()
            until(lambda: source.health()["state"] == "collecting")
        until(lambda: source.health()["appended"] == 301)
        report = source.health()
        stop.set()
        outcome["thread"].join()
    assert store.values("Press01/good") == list(range(301))
    assert report["reconnects"] == report["resumed"] == 3
    assert store.coverage.empty
    assert live.subscriptions == 0


def test_a_slow_link_is_no_cut(live, proxy, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(proxy.url, {"good": name}, queue=10_000), timeout=5.0, keep_alive=2.0) as source:
        collecting(source, store)
        proxy.slow(20_000)
        live.write(tag, *range(1, 501))
        until(lambda: source.health()["appended"] == 501)
        assert source.health()["reconnects"] == 0
    assert store.values("Press01/good") == list(range(501))


def test_a_server_that_answers_reads_but_never_publishes_is_left_and_tried_again(live, node, line_of, store, collecting, until):
    name, _tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        collecting(source, store)
        live.call(live.newest_subscription._task.cancel)
        until(lambda: source.health()["reconnects"])
        assert source.health()["state"] in {"reconnecting", "collecting"}


@pytest.mark.parametrize("status", ["BadSessionClosed", "BadSessionIdInvalid", "BadNoSubscription"])
def test_a_session_the_server_gave_up_is_made_anew_and_the_gap_is_known(live, node, line_of, store, collecting, until, status):
    (name, tag), (quiet, _) = node("Good", 0), node("State", 3)
    with OpcUaSource(line_of(live.url, {"good": name, "state": quiet}), **QUICK) as source:
        stop, outcome = collecting(source, store)
        until(lambda: source.health()["appended"] == 2)
        live.publish_fault = getattr(ua.StatusCodes, status)
        live.run(live.forget_subscriptions())
        live.write(tag, 1, 2)
        until(lambda: source.health()["servers"][live.url]["state"] == "down")
        live.publish_fault = None
        until(lambda: store.values("Press01/good")[-1] == 2)
        live.write(tag, 3)
        until(lambda: store.values("Press01/good")[-1] == 3)
        stop.set()
        outcome["thread"].join()
    assert store.values("Press01/good") == [0, 2, 3]
    assert store.values("Press01/state") == [3]  # its time says that it never changed
    gaps, ts = store.coverage, store.samples.query("signal_id == 'Press01/good'")["ts"].tolist()
    assert gaps["signal_id"].tolist() == ["Press01/good"]
    assert ts[0] < gaps["start"][0] < gaps["end"][0] == ts[1]


def test_a_gap_is_filled_from_history(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0.0, history=True)
    live.run(tag.write_attribute(ua.AttributeIds.Historizing, ua.DataValue(ua.Variant(True))))
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        stop, outcome = collecting(source, store)
        until(lambda: source.health()["appended"] == 1)
        first = store.samples["ts"][0].to_pydatetime()
        live.publish_fault = ua.StatusCodes.BadSessionClosed
        live.run(live.forget_subscriptions())
        until(lambda: source.health()["servers"][live.url]["state"] == "down")
        begin = pd.Timestamp.now("UTC")
        live.keep(
            tag, [(first, 0.0), *(((begin + pd.Timedelta(milliseconds=n)).to_pydatetime(), float(n)) for n in range(1, 30))]
        )
        until(lambda: pd.Timestamp.now("UTC") > begin + pd.Timedelta("50ms"))
        live.write(tag, 30.0)
        live.publish_fault = None
        until(lambda: source.health()["backfilled"] == 29)
        stop.set()
        outcome["thread"].join()
    samples = store.samples.sort_values("ts")
    assert samples["value"].tolist() == list(range(31))
    assert store.coverage["recovered"].tolist() == [True]


def test_a_history_that_does_not_reach_back_leaves_the_rest_of_the_gap(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0.0, history=True)
    live.run(tag.write_attribute(ua.AttributeIds.Historizing, ua.DataValue(ua.Variant(True))))
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        stop, outcome = collecting(source, store)
        until(lambda: source.health()["appended"] == 1)
        live.publish_fault = ua.StatusCodes.BadSessionClosed
        live.run(live.forget_subscriptions())
        until(lambda: source.health()["servers"][live.url]["state"] == "down")
        begin = pd.Timestamp.now("UTC")
        live.keep(tag, [((begin + pd.Timedelta(milliseconds=n)).to_pydatetime(), float(n)) for n in range(1, 20)])
        until(lambda: pd.Timestamp.now("UTC") > begin + pd.Timedelta("50ms"))
        live.write(tag, 30.0)
        live.publish_fault = None
        until(lambda: source.health()["backfilled"] == 19)
        stop.set()
        outcome["thread"].join()
    gaps = store.coverage.sort_values("recorded_at", kind="stable")
    left = gaps[~gaps["recovered"]]
    assert gaps["recovered"].sum() == 1
    assert left["end"].tolist() == [store.samples.query("value == 1")["ts"].iloc[0]]


def test_a_subscription_the_server_ends_is_made_anew(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        collecting(source, store)
        until(lambda: store.appends)
        live.run(live.newest_subscription.enqueue_statuschange(ua.StatusCode(ua.StatusCodes.BadTimeout)))
        until(lambda: source.health()["reconnects"] == 1)
        live.write(tag, 1)
        until(lambda: store.values("Press01/good")[-1] == 1)


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
        outcome["thread"].join()
    assert store.values("Press01/good") == [0, 1, 2, 3]
    assert "report" in outcome


def test_a_notification_that_never_comes_is_asked_for_and_then_a_gap(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        stop, outcome = collecting(source, store)
        until(lambda: store.appends)
        live.newest_subscription._notification_seq += 2
        live.write(tag, 1)
        until(lambda: store.values("Press01/good") == [0, 1])
        assert source.health()["gaps"] == 1
        assert source.health()["reconnects"] == 0
        stop.set()
        outcome["thread"].join()
    assert store.coverage["cause"].tolist() == ["lost_notification"]
    assert store.coverage["end"].tolist() == store.samples["ts"].tolist()[-1:]


def test_a_notification_lost_on_the_way_is_had_by_republish(live, node, line_of, store, collecting, until, monkeypatch):
    from smartfab.connectors.opcua import publishing

    name, tag = node("Good", 0)
    decode, dropped = publishing.published, []

    def losing(data):
        found = decode(data)
        if found.notification.sequence == 3 and found.notification.parts and not dropped:
            dropped.append(found)
            found.notification.parts = []
            found.notification.sequence = 4  # as if a keep-alive had come in its place
        return found

    monkeypatch.setattr(publishing, "published", losing)
    with OpcUaSource(line_of(live.url, {"good": name}), **QUICK) as source:
        stop, outcome = collecting(source, store)
        for value in range(1, 9):
            live.write(tag, value)
            until(lambda value=value: dropped or source.health()["received"] > value)
        until(lambda: source.health()["appended"] == 9)
        assert source.health()["republished"] == 1
        stop.set()
        outcome["thread"].join()
    assert store.values("Press01/good") == list(range(9))
    assert store.coverage.empty


def test_an_overflow_is_a_gap_of_its_signal_alone(live, node, line_of, store, collecting, until):
    (first, tag), (second, other) = node("A", 0), node("B", 0)
    with OpcUaSource(line_of(live.url, {"a": first, "b": second}), **QUICK) as source:
        stop, outcome = collecting(source, store)
        until(lambda: source.health()["appended"] == 2)
        live.write(other, 1)
        live.write(tag, 1, status=0x0480)
        until(lambda: source.health()["appended"] == 4)
        stop.set()
        outcome["thread"].join()
    ts = store.samples.query("signal_id == 'Press01/a'")["ts"].tolist()
    gaps = store.coverage
    assert gaps["signal_id"].tolist() == ["Press01/a"]
    assert gaps["cause"].tolist() == ["queue_overflow"]
    assert (gaps["start"][0], gaps["end"][0]) == (ts[0] + pd.Timedelta("1us"), ts[1])


def test_one_server_that_is_down_never_delays_another(live, proxy, node, line_of, store, collecting, until):
    (first, tag), (second, other) = node("A", 0), node("B", 0)
    line = line_of(live.url, {"a": first})
    dryer = line_of(proxy.url, {"b": second}).machine[0].model_copy(update={"id": "Dryer", "endpoint": proxy.url})
    line = line.model_copy(update={"machine": (*line.machine, dryer)})
    with OpcUaSource(line, **QUICK) as source:
        stop, outcome = collecting(source, store)
        proxy.cut()
        until(lambda: source.health()["servers"][proxy.url]["state"] == "down")
        live.write(tag, 1)
        live.write(other, 5)
        until(lambda: store.values("Press01/a") == [0, 1])
        assert source.health()["servers"][live.url]["state"] == "collecting"
        proxy.mend()
        until(lambda: store.values("Dryer/b") == [0, 5])
        stop.set()
        outcome["thread"].join()
    assert "report" in outcome


def test_a_line_whose_server_comes_up_later_is_collected_then(node, live, proxy, line_of, store, until, collecting):
    name, _ = node("Good", 3)
    proxy.cut()
    with OpcUaSource(line_of(proxy.url, {"good": name}), **QUICK) as source:
        stop, result = threading.Event(), {}
        thread = threading.Thread(target=lambda: result.update(report=source.collect(store, stop=stop)))
        thread.start()
        until(lambda: source.health()["servers"].get(proxy.url, {}).get("state") == "down")
        proxy.mend()
        until(lambda: store.values("Press01/good") == [3])
        stop.set()
        thread.join()
    assert result["report"]["state"] == "stopped"
