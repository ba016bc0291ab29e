"""What the exit code of a command says to whoever started it."""

from __future__ import annotations

from smartfab.errors import SmartfabError, SourceUnavailable, StoreError, WriteConflictError

OK = 0
INTERNAL = 1
CONFIGURATION = 2
PARTIAL = 3
UNREACHABLE = 4
STORE = 5
LATER = 75


def exit_code(error: SmartfabError) -> int:
    """Return the exit code an error ends a command with.

    A source that refuses, or has none of the signals, is a matter of configuration: trying again cannot help.

    Parameters
    ----------
    error : SmartfabError
        What stopped the command.

    Returns
    -------
    int
        2 usage or configuration, 4 source unreachable, 5 store, 75 try later [1].
    """
    if isinstance(error, WriteConflictError):
        return LATER
    if isinstance(error, StoreError):
        return STORE
    if isinstance(error, SourceUnavailable):
        return UNREACHABLE
    return CONFIGURATION
