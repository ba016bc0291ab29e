"""What comes in a hurry is joined into few appends, in order, and nothing waits when it is time to end."""

from __future__ import annotations

import asyncio
import time

from smartfab.connectors.opcua.appending import Appender, Delivery
from smartfab.connectors.opcua.gaps import SignalBook
from smartfab.connectors.opcua.health import Health


class Journal:
    """Remembers when it was asked."""

    def __init__(self):
        self.times = []

    def append(self, batch, *, alive=None):
        self.times.append(time.monotonic())
        return len(self.times)


def test_a_server_in_a_hurry_costs_one_append_a_pause_and_is_acknowledged_in_order():
    async def look():
        journal, told = Journal(), []
        appender = Appender(journal, SignalBook(["M/a"]), Health(), pause=0.05)
        running = asyncio.create_task(appender.run())
        for n in range(60):
            appender.put(Delivery(acknowledge=lambda n=n: told.append(n)))
            await asyncio.sleep(0.002)
        appended = len(journal.times)
        await appender.drained()
        appender.finish()
        await running
        assert told == list(range(60))
        assert 1 <= appended <= 10
        steps = [later - earlier for earlier, later in zip(journal.times[:-1], journal.times[1:-1], strict=False)]
        assert all(step >= 0.049 for step in steps)

    asyncio.run(look())


def test_what_comes_alone_is_appended_at_once_and_the_end_waits_for_no_pause():
    async def look():
        journal, told, first = Journal(), [1], asyncio.Event()
        appender = Appender(journal, SignalBook(["M/a"]), Health(), pause=60.0)
        running = asyncio.create_task(appender.run())
        appender.put(Delivery(acknowledge=first.set))
        await first.wait()
        appender.put(Delivery(acknowledge=lambda: told.append(2)))
        async with asyncio.timeout(10):
            await appender.drained()
            appender.finish()
            await running
        assert told == [1, 2]

    asyncio.run(look())
