"""Forks children that write once each: a fork costs a hundredth of starting Python and importing everything."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from tests.faults import writer


def serve():
    """For each line "way number folder" fork a child, tell its process id, and then how it ended."""
    for line in sys.stdin:
        way, number, folder = line.rstrip("\n").split(" ", 2)
        _import_all(way)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        pid = os.fork()
        if pid == 0:
            _child(folder, way, int(number))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _import_all(way, known=set()):  # noqa: B006  one a process
    """Import what a child needs; one child tells. So the calls of the next are those of writing alone."""
    if way in known:
        return
    known.add(way)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        writer.write_once(Path(tempfile.mkdtemp()) / "store", way, 0)
        os.write(writing, "\n".join(sys.modules).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        names = told.read().splitlines()
    os.waitpid(pid, 0)
    for name in names:
        importlib.import_module(name)


def _child(folder, way, number):
    signal.sigwait({signal.SIGUSR1})
    signal.alarm(60)  # one that hangs ends by another signal than it was struck with
    code = 0
    try:
        writer.write_once(folder, way, number)
    except Exception:  # noqa: BLE001  told by the exit code
        traceback.print_exc()
        code = 1
    os._exit(code)
