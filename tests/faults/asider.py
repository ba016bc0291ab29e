"""A process that imports a sheet with bad rows, and is killed with -9 between these and the good ones; started to be killed."""

from __future__ import annotations

import os
import signal
import sys

from smartfab.cli.application import main
from smartfab.store import Store


def cut(store, table, frame, **named):
    """Die as a process dies that is killed, when the good rows are to be appended."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    moment = sys.argv[1]
    if moment == "before the good rows":
        Store.append = cut
    elif moment == "after the good rows":
        append = Store.append

        def late(store, table, frame, **named):
            append(store, table, frame, **named)
            os.kill(os.getpid(), signal.SIGKILL)

        Store.append = late
    main(sys.argv[2:])
