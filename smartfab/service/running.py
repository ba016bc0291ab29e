"""The service as a process: bound to loopback unless TLS is there, and slow clients are hung up on."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from smartfab.service.refusals import Refusal
from smartfab.service.settings import KIB

if TYPE_CHECKING:
    from fastapi import FastAPI

    from smartfab.improvements.register import Register

FIRST_TOKEN_DAYS = 7
HEADERS_S = 10.0
"""How long the head of a request may take to arrive [s]."""
SWITCH_S = 0.0005
"""How long one thread may keep the others waiting [s]; most of them wait for the database and then need only a moment."""
MOST_HEAD = 64 * KIB
"""Most bytes of the head of a request [1]."""
_MOST_CONNECTIONS = 500


@dataclass(frozen=True)
class Address:
    """Where the service listens, and who keeps what is said secret.

    Attributes
    ----------
    host, port : str, int
        Where to listen.
    certificate, key : Path or None
        For TLS of its own.
    behind_proxy : bool
        A proxy on this machine has TLS in front, and says who the client is.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False

    def check(self) -> None:
        """Refuse to listen to the network in the clear."""
        if (self.certificate is None) != (self.key is None):
            raise Refusal("only one of them", where="--certificate, --key", expected="both or none")
        if not self._is_loopback() and self.certificate is None and not self.behind_proxy:
            raise Refusal(
                f"{self.host} without TLS", where="--host", expected="loopback, --certificate and --key, or --behind-proxy",
                remedy="Passwords would cross the network in the clear: give a certificate, or put a proxy with TLS in front.",
            )  # fmt: skip

    @property
    def secure(self) -> bool:
        """Whether browsers come over TLS."""
        return self.certificate is not None or self.behind_proxy

    def _is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class ImpatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 that hangs up on a client whose request does not arrive: a head never begun, never ended, or without end."""

    _waiting: asyncio.TimerHandle | None = None
    _arrived = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the clock of a new connection."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Start the clock of a head that is not whole; one that is too long is not read further."""
        super().data_received(data)
        if not self._is_between():
            return
        self._arrived += len(data)
        if self._arrived > MOST_HEAD:
            self._hang_up()
        elif self._waiting is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """Stop the clock."""
        self._stop()
        self._arrived = 0
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clock."""
        self._stop()
        super().connection_lost(exc)

    def _is_between(self) -> bool:
        """Say whether no request is under way: its head has not wholly arrived."""
        return self.cycle is None or bool(self.cycle.response_complete)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEADERS_S, self._hang_up)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        self._waiting = None
        if self._is_between() and not self.transport.is_closing():
            self.transport.close()


def server_for(app: FastAPI, address: Address) -> uvicorn.Server:
    """Return a server, not yet started.

    Parameters
    ----------
    app : FastAPI
        What it serves.
    address : Address
        Where, and how.

    Returns
    -------
    Server
        Its `run` ends on SIGINT and SIGTERM, after the requests under way.

    Raises
    ------
    Refusal
        If it would listen to the network in the clear.
    """
    address.check()
    config = uvicorn.Config(
        app, host=address.host, port=address.port, http=ImpatientProtocol, ws="none", lifespan="on", access_log=False,
        log_config=None, server_header=False, proxy_headers=address.behind_proxy, forwarded_allow_ips="127.0.0.1",
        ssl_certfile=address.certificate, ssl_keyfile=address.key, limit_concurrency=_MOST_CONNECTIONS, timeout_keep_alive=10,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    sys.setswitchinterval(SWITCH_S)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    return uvicorn.Server(config)


def first_token(register: Register) -> str | None:
    """Make the token of the first administrator, where nobody has ever been given a key.

    Parameters
    ----------
    register : Register
        That may be new.

    Returns
    -------
    str or None
        The secret, to be shown once; None where there is a token already.
    """
    if register.access.tokens():
        return None
    if not any(row["role"] == "admin" for row in register.people.granted("admin")):
        register.people.grant("admin", "admin", by="smartfab")
    return register.access.make_token("admin", "first start", days=FIRST_TOKEN_DAYS, by="smartfab")[1]
