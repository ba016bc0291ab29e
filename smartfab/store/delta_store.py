"""The store's face: append, read, scan, history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from smartfab import tables as declared_tables
from smartfab.errors import StoreError
from smartfab.store import delta_log, versions
from smartfab.store.appending import Appender
from smartfab.store.conversion import to_arrow
from smartfab.store.folder import claimed
from smartfab.store.layout import Layout, layout_of
from smartfab.store.reading import Reader, in_order, to_frame
from smartfab.store.selection import Selection, select
from smartfab.vocabulary import TABLES

if TYPE_CHECKING:
    from smartfab.sources import SampleStore


class Store:
    """The tables of a plant in a folder, each a Delta Lake table that other programs can read.

    One object may be used by several threads, and one folder by several processes. It can be pickled: what travels
    is the path.

    Parameters
    ----------
    path : str or Path
        Folder of the store; see `open_store`.

    Raises
    ------
    StoreError
        If the folder cannot be a store.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = claimed(path)
        self._appenders: dict[str, Appender] = {}
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r}: {', '.join(self.tables()) or 'empty'})"

    def __reduce__(self) -> tuple[type[Store], tuple[Path]]:
        return Store, (self.path,)

    def append(self, table: str, frame: pd.DataFrame, *, app_id: str | None = None, seq: int | None = None) -> bool:
        """Append rows to a table, exactly once if they bear a transaction number.

        `seq` rises for each `app_id`: a number no greater than the last one recorded counts as in. So an `app_id`
        belongs to one writer. The rows and the number become visible in one commit, or not at all. Without both the
        rows are appended whatever is there. On return they survive the end of this process, not yet a power cut.

        Rows are stored as declared, or not at all: what would lose a digit is refused. NaN is stored as null, and
        so is ±inf in `samples.value`, with the status beside it unchanged. The index is not kept.

        Parameters
        ----------
        table : str
            A table of the vocabulary; made when it is first written.
        frame : DataFrame
            Its rows; optional columns may be absent, others may not be there. For states, parts and predictions it
            may carry `production_date`, which is not read back but says where the rows are kept.
        app_id : str, optional
            Who writes.
        seq : int, optional
            Number of this write [1].

        Returns
        -------
        bool
            False if (app_id, seq) was in already and nothing was written; True otherwise, also for no rows.

        Raises
        ------
        SchemaMismatchError
            If the frame does not fit; the error lists every fault.
        WriteConflictError
            If other writers won every commit.
        CorruptTableError
            If the table is damaged.
        StoreError
            If there is no such table, the transaction is half given, or the disk refuses.

        References
        ----------
        Delta transaction log protocol, "Transaction identifiers".

        Examples
        --------
        >>> import smartfab as sf, tempfile, pandas as pd
        >>> store = sf.open_store(tempfile.mkdtemp())
        >>> ts = pd.to_datetime(["2026-03-02T06:00+07:00"], utc=True)
        >>> rows = pd.DataFrame({"signal_id": "Press01/good", "ts": ts, "value": 1.0})
        >>> store.append("samples", rows, app_id="press-1", seq=1), store.append("samples", rows, app_id="press-1", seq=1)
        (True, False)
        """
        told = layout_of(table)
        _check_transaction(app_id, seq)
        rows = to_arrow(frame, told)
        with self._lock:
            appender = self._appenders.setdefault(table, Appender(self.path / table, told))
        return appender.append(rows, app_id, seq)

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
        return to_frame(in_order(reader.rows(), told.keys).select(list(asked.columns)))

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

    def tables(self) -> list[str]:
        """Return the tables that were written, in the order of the vocabulary.

        Returns
        -------
        list of str
            Names.
        """
        return [name for name in TABLES if delta_log.latest(self.path / name) >= 0]

    def _reader(self, told: Layout, asked: Selection, as_of: object) -> Reader | None:
        folder = self.path / told.table
        version = None
        if as_of is not None:
            version = versions.version_of(folder, told, as_of)
            if version is None:
                return None
        handle = delta_log.opened(folder, told, version)
        return None if handle is None else Reader(folder, told, handle, asked)


def _check_transaction(app_id: object, seq: object) -> None:
    if app_id is None and seq is None:
        return
    if not isinstance(app_id, str) or not app_id:
        raise StoreError(f"app_id {app_id!r} with seq {seq!r}", where="append", expected="a name", remedy="Give both or none.")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**63:
        raise StoreError(
            f"seq {seq!r} with app_id {app_id!r}", where="append", expected="a whole number from 0", remedy="Give both or none."
        )


def open_store(path: str | Path) -> Store:
    """Return the store in a folder, which is made if it does not exist.

    Parameters
    ----------
    path : str or Path
        A folder of its own, on a local or mounted disk.

    Returns
    -------
    Store
        Its tables are made when they are first written.

    Raises
    ------
    StoreError
        If the folder holds something else or cannot be made, or `path` is a URL such as ``s3://…``.
    """
    return Store(path)


if TYPE_CHECKING:
    _fits: Callable[[str], SampleStore] = open_store  # a source can collect into this store: mypy holds us to it
