"""Threads for the kernels, which let go of the interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from smartfab.window_settings import whole

__all__ = ["Task", "in_parallel", "threads_of"]

Task = Callable[[], None]


def threads_of(threads: int | None) -> int:
    """Return how many threads may be used.

    Parameters
    ----------
    threads : int, optional
        The argument; None is one a processor.

    Returns
    -------
    int
        From 1 on.

    Raises
    ------
    TableError
        If it is not a whole number from 1 on.
    """
    return os.cpu_count() or 1 if threads is None else whole(threads, "threads", least=1)


def in_parallel(tasks: Sequence[Task], threads: int) -> None:
    """Run `tasks`; the kernels let go of the interpreter.

    Parameters
    ----------
    tasks : sequence of callables
        Each writes rows of its own.
    threads : int
        How many at a time [1].
    """
    if threads == 1 or len(tasks) == 1:
        for task in tasks:
            task()
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()
