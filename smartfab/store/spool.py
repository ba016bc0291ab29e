"""The journal a collector writes into: durable on return, moved to the store by a thread of its own."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pandas as pd

from smartfab import clock
from smartfab.errors import StoreError
from smartfab.store.conversion import exact_rows
from smartfab.store.draining import Drain
from smartfab.store.journal_blobs import packed
from smartfab.store.journal_file import JournalFile, now
from smartfab.store.journal_queue import Queue
from smartfab.store.layout import layout_of
from smartfab.store.ownership import Ownership
from smartfab.store.quarantine import sifted_batch
from smartfab.store.table_handle import TableHandle

if TYPE_CHECKING:
    from smartfab.sources import Batch

GRACE = "24h"
"""How long a batch stays after the store has it: as long as what a power cut takes could be asked for again."""

MOST_BYTES = 2 << 30
"""While more waits for the store than this, an append waits [B]."""

FLUSH_ROWS = 100_000
"""As soon as so many rows wait they go into the store [1]."""

FLUSH_SECONDS = 60.0
"""No row waits longer than this for the store, as long as the store takes it [s]."""

_RETRY_S = (1.0, 60.0)
_TRIM_S = 60.0


class Spool:
    """A journal, owned by this process until it is closed; use it in a ``with`` block.

    Parameters
    ----------
    path : Path
        Its file; the lock stands beside it.
    name : str
        What the collector calls it.
    table_of : callable
        Gives a table of the store by its name.
    max_bytes : int
        While more waits for the store than this, `append` waits [B].
    flush_rows : int
        As soon as so many rows wait they go into the store [1].
    flush_seconds : float
        No row waits longer than this for the store [s].
    grace : str or timedelta
        How long a batch stays after the store has it.
    aside : callable, optional
        Bad rows are put aside and told to it, their number [1]; without it a batch with bad rows is refused.

    Raises
    ------
    WriteConflictError
        If another process owns it; the error tells its process id.
    CorruptTableError
        If the file is damaged.
    StoreError
        If the disk refuses.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        table_of: Callable[[str], TableHandle],
        *,
        max_bytes: int = MOST_BYTES,
        flush_rows: int = FLUSH_ROWS,
        flush_seconds: float = FLUSH_SECONDS,
        grace: str | dt.timedelta = GRACE,
        aside: Callable[[int], object] | None = None,
    ) -> None:
        self.name, self.path, self._aside = name, path, aside
        self._max_bytes, self._flush_rows, self._flush_seconds = max_bytes, flush_rows, flush_seconds
        self._grace = clock.duration(grace, what="grace")
        self._ownership = Ownership(path.with_suffix(".lock"), f"journal {name!r}")
        try:
            self._file = JournalFile(path)
        except BaseException:
            self._ownership.release()
            raise
        self._queue = Queue(self._file)
        self._drain = Drain(self._queue, table_of)
        self._draining = threading.Lock()
        self._changed = threading.Condition()
        waiting = self._queue.waiting()
        self._rows, self._bytes, self._oldest = waiting.rows, waiting.size, waiting.oldest
        self._counts = {"batches": 0, "appended": 0, "committed": 0, "quarantined": 0, "quarantined_rows": 0}
        self._error: str | None = None
        self._asked = self._closing = False
        self._trimmed = 0.0
        self._thread = threading.Thread(target=self._keep_draining, name=f"drain-{name}", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"Spool({self.name!r}: {self._rows:,} rows wait)"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def append(self, batch: Batch, *, alive: Mapping[str, int] | None = None) -> int:
        """Make a batch durable, as `smartfab.sources.Journal` says.

        Rows are stored as declared, or the batch is refused; ±inf in ``samples.value`` becomes null. Of a journal that puts
        bad rows aside, these go into table `quarantine`, in the same batch.
        """
        if self._aside is None:
            tables, bad = {table: exact_rows(rows, layout_of(table)) for table, rows in batch.items()}, 0
        else:
            tables, bad = sifted_batch(batch, f"journal {self.name}")
        parts = [(table, len(rows), *packed(rows)) for table, rows in tables.items() if len(rows)]
        rows, size = sum(part[1] for part in parts), sum(len(part[2]) for part in parts)
        with self._changed:
            while self._bytes and self._bytes + size > self._max_bytes and not self._closing:
                self._asked = True
                self._changed.notify_all()
                self._changed.wait()
            if self._closing:
                raise StoreError(f"journal {self.name!r} is closed", where=str(self.path), remedy="Open it again.")
            if not parts:
                self._file.sign(alive)
                return self._file.newest
            number = self._file.append(parts, alive)
            self._rows, self._bytes = self._rows + rows, self._bytes + size
            self._counts["batches"] += 1
            self._counts["appended"] += rows - bad
            self._counts["quarantined_rows"] += bad
            if self._oldest is None:
                self._oldest = now()
                self._changed.notify_all()
            elif self._rows >= self._flush_rows:
                self._changed.notify_all()
        if bad and self._aside is not None:
            self._aside(bad)
        return number

    def last_times(self) -> Mapping[str, pd.Timestamp]:
        """Return the greatest ``ts`` of each signal that ever became durable here.

        Returns
        -------
        mapping of str to Timestamp
            By signal_id, in UTC.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        return {signal_id: clock.stamp(ts) for signal_id, ts in self._drain.last_times().items()}

    def alive_at(self, server: str | None = None) -> pd.Timestamp | None:
        """Return when something was last appended, or one server last heard, as `smartfab.sources.Journal` says."""
        at = self._file.alive_at(server)
        return None if at is None else clock.stamp(at)

    def drain(self) -> int:
        """Move everything that waits into the store now.

        Returns
        -------
        int
            Rows moved [1].

        Raises
        ------
        StoreError
            If the store did not take it; it stays here.
        """
        with self._draining:
            try:
                done = self._drain.run(self._flush_rows)
            except StoreError as error:
                self._error = str(error)
                raise
            else:
                self._error = None
            finally:
                self._recount()
            self._counts["committed"] += sum(done.rows.values())
            self._counts["quarantined"] += done.set_aside
            if time.monotonic() >= self._trimmed:
                self._queue.trim(now() - self._grace)
                self._trimmed = time.monotonic() + _TRIM_S
            return sum(done.rows.values())

    def _recount(self) -> None:
        with self._changed:
            try:
                waiting = self._queue.waiting()
            except StoreError:
                return  # the counts stay as they were: too high at worst
            self._rows, self._bytes, self._oldest = waiting.rows, waiting.size, waiting.oldest
            self._changed.notify_all()

    def _keep_draining(self) -> None:
        patience, most = _RETRY_S
        while self._wait_for_work():
            try:
                self.drain()
                patience = _RETRY_S[0]
            except StoreError:
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, patience)
                patience = min(2 * patience, most)

    def _wait_for_work(self) -> bool:
        """Wait until there is enough to move, or it is old enough; False when there is nothing more to do here."""
        with self._changed:
            while not self._closing:
                left = None if self._oldest is None else self._flush_seconds - (now() - self._oldest) / clock.SECOND
                if self._rows >= self._flush_rows or self._asked or (left is not None and left <= 0):
                    self._asked = False
                    return True
                self._changed.wait(left)
            return False

    def take_back(self, number: int, table: str) -> int:
        """Put a batch that was set aside at the end of the queue, to be read once more.

        Parameters
        ----------
        number, table : int and str
            Which one.

        Returns
        -------
        int
            Its new number [1].
        """
        fresh = self._queue.take_back(number, table)
        self._recount()
        return fresh

    def health(self) -> dict[str, object]:
        """Return how the journal is doing.

        Returns
        -------
        dict
            JSON-ready: batches, appended, committed (rows), quarantined (batches that cannot be read) and quarantined_rows
            since it was opened [1];
            waiting_rows [1], waiting_bytes [B], oldest_s [s]; error, why the store takes nothing, or None.
        """
        with self._changed:
            age = None if self._oldest is None else max(0.0, (now() - self._oldest) / clock.SECOND)
            told: dict[str, object] = {**self._counts}
            told |= {"waiting_rows": self._rows, "waiting_bytes": self._bytes, "oldest_s": age, "error": self._error}
            return told

    def close(self) -> None:
        """Move what waits into the store and give up the ownership; a closed journal may be closed again.

        Raises
        ------
        StoreError
            If the store did not take it; it stays in the journal and goes in with the next run.
        """
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        try:
            self.drain()
        finally:
            self._file.close()
            self._ownership.release()
