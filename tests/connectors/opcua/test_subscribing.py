"""What is asked of a server, and what it makes of it."""

import pytest
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as st
from smartfab.connectors.opcua import OpcUaSource
from smartfab.connectors.opcua.link import Link
from smartfab.connectors.opcua.subscribing import queue_size


@pytest.mark.parametrize(("publishing", "sampling", "size"), [(1000, 500, 10), (500, 20, 100), (1000, 300, 14), (1000, 0, 400)])
def test_the_queue_rule(publishing, sampling, size):
    assert queue_size(publishing, sampling) == size


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_a_queue_holds_four_publishings_and_never_less_than_ten(publishing, sampling):
    assert queue_size(publishing, sampling) >= max(10, 4 * publishing / sampling)
    assert queue_size(publishing, sampling) <= max(10, 4 * publishing / sampling + 1)


@pytest.fixture
def report(live, line_of, store, collecting):
    """Return the health of a source that collects these signals."""

    def collect(signals, **settings):
        source = OpcUaSource(line_of(live.url, signals, **settings))
        stop, outcome = collecting(source, store)
        found = source.health()
        stop.set()
        outcome["thread"].join()
        source.close()
        assert "error" not in outcome
        return found

    return collect


def codes(found, where):
    return [item["code"] for item in found["findings"] if item["where"] == where]


def test_revised_values_are_kept_and_warned_about(live, node, report, monkeypatch):
    name, _ = node("Good", 0)
    monkeypatch.setattr(live.server.iserver, "max_monitored_item_queue_size", 7)
    found = report({"good": name}, sampling="20ms", publishing="50ms")
    assert found["revised"] == {"Press01/good": {"sampling_ms": (20.0, 50.0), "queue": (10, 7)}}
    assert found["publishing_ms"] == {live.url: [(50.0, 50.0)]}
    assert codes(found, "Press01/good") == ["queue_reduced", "undersampled"]
    evidence = {item["code"]: item["evidence"] for item in found["findings"]}
    assert evidence == {"queue_reduced": {"asked": 10, "given": 7}, "undersampled": {"asked_ms": 20.0, "given_ms": 50.0}}


def test_the_plant_may_say_it_signal_by_signal(live, node, report):
    (first, _), (second, _) = node("A", 0), node("B", 0)
    slow = {"node": f"plc;s={second}", "sampling": "200ms", "publishing": "100ms", "queue": 33}
    found = report({"fast": first, "slow": slow})
    assert found["revised"]["Press01/slow"]["queue"] == (33, 33)
    assert found["revised"]["Press01/slow"]["sampling_ms"][0] == 200.0
    assert sorted(found["publishing_ms"][live.url]) == [(50.0, 50.0), (100.0, 100.0)]


def test_a_deadband_holds_for_measured_values_alone(live, node, line_of, store, collecting, until):
    (first, measured), (second, counted) = node("Temperature", 0.0), node("Good", 0)
    signals = {"temperature": first, "good": {"node": f"plc;s={second}", "role": "good_count"}}
    with OpcUaSource(line_of(live.url, signals, deadband=10)) as source:
        collecting(source, store)
        live.write(measured, 5.0, 20.0, 25.0, 40.0)
        live.write(counted, 1, 2, 3)
        until(lambda: source.health()["received"] == 3 + 4)
        until(lambda: source.health()["appended"] == 3 + 4)
    assert store.values("Press01/temperature") == [0, 20, 40]
    assert store.values("Press01/good") == [0, 1, 2, 3]


def test_a_server_without_deadbands_is_asked_again_without(live, node, report, monkeypatch):
    name, _ = node("Temperature", 0.0)
    create = live.server.iserver.subscription_service.create_monitored_items

    async def plain(params):
        results = await create(params)
        for item, result in zip(params.ItemsToCreate, results, strict=True):
            if type(item.RequestedParameters.Filter).__name__ == "DataChangeFilter":
                result.StatusCode = ua.StatusCode(ua.StatusCodes.BadMonitoredItemFilterUnsupported)
        return results

    monkeypatch.setattr(live.server.iserver.subscription_service, "create_monitored_items", plain)
    found = report({"temperature": name}, deadband=10)
    assert "deadband_refused" in codes(found, "Press01/temperature")
    assert found["not_found"] == {}


def test_items_are_created_in_batches(live, node, report, monkeypatch):
    names = {f"s{n}": node(f"S{n}", n)[0] for n in range(10)}
    create, sizes = live.server.iserver.subscription_service.create_monitored_items, []

    async def strict(params):
        sizes.append(len(params.ItemsToCreate))
        if len(params.ItemsToCreate) > 4:
            raise ua.uaerrors.BadTooManyOperations
        return await create(params)

    monkeypatch.setattr(live.server.iserver.subscription_service, "create_monitored_items", strict)
    found = report(names)
    assert sizes == [10, 5, 2, 2, 2, 2, 2]
    assert len(found["revised"]) == 10


def test_an_overflow_of_the_queue_is_told(live, node, line_of, store, collecting, until):
    name, tag = node("Good", 0)
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        collecting(source, store)
        live.write(tag, 1, status=0x0480)
        until(lambda: source.health()["appended"] == 2)
        found = source.health()
    assert found["overflows"] == 1
    assert "queue_overflow" in codes(found, "Press01/good")
    assert store.samples["status"].tolist() == [0, 0x0480]


def test_ages_and_skew(live, node, report):
    name, _ = node("Good", 0)
    found = report({"good": name, "lost": "nowhere"})
    assert abs(found["skew_s"]) < 60
    assert abs(found["servers"][live.url]["skew_s"]) < 60
    assert set(found["age_s"]) <= {"Press01/good"}


@pytest.mark.parametrize(("skew", "local"), [(7 * 3600 + 30, True), (-1800.0, True), (7 * 3600 + 600, False), (None, None)])
def test_a_clock_that_is_wrong_is_a_finding(live, node, line_of, monkeypatch, skew, local):
    name, _ = node("Good", 0)

    async def wrong(self):
        return 299.0 if skew is None else skew

    monkeypatch.setattr(Link, "read_clock", wrong)
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        findings = source.read().attrs["findings"]
    assert [item["evidence"]["looks_like_local_time"] for item in findings if item["code"] == "clock_skew"] == (
        [] if skew is None else [local]
    )


def test_a_server_that_is_not_well_is_a_finding(live, node, line_of):
    name, _ = node("Good", 0)
    level = live.server.get_node(ua.ObjectIds.Server_ServiceLevel)
    live.run(level.write_value(ua.Variant(100, ua.VariantType.Byte)))
    try:
        with OpcUaSource(line_of(live.url, {"good": name})) as source:
            findings = source.read().attrs["findings"]
    finally:
        live.run(level.write_value(ua.Variant(255, ua.VariantType.Byte)))
    assert [(item["code"], item["evidence"]) for item in findings] == [("server_degraded", {"service_level": 100})]
