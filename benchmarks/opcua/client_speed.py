"""Our OPC UA client beside stock asyncua: decoding, history, and the whole client with the durable append.

    python benchmarks/opcua/client_speed.py [--rounds 5] [--seconds 3]

CPU seconds of this process a value, contenders taken in turns, medians over the rounds. The server of the whole-client
race is a process of its own that always has the next 1,000 values ready; it has a history, too, of pages of 1,500 values, which
one streams as frames and the other returns as its own objects. Bars: decoding ≥ 50 × asyncua on 1,000 Doubles
and on history; the whole client ≤ 0.5 us a value, durable in the journal; history decoded at ≥ 500,000 values/s.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncua
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary
from messages import history_response, publish_response
from ready_server import PAGE
from smartfab.connectors.opcua import OpcUaSource
from smartfab.connectors.opcua.decoding import pages, published

import smartfab as sf
from smartfab.plant import Line

VALUES, HISTORY, PAGES = 1_000, 10_000, 300
RESULTS = Path(__file__).parents[1] / "results"


def decoders() -> dict[str, tuple[int, Callable[[], object], Callable[[], object]]]:
    """What is decoded: its values [1], by us, by asyncua."""
    doubles, mixed, history = publish_response(VALUES), publish_response(VALUES, "mixed"), history_response(HISTORY)
    return {
        "decode: 1,000 Doubles": (
            VALUES,
            lambda: _changes(doubles),
            lambda: struct_from_binary(ua.PublishResponse, Buffer(doubles)),
        ),
        "decode: 1,000 of five types": (
            VALUES,
            lambda: _changes(mixed),
            lambda: struct_from_binary(ua.PublishResponse, Buffer(mixed)),
        ),
        "decode: 10,000 of history": (
            HISTORY,
            lambda: pages(history, 1),
            lambda: struct_from_binary(ua.HistoryReadResponse, Buffer(history)),
        ),
    }


def _changes(data: bytes) -> object:
    return published(data).notification.changes()


def cpu(call: Callable[[], object], times: int) -> float:
    begin = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - begin) / times


def decoding(rounds: int) -> dict[str, dict[str, float]]:
    """Microseconds of CPU a value for each contender, and the median of the rounds' ratios."""
    told = {}
    for name, (values, ours, theirs) in decoders().items():
        ours(), theirs()
        pairs = [(cpu(ours, 200_000 // values), cpu(theirs, 5_000 // values + 1)) for _ in range(3 * rounds)]
        told[name] = {
            "smartfab_us": 1e6 * statistics.median(first for first, _ in pairs) / values,
            "asyncua_us": 1e6 * statistics.median(second for _, second in pairs) / values,
            "ratio": statistics.median(second / first for first, second in pairs),
        }
    return told


@contextmanager
def ready_server() -> Iterator[str]:
    """The address of a stub server, which ends with the block."""
    script = Path(__file__).with_name("ready_server.py")
    server = subprocess.Popen(  # noqa: S603  this interpreter, our script
        [sys.executable, str(script), str(VALUES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield f"opc.tcp://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()


def line(url: str) -> Line:
    signals = {f"s{n}": {"node": f"bench;i={n + 1}", "history": "no"} for n in range(VALUES)}
    return Line.model_validate(
        {"id": "bench", "endpoint": url, "security": {"allow_insecure": "a benchmark on this machine"},
         "namespaces": {"bench": "urn:bench"}, "machine": [{"id": "M", "signals": signals}]}
    )  # fmt: skip


def ours(url: str, folder: Path, seconds: float) -> tuple[float, float]:
    """CPU microseconds a value and values a second of wall time, durable in a journal."""
    store, stop = sf.open_store(folder), threading.Event()
    with OpcUaSource(line(url)) as source, store.journal("bench", flush_rows=10**9, flush_seconds=1e9) as journal:
        thread = threading.Thread(target=lambda: source.collect(journal, stop=stop))
        thread.start()
        while source.health()["appended"] < 50 * VALUES:
            time.sleep(0.05)
        done, spent, wall = source.health()["appended"], time.process_time(), time.perf_counter()
        time.sleep(seconds)
        spent, wall = time.process_time() - spent, time.perf_counter() - wall
        done = source.health()["appended"] - done
        stop.set()
        thread.join()
        journal.drain()
    return 1e6 * spent / done, done / wall


class _Counting:
    """A handler as asyncua wants it; it does nothing but count."""

    def __init__(self) -> None:
        self.values = 0
        self.begun = asyncio.Event()

    def datachange_notification(self, node: object, value: object, data: object) -> None:  # noqa: ARG002
        self.values += 1
        self.begun.set()


def theirs(url: str, seconds: float) -> tuple[float, float]:
    """As `ours`, by stock asyncua and without any storing."""

    async def run() -> tuple[float, float]:
        counting = _Counting()
        async with asyncua.Client(url) as client:
            subscription = await client.create_subscription(500, counting)
            await subscription.subscribe_data_change([client.get_node(f"ns=1;i={n + 1}") for n in range(VALUES)])
            await counting.begun.wait()
            done, spent, wall = counting.values, time.process_time(), time.perf_counter()
            await asyncio.sleep(seconds)
            spent, wall = time.process_time() - spent, time.perf_counter() - wall
            return 1e6 * spent / (counting.values - done), (counting.values - done) / wall

    return asyncio.run(run())


def whole_client(rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Both clients in turns against the same server."""
    found: dict[str, list[tuple[float, float]]] = {"smartfab": [], "asyncua": []}
    with ready_server() as url:
        for _ in range(rounds):
            folder = Path(tempfile.mkdtemp(dir="."))
            try:
                found["smartfab"].append(ours(url, folder, seconds))
            finally:
                shutil.rmtree(folder)
            found["asyncua"].append(theirs(url, seconds))
    return {
        name: {"cpu_us": statistics.median(us for us, _ in runs), "values_s": statistics.median(rate for _, rate in runs)}
        for name, runs in found.items()
    }


def history_ours(url: str) -> tuple[float, float]:
    """CPU microseconds a value and values a second: history streamed over the wire, sessions included."""
    signals = {"s": {"node": f"bench;i={PAGES}", "history": "yes"}}
    told = {
        **line(url).model_dump(exclude={"machine"}, exclude_defaults=True, by_alias=True),
        "machine": [{"id": "M", "signals": signals}],
    }
    with OpcUaSource(Line.model_validate(told)) as source:
        spent, wall = time.process_time(), time.perf_counter()
        done = sum(map(len, source.read_history_batches("2026-03-02T00:00Z", "2026-03-03T00:00Z")))
        spent, wall = time.process_time() - spent, time.perf_counter() - wall
    if done != PAGES * PAGE:
        raise AssertionError(f"{done} values in place of {PAGES * PAGE}")
    return 1e6 * spent / done, done / wall


def history_theirs(url: str) -> tuple[float, float]:
    """As `history_ours`, by stock asyncua, of a tenth of the values; its session is not counted."""

    async def run() -> tuple[float, float]:
        async with asyncua.Client(url) as client:
            node = client.get_node(f"ns=1;i={PAGES // 10}")
            spent, wall = time.process_time(), time.perf_counter()
            done = len(
                await node.read_raw_history(dt.datetime(2026, 3, 2, tzinfo=dt.UTC), dt.datetime(2026, 3, 3, tzinfo=dt.UTC))
            )
            return 1e6 * (time.process_time() - spent) / done, done / (time.perf_counter() - wall)

    return asyncio.run(run())


def history_over_the_wire(rounds: int) -> dict[str, dict[str, float]]:
    """Both clients in turns; the first round warms up the server."""
    with ready_server() as url:
        history_ours(url), history_theirs(url)
        runs = [(history_ours(url), history_theirs(url)) for _ in range(rounds)]
    return {
        name: {"cpu_us": statistics.median(run[n][0] for run in runs), "values_s": statistics.median(run[n][1] for run in runs)}
        for n, name in enumerate(("smartfab", "asyncua"))
    }


def main() -> None:
    """Run everything, print one table, and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    given = parser.parse_args()
    decoded, client = decoding(given.rounds), whole_client(given.rounds, given.seconds)
    wire = history_over_the_wire(given.rounds)
    print(f"{'CPU us a value':36} {'smartfab':>9} {'asyncua':>9} {'ratio':>7}")
    for name, row in decoded.items():
        print(f"{name:36} {row['smartfab_us']:9.3f} {row['asyncua_us']:9.3f} {row['ratio']:7.1f}")
    mine, stock = client["smartfab"], client["asyncua"]
    print(f"{'whole client':36} {mine['cpu_us']:9.3f} {stock['cpu_us']:9.3f} {stock['cpu_us'] / mine['cpu_us']:7.1f}")
    over = wire["asyncua"]["cpu_us"] / wire["smartfab"]["cpu_us"]
    print(f"{'history over the wire':36} {wire['smartfab']['cpu_us']:9.3f} {wire['asyncua']['cpu_us']:9.3f} {over:7.1f}")
    print(f"values/s: smartfab, durable, {mine['values_s']:,.0f}; asyncua, counted only, {stock['values_s']:,.0f}")
    doubles, history = decoded["decode: 1,000 Doubles"], decoded["decode: 10,000 of history"]
    print(f"bars: Doubles {doubles['ratio']:.0f} × (≥ 50), history {history['ratio']:.0f} × (≥ 50) at "
          f"{1e6 / history['smartfab_us']:,.0f} values/s (≥ 500,000), client {mine['cpu_us']:.2f} us (≤ 0.5)")  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    told = {"decoding": decoded, "whole_client": client, "history_over_the_wire": wire}
    (RESULTS / "opcua_client_speed.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
