"""One owner at a time: a lock the operating system gives back when its process dies, with the owner's process id in it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from smartfab.errors import StoreError, WriteConflictError

_BEYOND = 1 << 30  # the locked byte stands far behind the text, so that others can read who owns it
_GLANCES = 5  # somebody who only looks whether it is owned holds it for an instant


class Ownership:
    """The right to do something alone, held from construction to `release`.

    Parameters
    ----------
    path : Path
        The lock file, made if there is none and never removed.
    what : str
        What is owned, for the error.

    Raises
    ------
    WriteConflictError
        If another process, or another part of this one, owns it; the error tells its process id.
    StoreError
        If the file cannot be made.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] | None = path.open("a+b")
        except OSError as error:
            raise StoreError(str(error), where=str(path), remedy="Make room, or allow writing there.") from error
        for glance in range(_GLANCES):
            try:
                _lock(self._file)
                break
            except OSError as error:
                if glance + 1 < _GLANCES:
                    time.sleep(0.02)
                    continue
                self._file.close()
                raise WriteConflictError(
                    f"{what} is in use by process {owner(path) or 'unknown'}",
                    where=str(path),
                    expected="one owner",
                    remedy="Wait for it to end, or end it.",
                ) from error
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n".encode())
        self._file.flush()
        _HELD.add(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def release(self) -> None:
        """Give it up; doing so twice does no harm."""
        if self._file is not None:
            _HELD.discard(self._file)
            self._file.close()
            self._file = None


def owner(path: Path) -> int | None:
    """Return the process id in a lock file.

    Parameters
    ----------
    path : Path
        The lock file.

    Returns
    -------
    int or None
        Of the last owner, who may be gone; None if nobody ever was.
    """
    try:
        return int(path.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return None


def is_owned(path: Path) -> bool:
    """Return whether somebody owns a lock file now.

    Parameters
    ----------
    path : Path
        The lock file, which need not exist.

    Returns
    -------
    bool
        True while its owner lives and has not released it.
    """
    if not path.exists():
        return False
    try:
        with path.open("r+b") as file:
            _lock(file)
    except OSError:
        return True
    return False


_HELD: set[IO[bytes]] = set()

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(_BEYOND)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _disown() -> None:
        """A forked child shares its parent's locks, and would keep them alive after it."""
        for file in _HELD:
            file.close()
        _HELD.clear()

    os.register_at_fork(after_in_child=_disown)
