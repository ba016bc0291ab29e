"""The asynchronous face: batches as they come, acknowledged once committed, nothing left behind however the loop is left."""

import asyncio

import pytest
from smartfab.connectors.opcua import OpcUaSource

from smartfab.errors import SignalNotFound, SourceRefused


def test_every_value_comes_once_and_in_order_and_is_acknowledged(live, node, line_of):
    name, tag = node("Good", 0)

    async def take():
        got = []
        async with OpcUaSource(line_of(live.url, {"good": name}, queue=10_000)).aopen() as source:
            async for batch in source.batches():
                got += batch.samples["value"].tolist()
                await batch.commit()
                if got[-1] == 300:
                    break
                if got == [0]:
                    await asyncio.to_thread(live.write, tag, *range(1, 301))
            health = source.health()
        return got, health

    got, health = asyncio.run(take())
    assert got == list(range(301))
    assert health["acknowledged"] >= 1
    assert live.subscriptions == live.sessions == 0


def test_what_is_not_committed_is_not_acknowledged(live, node, line_of):
    name, _ = node("Good", 0)
    before = len(live.acknowledged)

    async def take():
        async with OpcUaSource(line_of(live.url, {"good": name})).aopen() as source:
            async for batch in source.batches():
                assert not batch.is_committed
                break
            return source

    source = asyncio.run(take())
    assert len(live.acknowledged) == before
    assert live.subscriptions == 0
    assert source.health()["state"] == "stopped"


def test_the_next_batch_without_a_commit_is_refused(live, node, line_of):
    name, _ = node("Good", 0)

    async def take():
        async with OpcUaSource(line_of(live.url, {"good": name})).aopen() as source:
            async for _ in source.batches():
                pass

    with pytest.raises(SourceRefused, match="committed"):
        asyncio.run(take())
    assert live.subscriptions == 0


def test_a_loop_that_is_cancelled_or_kept_open_leaves_nothing(live, node, line_of):
    name, _ = node("Good", 0)
    begun, there = [], asyncio.Event()

    async def take():
        async with OpcUaSource(line_of(live.url, {"good": name})).aopen() as source:
            batches = source.batches()  # kept: nobody closes it but the end of the block
            await (await anext(batches)).commit()
            begun.append(batches)
            there.set()
            await asyncio.Event().wait()

    async def main():
        task = asyncio.create_task(take())
        await there.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await begun[0].aclose()

    asyncio.run(main())
    assert live.subscriptions == 0


def test_what_can_be_read_can_be_awaited(live, node, line_of):
    name, _ = node("Good", 7.0, history=True)

    async def read():
        async with OpcUaSource(line_of(live.url, {"good": name})).aopen() as source:
            now, before = await source.read(), await source.read_history("2026-03-02T00:00Z", "2026-03-03T00:00Z")
            return now, before

    now, before = asyncio.run(read())
    assert now["value"].tolist() == [7.0]
    assert before.empty


def test_an_error_of_collecting_is_an_error_of_the_loop(line_of, live):
    async def take():
        async with OpcUaSource(line_of(live.url, {"good": "nothing"})).aopen() as source:
            async for _ in source.batches():
                pass

    with pytest.raises(SignalNotFound):
        asyncio.run(take())
