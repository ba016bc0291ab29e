"""A writer killed with -9 at any moment: what was promised is there, once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import smartfab as sf
from tests.faults import writer

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform != "linux", reason="kill -9 is Unix's")]


@pytest.mark.parametrize("way", ["store", "journal"])
def test_killed_by_the_clock(tmp_path, way):
    seed = random.SystemRandom().randrange(10**9)
    rng = random.Random(seed)  # noqa: S311  a moment, not a secret
    folder, first = tmp_path / "store", 0
    code = [sys.executable, "-m", "tests.faults.writer", str(folder), way]
    for _ in range(4):
        process = subprocess.Popen(
            [*code, str(first), "10000"], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        before = len(writer.promised(folder))
        while len(writer.promised(folder)) < before + 3 and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, errors.decode()
        if way == "journal":
            sf.open_store(folder).journal("writer").close()
        found = writer.check(folder, where=f"seed {seed}")
        first = int(max(found) // writer.ROWS) + 1
    assert len(writer.promised(folder)) >= 12, f"seed {seed}"
