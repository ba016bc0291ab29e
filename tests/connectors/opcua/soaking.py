"""A process that collects and tells each second what it holds: memory [kB], tasks, threads, values; it ends with its stdin.

python -m tests.connectors.opcua.soaking LINE_AS_JSON
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from pathlib import Path

from smartfab.connectors.opcua import OpcUaSource

from smartfab.plant import Line


class _Counting:
    """A journal that keeps nothing but the last value, and whether each was the next."""

    def __init__(self):
        self.rows, self.last, self.in_order, self.gaps = 0, None, True, 0

    def append(self, batch, *, alive=None):
        if "samples" in batch:
            for value in batch["samples"]["value"].to_pylist():
                self.in_order &= self.last is None or value == self.last + 1
                self.last = value
            self.rows += batch["samples"].num_rows
        self.gaps += batch["coverage"].num_rows if "coverage" in batch else 0
        return self.rows

    def last_times(self):
        return {}

    def alive_at(self, server=None):
        return None

    def close(self):
        pass


def _memory():
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return int(told["VmRSS"].split()[0])


def main(line: str) -> None:
    """Collect and tell until stdin ends."""
    journal, stop = _Counting(), threading.Event()
    with OpcUaSource(Line.model_validate_json(line), timeout=3.0, keep_alive=0.5) as source:
        thread = threading.Thread(target=lambda: source.collect(journal, stop=stop))
        thread.start()
        threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
        while not stop.wait(1.0):
            gc.collect()
            told = {
                "memory": _memory(), "tasks": len(asyncio.all_tasks(source._thread._loop)), "threads": threading.active_count(),
                "rows": journal.rows, "in_order": journal.in_order, "gaps": journal.gaps, **source.health(),
            }  # fmt: skip
            sys.stdout.write(json.dumps(told, default=str) + "\n")
            sys.stdout.flush()
        thread.join()


if __name__ == "__main__" and len(sys.argv) > 1:
    main(sys.argv[1])
