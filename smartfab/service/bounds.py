"""What a request may weigh and how long it may take to arrive; the headers every answer bears."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from smartfab.service.problems import MEDIA_TYPE, problem

Scope = dict[str, Any]
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
}  # fmt: skip


class Bounds:
    """ASGI middleware: bodies are bounded in size and time, answers bear security headers.

    Parameters
    ----------
    app : ASGI application
        What is protected.
    body, upload : int
        Most bytes of a request, and of one that brings a file [1].
    receive_s : float
        How long a request may take to arrive [s].
    secure : bool
        TLS is in front: browsers are told to keep to it.
    """

    def __init__(self, app: Any, *, body: int, upload: int, receive_s: float, secure: bool) -> None:  # noqa: ANN401  an ASGI app
        self._app = app
        self._body, self._upload, self._receive_s = body, upload, receive_s
        more = {"strict-transport-security": "max-age=31536000"} if secure else {}
        self._headers = [(name.encode(), value.encode()) for name, value in {**SECURITY_HEADERS, **more}.items()]

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401  ASGI's callables
        """Answer a request, or let the application do so."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        most = self._upload if headers.get(b"content-type", b"").startswith(b"multipart/form-data") else self._body
        exchange = _Exchange(receive, send, most=most, seconds=self._receive_s, headers=self._headers)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most:
            await exchange.refuse(413 if length.isdigit() else 400)
            return
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except BodyRefused:
            if exchange.refused is None:
                raise
        if exchange.refused is not None and not exchange.began:
            await exchange.refuse(exchange.refused)


class BodyRefused(Exception):  # noqa: N818  it ends the reading of a body, and is answered above
    """The body is over its bound, or late."""


class _Exchange:
    """One request and its answer: counts what comes, watches the clock until the body is there, adds headers to the answer."""

    def __init__(
        self, receive: Any, send: Any, *, most: int, seconds: float, headers: list[tuple[bytes, bytes]]  # noqa: ANN401  ASGI's callables
    ) -> None:  # fmt: skip
        self._receive, self._send, self._most, self._seconds, self._headers = receive, send, most, seconds, headers
        self._arrived, self._whole = 0, False
        self._deadline: float | None = None
        self.refused: int | None = None
        self.began = False

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any]
        if self._whole:
            message = await self._receive()
            return message
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + self._seconds if self._deadline is None else self._deadline
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError as error:
            self.refused = 408
            raise BodyRefused from error
        self._arrived += len(message.get("body", b""))
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        if self._arrived > self._most:
            self.refused = 413
            raise BodyRefused
        return message

    async def send(self, message: dict[str, Any]) -> None:
        if self.refused is not None and not self.began:
            return  # what the application made of a body that broke off
        if message["type"] == "http.response.start":
            self.began = True
            held = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in self._headers if pair[0] not in held)]
        await self._send(message)

    async def refuse(self, status: int) -> None:
        """Answer with a problem, and end the connection: more of the body may be on its way."""
        detail = {413: f"at most {self._most} bytes", 408: "send it faster", 400: "Content-Length is no number"}[status]
        body = json.dumps(problem(status, detail=detail), ensure_ascii=False).encode()
        self.refused = None
        told = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
        await self.send({"type": "http.response.start", "status": status, "headers": told})
        await self.send({"type": "http.response.body", "body": body})
