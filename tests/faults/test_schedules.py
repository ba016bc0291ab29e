"""A thousand random lives of a collector; a failure names the seed that brings it back.

``SMARTFAB_FAULTS`` says how many, ``SMARTFAB_FAULTS_SEED`` where to begin: a single life is replayed with 1 and its seed.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from tests.faults.schedules import Life

LIVES = int(os.environ.get("SMARTFAB_FAULTS", "1000"))
FIRST = int(os.environ.get("SMARTFAB_FAULTS_SEED") or random.SystemRandom().randrange(10**9))
AT_ONCE = 25
pytestmark = pytest.mark.faults
QUICK = Path("/dev/shm")  # noqa: S108  memory: what a disk forgets is up to the tests


@pytest.fixture
def room(tmp_path):
    if not os.access(QUICK, os.W_OK):
        yield tmp_path
        return
    folder = QUICK / f"smartfab-{os.getpid()}-{tmp_path.name}"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("portion", range((LIVES + AT_ONCE - 1) // AT_ONCE))
def test_nothing_is_lost_and_nothing_is_twice(portion, room):
    for seed in range(FIRST + portion * AT_ONCE, FIRST + min((portion + 1) * AT_ONCE, LIVES)):
        folder = room / str(seed)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with pytest.MonkeyPatch.context() as patched:
            life = Life(folder, patched, seed)
            try:
                life.live(life.rng.randint(3, 9))
                life.end()
            except BaseException as error:
                told = f"seed {seed} (SMARTFAB_FAULTS=1 SMARTFAB_FAULTS_SEED={seed}): {' → '.join(life.story)}"
                raise AssertionError(told) from error
        shutil.rmtree(folder)
