"""What a collector counts, as Prometheus text over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from smartfab.errors import PlantError

_PREFIX = "smartfab_collect"
# name, kind, meaning, from the journal or the source, key
_SERIES = (
    ("received_total", "counter", "values received from the source", "source", "received"),
    ("journalled_total", "counter", "rows made durable in the journal", "journal", "appended"),
    ("committed_total", "counter", "rows moved from the journal to the store", "journal", "committed"),
    ("quarantined_total", "counter", "bad rows put into the quarantine", "line", "quarantined_rows"),
    ("unreadable_batches_total", "counter", "batches of the journal set aside as unreadable", "journal", "quarantined"),
    ("dropped_total", "counter", "values dropped: always 0, the source waits instead", "", ""),
    ("waiting_rows", "gauge", "rows in the journal that are not in the store yet", "journal", "waiting_rows"),
    ("waiting_bytes", "gauge", "their size in the journal", "journal", "waiting_bytes"),
    ("oldest_seconds", "gauge", "age of the oldest of them", "journal", "oldest_s"),
    ("reconnects_total", "counter", "connections made anew", "source", "reconnects"),
    ("store_refuses", "gauge", "1 while the store takes nothing", "journal", "error"),
)


def exposition(health: Mapping[str, Mapping[str, Any]], journals: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the counts of every line in the Prometheus text format.

    Parameters
    ----------
    health : mapping of str to mapping
        What each line's source tells.
    journals : mapping of str to mapping
        What each line's journal tells.

    Returns
    -------
    str
        Ends with a line feed.

    References
    ----------
    Prometheus text-based exposition format 0.0.4.
    """
    lines: list[str] = []
    for name, kind, meaning, where, key in _SERIES:
        lines += [f"# HELP {_PREFIX}_{name} {meaning}", f"# TYPE {_PREFIX}_{name} {kind}"]
        for line_id in sorted({*health, *journals}):
            of_source, of_journal = health.get(line_id, {}), journals.get(line_id, {})
            told = {"source": of_source, "journal": of_journal, "line": {**of_source, **of_journal}}.get(where, {})
            lines.append(f'{_PREFIX}_{name}{{line="{_escaped(line_id)}"}} {_number(told.get(key))}')
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: object) -> str:
    if isinstance(value, (int, float)):
        return f"{float(value):.15g}"
    return "0" if value is None else "1"


@contextmanager
def served(address: str, text: Callable[[], str]) -> Iterator[tuple[str, int]]:
    """Answer GET /metrics as long as the block lasts.

    Parameters
    ----------
    address : str
        Host and port, such as 127.0.0.1:9464; port 0 takes a free one.
    text : callable
        Gives what to answer.

    Returns
    -------
    context manager
        Of the host and port that are served.

    Raises
    ------
    PlantError
        If the address is none, or is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            body = text().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    host, _, port = address.rpartition(":")
    try:
        server = ThreadingHTTPServer((host.strip("[]") or "127.0.0.1", int(port)), Handler)
    except (OSError, ValueError, OverflowError) as error:
        raise PlantError(
            f"{address!r}: {error}", where="--metrics", expected="a free address such as 127.0.0.1:9464"
        ) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        taken = server.server_address
        yield str(taken[0]), int(taken[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
