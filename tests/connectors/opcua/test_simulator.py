"""What the simulator shows and plays, seen by asyncua's own client."""

import asyncio
import threading

import numpy as np
import pandas as pd
import pytest
from asyncua import ua
from smartfab.connectors.opcua.simulator import SimulatorServer

from smartfab.errors import PlantError
from smartfab.plant_file import parse_plant
from tests.connectors.opcua import small_line as line

INF = float("inf")


@pytest.fixture(scope="module")
def held():
    with SimulatorServer(line.small_line(), hold=True) as server:
        yield server


def visit(server, ask):
    async def go():
        heard = line.Heard(server)
        await heard.connect()
        try:
            return await ask(heard)
        finally:
            await heard.client.disconnect()

    return asyncio.run(go())


def test_every_tag_has_its_node_id_its_type_and_its_first_sample(held):
    async def ask(heard):
        types = {name: await node.read_data_type_as_variant_type() for name, node in heard.nodes.items()}
        return types, {name: await node.read_data_value(raise_on_bad_status=False) for name, node in heard.nodes.items()}

    types, values = visit(held, ask)
    assert {name: kind.name for name, kind in types.items()} == {
        "Press01/state": "Int32", "Press01/good": "UInt32", "Press01/area": "Double", "Press01/temperature": "Double",
        "Press01/product": "String", "Dryer01/run": "Boolean", "Dryer01/spare": "Double",
    }  # fmt: skip
    shown = {name: value.Value.Value for name, value in values.items()}
    assert shown == {
        "Press01/state": 3, "Press01/good": 4_294_967_290, "Press01/area": 0.36, "Press01/temperature": 81.25,
        "Press01/product": "Gạch 60×60", "Dryer01/run": True, "Dryer01/spare": None,
    }  # fmt: skip
    assert values["Press01/temperature"].SourceTimestamp == line.START + pd.Timedelta(microseconds=1)
    assert values["Dryer01/spare"].StatusCode.value == ua.StatusCodes.BadWaitingForInitialData


def test_a_folder_a_machine_is_found_by_browsing(held):
    async def ask(heard):
        folders = {(await node.read_browse_name()).Name: node for node in await heard.client.nodes.objects.get_children()}
        return {
            name: [(await child.read_browse_name()).Name for child in await folders[name].get_children()]
            for name in ("Press01", "Dryer01")
        }

    assert visit(held, ask) == {"Press01": ["state", "good", "area", "temperature", "product"], "Dryer01": ["run", "spare"]}


def test_a_held_line_has_served_only_first_samples_and_nothing_is_finished(held):
    played = held.played()
    first = line.samples().groupby("signal_id", sort=False).head(1)
    assert line.rows_of(played) == line.rows_of(first)
    assert held.progress() == pytest.approx(len(first) / len(line.ROWS))
    assert held.wait(0) is False
    assert held.wait_subscribed(0) is False
    assert held.wait_acknowledged(0) is False


def test_the_plant_leads_to_the_server_whatever_the_machines_said(held):
    (endpoint, _), plant = held.plant.lines[0].endpoints(), held.plant
    assert {one.url for one in plant.lines[0].endpoints()} == {held.endpoint}
    assert endpoint.security.mode == "None"
    assert endpoint.security.allow_insecure
    assert {signal.queue for one in plant.lines[0].endpoints() for signal in one.signals.values()} == {plant.lines[0].queue}
    assert parse_plant(plant.to_toml()) == plant


def test_every_sample_arrives_once_in_order_repeats_too():
    source = line.many(3000)
    with SimulatorServer(source, speed=INF, hold=True) as server:
        heard = line.hear(server).frame()
        played = server.played()
        assert server.progress() == 1.0
        assert server.wait(0) is True
    expected = source.samples.copy()
    expected.loc[expected["status"] == 0x80310000, "value"] = np.nan
    assert line.rows_of(heard) == line.rows_of(expected)
    assert line.rows_of(played) == line.rows_of(expected)
    assert played["ts"].is_monotonic_increasing
    assert all(group["ts"].is_monotonic_increasing for _, group in heard.groupby("signal_id"))


