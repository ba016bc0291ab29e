"""The one place where errors become lines for people; a traceback is shown on request only."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from smartfab.cli import exit_codes
from smartfab.errors import SmartfabError


def guarded(command: Callable[[], object], *, debug: bool) -> int:
    """Run a command and tell what stopped it on stderr, one line a fault.

    Parameters
    ----------
    command : callable
        Returns an exit code, or nothing.
    debug : bool
        Show the traceback as well.

    Returns
    -------
    int
        The exit code [1].
    """
    try:
        code = command()
        sys.stdout.flush()
    except SmartfabError as error:
        _tell(debug, *(f"{type(fault).__name__}: {fault}" for fault in error.faults))
        return exit_codes.exit_code(error)
    except KeyboardInterrupt:
        _tell(debug, "interrupted")
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        # the reader of our output has left; keep Python from writing the rest at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.OK
    except OSError as error:
        _tell(debug, f"{type(error).__name__}: {error}")
        return exit_codes.CONFIGURATION
    except Exception as error:  # noqa: BLE001  the last resort: no traceback ever reaches a user unasked
        usage = getattr(error, "format_message", None)
        if usage is not None:
            _tell(debug, f"{usage()} (smartfab --help lists what there is)")
            return exit_codes.CONFIGURATION
        _tell(debug, f"internal error: {type(error).__name__}: {error} (smartfab --debug … shows where)")
        return exit_codes.INTERNAL
    return code if isinstance(code, int) else exit_codes.OK


def _tell(debug: bool, *lines: str) -> None:
    if debug:
        traceback.print_exc()
    for line in lines:
        print("smartfab:", " ".join(line.split()), file=sys.stderr)  # noqa: T201  this is the command line
