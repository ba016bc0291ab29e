"""A folder into which another system exports, as a source of samples."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd

from smartfab.bad_rows import Quarantine
from smartfab.clock import interval, stamp
from smartfab.errors import SignalNotFound, SourceRefused, SourceUnavailable
from smartfab.exports.folder_in import is_export
from smartfab.findings import attach, finding
from smartfab.plant import Line
from smartfab.sources import SampleStore
from smartfab.tables import empty

from .file_samples import samples_apart, samples_of
from .lines_of_files import folder_of, names_in_files
from .new_rows import ROW, KeptSamples, Mark, mark_of, without


class FilesSource:
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

    def __init__(self, place: Line | str | Path, *, tz: str | None = None, settle_s: float = 1.0) -> None:
        if isinstance(place, Line):
            self._where, self._names = f"line {place.id}", names_in_files(place)
            self.folder, self._tz = folder_of(place, tz)
        else:
            self._where, self._names = f"folder {Path(place).name}", {}
            self.folder, self._tz = Path(place), tz
        self._settle_s = settle_s
        self._closed = threading.Event()
        self._state = "idle"
        self._counts = {"appended": 0, "batches": 0, "files": 0, "quarantined_rows": 0}
        self._refused: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"FilesSource({self._where})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End what is under way in other threads; a closed source may be closed again."""
        self._closed.set()

    def health(self) -> Mapping[str, object]:
        """Return how the latest `collect` or `watch` goes.

        Returns
        -------
        mapping
            `state`, `appended` and `quarantined_rows`, `batches`, `files` [1], `refused` files and why, `not_found`.
        """
        return {"state": self._state, **self._counts, "refused": dict(self._refused), "not_found": {}}

    def read(self) -> pd.DataFrame:
        """Return the latest value of every signal in the folder.

        Returns
        -------
        DataFrame
            Table `samples`, one row a signal.

        Raises
        ------
        SourceUnavailable
            If the folder is not there.
        SourceRefused
            If a file is not in order; it lists every fault with its row.
        """
        whole = self._joined(self._paths())
        return whole.drop_duplicates("signal_id", keep="last").reset_index(drop=True)

    def read_history(self, start: object, end: object, *, signals: Sequence[str] | None = None) -> pd.DataFrame:
        """Return what the files hold of [start, end); of rows that say the same, one.

        Parameters
        ----------
        start, end : str, datetime or Timestamp
            Half-open window; times with their zone.
        signals : sequence of str, optional
            Signal ids; all by default.

        Returns
        -------
        DataFrame
            Table `samples`, sorted by (signal_id, ts).

        Raises
        ------
        TimeError
            If a time is naive, or the window is empty or reversed.
        SignalNotFound
            If a signal asked for is in no file.
        SourceUnavailable, SourceRefused
            As `read`.
        """
        frames = list(self.read_history_batches(start, end, signals=signals))
        whole = pd.concat([empty("samples"), *frames], ignore_index=True).drop_duplicates(ROW)
        return whole.sort_values(["signal_id", "ts"], kind="stable", ignore_index=True)

    def read_history_batches(
        self, start: object, end: object, *, signals: Sequence[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Yield what `read_history` returns, file by file, in the memory of one file.

        Parameters
        ----------
        start, end : str, datetime or Timestamp
            Half-open window; times with their zone.
        signals : sequence of str, optional
            Signal ids; all by default.

        Returns
        -------
        iterator of DataFrame
            Table `samples`, each sorted by (signal_id, ts).

        Raises
        ------
        TimeError, SignalNotFound, SourceUnavailable, SourceRefused
            As `read_history` does.
        """
        first, last = interval(start, end)
        paths = self._paths()
        if signals is not None:
            known = {str(name) for path in paths for name in self._samples(path)["signal_id"].unique()}
            missing = sorted(set(signals) - known)
            if missing:
                raise SignalNotFound(f"no signal {missing[0]!r} in the files", where=self._where, remedy="Correct the id.")
        return self._batches(paths, stamp(first), stamp(last), signals)

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

    def _samples(self, path: Path) -> pd.DataFrame:
        return samples_of(path, names=self._names, tz=self._tz)

    def _joined(self, paths: Sequence[Path]) -> pd.DataFrame:
        whole = pd.concat([empty("samples"), *(self._samples(path) for path in paths)], ignore_index=True)
        return whole.sort_values(["signal_id", "ts"], kind="stable", ignore_index=True)

    def _batches(
        self, paths: Sequence[Path], first: pd.Timestamp, last: pd.Timestamp, signals: Sequence[str] | None
    ) -> Iterator[pd.DataFrame]:  # fmt: skip
        for path in paths:
            frame = self._samples(path)
            inside = (frame["ts"] >= first) & (frame["ts"] < last)
            if signals is not None:
                inside &= frame["signal_id"].isin(list(signals))
            if inside.any():
                part = pd.concat([empty("samples"), frame[inside]], ignore_index=True)
                yield part.sort_values(["signal_id", "ts"], kind="stable", ignore_index=True)

    def _paths(self) -> list[Path]:
        try:
            return sorted(path for path in self.folder.iterdir() if is_export(path))
        except OSError as error:
            raise SourceUnavailable(f"the folder cannot be read ({error.strerror})", where=self._where) from error
