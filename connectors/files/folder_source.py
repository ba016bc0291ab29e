"""A folder into which another system exports, as a source of samples."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from smartfab.bad_rows import Quarantine
from smartfab.errors import SourceRefused
from smartfab.findings import attach, finding
from smartfab.sources import SampleStore
from smartfab.tables import empty

from .file_samples import samples_apart
from .folder_reader import FolderReader
from .new_rows import KeptSamples, Mark, mark_of, without


class FilesSource(FolderReader):
    """The CSV and Excel files of a folder as samples, read-only: another system writes them, nothing here changes them.

    A file is a table of readings (signal, time, value), or has a column for each signal. It is read once it has stopped
    growing; when it grows later it is read again, and only what is new is stored.

    Parameters
    ----------
    place : Line, str or Path
        The folder; or a line with ``endpoint = "file://folder"``, whose signals say by `path` what they are called there.
    tz : str, optional
        IANA zone of local times; for a line that of its plant.
    settle_s : float
        A file is read once it was left alone so long [s].

    Raises
    ------
    PlantError
        If the line is not one of files.

    Examples
    --------
    >>> from smartfab.connectors.files import FilesSource
    >>> with FilesSource("exports", tz="Asia/Ho_Chi_Minh") as source:  # doctest: +SKIP
    ...     source.read()[["signal_id", "value"]]
    """

    def watch(self, seconds: float = 10.0) -> pd.DataFrame:
        """Return what files that appear or grow in the next seconds bring.

        Parameters
        ----------
        seconds : float
            How long to look [s].

        Returns
        -------
        DataFrame
            Table `samples`; a file that cannot be read is a finding.

        Raises
        ------
        SourceUnavailable
            If the folder is not there.
        """
        kept = KeptSamples()
        before = {path.name: mark_of(path) for path in self._paths()}
        old = {path.name: self._tried(path) for path in self._paths()}
        self._follow(kept, threading.Event(), before, until=time.monotonic() + seconds)
        known = pd.concat([empty("samples"), *(frame for frame in old.values() if frame is not None)], ignore_index=True)
        new = without(pd.concat([empty("samples"), *kept.frames], ignore_index=True), known)
        return attach(new, [finding("file_refused", name, why=why) for name, why in self._refused.items()])

    def collect(self, store: SampleStore, *, stop: threading.Event) -> Mapping[str, object]:
        """Store what the files hold, then what comes, until told to stop; the file stays, so nothing is acknowledged.

        A file that is not in order is told in `health` and tried again when it changes; with a store whose `on_bad` is
        "quarantine", only its bad rows are put aside. What a store that can be read holds already is not stored again.

        Parameters
        ----------
        store : SampleStore
            Durable when its `append` returns.
        stop : Event
            Set it to end; files that were complete by then are stored first.

        Returns
        -------
        mapping
            As `health` gives it.

        Raises
        ------
        SourceUnavailable
            If the folder is not there.
        StoreError
            If the store did not take a file; it is read again next time.
        """
        self._follow(store, stop, {})
        return self.health()

    def _follow(self, store: SampleStore, stop: threading.Event, done: dict[str, Mark], *, until: float | None = None) -> None:
        """Take in every file whose mark is not `done`, as soon as it was left alone for a while."""
        self._state = "collecting"
        waiting: dict[str, tuple[Mark, float]] = {}
        try:
            while True:
                ending = stop.is_set() or self._closed.is_set() or (until is not None and time.monotonic() >= until)
                for path in self._paths():
                    mark, now = mark_of(path), time.monotonic()
                    if done.get(path.name) == mark:
                        continue
                    seen = waiting.get(path.name)
                    if seen is None or seen[0] != mark:
                        waiting[path.name] = mark, now
                    if ending or now - waiting[path.name][1] >= self._settle_s:
                        self._take(path, store)
                        done[path.name] = mark
                if ending:
                    return
                stop.wait(min(0.2, self._settle_s))
        except BaseException:
            self._state = "failed"
            raise
        finally:
            if self._state != "failed":
                self._state = "stopped"

    def _take(self, path: Path, store: SampleStore) -> None:
        frame = self._tried(path, store)
        if frame is None:
            return
        read = getattr(store, "read", None)
        if read is not None and len(frame):
            frame = without(frame, read("samples", frame["ts"].min(), frame["ts"].max() + pd.Timedelta(1, "us")))
        if len(frame):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:32]
            store.append("samples", frame, app_id=f"files/{self._where}/{path.name}/{digest}", seq=1)
            self._counts["appended"] += len(frame)
            self._counts["batches"] += 1
        self._counts["files"] += 1

    def _tried(self, path: Path, store: object = None) -> pd.DataFrame | None:
        try:
            if isinstance(store, Quarantine) and store.on_bad == "quarantine":
                frame, aside = samples_apart(path, store, names=self._names, tz=self._tz)
                self._counts["quarantined_rows"] += aside
            else:
                frame = self._samples(path)
        except SourceRefused as error:
            self._refused[path.name] = str(error.faults[0])
            return None
        self._refused.pop(path.name, None)
        return frame
