"""The service under load: so many mixed requests a second, arriving when they like, against a process that serves for real.

Latency counts from the moment a request was due, so a server that falls behind cannot hide it. Example:
`python benchmarks/service/load.py --rate 200 --seconds 20 --db sqlite --db postgresql`
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import sqlalchemy as sa
from traffic import SHARES, Asked, requests

from smartfab.improvements.register import Person, Register, Unit

POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/test"
CONNECTIONS = 32


@contextlib.contextmanager
def address_of(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database, and take it away afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'load.db'}"
        return
    server = sa.make_url(os.environ.get("SMARTFAB_POSTGRES", POSTGRES))
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"smartfab_load_{os.getpid()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def fill(address: str, ideas: int) -> tuple[list[str], list[str]]:
    """Enter people and ideas; return tokens and ids."""
    register = Register(address)
    names = [f"E{n:04d}" for n in range(40)]
    register.people.put(
        units=[Unit("DAP", "Tổ dập"), Unit("HAN", "Tổ hàn")],
        people=[Person(name, f"Người {name}", "DAP") for name in names], by="setup",
    )  # fmt: skip
    tokens = []
    for n, name in enumerate(names):
        register.people.grant(name, "reviewer" if n % 4 == 0 else "author", unit_id="DAP", by="setup")
        register.people.grant(name, "clerk", by="setup")
        tokens.append(register.access.make_token(name, "load", days=1, by="setup")[1])
    chance = random.Random(1)  # noqa: S311  traffic, not a secret
    ids = [
        register.submit(
            title_vi=f"Gá nhanh khuôn số {n}", problem="Thay khuôn mất 40 phút, kẹt phôi", solution="Gá côn thay bu lông",
            authors=[(chance.choice(names), 100)], by=chance.choice(names), line_id="L3", unit_id="DAP", kpi="oee",
            expected=0.02,
        ).id
        for n in range(ideas)
    ]  # fmt: skip
    register.close()
    return tokens, ids


@contextlib.contextmanager
def served(address: str) -> Iterator[tuple[int, int]]:
    """Serve a register as its owner would; give the port and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "smartfab", "serve", "--db", address, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  our own command
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def cpu_s(pid: int) -> float:
    """Return the CPU time of a process and its children so far [s]."""
    here = Path(f"/proc/{pid}/task/{pid}/children")
    children = here.read_text().split() if here.exists() else []
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_s(int(child)) for child in children)


class Run:
    """Requests sent when they are due, over connections that stay open."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.waits: dict[str, list[float]] = defaultdict(list)
        self.wrong: dict[str, int] = defaultdict(int)

    async def carry_out(self, asked: Iterator[Asked], rate: float, seconds: float) -> float:
        """Send `rate` requests a second at random moments; return how long it took until all were answered."""
        queue: asyncio.Queue[tuple[float, Asked] | None] = asyncio.Queue()
        began = time.perf_counter()
        lines = [asyncio.create_task(self._line(queue)) for _ in range(CONNECTIONS)]
        chance, due = random.Random(2), began  # noqa: S311  traffic, not a secret
        while due - began < seconds:
            due += chance.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            queue.put_nowait((due, next(asked)))
        for _ in lines:
            queue.put_nowait(None)
        await asyncio.gather(*lines)
        return time.perf_counter() - began

    async def _line(self, queue: asyncio.Queue[tuple[float, Asked] | None]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while (item := await queue.get()) is not None:
            due, asked = item
            writer.write(asked.data)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            self.waits[asked.kind].append(time.perf_counter() - due)
            if not head.startswith(b"HTTP/1.1 20"):
                self.wrong[f"{asked.kind} {head[9:12].decode()}"] += 1
        writer.close()


def told(name: str, run: Run, seconds: float, cpu: float) -> None:
    """Print how long people waited [ms]."""
    every = sorted(wait for waits in run.waits.values() for wait in waits)
    each = 1000 * cpu / len(every)
    print(f"{name}: {len(every) / seconds:.0f} requests/s, {each:.2f} ms CPU each, wrong: {dict(run.wrong) or 0}")
    for kind, waits in [*((kind, run.waits[kind]) for kind in SHARES if run.waits[kind]), ("all", every)]:
        cuts = quantiles(waits, n=100) if len(waits) > 1 else [waits[0]] * 99
        p50, p95, p99 = (1000 * cuts[n - 1] for n in (50, 95, 99))
        print(f"  {kind:9} {len(waits):6}  p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f}  max {1000 * max(waits):7.1f} ms")


def main() -> int:
    """Measure; end 1 if a request was answered wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="requests a second")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--ideas", type=int, default=1000, help="that are there before")
    parser.add_argument("--db", action="append", choices=["sqlite", "postgresql"])
    said = parser.parse_args()
    wrong = 0
    for kind in said.db or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, address_of(kind, Path(folder)) as address:
            tokens, ids = fill(address, said.ideas)
            with served(address) as (port, pid):
                asyncio.run(Run(port).carry_out(requests(7, tokens, ids), 50, 2))
                before, run = cpu_s(pid), Run(port)
                seconds = asyncio.run(run.carry_out(requests(8, tokens, ids), said.rate, said.seconds))
                told(kind, run, seconds, cpu_s(pid) - before)
            wrong += sum(run.wrong.values())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
