"""The one place where errors become lines for people; a traceback is shown on request only."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

from smartfab.cli import exit_codes
from smartfab.cli.plain_text import plain
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
    except Exception as error:  # noqa: BLE001  the last resort: no traceback reaches a user unasked
        if debug:
            traceback.print_exc()
        code, lines = _explained(error)
        for line in lines:
            print("smartfab:", plain(" ".join(line.split())), file=sys.stderr)  # noqa: T201  this is the command line
    return code if isinstance(code, int) else exit_codes.OK


def _explained(error: Exception) -> tuple[int, list[str]]:
    if isinstance(error, SmartfabError):
        return exit_codes.exit_code(error), [f"{type(fault).__name__}: {fault}" for fault in error.faults]
    if isinstance(error, OSError):
        return exit_codes.CONFIGURATION, [f"{type(error).__name__}: {error}"]
    usage = getattr(error, "format_message", None)  # what typer raises for a wrong option
    if usage is not None:
        return exit_codes.CONFIGURATION, [f"{usage()} (smartfab --help tells more)"]
    return exit_codes.INTERNAL, [f"internal error: {type(error).__name__}: {error} (smartfab --debug … shows where)"]
