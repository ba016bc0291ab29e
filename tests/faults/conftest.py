"""The seed of a run, chosen once for all its processes, and told at its end."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from tests.faults.seeds import COUNT, FIRST

QUICK = Path("/dev/shm")  # noqa: S108  memory: what a disk forgets is up to the tests


def pytest_configure():
    os.environ.setdefault(FIRST, str(random.SystemRandom().randrange(10**9)))


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"seeds from {os.environ[FIRST]} on; the same again: {FIRST}={os.environ[FIRST]}")


@pytest.fixture
def room(tmp_path):
    """A folder that costs no disk."""
    if not os.access(QUICK, os.W_OK):
        yield tmp_path
        return
    folder = QUICK / f"smartfab-{os.getpid()}-{tmp_path.name}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def pytest_report_header():
    return f"{COUNT}={os.environ.get(COUNT, '')} {FIRST}={os.environ[FIRST]}"
