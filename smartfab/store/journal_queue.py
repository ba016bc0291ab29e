"""What leaves a journal's file: batches in their order into the store, bad ones aside, old ones away.

How far the store is, is kept by table: batches up to ``through`` are in it. A batch is deleted when the store has had it
for long enough, so that what a power cut takes from the store can be put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smartfab.store.journal_file import JournalFile, now


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is not in the store yet: batches and rows [1], bytes [B], when the oldest was appended [us]."""

    batches: int
    rows: int
    size: int
    oldest: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch of one table as it stands in the file."""

    number: int
    table: str
    rows: int
    checksum: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class SetAside:
    """A batch that could not be read: when it was appended and found bad [us], and why."""

    number: int
    table: str
    rows: int
    at: int
    found_at: int
    reason: str


class Queue:
    """The batches of a journal's file between its tail and the store.

    Parameters
    ----------
    file : JournalFile
        Where they stand.
    """

    def __init__(self, file: JournalFile) -> None:
        self.file = file

    def tables(self) -> list[str]:
        """Return the tables of which there are batches."""
        return [row[0] for row in self.file.all("SELECT DISTINCT name FROM batch ORDER BY name")]

    def through(self, table: str) -> int:
        """Return the number up to which the store has the batches of a table; −1 if none [1]."""
        found = self.file.one("SELECT max(through) FROM drained WHERE name = ?", (table,))
        return -1 if found is None else int(found)

    def steps(self, table: str) -> list[int]:
        """Return the last batch of each append to a table that is still remembered, rising [1]."""
        rows = self.file.all("SELECT DISTINCT through FROM drained WHERE name = ? ORDER BY through", (table,))
        return [int(row[0]) for row in rows]

    def set_through(self, table: str, number: int) -> None:
        """Record up to which batch the store has a table, which may be less than it once had.

        Parameters
        ----------
        table : str
            Name of the table.
        number : int
            Of the batch; −1 if it has none [1].
        """
        with self.file.writing() as write:
            write("DELETE FROM drained WHERE name = ? AND through > ?", (table, number))
            if number >= 0:
                write(
                    "INSERT INTO drained SELECT ?, ?, ? WHERE NOT EXISTS"
                    " (SELECT 1 FROM drained WHERE name = ? AND through = ?)",
                    (table, number, now(), table, number),
                )

    def waiting(self, table: str | None = None) -> Waiting:
        """Return what is not in the store yet, of one table or of all."""
        with self.file.lock:
            told = [
                self.file.all(
                    "SELECT count(*), total(row_count), total(size), min(at) FROM batch WHERE name = ? AND number > ?",
                    (name, self.through(name)),
                )[0]
                for name in (self.tables() if table is None else [table])
            ]
        oldest = [int(row[3]) for row in told if row[3] is not None]
        batches, rows, size = (int(sum(row[place] for row in told)) for place in range(3))
        return Waiting(batches, rows, size, min(oldest, default=None))

    def size(self) -> int:
        """Return the bytes of all batches, those in the store included [B]."""
        return int(self.file.one("SELECT total(size) FROM batch"))

    def after(self, table: str, number: int) -> Iterator[Entry]:
        """Yield the batches of a table after a number, in their order, one in memory at a time."""
        while True:
            rows = self.file.all(
                "SELECT number, name, row_count, checksum, blob FROM batch"
                " WHERE name = ? AND number > ? ORDER BY number LIMIT 1",
                (table, number),
            )
            if not rows:
                return
            yield Entry(*rows[0])
            number = int(rows[0][0])

    def set_aside(self, entry: Entry, reason: str) -> None:
        """Move a batch that cannot be read out of the way; its bytes are kept."""
        which = (entry.table, entry.number)
        with self.file.writing() as write:
            write(
                "INSERT INTO bad SELECT number, name, row_count, at, ?, ?, checksum, blob FROM batch"
                " WHERE name = ? AND number = ?",
                (now(), reason, *which),
            )
            write("DELETE FROM batch WHERE name = ? AND number = ?", which)

    def bad(self) -> list[SetAside]:
        """Return what was set aside, in its order."""
        rows = self.file.all("SELECT number, name, row_count, at, found_at, reason FROM bad ORDER BY number, name")
        return [SetAside(*row) for row in rows]

    def bad_entry(self, number: int, table: str) -> Entry | None:
        """Return a batch that was set aside, with its bytes."""
        rows = self.file.all(
            "SELECT number, name, row_count, checksum, blob FROM bad WHERE number = ? AND name = ?", (number, table)
        )
        return Entry(*rows[0]) if rows else None

    def take_back(self, number: int, table: str) -> int:
        """Put a batch that was set aside at the end of the queue.

        Parameters
        ----------
        number, table : int and str
            Which one.

        Returns
        -------
        int
            Its new number: the store takes the old one for in [1].
        """
        with self.file.lock:
            fresh = self.file.newest + 1
            with self.file.writing() as write:
                write(
                    "INSERT INTO batch (number, name, row_count, size, at, checksum, blob)"
                    " SELECT ?, name, row_count, length(blob), at, checksum, blob FROM bad WHERE name = ? AND number = ?",
                    (fresh, table, number),
                )
                write("DELETE FROM bad WHERE name = ? AND number = ?", (table, number))
            self.file.newest = fresh
            return fresh

    def trim(self, before: int) -> int:
        """Delete the batches that the store has had since `before`.

        Parameters
        ----------
        before : int
            In the store at this time or earlier [us].

        Returns
        -------
        int
            Batches deleted [1].
        """
        gone = 0
        with self.file.lock:
            for table in self.tables():
                found = self.file.one("SELECT max(through) FROM drained WHERE name = ? AND at <= ?", (table, before))
                if found is not None:
                    gone += self._delete(table, int(found))
            if gone:
                self.file.all("PRAGMA incremental_vacuum")
        return gone

    def _delete(self, table: str, through: int) -> int:
        alive = self.file.alive_at()
        with self.file.writing() as write:
            write("INSERT OR REPLACE INTO told VALUES ('alive', ?)", (alive,))
            # The last word on a table stays: it says which numbers were given.
            write("DELETE FROM drained WHERE name = ? AND through < ?", (table, through))
            deleted: int = write("DELETE FROM batch WHERE name = ? AND number <= ?", (table, through)).rowcount
        return deleted
