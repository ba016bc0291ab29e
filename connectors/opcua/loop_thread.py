"""An event loop in a thread of its own, so that the synchronous face works anywhere, also inside a running loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

from smartfab.errors import SourceUnavailable

_Result = TypeVar("_Result")
_TICK = 0.2
"""Longest wait for a lock [s]: on Windows Ctrl-C is seen only between two waits."""


class Job(Generic[_Result]):
    """Work under way in the loop, as the thread that asked for it sees it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, owner: int | None, work: Coroutine[Any, Any, _Result]) -> None:
        self._loop = loop
        self._owner = owner  # the loop's thread, where garbage may be collected, must never wait for itself
        self._work = work
        self._ended = threading.Event()
        self._task: asyncio.Task[_Result] | None = None
        loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._work)
        self._task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[_Result]) -> None:
        if not task.cancelled():
            task.exception()  # seen, even when the thread that waits was interrupted and never asks for the result
        self._ended.set()

    def cancel(self) -> None:
        """Ask the work to clean up and end; it is over when `wait` returns."""
        if not self._ended.is_set():
            self._loop.call_soon_threadsafe(lambda: self._task is not None and self._task.cancel())

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end of the work and of its cleaning up.

        Parameters
        ----------
        timeout : float, optional
            Longest wait [s].

        Returns
        -------
        bool
            Whether it has ended.
        """
        if timeout is not None or threading.get_ident() == self._owner:
            return self._ended.wait(timeout or 0)
        while not self._ended.wait(_TICK):
            pass
        return True

    def result(self) -> _Result:
        """Return what the work returned, or raise what it raised; only after its end."""
        if self._task is None or self._task.cancelled():
            raise SourceUnavailable("the source was closed while it was at work", remedy="Open it again.")
        return self._task.result()


class LoopThread:
    """Runs coroutines for threads that have no loop, or have one they must not block on.

    The thread starts with the first coroutine and ends with `close`, which cancels what still runs and lets it clean
    up. It is a daemon: a source nobody closed does not keep the interpreter from ending.

    Parameters
    ----------
    name : str
        Of the thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = asyncio.Event()

    def call(self, function: Any, *args: object) -> None:  # noqa: ANN401
        """Call `function` in the loop soon, if there is one."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(function, *args)

    def start(self, work: Coroutine[Any, Any, _Result]) -> Job[_Result]:
        """Start `work`.

        Parameters
        ----------
        work : coroutine
            Runs in the loop.

        Returns
        -------
        Job
            To wait for its end.
        """
        with self._lock:
            if self._loop is None:
                self._loop = self._started()
            return Job(self._loop, self._thread.ident if self._thread is not None else None, work)

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run `work` to its end; Ctrl-C cancels it and waits until it has cleaned up.

        Parameters
        ----------
        work : coroutine
            Runs in the loop.

        Returns
        -------
        object
            What the work returns.
        """
        job = self.start(work)
        try:
            job.wait()
        except BaseException:
            job.cancel()
            job.wait()
            raise
        return job.result()

    def close(self) -> None:
        """Cancel what still runs, wait for its cleaning up, and end the thread."""
        with self._lock:
            if self._thread is not None and self._loop is not None:
                self._loop.call_soon_threadsafe(self._closing.set)
                if self._thread is not threading.current_thread():
                    self._thread.join()
            self._thread = self._loop = None

    def _started(self) -> asyncio.AbstractEventLoop:
        ready = threading.Event()
        found: list[asyncio.AbstractEventLoop] = []

        async def live() -> None:
            self._closing = asyncio.Event()
            found.append(asyncio.get_running_loop())
            ready.set()
            await self._closing.wait()

        def main() -> None:
            asyncio.run(live())

        self._thread = threading.Thread(target=main, name=self._name, daemon=True)
        self._thread.start()
        ready.wait()
        return found[0]
