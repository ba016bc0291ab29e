"""Exactly once: the rows and their transaction number become visible in one commit, or not at all.

Giving deltalake a path appends the same transaction twice without a word. So the number is looked up and written
on one and the same handle; of two writers with the same number one loses the commit, reads again, and finds it in.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import pyarrow as pa

from smartfab.errors import StoreError, WriteConflictError
from smartfab.store import delta_log
from smartfab.store.data_files import DataFile, remove, write_files
from smartfab.store.layout import Layout

if TYPE_CHECKING:
    from deltalake import DeltaTable

ATTEMPTS = 20
"""Commits tried before a write is given up [1]; each that is lost was won by another writer."""


class Appender:
    """The one writer of a table in this process: keeps the handle, and lets one thread in at a time.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    layout : Layout
        Of the table.
    """

    def __init__(self, folder: Path, layout: Layout) -> None:
        self.folder, self.layout = folder, layout
        self._lock = Lock()
        self._handle: DeltaTable | None = None

    def append(self, rows: pa.Table, app_id: str | None, seq: int | None) -> bool:
        """Append rows once.

        Parameters
        ----------
        rows : pyarrow.Table
            With the stored schema.
        app_id, seq : str and int, optional
            The transaction; seq [1] rises for each app_id.

        Returns
        -------
        bool
            False if the transaction is in already.

        Raises
        ------
        WriteConflictError
            If other writers won every commit.
        StoreError
            If the files cannot be written.
        """
        if not len(rows) and app_id is None:
            return True
        with self._lock:
            return self._append(rows, app_id, seq)

    def last(self, app_id: str) -> int | None:
        """Return the last number the table has of a transaction's name.

        Parameters
        ----------
        app_id : str
            Who writes.

        Returns
        -------
        int or None
            The number [1]; None if there is none.

        Raises
        ------
        CorruptTableError
            If the log is damaged.
        """
        with self._lock:
            handle = delta_log.opened(self.folder, self.layout)
            return None if handle is None else handle.transaction_version(app_id)

    def _append(self, rows: pa.Table, app_id: str | None, seq: int | None) -> bool:
        from deltalake.exceptions import CommitFailedError, DeltaError

        handle = self._fresh()
        delta_log.match(handle, self.layout)
        if _is_in(handle, app_id, seq):
            return False
        try:
            files = write_files(rows, self.folder, self.layout)
        except OSError as error:
            raise self._refused(error) from error
        for _ in range(ATTEMPTS):
            try:
                self._commit(handle, files, app_id, seq)
            except (DeltaError, OSError) as error:
                # What the call says is not what the log holds: the rows may be in, and only a checkpoint have failed.
                handle = self._fresh()
                if files and {file.action.path for file in files} <= _paths(handle):
                    return True
                if not isinstance(error, CommitFailedError):
                    remove(files)
                    raise self._refused(error) from error
                if _is_in(handle, app_id, seq):
                    remove(files)
                    return False
            else:
                return True
        remove(files)
        raise WriteConflictError(f"{ATTEMPTS} commits lost to other writers", table=self.layout.table, remedy="Append again.")

    def _refused(self, error: Exception) -> StoreError:
        where, remedy = str(self.folder), "Make room, or allow writing there."
        return StoreError(str(error), table=self.layout.table, where=where, remedy=remedy)

    def _fresh(self) -> DeltaTable:
        """Return the kept handle at the newest version."""
        from deltalake.exceptions import DeltaError

        handle = self._handle
        if handle is not None:
            delta_log.check(self.folder, after=handle.version())
            try:
                handle.update_incremental()
            except (DeltaError, OSError):
                handle = None  # opening it anew says what is wrong, if something is
        if handle is None:
            handle = delta_log.opened(self.folder, self.layout) or delta_log.created(self.folder, self.layout)
        self._handle = handle
        return handle

    def _commit(self, handle: DeltaTable, files: list[DataFile], app_id: str | None, seq: int | None) -> None:
        from deltalake import CommitProperties, Schema, Transaction

        handle.create_write_transaction(
            [file.action for file in files],
            "append",
            Schema.from_arrow(self.layout.stored),
            [self.layout.partition] if self.layout.partition else [],
            commit_properties=CommitProperties(
                custom_metadata={"rows": sum(file.rows for file in files)},
                app_transactions=None if app_id is None or seq is None else [Transaction(app_id, seq)],
            ),
        )


def _is_in(handle: DeltaTable, app_id: str | None, seq: int | None) -> bool:
    if app_id is None or seq is None:
        return False
    last = handle.transaction_version(app_id)
    return last is not None and last >= seq


def _paths(handle: DeltaTable) -> set[str]:
    return set(pa.table(handle.get_add_actions(flatten=True))["path"].to_pylist())
