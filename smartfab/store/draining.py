"""From a journal into the store: each batch once, in order, whatever was interrupted.

The store's own record of the journal's transactions is the truth about what is in: after a crash, or after a damaged
commit was cut off, it is read again, and what it does not have goes in (again).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from smartfab.errors import SchemaMismatchError
from smartfab.store.appending import append_rows
from smartfab.store.conversion import exact_rows, with_partition
from smartfab.store.journal_blobs import BadBlobError, unpacked
from smartfab.store.journal_queue import Entry, Queue
from smartfab.store.layout import layout_of
from smartfab.store.table_handle import TableHandle


@dataclass
class Drained:
    """What one run of a drain moved: rows by table [1], batches set aside [1], the greatest time of each signal [us]."""

    rows: dict[str, int] = field(default_factory=dict)
    set_aside: int = 0
    times: dict[str, int] = field(default_factory=dict)


class Drain:
    """The way from one journal into the store.

    Parameters
    ----------
    queue : Queue
        Of the journal.
    table_of : callable
        Gives a table of the store by its name.
    """

    def __init__(self, queue: Queue, table_of: Callable[[str], TableHandle]) -> None:
        self._queue, self._table_of = queue, table_of
        self._sure = False  # that the queue says what the store has

    def reconcile(self) -> None:
        """Take the store's word for which batches it has.

        Raises
        ------
        StoreError
            If it cannot be read.
        """
        file = self._queue.file
        for table in self._queue.tables():
            known = self._table_of(table).last(file.app_id)
            self._queue.set_through(table, -1 if known is None else known)
            file.newest = max(file.newest, known or 0)

    def run(self, most_rows: int) -> Drained:
        """Move everything that waits.

        Parameters
        ----------
        most_rows : int
            An append takes no further batch once it has so many rows [1].

        Returns
        -------
        Drained
            What was moved.

        Raises
        ------
        StoreError
            If the store did not take an append; what waits stays.
        """
        if not self._sure:
            self.reconcile()
        self._sure = False  # until all of this is over, what was interrupted may be in
        self._catch_up()
        done = Drained()
        for table in self._queue.tables():
            while self._step(table, most_rows, done):
                pass
        self._queue.file.record_times(done.times, self._queue.through("samples"))
        self._sure = True
        return done

    def last_times(self) -> dict[str, int]:
        """Return the greatest time of each signal that ever came in [us]."""
        times, through = self._queue.file.times()
        return self._times_after(through, times)

    def _catch_up(self) -> None:
        """Record the times of batches that a drain moved and then did not live to tell of."""
        times, known = self._queue.file.times()
        through = self._queue.through("samples")
        if known < through:
            self._queue.file.record_times(self._times_after(known, times), through)

    def _times_after(self, number: int, times: dict[str, int]) -> dict[str, int]:
        for entry in self._queue.after("samples", number):
            with contextlib.suppress(BadBlobError):  # the next step sets it aside
                note_times(unpacked(entry.blob, entry.checksum), times)
        return times

    def _step(self, table: str, most_rows: int, done: Drained) -> bool:
        """Move one append's worth; False if nothing waits any more."""
        layout = layout_of(table)
        parts: list[pa.Table] = []
        rows, last = 0, -1
        for entry in self._queue.after(table, self._queue.through(table)):
            last = entry.number
            readable = self._read(entry, done)
            if readable is not None:
                parts.append(readable)
                rows += len(readable)
            if rows >= most_rows:
                break
        if last < 0:
            return False
        if parts:
            joined = with_partition(pa.concat_tables(parts), layout)
            append_rows(self._table_of(table), joined, self._queue.file.app_id, last)
            if table == "samples":
                note_times(joined, done.times)
        self._queue.set_through(table, last)
        done.rows[table] = done.rows.get(table, 0) + rows
        return rows >= most_rows

    def _read(self, entry: Entry, done: Drained) -> pa.Table | None:
        try:
            rows = exact_rows(unpacked(entry.blob, entry.checksum), layout_of(entry.table))
        except (BadBlobError, SchemaMismatchError) as error:
            self._queue.set_aside(entry, str(error))
            done.set_aside += 1
            return None
        return rows


def note_times(samples: pa.Table, times: dict[str, int]) -> None:
    """Raise the greatest time of each signal to what is in these samples.

    Parameters
    ----------
    samples : pyarrow.Table
        Rows of the table.
    times : dict of str to int
        By signal_id [us]; changed.
    """
    greatest = samples.group_by("signal_id").aggregate([("ts", "max")])
    ticks = pc.cast(greatest["ts_max"], pa.int64()).to_pylist()
    for signal_id, ts in zip(greatest["signal_id"].to_pylist(), ticks, strict=True):
        times[signal_id] = max(ts, times.get(signal_id, ts))
