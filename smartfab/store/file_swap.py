"""The rows of a damaged file once more: from the files it was compacted from, or from the journal they came through."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow.parquet as pq

from smartfab.store.changes import Change, active
from smartfab.store.commits import rows_of
from smartfab.store.data_files import DataFile, remove, write_files
from smartfab.store.journal_replay import Replay
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
    action, _ = look.active().get(name, ({}, -1))
    files: list[DataFile] = []
    fresh: list[DataFile] = []
    for path, told in _origins(table, look, name, action):
        kept = None if path == name else _as_it_was(table, look, path, told)
        written = _written_again(table, look, path, told, replay) if kept is None else []
        if written is None:
            remove(fresh)
            return None
        fresh += written
        files += written if kept is None else [kept]

    def decide(handle: Any) -> Change | None:  # noqa: ANN401  a DeltaTable
        there = active(handle)
        return Change(tuple(files), {name: there[name]}, told={"healed": name}) if name in there else None

    return sum(file.rows for file in files) if table.change(decide, fresh) else None


def _origins(
    table: TableHandle, look: TableLook, name: str, action: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the files whose rows a damaged file had, with what the log tells of them; itself, if it was appended."""
    commit = next((one for one in look.commits.values() if name in one.added and one.told.get("compacted")), None)
    if commit is None:
        yield name, action
        return
    for path, told in commit.removed.items():
        if _as_it_was(table, look, path, told) is None:
            yield from _origins(table, look, path, told)
        else:
            yield path, told


def _as_it_was(table: TableHandle, look: TableLook, path: str, removed: Mapping[str, Any]) -> DataFile | None:
    """A file that a compaction replaced, if it is still there and whole."""
    from deltalake.transaction import AddAction

    told = {name: action for other in look.commits.values() for name, action in other.added.items()}.get(path)
    size = int((told or removed).get("size", -1))
    file = table.folder / path
    if what_is_wrong(file, size):
        return None
    if told is not None:
        rows, stats, at = rows_of(told), told["stats"], told["modificationTime"]
    else:  # the commit that added it is lost
        rows = pq.read_metadata(file).num_rows
        stats, at = json.dumps({"numRecords": rows}), file.stat().st_mtime_ns // 10**6
    return DataFile(file, rows, AddAction(path, size, removed["partitionValues"], at, data_change=True, stats=stats))


def _written_again(
    table: TableHandle, look: TableLook, path: str, told: Mapping[str, Any], replay: Replay
) -> list[DataFile] | None:
    """The rows of one file out of the batches it was made from, if a journal has all of them."""
    day = (told.get("partitionValues") or {}).get(table.layout.partition)
    found = replay.rows_of(look, table.layout, path, day)
    if found is None or ("stats" in told and len(found.rows) != rows_of(dict(told))):
        return None
    return write_files(found.rows, table.folder, table.layout, (found.app_id, found.seq))
