"""Writers under strace: which system calls a write makes, and what is left when one of them is struck."""

from __future__ import annotations

import collections
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

CALLS = (
    "openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2", "link", "linkat", "unlink", "mkdir",
    "ftruncate",
)  # fmt: skip
"""What changes a disk; a kill at another call leaves what a kill at the next of these leaves."""


class Warm:
    """A process that has imported everything, and forks one child for each write that is to be struck."""

    def __init__(self, strace):
        self._strace = strace
        code = "from tests.faults.warm import serve; serve()"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2], **pipes)

    def write(self, way, number, folder, *options, log):
        """One write under strace; returns how it ended."""
        self._process.stdin.write(f"{way} {number} {folder}\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        command = [self._strace, "-f", "-o", str(log), *options, "-p", str(pid)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            for line in tracer.stderr:
                if "attached" in line:
                    break
            os.kill(pid, signal.SIGUSR1)
            return int(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def places(log, folder, *, on_disk):
    """Each system call of a write and its place among its like in a thread, as strace counts.

    With `on_disk` only those that touch the store in every thread: a disk does not make an eventfd fail.
    """
    counts = collections.Counter()
    elsewhere = set()
    for line in log.read_text("utf-8", errors="replace").splitlines():
        found = re.match(r"(\d+) +(\w+)\(", line)
        if found:
            thread, call = found.groups()
            counts[thread, call] += 1
            if str(folder) not in line:
                elsewhere.add((call, counts[thread, call]))
    every = {(call, place) for (_, call), times in counts.items() for place in range(1, times + 1)}
    return sorted(every - elsewhere if on_disk else every)
