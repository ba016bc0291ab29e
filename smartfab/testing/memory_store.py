"""A store and its journals in memory, which may refuse at first: to see what a source does with it."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import pandas as pd

from smartfab import clock
from smartfab.errors import StoreError
from smartfab.findings import Finding

__all__ = ["MemoryStore"]


class MemoryStore:
    """Keeps what is appended, by `append` or through a journal.

    Parameters
    ----------
    refusals : int
        So many appends fail first, as on a full disk [1].
    """

    def __init__(self, refusals: int = 0) -> None:
        self.appended: list[tuple[str, pd.DataFrame]] = []
        self.numbers: list[tuple[str | None, int | None]] = []
        self.refused: list[tuple[str, pd.DataFrame]] = []
        self._left = refusals
        self._journals: dict[str, MemoryJournal] = {}

    def append(self, table: str, frame: pd.DataFrame, *, app_id: str | None = None, seq: int | None = None) -> bool:
        """Keep rows, once for each (app_id, seq).

        Parameters
        ----------
        table : str
            A table of the vocabulary.
        frame : DataFrame
            Its rows.
        app_id : str, optional
            Who writes.
        seq : int, optional
            Number of this write [1].

        Returns
        -------
        bool
            False if it was in already.

        Raises
        ------
        StoreError
            While refusals are left.
        """
        if self._left > 0:
            self._left -= 1
            self.refused.append((table, frame))
            raise StoreError("the disk is full", where="memory store", remedy="This one refuses on purpose.")
        if app_id is not None and (app_id, seq) in self.numbers:
            return False
        self.numbers.append((app_id, seq))
        self.appended.append((table, frame))
        return True

    def holds(self, batches: list[tuple[str, pd.DataFrame]]) -> bool:
        """Return whether every row of some batches was appended after all.

        Parameters
        ----------
        batches : list of (str, DataFrame)
            Table and rows.

        Returns
        -------
        bool
            True if nothing is missing.
        """
        for table, frame in batches:
            kept = [rows for name, rows in self.appended if name == table]
            known = {_key(row) for rows in kept for row in rows.itertuples(index=False)}
            if not {_key(row) for row in frame.itertuples(index=False)} <= known:
                return False
        return True

    def journal(self, name: str) -> MemoryJournal:
        """Return the journal of this name into this store; one opened again goes on where it was.

        Parameters
        ----------
        name : str
            Of the journal.

        Returns
        -------
        MemoryJournal
            To be closed.
        """
        return self._journals.setdefault(name, MemoryJournal(self, name))


class MemoryJournal:
    """A journal of a `MemoryStore`: a batch is in the store when `append` returns.

    Parameters
    ----------
    store : MemoryStore
        Where to.
    name : str
        Of the journal.
    """

    def __init__(self, store: MemoryStore, name: str) -> None:
        self._store, self._name, self._number = store, name, 0
        self._last: dict[str, pd.Timestamp] = {}
        self._alive: pd.Timestamp | None = None
        self._heard: dict[str, int] = {}
        self.findings: list[Finding] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def append(self, batch: Mapping[str, Any], *, alive: Mapping[str, int] | None = None) -> int:
        """Keep the rows of a batch.

        Parameters
        ----------
        batch : mapping of str to rows
            By table; none is a sign of life.
        alive : mapping of str to int, optional
            When servers were last heard [us].

        Returns
        -------
        int
            Number of the batch [1].

        Raises
        ------
        StoreError
            While the store refuses.
        """
        for table, rows in batch.items():
            frame = rows if isinstance(rows, pd.DataFrame) else rows.to_pandas()
            if not len(frame):
                continue
            self._store.append(table, frame, app_id=self._name, seq=self._number + 1)
            self._number += 1
            if table == "samples":
                self._last |= {str(name): at for name, at in frame.groupby("signal_id")["ts"].max().items()}
        self._alive = pd.Timestamp.now(tz="UTC")
        self._heard |= alive or {}
        return self._number

    def last_times(self) -> Mapping[str, pd.Timestamp]:
        """Return the greatest ``ts`` of each signal."""
        return dict(self._last)

    def alive_at(self, server: str | None = None) -> pd.Timestamp | None:
        """Return when something was last appended, or one server last heard."""
        if server is None:
            return self._alive
        return clock.stamp(self._heard[server]) if server in self._heard else None

    def close(self) -> None:
        """End it; nothing is left to move."""


def _key(row: object) -> str:
    return repr(row)
