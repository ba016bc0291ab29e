"""A thread that waits for work in the loop to end: because it was told to stop, was interrupted, or the work failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .loop_thread import Job

_STOP_CHECK_S = 0.1


class Stop(Protocol):
    """What tells `collect` to end, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Return whether it is time to end."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Return `is_set`, at the latest after `timeout` [s]."""
        ...


def until_end(job: Job[None], stop: Stop | None, tell_to_stop: Callable[[], None]) -> None:
    """Wait for the end of `job`, and tell it to stop when `stop` is set or Ctrl-C is pressed.

    Parameters
    ----------
    job : Job
        Under way.
    stop : Event, optional
        Without one only the job itself, or Ctrl-C, ends it.
    tell_to_stop : callable
        Asks the job to end in order.

    Raises
    ------
    Exception
        What the job raises, or what interrupted the waiting.
    """
    try:
        while stop is not None and not job.wait(0):
            if stop.wait(_STOP_CHECK_S):
                tell_to_stop()
                break
        job.wait()
    except BaseException:
        tell_to_stop()
        try:
            job.wait()
        except BaseException:
            job.cancel()  # interrupted again: leave at once, but for an append, which cannot be called back
            job.wait()
            raise
        raise
    job.result()
