"""What is known of each signal: its last value, and since when values may be missing.

A gap opens when notifications may have been lost, and closes with the signal's next value. It begins right after the
last value that came, or where the server was last heard, less what a value may take to be told: whichever is later.
A value that comes once more with the source time of the last one proves that nothing changed: then there is no gap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .rows import NO_TIME, Times
from .samples import Samples

_TIME = pa.timestamp("us", tz="UTC")
_COVERAGE = pa.schema(
    [("signal_id", pa.string()), ("start", _TIME), ("end", _TIME), ("cause", pa.string()), ("recovered", pa.bool_()),
     ("recorded_at", _TIME)]
)  # fmt: skip


@dataclass(slots=True)
class Gap:
    """Values of the signal `index` may be missing in [start, end) [us]; `since` is how far history was read."""

    index: int
    start: int
    end: int
    cause: str
    since: int = NO_TIME
    recovered: bool = False


class SignalBook:
    """The signals of a source, by index, with their last values and gaps.

    Parameters
    ----------
    names : sequence of str
        Signal ids; their places are the indices.
    last : mapping of str to int
        The last durable time of signals, from an earlier run [us].
    """

    def __init__(self, names: Sequence[str], last: Mapping[str, int] | None = None) -> None:
        self.names = list(names)
        self.arrow = pa.array(self.names, pa.string())
        self.index = {name: n for n, name in enumerate(self.names)}
        known = last or {}
        self.last: Times = np.array([known.get(name, NO_TIME) for name in self.names], np.int64)
        self.missing: Times = np.full(len(self.names), NO_TIME)
        self._cause: dict[int, str] = {}
        self._value = np.full(len(self.names), np.nan)
        self._status = np.full(len(self.names), -1, np.int64)  # -1: only the time of the last value is known
        self._text: dict[int, str | None] = {}

    def open(self, indices: Iterable[int], heard: int | None, late: int, cause: str) -> None:
        """Open a gap of each signal that had a value and has no gap yet.

        Parameters
        ----------
        indices : iterable of int
            Signals [1].
        heard : int or None
            When their server was last heard, by the clock that counts [us]; None counts as never.
        late : int
            How long after its time a value may be told [us].
        cause : str
            Why values may be missing.
        """
        for index in indices:
            last = int(self.last[index])
            if last != NO_TIME and self.missing[index] == NO_TIME:
                self.missing[index] = last + 1 if heard is None else max(last + 1, heard - late)
                self._cause[index] = cause

    def take(self, samples: Samples, *, proves: bool, heard: int) -> tuple[Samples, list[Gap]]:
        """Take note of samples as they come.

        Parameters
        ----------
        samples : Samples
            In the order of arrival.
        proves : bool
            Whether a repeated time proves that nothing changed: it does if the time is the source's.
        heard : int
            When they were sent, by the clock that counts [us].

        Returns
        -------
        tuple of (Samples, list of Gap)
            The samples without those that are in already, and the gaps they close.
        """
        gaps = [self._overflow(samples, int(place)) for place in samples.overflowed()]
        keep: npt.NDArray[np.bool_] | None = None
        again = np.flatnonzero(samples.ts == self.last[samples.index]) if proves else ()
        known = [place for place in again if self._is_known(int(samples.index[place]), samples, int(place))]
        if known:  # some servers repeat the last values to a session that came back
            keep = np.ones(len(samples), np.bool_)
            keep[known] = False
        if self._cause and (self.missing[samples.index] != NO_TIME).any():
            indices, places = np.unique(samples.index, return_index=True)
            for index, place in zip(indices.tolist(), places.tolist(), strict=True):
                if self.missing[index] != NO_TIME:
                    gaps += self._closed(index, int(samples.ts[place]), proves, heard)
        kept = samples if keep is None else samples.taken(keep)
        self._remember(kept)
        return kept, [gap for gap in gaps if gap.end > gap.start]

    def _is_known(self, index: int, samples: Samples, place: int) -> bool:
        """Whether this very sample came before."""
        if samples.ts[place] != self.last[index] or self._status[index] != samples.rows.status[place]:
            return False
        value = samples.rows.value[place]
        text = None if samples.rows.text is None else samples.rows.text[place].as_py()
        same = value == self._value[index] or (np.isnan(value) and np.isnan(self._value[index]))
        return bool(same and text == self._text.get(index))

    def _closed(self, index: int, ts: int, proves: bool, heard: int) -> list[Gap]:
        start, cause = int(self.missing[index]), self._cause.pop(index)
        self.missing[index] = NO_TIME
        last = int(self.last[index])
        if proves and ts == last:
            return []
        return [Gap(index, start, ts if ts >= last else heard, cause, last)]

    def _overflow(self, samples: Samples, place: int) -> Gap:
        index = int(samples.index[place])
        before = np.flatnonzero(samples.index[:place] == index)
        last = int(samples.ts[before[-1]]) if len(before) else int(self.last[index])
        start = int(samples.ts[place]) if last == NO_TIME else last + 1
        return Gap(index, start, int(samples.ts[place]), "queue_overflow", start - 1)

    def _remember(self, samples: Samples) -> None:
        index, rows = samples.index, samples.rows
        self.last[index], self._value[index], self._status[index] = samples.ts, rows.value, rows.status
        if rows.text is not None:
            for signal, text in zip(index.tolist(), rows.text.to_pylist(), strict=True):
                if text is not None or signal in self._text:
                    self._text[signal] = text
        elif self._text:
            for signal in self._text.keys() & set(index.tolist()):
                del self._text[signal]

    def unclosed(self, indices: Iterable[int], until: int) -> list[Gap]:
        """Return the gaps that are open still, up to a time, and leave them open from there on.

        Parameters
        ----------
        indices : iterable of int
            Signals [1].
        until : int
            End of what is returned [us].

        Returns
        -------
        list of Gap
            Those that have begun before.
        """
        found = [
            Gap(n, int(self.missing[n]), until, self._cause[n], int(self.last[n]))
            for n in indices
            if NO_TIME < self.missing[n] < until
        ]
        for gap in found:
            self.missing[gap.index] = until
        return found


def coverage(gaps: Sequence[Gap], names: Sequence[str]) -> pa.RecordBatch:
    """Return rows of table `coverage`; of two with the same signal, start and end the one recorded later holds.

    Parameters
    ----------
    gaps : sequence of Gap
        Any number.
    names : sequence of str
        The signal of each index.

    Returns
    -------
    pyarrow.RecordBatch
        One row a gap, recorded now.
    """
    now = dt.datetime.now(dt.UTC)
    columns = [
        pa.array([names[gap.index] for gap in gaps], pa.string()),
        pa.array([gap.start for gap in gaps], pa.int64()).cast(_TIME),
        pa.array([gap.end for gap in gaps], pa.int64()).cast(_TIME),
        pa.array([gap.cause for gap in gaps], pa.string()),
        pa.array([gap.recovered for gap in gaps], pa.bool_()),
        pa.array([now] * len(gaps), _TIME),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=_COVERAGE)
