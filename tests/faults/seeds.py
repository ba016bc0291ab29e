"""Random lives, each told by its seed.

``SMARTFAB_FAULTS`` says how many a run tries, ``SMARTFAB_FAULTS_SEED`` where they begin: one is replayed with 1 and its seed.
"""

from __future__ import annotations

import os
import random
from contextlib import contextmanager

COUNT, FIRST = "SMARTFAB_FAULTS", "SMARTFAB_FAULTS_SEED"
LIVES = int(os.environ.get(COUNT, "1000"))


def first():
    """Where the seeds of this run begin."""
    return int(os.environ[FIRST])


def portions(each, *, of=LIVES):
    """Numbers of portions of `each` lives."""
    return range((of + each - 1) // each)


def seeds(portion, each, *, of=LIVES):
    """The seeds of a portion."""
    return range(first() + portion * each, first() + min((portion + 1) * each, of))


@contextmanager
def told(seed, story):
    """A random generator; what fails names the seed that brings it back, and what had happened."""
    try:
        yield random.Random(seed)  # noqa: S311  a schedule, not a secret
    except BaseException as error:
        again = f"{COUNT}=1 {FIRST}={seed}"
        raise AssertionError(f"seed {seed} ({again}): {' → '.join(story)}: {error}") from error
