"""Where the rows of a data file come from: the write it is part of, by its name, and the files it was compacted from.

A commit that was lost no longer says which rows it brought. So the name of a file begins with a digest of its write, and
a file that takes the place of others keeps their names in its footer: rows that went on living in a compacted file are
not put in a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq

REPLACES = b"smartfab.replaces"
"""Key in the footer of a file, for the ids of the files it took the place of."""

_ORIGIN = 16
_ID = re.compile(r"part-([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-[0-9a-f]{4}-[0-9a-f]{12}")


def new_stem(app_id: str | None, seq: int | None, day: str | None) -> str:
    """Return the name of a file to be written, which no other file has.

    Parameters
    ----------
    app_id, seq : str and int, optional
        The transaction it is part of.
    day : str, optional
        Value of its partition.

    Returns
    -------
    str
        Without checksum and end.
    """
    name = uuid4().hex
    if app_id is not None and seq is not None:
        name = origin(app_id, seq, day) + name[_ORIGIN:]
    return f"part-{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}"


def origin(app_id: str, seq: int, day: str | None) -> str:
    """Return the id of the files that hold the rows of one day of a transaction.

    Parameters
    ----------
    app_id, seq : str and int
        The transaction.
    day : str, optional
        Value of the partition.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    return blake2b(f"{app_id}\n{seq}\n{day or ''}".encode(), digest_size=_ORIGIN // 2).hexdigest()


def id_of(path: str) -> str | None:
    """Return the id in the name of a data file.

    Parameters
    ----------
    path : str
        Of the file.

    Returns
    -------
    str or None
        Sixteen hexadecimal digits, the same for all files with the rows of one write; None for a file another program wrote.
    """
    found = _ID.match(path.rpartition("/")[2])
    return "".join(found.groups()) if found else None


def ids_of(paths: Iterable[str]) -> set[str]:
    """Return the ids in the names of data files.

    Parameters
    ----------
    paths : iterable of str
        Of the files.

    Returns
    -------
    set of str
        Of those that have one.
    """
    return {found for found in map(id_of, paths) if found is not None}


def replaced_by(path: Path) -> set[str]:
    """Return the ids of the files a file took the place of, and of those these had taken the place of.

    Parameters
    ----------
    path : Path
        A file that is whole.

    Returns
    -------
    set of str
        None for a file that was appended.

    Raises
    ------
    OSError, pyarrow.ArrowException
        If it cannot be read.
    """
    told = (pq.read_metadata(path).metadata or {}).get(REPLACES, b"")
    return {*told.decode("ascii").split()}
