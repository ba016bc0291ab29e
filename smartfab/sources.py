"""What a connector and the rest ask of each other, as typing protocols: neither imports the other.

`Source` is a source of machine data, such as ``smartfab.connectors.opcua.OpcUaSource``. `Journal` is where it puts what
it received, durably, before it acknowledges; ``store.journal(name)`` of a ``smartfab.store.Store`` gives one, and takes
care that every row reaches the store once.

How a collector uses a journal::

    with store.journal("press-1") as journal:             # the only owner; what an earlier run left is taken over
        known = journal.last_times()                      # per signal: the last durable source time → where to backfill from
        alive = journal.alive_at(url)                     # when the last run last heard this server → the gap since then
        …
        journal.append({"samples": batch})                # on return it survives a power cut: now acknowledge
        journal.append({"samples": late, "coverage": gaps, "events": alarms})   # all of it, or nothing
        journal.append({}, alive={url: heard})            # a sign of life of one server while no value changes

An `append` waits while the journal is full; while it raises `StoreError` (a full or read-only disk) nothing of the
batch is in: do not acknowledge, try the same batch again later. Rows of any table of the vocabulary may go through a
journal; the Arrow columns are those declared there, absent ones are null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

    from smartfab.plant import Plant

    Batch = Mapping[str, pa.RecordBatch | pa.Table | pd.DataFrame]
    """Rows by table."""


@runtime_checkable
class Journal(Protocol):
    """Where a source puts what it received: durable on return, later moved to the store, each row once."""

    def append(self, batch: Batch, *, alive: Mapping[str, int] | None = None) -> int:
        """Make a batch durable.

        Parameters
        ----------
        batch : mapping of str to RecordBatch, Table or DataFrame
            Rows by table of the vocabulary; none at all is a sign of life.
        alive : mapping of str to int, optional
            When servers were last heard, all of whose values until then are in with this batch [us].

        Returns
        -------
        int
            Number of the batch, rising [1]; that of the one before if there were no rows.

        Raises
        ------
        SchemaMismatchError
            If rows do not fit their table; trying again cannot help.
        StoreError
            If the disk refuses; nothing is in, the same batch may be tried again.
        """
        ...

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
        ...

    def alive_at(self, server: str | None = None) -> pd.Timestamp | None:
        """Return when something was last appended, by this machine's clock, or when one server was last heard.

        Parameters
        ----------
        server : str, optional
            As `append` was told in `alive`.

        Returns
        -------
        Timestamp or None
            In UTC; None if never.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        ...

    def close(self) -> None:
        """Move what is left to the store and give up the ownership; a closed journal may be closed again.

        Raises
        ------
        StoreError
            If the store did not take it; it stays in the journal and goes in with the next run.
        """
        ...


@runtime_checkable
class JournalKeeper(Protocol):
    """What has journals by name, such as a store."""

    def journal(self, name: str) -> Journal:
        """Return the journal of this name, now owned by the caller.

        Parameters
        ----------
        name : str
            One for each collector, such as the id of a line.

        Returns
        -------
        Journal
            To be closed.

        Raises
        ------
        StoreError
            If another process owns it; the error tells its process id.
        """
        ...


@runtime_checkable
class SampleStore(Protocol):
    """Where a source puts what it received, before it acknowledges it."""

    def append(self, table: str, frame: pd.DataFrame, *, app_id: str | None = None, seq: int | None = None) -> bool:
        """Append rows to a table, exactly once for each (app_id, seq).

        Parameters
        ----------
        table, frame : str and DataFrame
            A table of the vocabulary, and its rows.
        app_id, seq : str and int, optional
            The one writer these numbers belong to; number of this write, rising for each app_id [1].

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
        TimeError, SourceError
            If the window is not in order; if the source does not answer, or refuses.
        """
        ...

    def read_history_batches(
        self, start: object, end: object, *, signals: Sequence[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Yield what `read_history` returns in pieces, in bounded memory.

        Parameters
        ----------
        start, end, signals
            As for `read_history`.

        Returns
        -------
        iterator of DataFrame
            Table `samples`; in the order of time for each signal.

        Raises
        ------
        TimeError, SourceError
            As `read_history` does.
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
        SourceUnavailable, SourceRefused
            If the connection is lost; if trying again cannot help.
        StoreError
            If a batch could not be stored; it was not acknowledged.
        """
        ...

    def discover(self) -> Plant:
        """Return what there is at the source as the draft of a plant.

        Returns
        -------
        Plant
            Whose `to_toml` somebody looks over.

        Raises
        ------
        SourceError
            If the source does not answer, or refuses.
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
