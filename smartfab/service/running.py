"""The service as a process: bound to loopback unless TLS is there, and slow clients are hung up on."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from smartfab.service.refusals import Refusal

if TYPE_CHECKING:
    from fastapi import FastAPI

    from smartfab.improvements.register import Register

FIRST_TOKEN_DAYS = 7
HEADERS_S = 10.0
"""How long the head of a request may take to arrive [s]."""
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


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on a client whose request does not arrive: a head begun and never ended, or never begun."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the clock of a new connection."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Stop the clock once the head is whole."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clock."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEADERS_S, self._hang_up)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        self._waiting = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
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