def test_a_clients_own_filter_is_obeyed():
    repeats = [(n, "Press01/temperature", value, None, 0) for n, value in enumerate([1, 1, 1.2, 1.4, 1.4, 3, 3, 2.9])]
    trigger, near = ua.DataChangeTrigger, {"DeadbandType": ua.UInt32(ua.DeadbandType.Absolute), "DeadbandValue": 0.3}
    cases = [
        (ua.DataChangeFilter(Trigger=trigger.StatusValue), [1, 1.2, 1.4, 3, 2.9]),
        (ua.DataChangeFilter(Trigger=trigger.StatusValueTimestamp), [1, 1, 1.2, 1.4, 1.4, 3, 3, 2.9]),
        (ua.DataChangeFilter(Trigger=trigger.Status), [1]),
        # 1.4 is 0.4 from the 1 last told, though only 0.2 from the sample before it
        (ua.DataChangeFilter(Trigger=trigger.StatusValueTimestamp, **near), [1, 1.4, 3]),
    ]

    async def go(server):
        listeners = [line.Heard(server) for _ in cases]
        for heard, (wanted, _) in zip(listeners, cases, strict=True):
            await heard.connect()
            await heard.subscribe(wanted=wanted)
        server.play()
        assert await asyncio.to_thread(server.wait_acknowledged, 60)
        for heard in listeners:
            await heard.client.disconnect()
        return [heard.frame()["value"].dropna().tolist() for heard in listeners]

    with SimulatorServer(line.SmallLine(line.plant(), line.samples(repeats)), speed=INF, hold=True) as server:
        assert asyncio.run(go(server)) == [expected for _, expected in cases]


def test_it_is_never_ahead_of_the_clock():
    speed = 400.0
    with SimulatorServer(line.many(200), speed=speed, hold=True) as server:
        begin = pd.Timestamp.now("UTC")
        heard = line.hear(server)
    late = [(told, name) for name, told in heard.told if told.SourceTimestamp]
    first = {name: told.SourceTimestamp for told, name in reversed(late)}
    elapsed = [
        ((told.ServerTimestamp - begin).total_seconds() * speed, (told.SourceTimestamp - line.START).total_seconds())
        for told, name in late
        if told.SourceTimestamp != first[name]
    ]
    assert len(elapsed) > 200
    assert all(reached >= due for reached, due in elapsed)


def test_inside_a_running_event_loop_a_late_client_sees_the_last_values():
    async def cell():
        with SimulatorServer(line.many(500), speed=INF) as server:
            assert server.wait(60)
            heard = line.Heard(server)
            await heard.connect()
            seen = [await heard.nodes[f"Press01/{name}"].read_value() for name in ("temperature", "good")]
            await heard.client.disconnect()
        return seen

    assert asyncio.run(cell()) == [498.0, 4]


def test_a_plant_without_samples_is_finished_at_once():
    empty = line.SmallLine(line.plant(), line.samples([]))
    with SimulatorServer(empty, speed=INF) as server:
        assert server.wait(60)
        assert server.progress() == 1.0
        assert server.played().empty


def test_nothing_is_left_behind():
    before = set(threading.enumerate())

    async def vanish(server):
        heard = line.Heard(server)
        await heard.connect()
        await heard.subscribe()
        server.play()
        heard.client.uaclient.protocol.transport.abort()  # no goodbye: the server keeps session and subscription
        await heard.client.disconnect()

    with SimulatorServer(line.many(2000), speed=100.0, hold=True) as server:
        asyncio.run(vanish(server))
    assert set(threading.enumerate()) <= before
    assert not server.wait(0)
    assert not server.wait_subscribed(0)
    assert len(server.played()) >= 6
    with pytest.raises(PlantError, match="second time"):
        server.__enter__()
