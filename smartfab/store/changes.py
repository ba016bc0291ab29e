"""What one commit does to a table, and the checksum over it that the commit itself bears."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smartfab.store.data_files import DataFile

if TYPE_CHECKING:
    from deltalake import DeltaTable


@dataclass(frozen=True)
class Change:
    """What one commit does to a table.

    Parameters
    ----------
    added : sequence of DataFile
        Files that appear.
    removed : mapping of str to Mapping
        Files that go, by path: their size_bytes and partition as the flat add actions tell them.
    app_id, seq : str and int, optional
        The transaction.
    told : mapping
        What else the log is to keep of it; JSON-ready.
    """

    added: tuple[DataFile, ...] = ()
    removed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    app_id: str | None = None
    seq: int | None = None
    told: Mapping[str, object] = field(default_factory=dict)


def active(handle: DeltaTable) -> dict[str, dict[str, Any]]:
    """Return the files of a table at the version of a handle.

    Parameters
    ----------
    handle : DeltaTable
        Of the table.

    Returns
    -------
    dict of str to dict
        By path: what the flat add actions tell of it.
    """
    files = pa.table(handle.get_add_actions(flatten=True))
    return {row["path"]: row for row in files.to_pylist()}


def seal(added: Iterable[tuple[str, int, str]], removed: Iterable[str], transaction: tuple[str, int] | None) -> str:
    """Return a checksum over what a commit does, to be kept in the commit itself.

    Parameters
    ----------
    added : iterable of (path, size, stats)
        Files that appear.
    removed : iterable of str
        Paths of files that go.
    transaction : tuple of str and int, optional
        Name and number.

    Returns
    -------
    str
        Eight hexadecimal digits.
    """
    told = json.dumps([sorted(map(list, added)), sorted(removed), transaction], separators=(",", ":"))
    return f"{zlib.crc32(told.encode()):08x}"
