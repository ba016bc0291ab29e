"""What a connector and the rest ask of each other, as typing protocols: neither imports the other.

`Source` is a source of machine data, such as ``smartfab.connectors.opcua.OpcUaSource``. `SampleStore` is the little a
source needs of a store; ``smartfab.store.Store`` is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Protocol, runtime_checkable

import pandas as pd


@runtime_checkable
class SampleStore(Protocol):
    """Where a source puts what it received, before it acknowledges it."""

    def append(self, table: str, frame: pd.DataFrame, *, app_id: str | None = None, seq: int | None = None) -> bool:
        """Append rows to a table, exactly once for each (app_id, seq).

        Parameters
        ----------
        table : str
            A table of the vocabulary.
        frame : DataFrame
            Its rows.
        app_id : str, optional
            The one writer these numbers belong to.
        seq : int, optional
            Number of this write, rising for each app_id [1].

        Returns
        -------
        bool
            False if it was in already.

        Raises
        ------
        StoreError
            If the rows were not stored; they must not be acknowledged then.
        """
        ...


@runtime_checkable
class Source(Protocol):
    """A source of machine data for one line: finite reads, an endless collect. It never writes to the machine."""

    def read(self) -> pd.DataFrame:
        """Return the current value of every signal.

        Returns
        -------
        DataFrame
            Table `samples`, one row a signal.

        Raises
        ------
        SourceError
            If the source does not answer, or refuses.
        """
        ...

    def read_history(self, start: object, end: object, *, signals: Sequence[str] | None = None) -> pd.DataFrame:
        """Return what the source itself kept of [start, end).

        Parameters
        ----------
        start, end : str, datetime or Timestamp
            Half-open window; times with their zone.
        signals : sequence of str, optional
            Signals to ask for; all by default.

        Returns
        -------
        DataFrame
            Table `samples`, sorted by (signal_id, ts).

        Raises
        ------
        TimeError
            If a time is naive, or the window is empty or reversed.
        SourceError
            If the source does not answer, or refuses.
        """
        ...

    def read_history_batches(
        self, start: object, end: object, *, signals: Sequence[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Yield what `read_history` returns in pieces, in bounded memory.

        Parameters
        ----------
        start, end : str, datetime or Timestamp
            Half-open window; times with their zone.
        signals : sequence of str, optional
            Signals to ask for; all by default.

        Returns
        -------
        iterator of DataFrame
            Table `samples`; in the order of time for each signal.

        Raises
        ------
        TimeError
            If a time is naive, or the window is empty or reversed.
        SourceError
            If the source does not answer, or refuses.
        """
        ...

    def watch(self, seconds: float) -> pd.DataFrame:
        """Return what arrives in the next seconds.

        Parameters
        ----------
        seconds : float
            How long to listen [s].

        Returns
        -------
        DataFrame
            Table `samples`.

        Raises
        ------
        SourceError
            If the source does not answer, or refuses.
        """
        ...

    def collect(self, store: SampleStore, *, stop: Event) -> object:
        """Store what arrives until told to stop; nothing is acknowledged to the source before it is stored.

        Parameters
        ----------
        store : SampleStore
            Where to append.
        stop : Event
            Set it to end; what was received is stored first.

        Returns
        -------
        object
            What was collected, as the source counts it.

        Raises
        ------
        SourceUnavailable
            If the connection is lost.
        SourceRefused
            If trying again cannot help.
        StoreError
            If a batch could not be stored; it was not acknowledged.
        """
        ...

    def health(self) -> Mapping[str, object]:
        """Return how the source is doing.

        Returns
        -------
        mapping
            JSON-ready: at least ``state``, and what the source counts.
        """
        ...

    def close(self) -> None:
        """End the connection; a closed source may be closed again."""
        ...
