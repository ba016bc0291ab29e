"""Scan a store in a process that loads nothing else, and print what it took: started by store_speed.py."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import smartfab as sf


def scan_here(folder: str) -> None:
    """Scan all samples; prints rows, CPU seconds, and the most memory the process held [MB]."""
    store, begin = sf.open_store(folder), time.process_time()
    rows = sum(len(batch) for batch in store.scan("samples"))
    took = time.process_time() - begin
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    most = int(told["VmHWM"].split()[0]) / 1000  # not ru_maxrss, which starts from the parent's
    sys.stdout.write(json.dumps({"rows": rows, "seconds": took, "mb": most}))


if __name__ == "__main__" and len(sys.argv) > 1:
    scan_here(sys.argv[1])
