"""The store's face: append, read, scan, history, journal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from smartfab import clock
from smartfab.bad_rows import OnBad, puts_aside
from smartfab.errors import WriteConflictError
from smartfab.store.folder import claimed
from smartfab.store.journals import heard_at, journal_names, journal_path
from smartfab.store.layout import layout_of
from smartfab.store.reads import ReadFace
from smartfab.store.spool import FLUSH_ROWS, FLUSH_SECONDS, GRACE, MOST_BYTES, Spool
from smartfab.store.table_handle import TableHandle
from smartfab.store.upkeep import UpkeepFace
from smartfab.store.writes import WriteFace

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.sources import JournalKeeper, SampleStore


class Store(ReadFace, WriteFace, UpkeepFace):
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
        self._handles: dict[str, TableHandle] = {}
        self._spools: WeakValueDictionary[str, Spool] = WeakValueDictionary()
        self._lock = Lock()
        self.on_bad: OnBad = "raise"
        self.aside: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r}: {', '.join(self.tables()) or 'empty'})"

    def __reduce__(self) -> tuple[type[Store], tuple[Path]]:
        return Store, (self.path,)

    def bearing(self, on_bad: OnBad) -> Store:
        """Return this store for a job that says what happens to bad rows: its journals, and sources that ask it, obey.

        Parameters
        ----------
        on_bad : {"raise", "quarantine"}
            Its attribute `on_bad`.

        Returns
        -------
        Store
            With the same tables; ``aside`` counts rows put aside by journal, from 0 [1].

        Raises
        ------
        SmartfabError
            If it is neither.
        """
        puts_aside(on_bad)
        other = object.__new__(type(self))
        vars(other).update(vars(self), on_bad=on_bad, aside=Counter())
        return other

    def _table(self, name: str) -> TableHandle:
        with self._lock:
            return self._handles.setdefault(name, TableHandle(self.path / name, layout_of(name)))

    def journal(
        self,
        name: str,
        *,
        max_bytes: int = MOST_BYTES,
        flush_rows: int = FLUSH_ROWS,
        flush_seconds: float = FLUSH_SECONDS,
        grace: str | dt.timedelta = GRACE,
    ) -> Spool:
        """Return the journal of this name: durable on `append`, moved into the store by itself, each row once.

        What an earlier run left is taken over. Batches stay in the file for some time after the store has them, so that
        what a power cut takes from the store can be put back.

        Parameters
        ----------
        name : str
            One for each collector, such as the id of a line.
        max_bytes : int
            While more waits for the store than this, an append waits [B].
        flush_rows : int
            As soon as so many rows wait they go into the store [1].
        flush_seconds : float
            No row waits longer than this for the store [s].
        grace : str or timedelta
            How long a batch stays after the store has it.

        Returns
        -------
        Spool
            Owned by this process until it is closed; a `smartfab.sources.Journal`.

        Raises
        ------
        WriteConflictError
            If another process owns it; the error tells its process id.
        CorruptTableError
            If its file is damaged.
        StoreError
            If the disk refuses.

        Examples
        --------
        >>> import smartfab as sf, tempfile, pandas as pd
        >>> store = sf.open_store(tempfile.mkdtemp())
        >>> ts = pd.to_datetime(["2026-03-02T06:00+07:00"], utc=True)
        >>> with store.journal("press-1") as journal:
        ...     number = journal.append({"samples": pd.DataFrame({"signal_id": "Press01/good", "ts": ts, "value": 1.0})})
        >>> len(store.read("samples"))
        1
        """
        spool = Spool(
            journal_path(self.path, name),
            name,
            self._table,
            max_bytes=max_bytes,
            flush_rows=flush_rows,
            flush_seconds=flush_seconds,
            grace=grace,
            aside=partial(self._count_aside, name) if puts_aside(self.on_bad) else None,
        )
        self._spools[name] = spool
        return spool

    def _count_aside(self, name: str, rows: int) -> None:
        self.aside[name] += rows

    def drain_journals(self) -> int:
        """Move into the store what journals that nobody owns still hold.

        Returns
        -------
        int
            Rows moved [1].

        Raises
        ------
        StoreError
            If the store did not take them; they stay where they are.
        """
        rows = 0
        for name in journal_names(self.path):
            try:
                journal = self.journal(name)
            except WriteConflictError:
                continue  # a collector is at work, and does it itself
            with journal:
                rows += journal.drain()
        return rows

    def heard(self, name: str, server: str | None = None) -> pd.Timestamp | None:
        """Return when the collector of a journal was last heard, by whichever process it runs in.

        Parameters
        ----------
        name : str
            Of the journal: a line.
        server : str, optional
            Address of one of its servers: when that one was last heard.

        Returns
        -------
        Timestamp or None
            None if there is no such journal.
        """
        at = heard_at(self.path, name, server)
        return None if at is None else clock.stamp(at)

    def open_journals(self) -> dict[str, dict[str, object]]:
        """Return how the journals this process has open are doing.

        Returns
        -------
        dict of str to dict
            By name; see `Spool.health`.
        """
        return {name: spool.health() for name, spool in list(self._spools.items())}


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
    _keeps: Callable[[str], JournalKeeper] = open_store
