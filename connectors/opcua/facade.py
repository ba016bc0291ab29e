"""The synchronous face of an OPC UA line."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import pandas as pd

from smartfab.errors import SourceRefused
from smartfab.findings import attach
from smartfab.sources import Journal, JournalKeeper

from .appending import Appender, KeptSamples, Sink
from .async_face import AbandonedError, AsyncOpcUaSource, opened_async
from .collecting import Collection
from .credentials import days_left
from .earlier_run import last_heard, last_times
from .gaps import SignalBook
from .health import HealthReport
from .line_reader import LineReader
from .serving import Run
from .waiting import Stop, until_end


class OpcUaSource(LineReader):
    """All OPC UA servers of one line, read-only, for code without an event loop and for code inside one.

    Every call opens its own sessions and closes them at its end, so that nothing is left on a server between two calls;
    a thread of the source's own runs them. There is no way from here to write to a machine.

    Parameters
    ----------
    line : Line
        From a plant; it may name several servers.
    password : callable, optional
        Returns the password, in place of password_env and password_file.
    timeout : float
        Deadline of each step [s].
    keep_alive : float
        Longest time a server stays silent; three times that is a lost connection [s].

    Raises
    ------
    PlantError
        If a machine with tags has no endpoint or no security, or the line has no tags.

    Examples
    --------
    >>> from smartfab.connectors.opcua import OpcUaSource
    >>> with OpcUaSource(plant.line("press-1")) as source:  # doctest: +SKIP
    ...     source.read()[["signal_id", "value"]]
    """

    def watch(self, seconds: float = 10.0) -> pd.DataFrame:
        """Return what arrives in the next seconds, the current values first.

        Parameters
        ----------
        seconds : float
            How long to listen, from the moment everything is watched [s].

        Returns
        -------
        DataFrame
            Table `samples`, in the order of arrival.

        Raises
        ------
        SignalNotFound, SourceUnavailable, SourceRefused
            As `collect` does.
        """
        kept = KeptSamples()
        report = self._collect(kept, None, seconds)
        return attach(kept.frame(), report["findings"])

    def collect(self, store: JournalKeeper | Journal, *, stop: Stop) -> HealthReport:
        """Put what arrives into the line's journal until told to stop, whatever happens to the servers meanwhile.

        A notification is acknowledged to the server only after its values are durable. A server that is cut off is
        tried again for ever; what was missed comes from its queues, by Republish, or from its history, and what cannot
        be had stands in table `coverage`. Told to stop, or interrupted by Ctrl-C, it saves and acknowledges what it
        received, and takes leave of the servers.

        Parameters
        ----------
        store : JournalKeeper or Journal
            Where to: a store is asked for the journal of the line's name, which is closed at the end.
        stop : Event
            Set it to end.

        Returns
        -------
        HealthReport
            As `health` gives it.

        Raises
        ------
        SignalNotFound
            If not a single signal is there.
        SourceUnavailable
            If told to stop before any server was ever reached.
        SourceRefused
            If every server, or a rule of security, says no, or this source is collecting already.
        StoreError
            If the journal did not take a batch; it was not acknowledged.
        """
        if isinstance(store, JournalKeeper):
            journal = store.journal(self._line_id)
            try:
                return self._collect(journal, stop, None, alive=last_heard(journal, self._endpoints), last=last_times(journal))
            finally:
                journal.close()
        return self._collect(store, stop, None, alive=last_heard(store, self._endpoints), last=last_times(store))

    def _collect(
        self,
        journal: Sink,
        stop: Stop | None,
        seconds: float | None,
        alive: dict[str, int] | None = None,
        last: dict[str, int] | None = None,
    ) -> HealthReport:
        if not self._busy.acquire(blocking=False):
            raise SourceRefused("this source is collecting already", where=repr(self), remedy="Make another source.")
        try:
            self._health.begin()
            book = SignalBook(self._names, last)
            accesses = self._accesses()
            self._health.certificate_days = days_left(accesses)
            appender = Appender(journal, book, self._health, self._timing.keep_alive)
            persistent = seconds is None
            shared = Run(book, appender, self._health, self._timing, persistent=persistent, alive=alive or {})
            running = Collection(accesses, shared, seconds)
            self._collection = running
            until_end(self._thread.start(running.run()), stop, lambda: self._thread.call(running.stopping.set))
        except AbandonedError:
            self._health.enter("stopped")
            raise
        except BaseException as error:
            self._health.enter("failed", error)
            raise
        finally:
            self._collection = None
            self._busy.release()
        return self._health.report()

    def aopen(self) -> AbstractAsyncContextManager[AsyncOpcUaSource]:
        """Return this source for code that has an event loop of its own; the end of the block closes it.

        Returns
        -------
        async context manager
            Of an `AsyncOpcUaSource`.

        Examples
        --------
        >>> async with OpcUaSource(line).aopen() as source:  # doctest: +SKIP
        ...     async for batch in source.batches():
        ...         print(len(batch.samples))
        ...         await batch.commit()
        """
        return opened_async(self, lambda sink, stop: self._collect(sink, stop, None))
