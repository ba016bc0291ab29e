"""What the journals of a store still hold of rows that the store once had."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from smartfab.store.appending import append_rows
from smartfab.store.conversion import with_partition
from smartfab.store.draining import Drain
from smartfab.store.journal_blobs import BadBlobError, unpacked
from smartfab.store.journal_file import JournalFile
from smartfab.store.journal_queue import Queue
from smartfab.store.journals import journal_names, journal_path
from smartfab.store.layout import DATE, Layout, layout_of
from smartfab.store.ownership import Ownership
from smartfab.store.provenance import id_of, origin
from smartfab.store.table_handle import TableHandle
from smartfab.store.verification import TableLook

_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of a data file, with the stored schema, and the transaction they were part of."""

    app_id: str
    seq: int
    rows: pa.Table


class Replay:
    """All journals of a store, owned as long as the block lasts.

    Parameters
    ----------
    store : Path
        Folder of the store.
    table_of : callable
        Gives a table of the store by its name.

    Raises
    ------
    WriteConflictError
        If a collector is at work on one of them.
    """

    def __init__(self, store: Path, table_of: Callable[[str], TableHandle]) -> None:
        self._store, self._table_of = store, table_of
        self._queues: dict[str, Queue] = {}
        self._held = ExitStack()
        with ExitStack() as held:
            for name in journal_names(store):
                path = journal_path(store, name)
                held.enter_context(Ownership(path.with_suffix(".lock"), f"journal {name!r}"))
                file = JournalFile(path)
                held.callback(file.close)
                self._queues[file.app_id] = Queue(file)
            self._held = held.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._held.close()

    def rows_of(self, look: TableLook, layout: Layout, path: str, day: str | None) -> Found | None:
        """Return the rows of a data file, by its name.

        Parameters
        ----------
        look : TableLook
            At the commits of its table.
        layout : Layout
            Of its table.
        path : str
            Of the file.
        day : str or None
            Value of its partition.

        Returns
        -------
        Found or None
            None if no journal has them.
        """
        mine = id_of(path)
        for app_id, queue in self._queues.items():
            for before, step in self._steps(queue, layout, look):
                if mine == origin(app_id, step, day):
                    rows = self._rows(queue, layout, before, step)
                    return None if rows is None else Found(app_id, step, _of_day(rows, layout, day))
        return None

    def _steps(self, queue: Queue, layout: Layout, look: TableLook) -> list[tuple[int, int]]:
        """Return each append of a journal to a table: the batch before its first, and its last."""
        app_id = queue.file.app_id
        told = [commit.transactions[app_id] for commit in look.commits.values() if app_id in commit.transactions]
        steps = sorted({*queue.steps(layout.table), *told})
        return list(zip([-1, *steps], steps, strict=False))

    def _rows(self, queue: Queue, layout: Layout, before: int, through: int) -> pa.Table | None:
        """Return the rows of the batches of one append, with the stored schema; None if the journal holds none."""
        parts: list[pa.Table] = []
        for entry in queue.after(layout.table, before):
            if entry.number > through:
                break
            with contextlib.suppress(BadBlobError):  # told as a fault of the journal
                parts.append(unpacked(entry.blob, entry.checksum))
        return with_partition(pa.concat_tables(parts), layout) if parts else None

    def missing(self) -> int:
        """Put in what the journals hold and the log of a table no longer has.

        Returns
        -------
        int
            Rows put in [1].

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        rows = 0
        for queue in self._queues.values():
            for table in queue.tables():
                rows += self._holes(queue, table)
            rows += sum(Drain(queue, self._table_of).run(_AT_ONCE).rows.values())
        return rows

    def _holes(self, queue: Queue, table: str) -> int:
        """Put in appends whose commit is gone: while later ones are there, the last number alone would hide them.

        Of such an append a day may live on in a file that was compacted.
        """
        app_id, handle, layout = queue.file.app_id, self._table_of(table), layout_of(table)
        look = TableLook(handle.folder)
        told = [commit.transactions for commit in look.commits.values()]
        have = {numbers[app_id] for numbers in told if app_id in numbers}
        known = handle.last(app_id)
        begin = min(look.commits, default=0)
        ids = look.ids()
        rows = 0
        for before, step in self._steps(queue, layout, look):
            cleaned = begin > 0 and step <= min(have, default=-1 if known is None else known)
            if cleaned or step in have or any(_healed(app_id, step) in numbers for numbers in told):
                continue
            lost = self._rows(queue, layout, before, step)
            if lost is not None:
                last = known is None or step > known
                rest = _not_among(lost, layout, ids, app_id, step)
                name = app_id if last else _healed(app_id, step)
                if (last or len(rest)) and append_rows(handle, rest, name, step, of=(app_id, step)):
                    rows += len(rest)
                    known = step if last else known
        return rows


def _healed(app_id: str, step: int) -> str:
    return f"{app_id}-healed-{step}"


def _days(rows: pa.Table, layout: Layout) -> list[str | None]:
    if not layout.partition:
        return [None]
    return [None if day is None else day.isoformat() for day in pc.unique(rows[layout.partition]).to_pylist()]


def _of_day(rows: pa.Table, layout: Layout, day: str | None) -> pa.Table:
    if not layout.partition:
        return rows
    column = rows[layout.partition]
    return rows.filter(pc.is_null(column) if day is None else pc.equal(column, pa.scalar(dt.date.fromisoformat(day), DATE)))


def _not_among(rows: pa.Table, layout: Layout, ids: set[str], app_id: str, step: int) -> pa.Table:
    """Leave out the days whose file is known."""
    parts = [_of_day(rows, layout, day) for day in _days(rows, layout) if origin(app_id, step, day) not in ids]
    return pa.concat_tables(parts) if parts else rows.slice(0, 0)
