"""Where a store may stand: a folder of its own on a local or mounted disk."""

from __future__ import annotations

import contextlib
import errno
import re
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

from smartfab.errors import StoreError
from smartfab.store.durability import make_durable

MARK = "smartfab-store.txt"
"""The file that says that a folder is a store."""

_TEXT = "This folder is a smartfab store, format 1: one Delta Lake table a folder. Change it through smartfab only.\n"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
_UNFIT = re.compile(r"[\[\]^|\\\x00-\x1f\x7f]")


def claimed(path: str | Path) -> Path:
    """Return the folder of a store, made and marked if there was none.

    Parameters
    ----------
    path : str or Path
        A folder that is a store, is empty, or does not exist.

    Returns
    -------
    Path
        Absolute.

    Raises
    ------
    StoreError
        If it is an object store, holds something else, cannot be made, or has a name Delta Lake cannot open.
    """
    text = str(path)
    if _URL.match(text):
        raise StoreError(
            f"{text!r} is a URL",
            expected="a folder",
            remedy="A store stands on a local or mounted disk: mount the bucket and give its folder, or copy the store there.",
        )
    folder = Path(path).expanduser().absolute()
    unfit = [part for part in folder.parts[1:] if _UNFIT.search(part) or unquote(part) != part]
    if unfit:
        raise StoreError(
            f"folder {unfit[0]!r}",
            where=str(folder),
            expected="a name without [ ] ^ | \\, control characters and escapes such as %20",
            remedy="Choose another folder.",
        )
    try:
        held = sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []
        if not held:
            _mark(folder)
    except OSError as error:
        raise StoreError(str(error), where=str(folder), expected="a folder one may read and write") from error
    if held and MARK not in held:
        raise StoreError(
            f"a folder that holds something else: {', '.join(held[:5])}{' …' if len(held) > 5 else ''}",
            where=str(folder),
            expected="a store, an empty folder, or none",
            remedy="Give the store a folder of its own.",
        )
    return folder


def links_needed(folder: Path) -> None:
    """Refuse a disk on which two writers could overwrite each other's commits.

    A commit is a hard link to a name that is not there yet: whoever comes second is told so. Some network shares and
    memory cards know no hard links.

    Parameters
    ----------
    folder : Path
        Folder of the store.

    Raises
    ------
    StoreError
        If it stands on such a disk.
    """
    probe, link = folder / f".probe-{uuid4()}", folder / f".probe-{uuid4()}"
    try:
        probe.touch(exist_ok=False)
        link.hardlink_to(probe)
    except OSError as error:
        if error.errno in _NO_LINKS:
            raise StoreError(
                "a disk without hard links, on which two writers could overwrite each other",
                where=str(folder),
                expected="a local disk, or a share that knows hard links",
                remedy="Move the store, or write it elsewhere and copy it here for reading.",
            ) from error
        raise StoreError(str(error), where=str(folder), remedy="Make room, or allow writing there.") from error
    finally:
        for path in (probe, link):
            with contextlib.suppress(OSError):
                path.unlink()


def _mark(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with (folder / MARK).open("x", encoding="utf-8") as file:
            file.write(_TEXT)
        make_durable([folder / MARK, folder.parent])
    except FileExistsError:
        return  # another process opened the same new store at the same moment
