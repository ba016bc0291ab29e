"""Current values over the wire."""

import asyncio

import pandas as pd
import pytest
from asyncua import ua
from smartfab.connectors.opcua import OpcUaSource

from smartfab.errors import PlantError, SignalNotFound
from smartfab.findings import findings_of
from smartfab.plant import Line


def test_reads_every_signal_once_with_its_time(live, node, line_of):
    name, tag = node("Good", 0)
    at = pd.Timestamp("2026-03-02T06:00:00.123456Z")
    live.write(tag, 42, source=at.to_pydatetime())
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        table = source.read()
    assert table[["signal_id", "ts", "value", "status"]].values.tolist() == [["Press01/good", at, 42.0, 0]]
    assert table["text"].isna().all()
    assert table["server_ts"].notna().all()
    assert table.attrs == {"findings": []}


def test_the_clock_of_the_endpoint_chooses_the_time(live, node, line_of):
    name, tag = node("Good", 0)
    live.write(tag, 1, source=pd.Timestamp("2026-03-02T06:00:00Z").to_pydatetime())
    with OpcUaSource(line_of(live.url, {"good": name}, clock="server")) as source:
        table = source.read()
    assert (table["ts"] == table["server_ts"]).all()


def test_names_with_quotes_as_siemens_writes_them(live, line_of):
    live.add('"DB_Press"."State;x=1"', 5)
    with OpcUaSource(line_of(live.url, {"state": '"DB_Press"."State;x=1"'})) as source:
        assert source.read()["value"].tolist() == [5]


def test_browse_paths_from_objects(live, node, line_of):
    name, _ = node("Path", 7)
    path = f"plc:Press01/plc:{name.rpartition('.')[2]}"
    live.add("unique.OnlyOnce", 8)
    signals = {"there": {"path": "plc:Press01/plc:OnlyOnce"}, "gone": {"path": "plc:Press02/plc:Good"}, "twice": {"path": path}}
    with OpcUaSource(line_of(live.url, signals)) as source:
        table = source.read()
    assert table.set_index("signal_id")["value"]["Press01/there"] == 8
    assert "Press01/gone" in source.health()["not_found"]


def test_numeric_node_ids_and_the_namespace_of_opc_ua_itself(live, line_of):
    line = line_of(live.url, {"state": {"node": "ua;i=2259"}}, namespaces={"ua": "http://opcfoundation.org/UA/"})
    with OpcUaSource(line) as source:
        assert source.read()["value"].tolist() == [0]


def test_unknown_nodes_are_findings(live, node, line_of):
    name, _ = node("Good", 1)
    with OpcUaSource(line_of(live.url, {"good": name, "lost": "nowhere"})) as source:
        table = source.read()
    assert table["signal_id"].tolist() == ["Press01/good"]
    found = findings_of(table).query("code == 'signal_not_found'")
    assert found["where"].tolist() == ["Press01/lost"]
    assert source.health()["not_found"] == {"Press01/lost": "the server knows no such node"}


def test_no_node_at_all_is_an_error_that_names_them(live, line_of):
    with (
        OpcUaSource(line_of(live.url, {"a": "nowhere", "b": "neither"})) as source,
        pytest.raises(SignalNotFound, match=r"(?s)Press01/a.*Press01/b"),
    ):
        source.read()


def test_a_namespace_the_server_does_not_have(live, line_of):
    with (
        OpcUaSource(line_of(live.url, {"a": "x"}, namespaces={"plc": "urn:elsewhere"})) as source,
        pytest.raises(SignalNotFound, match=r"no namespace 'urn:elsewhere' \(it has: .*urn:test:press-1"),
    ):
        source.read()


def test_a_bad_value_is_a_sample_with_its_status(live, node, line_of):
    name, tag = node("Broken", 1)
    live.write(tag, 2, status=ua.StatusCodes.BadSensorFailure)
    with OpcUaSource(line_of(live.url, {"broken": name})) as source:
        assert source.read()["status"].tolist() == [ua.StatusCodes.BadSensorFailure]


def test_more_signals_than_the_server_takes_at_once(live, node, line_of):
    names = [node(f"T{n}", n)[0] for n in range(25)]
    limit = live.server.get_node(ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead)
    sizes = []
    read = live.server.iserver.attribute_service.read

    def strict(params):
        sizes.append(len(params.NodesToRead))
        if len(params.NodesToRead) > 9:
            raise ua.uaerrors.BadTooManyOperations
        return read(params)

    live.run(limit.write_value(ua.Variant(20, ua.VariantType.UInt32)))
    live.server.iserver.attribute_service.read = strict
    try:
        with OpcUaSource(line_of(live.url, {f"t{n}": name for n, name in enumerate(names)})) as source:
            assert source.read()["value"].tolist() == list(range(25))
    finally:
        live.server.iserver.attribute_service.read = read
        live.run(limit.write_value(ua.Variant(10000, ua.VariantType.UInt32)))
    assert max(sizes) == 20
    assert sizes.count(20) == 1  # halved once, and never tried again


def test_inside_a_running_loop(live, node, line_of):
    name, _ = node("Good", 3)

    async def notebook():
        with OpcUaSource(line_of(live.url, {"good": name})) as source:
            return source.read()["value"].tolist()

    assert asyncio.run(notebook()) == [3]


def test_watch_returns_what_arrives(live, node, line_of):
    name, _ = node("Good", 3)
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        table = source.watch(seconds=0.2)
        assert source.health()["state"] == "stopped"
    assert table["value"].tolist() == [3]
    assert live.subscriptions == 0


def test_nothing_is_left_on_the_server(live, node, line_of, until):
    name, _ = node("Good", 3)
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        source.read()
        until(lambda: live.sessions == 0)
    assert (live.sessions, live.subscriptions) == (0, 0)


def test_a_line_without_tags_is_a_fault_of_the_plant():
    with pytest.raises(PlantError, match="press-1"):
        OpcUaSource(Line.model_validate({"id": "press-1"}))


def test_a_source_can_be_closed_twice_and_used_again(live, node, line_of):
    name, _ = node("Good", 3)
    source = OpcUaSource(line_of(live.url, {"good": name}))
    source.read()
    source.close()
    source.close()
    assert source.read()["value"].tolist() == [3]
    source.close()
