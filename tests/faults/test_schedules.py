"""A thousand random lives of a collector."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.schedules import Life
from tests.faults.seeds import portions, seeds, told

AT_ONCE = 25
pytestmark = pytest.mark.faults


@pytest.mark.parametrize("portion", portions(AT_ONCE))
def test_nothing_is_lost_and_nothing_is_twice(portion, room):
    for seed in seeds(portion, AT_ONCE):
        folder, story = room / str(seed), []
        with told(seed, story) as rng, pytest.MonkeyPatch.context() as patched:
            life = Life(folder, patched, rng, story)
            life.live(rng.randint(3, 9))
            life.end()
        shutil.rmtree(folder)
