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


_ADD = ("path", "partitionValues", "size", "modificationTime", "dataChange", "stats")
_REMOVE = ("path", "partitionValues", "size", "deletionTimestamp", "dataChange")


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


def seal(
    added: Iterable[Mapping[str, Any]],
    removed: Iterable[Mapping[str, Any]],
    transaction: tuple[str, int] | None,
    at: int | None = None,
) -> str:
    """Return a checksum over what a commit does, to be kept in the commit itself.

    Parameters
    ----------
    added : iterable of mapping
        Add actions as the log tells them: path, partitionValues, size, modificationTime, dataChange, stats.
    removed : iterable of mapping
        Remove actions: path, partitionValues, size, deletionTimestamp, dataChange.
    transaction : tuple of str and int, optional
        Name and number.
    at : int, optional
        When it is written, as `written_at` tells it [ms]; None for commits that do not tell it.

    Returns
    -------
    str
        Eight hexadecimal digits.
    """
    done = [
        sorted(([one.get(name) for name in names] for one in many), key=str)
        for many, names in ((added, _ADD), (removed, _REMOVE))
    ]
    told = json.dumps([*done, transaction, *([] if at is None else [at])], sort_keys=True, separators=(",", ":"))
    return f"{zlib.crc32(told.encode()):08x}"


def added_action(file: DataFile) -> dict[str, Any]:
    """Return the add action of a file as the log will tell it.

    Parameters
    ----------
    file : DataFile
        The file.

    Returns
    -------
    dict
        For `seal`.
    """
    a = file.action
    said = (a.path, dict(a.partition_values), a.size, a.modification_time, a.data_change, a.stats)
    return dict(zip(_ADD, said, strict=True))


def removed_action(path: str, size: int, partition: Mapping[str, str | None], at: int) -> dict[str, Any]:
    """Return a remove action as the log will tell it.

    Parameters
    ----------
    path : str
        Of the file.
    size : int
        Of the file [B].
    partition : mapping
        Values of its partition.
    at : int
        When it goes [ms].

    Returns
    -------
    dict
        For `seal`.
    """
    return dict(zip(_REMOVE, (path, dict(partition), size, at, True), strict=True))
