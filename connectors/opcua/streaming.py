"""What a coroutine produces piece by piece, as an iterator for a thread without an event loop."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

from .loop_thread import LoopThread

_Item = TypeVar("_Item")
Send = Callable[[_Item], Awaitable[None]]

_AHEAD = 1  # items made before they are asked for: enough to read while the consumer works, and bounded
_TICK_S = 0.2


def stream(thread: LoopThread, produce: Callable[[Send[_Item]], Coroutine[Any, Any, None]]) -> Generator[_Item]:
    """Yield what `produce` sends; it waits while nobody takes.

    Closing the iterator early cancels `produce` and waits until it has cleaned up.

    Parameters
    ----------
    thread : LoopThread
        Runs `produce`.
    produce : callable
        Takes the coroutine function that sends one item.

    Yields
    ------
    object
        What was sent, in order.

    Raises
    ------
    Exception
        What `produce` raises, after what it sent before.
    """
    items: queue.SimpleQueue[tuple[_Item] | None] = queue.SimpleQueue()
    room = asyncio.Semaphore(_AHEAD)

    async def send(item: _Item) -> None:
        await room.acquire()
        items.put((item,))

    async def work() -> None:
        try:
            await produce(send)
        finally:
            items.put(None)

    job = thread.start(work())
    try:
        while True:
            try:
                packed = items.get(timeout=_TICK_S)
            except queue.Empty:
                if job.wait(0) and items.empty():
                    break  # cancelled before its first step, so that it could not say that it ended
                continue
            if packed is None:
                break
            thread.call(room.release)
            yield packed[0]
        job.wait()
        job.result()
    finally:
        job.cancel()
        job.wait()
