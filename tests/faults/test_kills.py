"""A writer killed with -9 at any moment, by the clock and at each of its system calls: what was promised is there, once."""

from __future__ import annotations

import collections
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import smartfab as sf
from tests.faults import writer

ROWS = 5
EVERY = "SMARTFAB_EVERY_SYSCALL"
# what changes a disk; the others a kill cannot tell from one of these
CALLS = (
    "openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2", "link", "linkat", "unlink", "mkdir",
    "ftruncate",
)  # fmt: skip

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform != "linux", reason="kill -9 and strace are Unix's")]


def _start(folder, way, first, count, *, under=()):
    code = [sys.executable, "-m", "tests.faults.writer", str(folder), way, str(first), str(count)]
    return subprocess.Popen([*under, *code], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _promised(folder):
    path = folder.with_name("promised")
    return [int(number) for number in path.read_text("ascii").split()] if path.exists() else []


def _check(folder, *, whole=True):
    store = sf.open_store(folder)
    report = store.verify()
    assert report.ok, report.faults
    found = sorted(store.read("samples")["value"])
    assert len(set(found)) == len(found), "rows that are there twice"
    promised = {float(number * ROWS + k) for number in _promised(folder) for k in range(ROWS)}
    assert promised <= set(found), f"lost {sorted(promised - set(found))}"
    assert not whole or len(found) % ROWS == 0, "half a batch"
    return store


@pytest.mark.parametrize("way", ["store", "journal"])
def test_killed_by_the_clock(tmp_path, way):
    seed = random.SystemRandom().randrange(10**9)
    rng = random.Random(seed)  # noqa: S311  a moment, not a secret
    folder, first = tmp_path / "store", 0
    for _ in range(4):
        process = _start(folder, way, first, 10_000)
        before = len(_promised(folder))
        while len(_promised(folder)) < before + 3 and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, errors.decode()
        if way == "journal":
            sf.open_store(folder).journal("writer").close()
        store = _check(folder)
        first = int(max(store.read("samples")["value"]) // ROWS) + 1
    assert len(_promised(folder)) >= 12, f"seed {seed}"


@pytest.fixture(scope="module")
def strace():
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed (Debian: apt install strace)")
    tried = subprocess.run([found, "-o", os.devnull, sys.executable, "-c", ""], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"strace may not trace here: {tried.stderr.decode().strip()[:100]}")
    return found


class Warm:
    """A process that has imported everything, and forks one child for each append that is to be killed."""

    def __init__(self, folder):
        self.folder = folder
        code = "from tests.faults.warm import serve; serve()"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2], **pipes)

    def child(self, number):
        """Fork a child that waits for SIGUSR1 and then appends; return its process id."""
        self.process.stdin.write(f"{self.folder} {number}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def ended(self):
        """Wait for the child and return how it ended."""
        return int(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def _traced(strace, warm, number, *options, log):
    """One append under strace; returns how it ended."""
    pid = warm.child(number)
    tracer = subprocess.Popen([strace, "-f", "-o", str(log), *options, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
    for line in tracer.stderr:
        if "attached" in line:
            break
    os.kill(pid, signal.SIGUSR1)
    ended = warm.ended()
    tracer.wait()
    tracer.stderr.close()
    return ended


@pytest.fixture
def warm(tmp_path):
    folder = tmp_path / "store"
    sf.open_store(folder).append("samples", writer.frame(0), app_id="writer", seq=0)
    folder.with_name("promised").write_text("0\n", "ascii")
    warmed = Warm(folder)
    yield warmed
    warmed.close()


def _places(log, folder, *, on_disk):
    """Each system call of an append and its place among its like in a thread, as strace counts.

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
    places = {(call, place) for (_, call), times in counts.items() for place in range(1, times + 1)}
    return sorted(places - elsewhere if on_disk else places)


@pytest.mark.parametrize("strike", ["signal=KILL", "error=EIO", "error=ENOSPC"])
def test_struck_at_every_system_call_of_an_append(strace, warm, tmp_path, strike):
    log = tmp_path / "calls"
    number = 1
    assert _traced(strace, warm, number, "-y", "-e", f"trace={','.join(CALLS)}", log=log) == 0
    places = _places(log, warm.folder, on_disk=strike != "signal=KILL")
    assert len(places) > 10, log.read_text("utf-8")
    if not os.environ.get(EVERY):
        places = places[random.SystemRandom().randrange(4) :: 4]
    struck = 0
    for call, place in places:
        number += 1
        ended = _traced(
            strace, warm, number, "-e", f"trace={call}", "-e", f"inject={call}:{strike}:when={place}", log=tmp_path / "struck"
        )
        assert ended != -signal.SIGALRM, f"it hangs after {strike} at {call} {place}"
        struck += ended != 0
        store = _check(warm.folder)
        if ended != 0:
            writer.append_once(store, number)  # who was not promised it tries again
            with warm.folder.with_name("promised").open("a", encoding="ascii") as told:
                told.write(f"{number}\n")
            _check(warm.folder)
    assert struck > 0
