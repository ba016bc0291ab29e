"""The rows of a damaged file once more: from the files it was compacted from, or from the journal they came through."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from smartfab.store.changes import Change, active
from smartfab.store.commits import Commit, rows_of
from smartfab.store.conversion import with_partition
from smartfab.store.data_files import DataFile, write_files
from smartfab.store.journal_replay import Replay
from smartfab.store.layout import DATE
from smartfab.store.table_handle import TableHandle
from smartfab.store.verification import TableLook, what_is_wrong


def swapped(table: TableHandle, look: TableLook, name: str, replay: Replay) -> int | None:
    """Put the rows of a damaged file in its place, in one commit.

    Parameters
    ----------
    table : TableHandle
        The table.
    look : TableLook
        At its commits.
    name : str
        Path of the damaged file in the table.
    replay : Replay
        The journals.

    Returns
    -------
    int or None
        Rows put in [1]; None if nobody has them any more, and nothing was changed.

    Raises
    ------
    StoreError
        If the disk refuses.
    """
    action, version = look.active().get(name, ({}, -1))
    commit = look.commits.get(version)
    if commit is None:
        return None
    files, fresh = _originals(table, look, commit), False
    if files is None:
        rows = _journalled(table, look, commit, action, replay)
        if rows is None:
            return None
        files, fresh = write_files(rows, table.folder, table.layout), True

    def decide(handle: Any) -> Change | None:  # noqa: ANN401  a DeltaTable
        there = active(handle)
        return Change(tuple(files), {name: there[name]}, told={"healed": name}) if name in there else None

    return sum(file.rows for file in files) if table.change(decide, files if fresh else ()) else None


def _originals(table: TableHandle, look: TableLook, commit: Commit) -> list[DataFile] | None:
    """The files a compaction replaced, if all of them are still there and whole."""
    if not commit.told.get("compacted"):
        return None
    told = {path: action for other in look.commits.values() for path, action in other.added.items()}
    if any(path not in told or what_is_wrong(table.folder / path, int(told[path]["size"])) for path in commit.removed):
        return None
    return [_as_file(table, path, told[path]) for path in commit.removed]


def _as_file(table: TableHandle, path: str, action: dict[str, Any]) -> DataFile:
    from deltalake.transaction import AddAction

    again = AddAction(
        path, action["size"], action["partitionValues"], action["modificationTime"], data_change=True, stats=action["stats"]
    )
    return DataFile(table.folder / path, rows_of(action), again)


def _journalled(table: TableHandle, look: TableLook, commit: Commit, action: dict[str, Any], replay: Replay) -> pa.Table | None:
    """The rows of one file out of the batches its commit was made from, if the journal has all of them."""
    for app_id, seq in commit.transactions.items():
        numbers = [other.transactions[app_id] for other in look.commits.values() if app_id in other.transactions]
        rows = replay.group(app_id, table.layout.table, max((n for n in numbers if n < seq), default=-1), seq)
        if rows is None:
            continue
        stored = with_partition(rows, table.layout)
        if table.layout.partition:
            day = action["partitionValues"].get(table.layout.partition)
            value = pa.scalar(None if day is None else dt.date.fromisoformat(day), DATE)
            column = stored[table.layout.partition]
            stored = stored.filter(pc.is_null(column) if day is None else pc.equal(column, value))
        if len(stored) == rows_of(action):
            return stored
    return None
