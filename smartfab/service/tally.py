"""How many answers of each kind were given since the start, for /metrics; and the log line of each."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

LOG = logging.getLogger("smartfab.service")


class Tally:
    """Counts by method and status; paths and queries are not kept, they name people."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int]] = Counter()
        self._lock = threading.Lock()

    def add(self, method: str, status: int) -> None:
        """Count an answer.

        Parameters
        ----------
        method : str
            Of the request.
        status : int
            Of the answer [1].
        """
        with self._lock:
            self._counts[method if method in _METHODS else "other", status] += 1

    def lines(self) -> Iterator[str]:
        """Yield the counts as Prometheus reads them."""
        with self._lock:
            held = sorted(self._counts.items())
        for (method, status), count in held:
            yield f'smartfab_http_responses_total{{method="{method}",status="{status}"}} {count}'


class Counted:
    """ASGI middleware that counts answers and logs one line each: method, path, status, time; never headers or bodies.

    Parameters
    ----------
    app : ASGI application
        What is counted.
    tally : Tally
        Where to.
    """

    def __init__(self, app: Any, tally: Tally) -> None:  # noqa: ANN401  an ASGI app
        self._app, self._tally = app, tally

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401  ASGI's callables
        """Answer, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def told(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            self._tally.add(scope["method"], status)
            LOG.info("%s %r %d %.0f ms", scope["method"], scope["path"], status, 1000 * (time.perf_counter() - began))


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
