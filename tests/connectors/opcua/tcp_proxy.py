"""A TCP proxy with two faults: it cuts (RST), or it swallows every byte and says nothing."""

from __future__ import annotations

import asyncio
import threading


class Proxy:
    """Forwards to `target` until `cut` or `swallow`."""

    def __init__(self, target):
        self.target = target
        self._swallowing = False
        self._pairs = []
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
        self._loop.call_soon_threadsafe(self._abort)

    def swallow(self):
        self._swallowing = True

    async def _live(self):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        listening = await self._loop.create_server(lambda: _Side(self, None), "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        self._abort()
        listening.close()
        await listening.wait_closed()

    def _abort(self):
        for side in self._pairs:
            side.reset()
        self._pairs.clear()


class _Side(asyncio.Protocol):
    def __init__(self, proxy, other):
        self.proxy, self.other, self.transport, self.waiting = proxy, other, None, []

    def connection_made(self, transport):
        self.transport = transport
        self.proxy._pairs.append(self)
        if self.other is None:
            self._connecting = asyncio.ensure_future(self._connect())
        else:
            for data in self.other.waiting:
                transport.write(data)

    async def _connect(self):
        loop = asyncio.get_running_loop()
        _, side = await loop.create_connection(lambda: _Side(self.proxy, self), "127.0.0.1", self.proxy.target)
        self.other = side

    def data_received(self, data):
        if self.proxy._swallowing:
            return
        if self.other is None or self.other.transport is None:
            self.waiting.append(data)
        else:
            self.other.transport.write(data)

    def connection_lost(self, _):
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()

    def reset(self):
        import socket
        import struct

        raw = self.transport.get_extra_info("socket")
        if raw is not None and not self.transport.is_closing():
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
