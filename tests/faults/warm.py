"""Forks children that append once each: a fork costs a hundredth of starting Python and importing everything."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path

import deltalake  # noqa: F401  imported before the fork, used after it

import smartfab as sf
from tests.faults import writer


def serve():
    """For each line "folder number" fork a child, tell its process id, and then how it ended."""
    for line in sys.stdin:
        folder, _, number = line.strip().rpartition(" ")
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        pid = os.fork()
        if pid == 0:
            _child(folder, int(number))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _child(folder, number):
    signal.sigwait({signal.SIGUSR1})
    signal.alarm(60)  # one that hangs ends by another signal than it was struck with
    code = 0
    try:
        writer.append_once(sf.open_store(folder), number)
        promised = os.open(Path(folder).with_name("promised"), os.O_APPEND | os.O_WRONLY)
        os.write(promised, f"{number}\n".encode())
    except Exception:  # noqa: BLE001  told by the exit code
        traceback.print_exc()
        code = 1
    os._exit(code)
