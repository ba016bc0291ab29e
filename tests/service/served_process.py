"""`smartfab serve` as a process of its own, as it runs at a plant."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx


def unused_port():
    """A port of loopback that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Served:
    """A running service: its address, what it printed, and ways to end it.

    Its output goes to files, so that it never waits for a reader.
    """

    def __init__(self, db, folder, port, *options, secure=False, verify=True):
        self.url = f"http{'s' if secure else ''}://127.0.0.1:{port}"
        self.verify = verify
        self._out, self._err = folder / "served.out", folder / "served.err"
        command = [sys.executable, "-m", "smartfab", "serve", "--db", str(db), "--port", str(port), *map(str, options)]
        with self._out.open("ab") as out, self._err.open("ab") as err:
            self.process = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, "PYTHONUNBUFFERED": "1"})

    @property
    def out(self):
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self):
        return self._err.read_text(encoding="utf-8")

    @property
    def secret(self):
        """The token that the first start printed."""
        return self.out.split("token of the administrator, shown this once: ")[1].split()[0]

    def answers(self, seconds=90):
        """Wait until it answers."""
        end, tick = time.monotonic() + seconds, threading.Event()
        while True:
            with contextlib.suppress(httpx.TransportError), httpx.Client(verify=self.verify) as client:
                if client.get(f"{self.url}/v1/health", timeout=10).status_code == 200:
                    return self
            assert self.process.poll() is None, self.err
            assert time.monotonic() < end, self.err
            tick.wait(0.05)

    def client(self):
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {self.secret}"}, timeout=60, verify=self.verify
        )

    def kill(self):
        """End it as a power cut does."""
        self.process.kill()
        return self.process.wait(60)

    def stop(self):
        """Ask it to end; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
