"""Something to look at while a command works: on a terminal, what it is doing and for how long already."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SILENT_S = 2.0
_TICK_S = 0.5
_CLEAR = "\r\x1b[K"


@contextmanager
def patience(what: str) -> Iterator[None]:
    """Tell on standard error what is going on, from the third second on; nothing where it is not a terminal.

    Parameters
    ----------
    what : str
        A word or two. The line is gone at the end, whatever happened; nothing else may be printed meanwhile.
    """
    if not sys.stderr.isatty():
        yield
        return
    done, begin = threading.Event(), time.monotonic()

    def tell() -> None:
        pause = _SILENT_S
        while not done.wait(pause):
            print(f"{_CLEAR}{what} … {time.monotonic() - begin:.0f} s", end="", file=sys.stderr, flush=True)  # noqa: T201
            pause = _TICK_S

    teller = threading.Thread(target=tell, name="patience", daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
        if time.monotonic() - begin >= _SILENT_S:
            print(_CLEAR, end="", file=sys.stderr, flush=True)  # noqa: T201
