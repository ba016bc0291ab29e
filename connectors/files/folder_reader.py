"""A folder of exports as it is read: current values, history, what it speaks of."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd

from smartfab.clock import interval, stamp
from smartfab.errors import SignalNotFound, SourceUnavailable
from smartfab.exports.folder_in import is_export
from smartfab.plant import Line, Plant
from smartfab.tables import empty

from .draft_of_files import drafted
from .file_samples import samples_of
from .lines_of_files import folder_of, names_in_files
from .new_rows import ROW


class FolderReader:
    """The reading half of `FilesSource`.

    Parameters
    ----------
    place : Line, str or Path
        The folder, or a line of files.
    tz : str, optional
        IANA zone of local times.
    settle_s : float
        A file is read once it was left alone so long [s].

    Raises
    ------
    PlantError
        If the line is not one of files.
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
        return f"{type(self).__name__}({self._where})"

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

    def discover(self) -> Plant:
        """Return what the files speak of as the draft of a plant: a signal for each name, without a role.

        Returns
        -------
        Plant
            One line of this folder.

        Raises
        ------
        SignalNotFound
            If no file names a signal.
        SourceUnavailable, SourceRefused
            As `read`.
        """
        return drafted(self._paths(), self.folder, self._tz, where=self._where)

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
