"""What the journals of a store still hold of rows that the store once had."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from smartfab.store.appending import append_rows
from smartfab.store.conversion import with_partition
from smartfab.store.draining import Drain
from smartfab.store.journal_blobs import BadBlobError, unpacked
from smartfab.store.journal_file import JournalFile
from smartfab.store.journal_queue import Queue
from smartfab.store.journals import journal_names, journal_path
from smartfab.store.layout import layout_of
from smartfab.store.ownership import Ownership
from smartfab.store.table_handle import TableHandle
from smartfab.store.verification import TableLook

_AT_ONCE = 100_000


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

    def group(self, app_id: str, table: str, after: int, through: int) -> pa.Table | None:
        """Return the rows of a table in the batches of one append.

        Parameters
        ----------
        app_id : str
            Of the journal.
        table : str
            Name of the table.
        after, through : int
            The batch before the first, and the last [1].

        Returns
        -------
        pyarrow.Table or None
            With the declared schema; None if no journal holds any.
        """
        queue = self._queues.get(app_id)
        parts: list[pa.Table] = []
        for entry in queue.after(table, after) if queue is not None else ():
            if entry.number > through:
                break
            try:
                parts.append(unpacked(entry.blob, entry.checksum))
            except BadBlobError:
                continue  # told as a fault of the journal
        return pa.concat_tables(parts) if parts else None

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
        """Put in appends whose commit is gone while later ones are there: the last number alone would hide them."""
        app_id, handle = queue.file.app_id, self._table_of(table)
        commits = TableLook(handle.folder).commits
        seen = {name: number for commit in commits.values() for name, number in commit.transactions.items()}
        have = {commit.transactions[app_id] for commit in commits.values() if app_id in commit.transactions}
        steps = queue.steps(table)
        rows = 0
        for before, step in zip([-1, *steps], steps, strict=False):
            name = f"{app_id}-healed-{step}"
            whole = not commits or min(commits) == 0 or step > min(have, default=step)
            if whole and step not in have and step < max(have, default=-1) and name not in seen:
                lost = self.group(app_id, table, before, step)
                if lost is not None and append_rows(handle, with_partition(lost, layout_of(table)), name, step):
                    rows += len(lost)
        return rows
