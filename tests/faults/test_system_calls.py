"""A write struck at each of its system calls, killed with -9 or refused by the disk: what was promised is there, once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.faults import writer
from tests.faults.tracing import CALLS, Warm, places

EVERY = "SMARTFAB_EVERY_SYSCALL"
PORTIONS = 4

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's")]


@pytest.fixture(scope="module")
def strace():
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed (Debian: apt install strace)")
    tried = subprocess.run([found, "-o", os.devnull, sys.executable, "-c", ""], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"strace may not trace here: {tried.stderr.decode().strip()[:100]}")
    return found


@pytest.fixture(scope="module")
def warm(strace):
    warmed = Warm(strace)
    yield warmed
    warmed.close()


class Struck:
    """A store with one write in it, the same for every strike."""

    def __init__(self, tmp_path, warm, way):
        self.tmp_path, self.warm, self.way = tmp_path, warm, way
        writer.write_once(tmp_path / "first" / "store", way, 0)

    def places(self, only, *, on_disk):
        """The calls of the second write."""
        folder, log = self._fresh("whole"), self.tmp_path / "calls"
        assert self.warm.write(self.way, 1, folder, "-y", *only, log=log) == 0
        return places(log, folder, on_disk=on_disk)

    def strike(self, call, place, how):
        """Strike the second write at one call; return whether it ended by it, and check what is left."""
        folder = self._fresh("struck")
        options = ("-e", f"trace={call}", "-e", f"inject={call}:{how}:when={place}")
        ended = self.warm.write(self.way, 1, folder, *options, log=self.tmp_path / "log")
        where = f"{how} at {call} {place}"
        assert ended in {0, 1, -9}, f"{where}: ended with {ended}"  # -14 would be a hang
        writer.check(folder, drained=ended == 0, where=where)
        if ended != 0:
            writer.write_once(folder, self.way, 1)  # who was not promised it tries again
            writer.check(folder, where=f"{where}, then written again", numbers=2)
        shutil.rmtree(folder.parent)
        return ended != 0

    def _fresh(self, name):
        return shutil.copytree(self.tmp_path / "first", self.tmp_path / name) / "store"


@pytest.mark.parametrize("portion", range(PORTIONS))
@pytest.mark.parametrize("way", ["store", "journal"])
@pytest.mark.parametrize("how", ["signal=KILL", "error=EIO", "error=ENOSPC"])
def test_struck_at_every_system_call_of_an_append(warm, tmp_path, how, way, portion):
    struck = Struck(tmp_path, warm, way)
    kill = how == "signal=KILL"
    only = () if kill and os.environ.get(EVERY) else ("-e", f"trace={','.join(CALLS)}")
    every = struck.places(only, on_disk=not kill)
    assert len(every) >= 15, every
    if way == "journal" and not kill and not os.environ.get(EVERY):
        every = every[(how == "error=EIO") :: 2]  # the one error here, the other there
    ended = [struck.strike(call, place, how) for call, place in every[portion::PORTIONS]]
    assert sum(ended) > len(ended) // 2  # how often threads wake each other differs from run to run
