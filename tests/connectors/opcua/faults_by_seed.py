"""Faults of a network on a schedule by seed, and collectors that live through them side by side."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from asyncua import ua
from smartfab.connectors.opcua import OpcUaSource

from tests.connectors.opcua.conftest import MemoryJournal
from tests.connectors.opcua.tcp_proxy import Proxy

SEEDS = int(os.environ.get("SMARTFAB_CUTS", "2"))
"""How many lives; 2 in every test run, 20 and more by `make cuts`."""

LONGEST_S = 10.0 if SEEDS > 2 else 1.5
CUTS = 3 if SEEDS > 2 else 2
AT_ONCE = 5
RATES_HZ = (1, 10, 20)


class Ticker:
    """Changes tags of a live server at 1, 10 and 20 Hz, and remembers each change."""

    def __init__(self, live, prefix, *, history=False):
        self.live = live
        self.tags = {f"at{rate}": (live.add(f"{prefix}.at{rate}", 0, history=history), rate) for rate in RATES_HZ}
        self.names = {name: f"{prefix}.{name}" for name in self.tags}
        self.truth = {name: [] for name in self.tags}
        self.history = history

    def __enter__(self):
        self._ending = asyncio.Event()
        self._work = asyncio.run_coroutine_threadsafe(self._tick(), self.live._loop)
        return self

    def __exit__(self, *_):
        self.live.call(self._ending.set)
        self._work.result(30)

    async def _tick(self):
        storage = self.live.server.iserver.history_manager.storage
        begin, step = time.monotonic(), 0
        while not self._ending.is_set():
            for name, (node, rate) in self.tags.items():
                if step % (max(RATES_HZ) // rate) == 0:
                    value, at = len(self.truth[name]) + 1, dt.datetime.now(dt.UTC)
                    data = ua.DataValue(ua.Variant(value, ua.VariantType.Int64), SourceTimestamp=at, ServerTimestamp=at)
                    self.truth[name].append((at, value))
                    if self.history:
                        await storage.save_node_value(node.nodeid, data)
                    await node.write_value(data)
            step += 1
            await asyncio.sleep(max(0.0, begin + step / max(RATES_HZ) - time.monotonic()))


def schedule(seed):
    """Yield (pause [s], fault, how long [s])."""
    chance = np.random.default_rng(seed)
    for _ in range(CUTS):
        yield chance.uniform(0.3, 1.5), chance.choice(["cut", "swallow", "slow"]), chance.uniform(0.5, LONGEST_S)


def suffer(proxy, seed):
    """Let the network fail on the schedule of a seed."""
    rest = threading.Event()
    for pause, fault, length in schedule(seed):
        rest.wait(pause)
        if fault == "slow":
            proxy.slow(3_000)
        else:
            getattr(proxy, fault)()
        rest.wait(length)
        proxy.mend()


def life(seed, port, line_of_url, caught_up):
    """One collector behind a proxy of its own, over the faults of a seed; returns its journal and what it told at the end."""
    journal, stop, told = MemoryJournal(), threading.Event(), {}
    with Proxy(port) as proxy, OpcUaSource(line_of_url(proxy.url), timeout=5.0, keep_alive=1.0) as source:
        thread = threading.Thread(target=lambda: told.update(source.collect(journal, stop=stop)))
        thread.start()
        _wait(lambda: source.health()["state"] == "collecting")
        suffer(proxy, seed)
        mended = dt.datetime.now(dt.UTC)
        _wait(lambda: source.health()["state"] == "collecting" and caught_up(journal, mended))
        stop.set()
        thread.join()
    return journal, told


def lives(port, line_of_url, caught_up):
    """Yield (seed, journal, health) of `SEEDS` lives, some at once."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield from (
            (seed, *found)
            for seed, found in enumerate(threads.map(lambda seed: life(seed, port, line_of_url, caught_up), range(SEEDS)))
        )


def _wait(holds, seconds=90.0):
    tick, end = threading.Event(), time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        tick.wait(0.05)
