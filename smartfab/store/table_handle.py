"""A Delta table as this process holds it: one handle, read anew where the log went on, and commits that survive a power cut.

Giving deltalake a path appends the same transaction twice without a word. So what a commit rests on (which transactions
are in, which files it removes) is looked up on the very handle that commits; of two writers one loses, looks again, and
decides anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from smartfab.errors import StoreError, WriteConflictError
from smartfab.store import delta_log
from smartfab.store.changes import Change, active, added_action, removed_action, seal
from smartfab.store.data_files import DataFile, remove
from smartfab.store.durability import make_durable
from smartfab.store.folder import links_needed
from smartfab.store.layout import Layout
from smartfab.store.snapshots import Snapshot, snapshot_of

if TYPE_CHECKING:
    from deltalake import DeltaTable

ATTEMPTS = 20
"""Commits tried before a write is given up [1]; each that is lost was won by another writer."""


class TableHandle:
    """One table of a store, for all threads of this process.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    layout : Layout
        Of the table.
    """

    def __init__(self, folder: Path, layout: Layout) -> None:
        self.folder, self.layout = folder, layout
        self.lock = RLock()
        self._handle: DeltaTable | None = None
        self._snapshot: Snapshot | None = None
        self._snapshot_of: DeltaTable | None = None
        self._durable = -1

    def newest(self) -> DeltaTable | None:
        """Return the kept handle at the newest version, or None if the table was never written.

        Returns
        -------
        DeltaTable or None
            Not to be kept beyond the lock.

        Raises
        ------
        CorruptTableError
            If the log is damaged; the error names the file.
        """
        from deltalake.exceptions import DeltaError

        with self.lock:
            handle = self._handle
            if handle is not None and not delta_log.commit_path(self.folder, handle.version()).exists():
                handle = None  # the log was cut back under it
            elif handle is not None and delta_log.commit_path(self.folder, handle.version() + 1).exists():
                delta_log.check(self.folder, after=handle.version())
                try:
                    handle.update_incremental()
                except (DeltaError, OSError):
                    handle = None  # opening it anew says what is wrong, if something is
            if handle is None:
                handle = delta_log.opened(self.folder, self.layout)
                self._durable = -1 if handle is None else handle.version() - 1
            self._handle = handle
            if handle is not None:
                delta_log.understood(handle, self.layout)
            return handle

    def forget(self) -> None:
        """Drop the kept handle: the log was changed by hand."""
        with self.lock:
            self._handle = None

    def snapshot(self) -> Snapshot | None:
        """Return the newest version, or None if the table was never written.

        Returns
        -------
        Snapshot or None
            Which stays as it is when the table goes on.

        Raises
        ------
        SchemaMismatchError
            If the table was stored with other types.
        CorruptTableError
            If the log is damaged; the error names the file.
        """
        with self.lock:
            handle = self.newest()
            if handle is None:
                return None
            if self._snapshot is None or self._snapshot.version != handle.version() or self._snapshot_of is not handle:
                self._snapshot, self._snapshot_of = snapshot_of(handle, self.layout), handle
            return self._snapshot

    def ready(self) -> DeltaTable:
        """Return the handle of a table that exists from now on, with the declared schema.

        Returns
        -------
        DeltaTable
            Not to be kept beyond the lock.

        Raises
        ------
        SchemaMismatchError
            If it was stored with another schema.
        StoreError
            If it cannot be created.
        """
        with self.lock:
            handle = self.newest()
            if handle is None:
                links_needed(self.folder.parent)
                handle = self._handle = delta_log.created(self.folder, self.layout)
                self._durable = -1
            delta_log.match(handle, self.layout)
            return handle

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
        with self.lock:
            handle = self.newest()
            return None if handle is None else handle.transaction_version(app_id)

    def change(self, decide: Callable[[DeltaTable], Change | None], written: Sequence[DataFile] = ()) -> bool:
        """Commit a change; on return it survives a power cut.

        Parameters
        ----------
        decide : callable
            Gets the handle the commit will rest on and says what to do, or None for nothing; asked again whenever
            another writer won.
        written : sequence of DataFile
            Removed when it is certain that they are not in.

        Returns
        -------
        bool
            False if there was nothing to do.

        Raises
        ------
        WriteConflictError
            If other writers won every commit.
        StoreError
            If the disk refuses. Nothing is in then, unless the commit itself could not be pushed to the disk.
        """
        from deltalake.exceptions import CommitFailedError, DeltaError

        with self.lock:
            handle = self.ready()
            for _ in range(ATTEMPTS):
                change = decide(handle)
                if change is None:
                    remove(written)
                    self._push(handle)
                    return False
                try:
                    self._push(handle)  # what this commit rests on may be of a writer that was killed before it pushed
                except StoreError:
                    remove(written)
                    raise
                try:
                    self._commit(handle, change)
                except (DeltaError, OSError) as error:
                    # What the call says is not what the log holds: the rows may be in, and only a checkpoint have failed.
                    handle = self.ready()
                    if not (change.added and {file.action.path for file in change.added} <= set(active(handle))):
                        if not isinstance(error, CommitFailedError):
                            remove(written)
                            raise self.refused(error) from error
                        continue
                self._push(handle)
                return True
            remove(written)
            raise WriteConflictError(
                f"{ATTEMPTS} commits lost to other writers", table=self.layout.table, remedy="Write it again."
            )

    def _commit(self, handle: DeltaTable, change: Change) -> None:
        from deltalake import CommitProperties, Schema, Transaction
        from deltalake.transaction import RemoveAction

        at = time.time_ns() // 10**6
        adds = [file.action for file in change.added]
        # Without data_change deltalake would let two writers replace the same files, and every row would be there twice.
        gone = [removed_action(path, told["size_bytes"], self._partition(told), at) for path, told in change.removed.items()]
        removes = [
            RemoveAction(one["path"], True, at, size=one["size"], partition_values=one["partitionValues"]) for one in gone
        ]
        transaction = None if change.app_id is None or change.seq is None else (change.app_id, change.seq)
        told = {"rows": sum(file.rows for file in change.added), **change.told}
        told["written_at"] = at
        told["sealed"] = seal(map(added_action, change.added), gone, transaction, at)
        handle.create_write_transaction(
            [*adds, *removes],
            "append",
            Schema.from_arrow(self.layout.stored),
            [self.layout.partition] if self.layout.partition else [],
            commit_properties=CommitProperties(
                custom_metadata=told, app_transactions=None if transaction is None else [Transaction(*transaction)]
            ),
        )

    def _partition(self, told: Mapping[str, Any]) -> dict[str, str | None]:
        name = self.layout.partition
        day = told.get(f"partition.{name}")
        return {name: None if day is None else day.isoformat()} if name else {}

    def _push(self, handle: DeltaTable) -> None:
        """Push the log files since the last push to the disk, those of other writers too: a log is as good as its gaps."""
        version = handle.version()
        while delta_log.commit_path(self.folder, version + 1).exists():  # a handle does not count its own commit
            version += 1
        if version <= self._durable:
            return
        paths = [delta_log.commit_path(self.folder, number) for number in range(self._durable + 1, version + 1)]
        log = self.folder / "_delta_log"
        paths += [path for number in range(self._durable + 1, version + 1) for path in log.glob(f"{number:020}.checkpoint*")]
        try:
            make_durable([path for path in (*paths, log / "_last_checkpoint") if path.exists()])
            if self._durable < 0:
                make_durable([self.folder, self.folder.parent])
        except OSError as error:
            raise self.refused(error) from error
        self._durable = version

    def refused(self, error: Exception) -> StoreError:
        """Return what to raise when the disk refuses.

        Parameters
        ----------
        error : Exception
            What it said.

        Returns
        -------
        StoreError
            To be raised.
        """
        where, remedy = str(self.folder), "Make room, or allow writing there."
        return StoreError(str(error), table=self.layout.table, where=where, remedy=remedy)
