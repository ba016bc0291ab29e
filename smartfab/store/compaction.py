"""A closed day of samples in one file, sorted by signal and time: the same rows, read in a fraction of the time.

Deltalake's z-order does not keep the order of time within a signal, so the day is rewritten here. Who appends to the day
meanwhile loses nothing: what is replaced are the files that were read, not the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from smartfab.errors import StoreError
from smartfab.store.changes import Change
from smartfab.store.data_files import ROW_GROUP, write_file
from smartfab.store.day_files import files_of, reader_of
from smartfab.store.provenance import ids_of, new_stem, replaced_by
from smartfab.store.selection import select
from smartfab.store.snapshots import Snapshot
from smartfab.store.table_handle import TableHandle

if TYPE_CHECKING:
    from deltalake import DeltaTable

MOST_AT_ONCE = 1 << 22
"""Rows sorted in memory at once [1], but for a signal that alone has more."""

OWN_GROUP = 16_384
"""A signal with so many rows has row groups of its own [1]: reading it decodes nothing else."""


def compact_day(table: TableHandle, day: dt.date) -> bool:
    """Rewrite a day as one sorted file.

    Parameters
    ----------
    table : TableHandle
        With signals, partitioned by UTC day.
    day : date
        The UTC day.

    Returns
    -------
    bool
        False if it was one file already.

    Raises
    ------
    CorruptTableError
        If a file is damaged; nothing is changed.
    WriteConflictError
        If others rewrote the same files every time.
    StoreError
        If the disk refuses.
    """
    with table.lock:
        handle, snapshot = table.newest(), table.snapshot()
        if handle is None or snapshot is None:
            return False
        replaced = files_of(handle, table.layout, day)
        if len(replaced) < 2:
            return False
        names = table.layout.files.names
        try:
            groups = (rows.select(names) for rows in row_groups(table, snapshot, day))
            stem = new_stem(None, None, None)
            file = write_file(groups, table.folder, day.isoformat(), table.layout, stem, _ids(table, replaced))
        except StoreError:
            raise
        except OSError as error:
            raise table.refused(error) from error

        def decide(now: DeltaTable) -> Change | None:
            if not set(replaced) <= set(files_of(now, table.layout, day)):
                return None  # another has rewritten them
            return Change((file,), replaced, told={"compacted": True})

        return table.change(decide, [file])


def _ids(table: TableHandle, replaced: Iterable[str]) -> Iterator[str]:
    """Yield the ids of the files that are replaced, and of those they had replaced."""
    for path in replaced:
        yield from ids_of([path])
        yield from replaced_by(table.folder / path)


def row_groups(table: TableHandle, snapshot: Snapshot, day: dt.date) -> Iterator[pa.Table]:
    """Yield the rows of a day by signal and time, in pieces that become row groups.

    Parameters
    ----------
    table : TableHandle
        The table.
    snapshot : Snapshot
        The version to be read.
    day : date
        Value of the partition.

    Returns
    -------
    iterator of pyarrow.Table
        A signal with many rows has pieces of its own; those with few share one.
    """
    few: list[pa.Table] = []
    for signals in _portions(table, snapshot, day):
        rows = reader_of(table, snapshot, day, select(table.layout, signals=signals)).sorted_rows()
        for mine in _by_signal(rows):
            if len(mine) < OWN_GROUP:
                few.append(mine)
            if few and (len(mine) >= OWN_GROUP or sum(map(len, few)) >= ROW_GROUP // 2):
                yield pa.concat_tables(few)
                few = []
            if len(mine) >= OWN_GROUP:
                yield from (mine.slice(begin, ROW_GROUP) for begin in range(0, len(mine), ROW_GROUP))
    if few:
        yield pa.concat_tables(few)


def _portions(table: TableHandle, snapshot: Snapshot, day: dt.date) -> Iterator[list[str]]:
    """Yield the signals of a day in their order, as many at once as memory is meant for."""
    counts: dict[str, int] = {}
    for batch in reader_of(table, snapshot, day, select(table.layout, columns=["signal_id"])).batches():
        for signal_id, count in zip(*pc.value_counts(batch["signal_id"]).flatten(), strict=True):
            counts[signal_id.as_py()] = counts.get(signal_id.as_py(), 0) + count.as_py()
    together: list[str] = []
    rows = 0
    for signal_id in sorted(counts):
        if together and rows + counts[signal_id] > MOST_AT_ONCE:
            yield together
            together, rows = [], 0
        together.append(signal_id)
        rows += counts[signal_id]
    if together:
        yield together


def _by_signal(rows: pa.Table) -> Iterator[pa.Table]:
    ends = pc.run_end_encode(rows["signal_id"].combine_chunks()).run_ends.to_pylist() if len(rows) else []
    begin = 0
    for end in ends:
        yield rows.slice(begin, end - begin)
        begin = end
