"""How far a job is, for whoever looks on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], object] | bool | None


@contextmanager
def reporter(progress: Progress, total: int) -> Iterator[Callable[[], None]]:
    """Give a function to be called once a part.

    Parameters
    ----------
    progress : callable, bool or None
        Called with (done, total); a bar where standard error is a terminal if None, always if True, never if False.
    total : int
        Parts [1].

    Returns
    -------
    context manager
        Of that function.
    """
    if callable(progress):
        done = 0

        def advance() -> None:
            nonlocal done
            done += 1
            progress(done, total)

        yield advance
        return
    from tqdm import tqdm

    shown = sys.stderr.isatty() if progress is None else progress
    with tqdm(total=total, unit="part", disable=not shown, delay=2.0 if progress is None else 0.0) as bar:

        def step() -> None:
            bar.update(1)

        yield step
