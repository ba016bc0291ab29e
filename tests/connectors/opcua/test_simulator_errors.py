"""What cannot be served is refused with its typed error, before anything listens."""

import asyncio
import socket
import threading
import uuid

import pandas as pd
import pytest
from asyncua import Client, ua
from smartfab.connectors.opcua.simulator import SimulatorServer

from smartfab.errors import MissingColumnError, PlantError, SourceUnavailable, TableError
from tests.connectors.opcua import small_line as line


def test_all_wrong_arguments_are_told_at_once():
    with pytest.raises(PlantError) as caught:
        SimulatorServer(line.small_line(), port=70_000, speed=-1.0, security="sign", patience=float("nan"))
    assert [fault.where for fault in caught.value.faults] == ["port", "speed", "security", "patience"]
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("speed", [0.0, float("nan"), -float("inf")])
def test_a_speed_that_plays_nothing_is_refused(speed):
    with pytest.raises(PlantError, match="above 0"):
        SimulatorServer(line.small_line(), speed=speed)


def test_a_taken_port_is_unavailable_and_leaves_nothing_behind():
    before = set(threading.enumerate())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SourceUnavailable, match=str(port)) as caught:
            SimulatorServer(line.small_line(), port=port).__enter__()
    assert isinstance(caught.value, ConnectionError)
    assert set(threading.enumerate()) <= before


def test_a_chosen_port_is_used_and_can_be_used_again():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):
        with SimulatorServer(line.small_line(), port=port, hold=True) as server:
            assert server.endpoint == f"opc.tcp://127.0.0.1:{port}"
    with pytest.raises(PlantError, match="second time"):
        server.__enter__()


@pytest.mark.parametrize(
    ("row", "error", "said"),
    [
        ((1, "Press01/gone", 1.0, None, 0), PlantError, "no signal Press01/gone"),
        ((1, "Dryer01/state", 1.0, None, 0), PlantError, "no signal Dryer01/state"),  # a rule, no tag
        ((1, "Press01/temperature", None, "hot", 0), TableError, "both numbers and texts"),
        ((1, "Press01/temperature", 1.0, None, -1), TableError, "outside 32 bits"),
    ],
)
def test_samples_that_fit_no_tag_are_refused(row, error, said):
    with pytest.raises(error, match=said):
        SimulatorServer(line.SmallLine(line.plant(), line.samples([*line.ROWS, row])))


def test_a_table_that_is_no_samples_table_is_refused():
    with pytest.raises(MissingColumnError, match="ts"):
        SimulatorServer(line.SmallLine(line.plant(), pd.DataFrame({"signal_id": ["Press01/good"]})))


def with_nodes(**nodes):
    plant = line.plant()
    press = plant.machine("Press01")
    changed = {name: press.signals[name].model_copy(update=update) for name, update in nodes.items()}
    press = press.model_copy(update={"signals": {**press.signals, **changed}})
    whole = plant.lines[0].model_copy(update={"machine": (press, plant.machine("Dryer01"))})
    return line.SmallLine(plant.model_copy(update={"line_": (whole,)}), line.samples())


def test_nodes_that_cannot_be_served_are_all_refused_at_once():
    wrong = with_nodes(
        state={"node": None, "path": "Objects/Press01/State"},
        good={"node": "plc;i=seven"},
        area={"node": "plc;b=***"},
        product={"node": "plc;i=4711"},
    )
    with pytest.raises(PlantError) as caught:
        SimulatorServer(wrong)
    assert [(fault.where, fault.found) for fault in caught.value.faults] == [
        ("signal Press01/state", "the browse path 'Objects/Press01/State'"),
        ("signal Press01/good", "'plc;i=seven' is no node id"),
        ("signal Press01/area", "'plc;b=***' is no node id"),
        ("signal Press01/product", "the node of Press01/temperature"),
    ]


def test_every_kind_of_node_id_is_served():
    kinds = {
        "state": {"node": "plc;g=72962b91-fa75-4ae6-8d28-b404dc7daf63"},
        "good": {"node": "plc;b=AQIDBA=="},
        "area": {"node": "plc;s=a;b=c"},
    }

    async def read(server):
        async with Client(server.endpoint, timeout=10) as client:
            plc = await client.get_namespace_index(line.PLC)
            names = [uuid.UUID("72962b91-fa75-4ae6-8d28-b404dc7daf63"), b"\x01\x02\x03\x04", "a;b=c"]
            return [await client.get_node(ua.NodeId(name, plc)).read_value() for name in names]

    with SimulatorServer(with_nodes(**kinds), hold=True) as server:
        assert asyncio.run(read(server)) == [3, 4_294_967_290, 0.36]
