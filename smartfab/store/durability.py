"""What survives a power cut: a file's bytes, and the name it has in its folder, pushed to the disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO


def make_durable(paths: Iterable[Path]) -> None:
    """Push files and then the folders they stand in to the disk.

    Parameters
    ----------
    paths : iterable of Path
        Files that are complete, or folders.

    Raises
    ------
    OSError
        If the disk refuses; nothing may be taken for durable then.
    """
    folders: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            folders[path] = None
        else:
            _push_file(path)
            folders[path.parent] = None
    for folder in folders:
        _push_folder(folder)


def replace_file(path: Path, text: str) -> None:
    """Put a text in place of a file's content, so that even after a power cut one of the two is there, whole.

    Parameters
    ----------
    path : Path
        The file; its folder is made if there is none.
    text : str
        What it is to hold.

    Raises
    ------
    OSError
        If the disk refuses; the file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            file.write(text.encode())
            push(file)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _push_folder(path.parent)


def push(file: IO[bytes]) -> None:
    """Push what was written to an open file to the disk.

    Parameters
    ----------
    file : binary file
        Open for writing.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    file.flush()
    _push(file.fileno())


def _push(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


if sys.platform == "win32":

    def _push_file(path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_BINARY)  # FlushFileBuffers wants the right to write
        try:
            _push(descriptor)
        finally:
            os.close(descriptor)

    def _push_folder(folder: Path) -> None:
        """NTFS writes names through its own journal; a folder cannot be opened for flushing."""

else:

    def _push_file(path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _push(descriptor)
        finally:
            os.close(descriptor)

    def _push_folder(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
