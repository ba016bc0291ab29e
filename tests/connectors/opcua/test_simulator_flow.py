"""Queues: none runs over while the line waits, and none runs over in silence when it does not."""

import asyncio
import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from smartfab.connectors.opcua.simulator import SimulatorServer
from smartfab.connectors.opcua.simulator_replay import PUBLISHING_S, deep_enough
from smartfab.connectors.opcua.simulator_tags import make_tags

from smartfab.plant_grammar import Signal
from tests.connectors.opcua import small_line as line

INF = float("inf")
OVERFLOW = 0x0480


def test_a_queue_of_two_loses_nothing_however_fast_it_plays():
    source = line.many(100)
    with SimulatorServer(source, speed=INF, hold=True) as server:
        heard = line.hear(server, queue=2).frame()
        assert line.rows_of(heard) == line.rows_of(server.played())
    assert len(heard) == len(source.samples)


def test_the_line_waits_for_a_subscriber_that_does_not_publish_for_a_while():
    source = line.many(2000)

    def pause():
        begin = server.progress()
        while server.progress() == begin:
            time.sleep(0.01)  # the client's own loop stands still: no publish request leaves it
        time.sleep(0.5)
        assert server.progress() < 0.5

    with SimulatorServer(source, speed=INF, hold=True) as server:
        heard = line.hear(server, queue=20, meanwhile=pause).frame()
        assert line.rows_of(heard) == line.rows_of(server.played())


def test_a_machine_that_waits_for_nobody_marks_what_it_dropped():
    source = line.many(400)
    with SimulatorServer(source, speed=INF, hold=True, patience=0.0) as server:
        heard = line.hear(server, queue=5, every_ms=500)
        played = server.played()
    frame = heard.frame()
    told = frame[frame["signal_id"] == "Press01/temperature"].reset_index(drop=True)
    truth = played[played["signal_id"] == "Press01/temperature"].reset_index(drop=True)
    assert len(told) < len(truth)
    assert told["ts"].iloc[-1] == truth["ts"].iloc[-1]
    place = truth["ts"].searchsorted(told["ts"])
    after_gap = np.diff(place, prepend=-1) > 1
    marked = (told["status"] & OVERFLOW) == OVERFLOW
    assert marked.tolist() == after_gap.tolist()
    assert marked.any()


def test_a_queue_of_one_keeps_the_newest_and_marks_nothing():
    with SimulatorServer(line.many(400), speed=INF, hold=True, patience=0.0) as server:
        frame = line.hear(server, queue=1, every_ms=500).frame()
        last = server.played().groupby("signal_id")["ts"].max()
    assert ((frame["status"] & OVERFLOW) != OVERFLOW).all()
    assert frame.groupby("signal_id")["ts"].max().to_dict() == last.to_dict()


def test_a_subscriber_that_is_gone_holds_the_line_up_only_once():
    async def vanish(server):
        heard = line.Heard(server)
        await heard.connect()
        await heard.subscribe(queue=2)
        heard.client.uaclient.protocol.transport.abort()
        await heard.client.disconnect()

    with SimulatorServer(line.many(5000), speed=INF, hold=True, patience=0.2) as server:
        asyncio.run(vanish(server))
        server.play()
        assert server.wait(60)  # 5,000 samples at 0.2 s each would take a quarter of an hour


def densest(times, window):
    return max((sum(1 for other in times if start <= other <= start + window) for start in times), default=0)


@settings(max_examples=60, deadline=None)
@given(
    groups=st.lists(st.lists(st.integers(0, 4000), max_size=30), min_size=1, max_size=3),
    speed=st.sampled_from([0.5, 1.0, 10.0, 1000.0, 5000.0, 1e9]),
)
def test_the_queue_holds_four_times_the_densest_publishing_interval(groups, speed):
    rows = [(0.1 * at, f"M/{n}", 1.0, None, 0) for n, group in enumerate(groups) for at in group]
    signals = {f"M/{n}": Signal(node="p;s=x") for n in range(len(groups))}
    tags = list(make_tags(line.samples(rows), signals).values())
    most = max(densest(tag.times.tolist(), PUBLISHING_S * speed * 1e6) for tag in tags)
    assert deep_enough(tags, speed) == min(1000, max(10, 4 * most))


def test_the_plant_tells_its_clients_that_queue():
    with SimulatorServer(line.many(400, step_s=2.0), speed=500.0, hold=True) as server:
        told = server.plant.lines[0]
    assert told.publishing == told.sampling == f"{PUBLISHING_S * 1000:.0f}ms"
    assert told.queue == 4 * 26  # an interval plays 50 s of the line: with both its ends a sample every 2 s makes 26
