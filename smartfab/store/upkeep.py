"""What keeps a store whole: looking at it, putting it right, clearing away what nobody needs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from smartfab import clock
from smartfab.errors import StoreError
from smartfab.store.day_files import as_day, files_of
from smartfab.store.healing import Healing, heal
from smartfab.store.layout import layout_of
from smartfab.store.left_behind import orphans
from smartfab.store.table_handle import TableHandle
from smartfab.store.verification import Verification, verify

KEPT = "7D"
"""Samples that a compaction replaced stay readable at least so long."""


class UpkeepFace:
    """The part of a store that looks after it.

    Attributes
    ----------
    path : Path
        Folder of the store.
    """

    path: Path
    _table: Callable[[str], TableHandle]

    def verify(self) -> Verification:
        """Look at every commit, every file and every waiting batch; nothing is changed.

        A commit must be whole and the log without a gap; a file must be there, with its size and its checksum. Of
        samples only today's files are looked at, of the other tables those of earlier versions too.

        Returns
        -------
        Verification
            ``ok``, and all ``faults`` at once.

        Examples
        --------
        >>> import smartfab as sf, tempfile
        >>> sf.open_store(tempfile.mkdtemp()).verify().ok
        True
        """
        return verify(self.path)

    def heal(self, report: Verification) -> Healing:
        """Put right what `verify` found, while no collector is at work.

        Damaged files go to the folder ``_quarantine``. Rows come back from the journals, as long as these have them
        (24 h), or from the files a damaged one was compacted from. Figures of a day are computed anew by
        ``smartfab daily``. What nobody has any more stays a fault: it is not dropped to make the store look whole.

        Parameters
        ----------
        report : Verification
            From `verify`.

        Returns
        -------
        Healing
            What was healed, what is left, and rows put in again [1].

        Raises
        ------
        WriteConflictError
            If a collector is at work; nothing is changed then.
        StoreError
            If the disk refuses.
        """
        return heal(self.path, report, self._table)

    def day_files(self, table: str, day: object) -> list[str]:
        """Return the files that hold the rows kept under a production date.

        Parameters
        ----------
        table : str
            A table that is kept by production date.
        day : str or date
            The production date.

        Returns
        -------
        list of str
            Names below the folder of the table, in alphabetical order.

        Raises
        ------
        CorruptTableError
            If the log is damaged.
        StoreError
            If there is no such table, or it is not kept by production date.
        """
        told, handle = layout_of(table), self._table(table)
        if told.partition != "production_date":
            raise StoreError("a table that is not kept by production date", table=table, remedy="Use read.")
        with handle.lock:
            now = handle.newest()
            return [] if now is None else sorted(files_of(now, told, as_day(day)))

    def sweep(self) -> list[Path]:
        """Remove what writers that were killed left behind, once it is a day old.

        Returns
        -------
        list of Path
            What was removed.
        """
        found = orphans(self.path)
        for path in found:
            path.unlink(missing_ok=True)
        return found

    def vacuum(self, *, older_than: str = KEPT) -> int:
        """Remove samples files that compactions replaced; other tables keep every version.

        Parameters
        ----------
        older_than : str
            How long they stay readable, at least 7 days.

        Returns
        -------
        int
            Files removed [1].

        Raises
        ------
        StoreError
            If it is less than 7 days, or the disk refuses.
        """
        from deltalake.exceptions import DeltaError

        kept = clock.duration(older_than, what="older_than")
        if kept < clock.duration(KEPT, what="older_than"):
            raise StoreError(f"older_than={older_than!r}", expected="at least 7 days", remedy="Readers may be at work on them.")
        table = self._table("samples")
        with table.lock:
            handle = table.newest()
            if handle is None:
                return 0
            try:
                removed = handle.vacuum(retention_hours=kept // (3600 * clock.SECOND), dry_run=False)
            except (DeltaError, OSError) as error:
                raise table.refused(error) from error
            for folder in {(table.folder / name).parent for name in removed}:
                with contextlib.suppress(OSError):
                    folder.rmdir()  # only an empty one goes
        return len(removed)
