"""A TCP proxy with faults: it cuts (RST), refuses, swallows every byte and says nothing, or lets few bytes through."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading

_SLICE_S = 0.02


class Proxy:
    """Forwards to `target` until told otherwise; `mend` makes it forward again. Keeps what it has seen in `seen`."""

    def __init__(self, target, *, keep=False):
        self.target = target
        self.seen = bytearray()
        self.connections = 0
        self._keep = keep
        self._refusing = self._swallowing = False
        self._rate = None
        self._pairs = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="proxy")

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    @property
    def url(self):
        return f"opc.tcp://127.0.0.1:{self.port}"

    def cut(self):
        """Reset every connection, and refuse new ones until mended."""
        self._refusing = True
        self._loop.call_soon_threadsafe(self._abort)

    def swallow(self):
        """Take every byte and hand on none."""
        self._swallowing = True

    def slow(self, rate):
        """Hand on `rate` bytes a second in each direction."""
        self._rate = rate

    def mend(self):
        """Forward again. What was swallowed stays lost, so connections that lost bytes are reset."""

        def work():
            if self._swallowing:
                self._abort()
            self._refusing = self._swallowing = False
            self._rate = None

        self._loop.call_soon_threadsafe(work)

    def retarget(self, port):
        self.target = port

    async def _live(self):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        listening = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        self._abort()
        listening.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accepted(self, reader, writer):
        if self._refusing:
            _reset(writer)
            return
        self.connections += 1
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _reset(writer)
            return
        pair = (writer, back)
        self._pairs.add(pair)
        pumps = [
            asyncio.create_task(self._pump(reader, back, True)), asyncio.create_task(self._pump(there, writer, False))
        ]  # fmt: skip
        try:
            with contextlib.suppress(asyncio.CancelledError):  # asyncio's streams take a cancelled handler for a fault
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._pairs.discard(pair)
            for side in pair:
                side.close()

    async def _pump(self, reader, writer, from_client):
        try:
            while data := await reader.read(65536):
                if self._keep and from_client:
                    self.seen += data
                while self._rate is not None and data and not writer.is_closing():
                    size = max(1, int(self._rate * _SLICE_S))
                    writer.write(data[:size])
                    data = data[size:]
                    await asyncio.sleep(_SLICE_S)
                if writer.is_closing():
                    return
                if not self._swallowing:
                    writer.write(data)
                    await writer.drain()
        except OSError:
            pass

    def _abort(self):
        for pair in tuple(self._pairs):
            for side in pair:
                _reset(side)
        self._pairs.clear()


def _reset(writer):
    raw = writer.get_extra_info("socket")
    if raw is not None and not writer.transport.is_closing():
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
