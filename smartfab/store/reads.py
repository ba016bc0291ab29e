"""What a store is asked: rows of a table, in one piece or in batches, now or as they were; its versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from smartfab import clock
from smartfab import tables as declared_tables
from smartfab.errors import StoreError
from smartfab.store import delta_log, versions
from smartfab.store.day_files import as_day, reader_of
from smartfab.store.layout import Layout, layout_of
from smartfab.store.reading import Reader, to_frame
from smartfab.store.selection import Selection, select
from smartfab.store.series_views import Series, views
from smartfab.store.snapshots import snapshot_of
from smartfab.store.table_handle import TableHandle
from smartfab.vocabulary import TABLES


class ReadFace:
    """The part of a store that reads.

    Attributes
    ----------
    path : Path
        Folder of the store.
    """

    path: Path
    _table: Callable[[str], TableHandle]

    def read(
        self,
        table: str,
        start: object = None,
        end: object = None,
        *,
        signals: Iterable[str] | None = None,
        columns: Sequence[str] | None = None,
        as_of: object = None,
    ) -> pd.DataFrame:
        """Return rows of a table, sorted by its keys.

        An instant is in if start ≤ ts < end; an interval if it overlaps [start, end), so one that crosses the border
        of two windows is in both. Rows without a time are in no window (counts by shift: ask by production date).

        Parameters
        ----------
        table : str
            A table of the vocabulary; one that was never written has no rows.
        start, end : str, datetime, Timestamp or date, optional
            Times with their zone; or bare production dates, for the tables that have this column.
        signals : iterable of str, optional
            Signals to keep, where the table has signals.
        columns : sequence of str, optional
            Columns of the result; all that are declared by default.
        as_of : int or a time with its zone, optional
            A version, or the last one committed at or before a time; the newest by default.

        Returns
        -------
        DataFrame
            With the types of ``tables.empty(table)``; whole numbers and truth values of a column with nulls are
            Int64 and boolean.

        Raises
        ------
        TimeError
            If a time is naive or the window is empty or reversed.
        CorruptTableError
            If a file is missing or damaged; the error names it.
        StoreError
            If there is no such table, column or version.
        """
        told = layout_of(table)
        asked = select(told, start, end, signals=signals, columns=columns)
        wider = select(told, start, end, signals=signals, columns=list(dict.fromkeys([*asked.columns, *told.keys])))
        reader = self._reader(told, wider, as_of)
        if reader is None:
            return declared_tables.empty(table)[list(asked.columns)]
        return to_frame(reader.sorted_rows().select(list(asked.columns)))

    def scan(
        self,
        table: str,
        start: object = None,
        end: object = None,
        *,
        signals: Iterable[str] | None = None,
        columns: Sequence[str] | None = None,
        as_of: object = None,
    ) -> Iterator[pa.RecordBatch]:
        """Return the rows `read` would return in small batches, file by file, in bounded memory.

        Rows are sorted within what was appended at once, not across files. What is asked is checked at the call.

        Parameters
        ----------
        table, start, end, signals, columns, as_of
            As for `read`.

        Returns
        -------
        iterator of pyarrow.RecordBatch
            None of them empty.

        Raises
        ------
        TimeError
            If a time is naive or the window is empty or reversed.
        CorruptTableError
            If a file is missing or damaged; the error names it.
        StoreError
            If there is no such table, column or version.
        """
        told = layout_of(table)
        reader = self._reader(told, select(told, start, end, signals=signals, columns=columns), as_of)
        return iter(()) if reader is None else reader.batches()

    def series(
        self, start: object, end: object, *, signals: Iterable[str] | None = None, as_of: object = None
    ) -> dict[str, Series]:
        """Return the numeric values of each signal in a window as numpy arrays, without a copy for each.

        Values that are text or missing are NaN; statuses are not looked at.

        Parameters
        ----------
        start, end : str, datetime or Timestamp
            Half-open window; times with their zone.
        signals : iterable of str, optional
            Signals to keep.
        as_of : int or a time with its zone, optional
            As for `read`.

        Returns
        -------
        dict of str to (ndarray of datetime64[us], ndarray of float64)
            By signal_id: times in UTC, rising, and values in the signal's unit; read-only. A signal without rows is absent.

        Raises
        ------
        TimeError
            If a time is naive or the window is empty or reversed.
        CorruptTableError
            If a file is missing or damaged; the error names it.
        StoreError
            If there is no such version.

        Examples
        --------
        >>> import smartfab as sf, tempfile, pandas as pd
        >>> store = sf.open_store(tempfile.mkdtemp())
        >>> ts = pd.date_range("2026-03-02T06:00Z", periods=3, freq="1s")
        >>> store.append("samples", pd.DataFrame({"signal_id": "Press01/force", "ts": ts, "value": [1.0, 2.0, 4.0]}))
        True
        >>> store.series("2026-03-02T06:00Z", "2026-03-02T06:00:02Z")["Press01/force"][1].tolist()
        [1.0, 2.0]
        """
        told = layout_of("samples")
        reader = self._reader(told, select(told, start, end, signals=signals, columns=["signal_id", "ts", "value"]), as_of)
        return {} if reader is None else views(reader.sorted_rows())

    def history(self, table: str) -> pd.DataFrame:
        """Return the versions of a table, oldest first; the log of samples is kept for 30 days, the others for ever.

        Parameters
        ----------
        table : str
            A table of the vocabulary.

        Returns
        -------
        DataFrame
            version [1], timestamp, operation, rows (added, null where not known) [1].

        Raises
        ------
        CorruptTableError
            If the log is damaged.
        StoreError
            If there is no such table.
        """
        return versions.history(self.path / table, layout_of(table))

    def version(self, table: str) -> int:
        """Return the newest version of a table.

        Parameters
        ----------
        table : str
            A table of the vocabulary.

        Returns
        -------
        int
            As `read` takes it for ``as_of`` [1]; −1 if the table was never written.

        Raises
        ------
        CorruptTableError
            If the log is damaged.
        StoreError
            If there is no such table.
        """
        now = self._table(table).snapshot()
        return -1 if now is None else now.version

    def read_day(self, table: str, day: object) -> pd.DataFrame:
        """Return the rows that are kept under a production date, whatever their times.

        Parameters
        ----------
        table : str
            A table that is kept by production date.
        day : str or date
            The production date.

        Returns
        -------
        DataFrame
            Sorted by its keys.

        Raises
        ------
        CorruptTableError
            If a file is missing or damaged; the error names it.
        StoreError
            If there is no such table, or it is not kept by production date.
        """
        told, handle = layout_of(table), self._table(table)
        if told.partition != "production_date":
            raise StoreError("a table that is not kept by production date", table=table, remedy="Use read.")
        now = handle.snapshot()
        return declared_tables.empty(table) if now is None else to_frame(reader_of(handle, now, as_day(day)).sorted_rows())

    def changes(self, table: str, *, since: int, start: object, end: object) -> list[pd.Timestamp]:
        """Return when rows of a window were appended after a version.

        Parameters
        ----------
        table : str
            A table of the vocabulary.
        since : int
            Later versions are looked at [1].
        start, end : str, datetime or Timestamp
            Half-open window; times with their zone.

        Returns
        -------
        list of Timestamp
            One for each commit, by the clock of who wrote it.

        Raises
        ------
        CorruptTableError
            If the log is damaged.
        StoreError
            If there is no such table.
        """
        first, last = clock.interval(start, end)
        told = layout_of(table)
        window = clock.stamp(first), clock.stamp(last)
        return versions.changes(self.path / table, told, self.version(table), since, window)

    def tables(self) -> list[str]:
        """Return the tables that were written, in the order of the vocabulary.

        Returns
        -------
        list of str
            Names.
        """
        return [name for name in TABLES if delta_log.latest(self.path / name) >= 0]

    def _reader(self, told: Layout, asked: Selection, as_of: object) -> Reader | None:
        folder, table = self.path / told.table, self._table(told.table)
        if as_of is None:
            now = table.snapshot()
            return None if now is None else Reader(folder, told, now, asked)
        version = versions.version_of(folder, told, as_of)
        old = None if version is None else delta_log.opened(folder, told, version)
        return None if old is None else Reader(folder, told, snapshot_of(old, told), asked)
