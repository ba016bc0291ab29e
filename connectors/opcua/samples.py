"""Values on their way into table `samples`: which time counts, which signal they belong to, and what is remarkable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from smartfab.findings import Finding, finding

from .rows import NO_TIME, Rows, Times, joined

Clock = Literal["source", "server", "collector"]
Index = npt.NDArray[np.intp]

OVERFLOW = 0x0480
"""Bits of a status that say: the queue was full, values before this one were dropped (OPC 10000-4, 7.39.1)."""

_TIME = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [("signal_id", pa.string()), ("ts", _TIME), ("value", pa.float64()), ("text", pa.string()), ("status", pa.int64()),
     ("server_ts", _TIME)]
)  # fmt: skip
"""Table `samples` as Arrow columns."""

_KINDS: dict[pa.DataType, pd.api.extensions.ExtensionDtype] = {pa.string(): pd.StringDtype(na_value=np.nan)}


@dataclass(slots=True)
class Samples:
    """Values with the `index` of the signal each belongs to and the time that counts, `ts` [us]."""

    index: Index
    ts: Times
    rows: Rows

    def __len__(self) -> int:
        return len(self.ts)

    def taken(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Samples:
        """Return some of the samples.

        Parameters
        ----------
        keep : ndarray of bool or int
            Which ones.

        Returns
        -------
        Samples
            In their order.
        """
        return Samples(self.index[keep], self.ts[keep], self.rows.taken(keep))

    def overflowed(self) -> npt.NDArray[np.intp]:
        """Return the places of the samples before which the server dropped others."""
        if not self.rows.status.any():
            return np.empty(0, np.intp)
        return np.flatnonzero((self.rows.status & OVERFLOW) == OVERFLOW)


def stamped(rows: Rows, index: Index, *, clock: Clock, offset: int, received: int) -> Samples:
    """Return the values with the time that counts.

    Parameters
    ----------
    rows : Rows
        As they came; their times are corrected in place.
    index : ndarray
        Which signal each belongs to [1].
    clock : {"source", "server", "collector"}
        Whose time counts; where it says nothing, the other one's, and then the time it was received.
    offset : int
        How far the clocks of source and server are ahead [us].
    received : int
        When they came [us].

    Returns
    -------
    Samples
        One a value.
    """
    if offset:
        for times in (rows.source, rows.server):
            times[times != NO_TIME] -= offset
    if clock == "collector":
        return Samples(index, np.full(len(rows), received, np.int64), rows)
    first, second = (rows.source, rows.server) if clock == "source" else (rows.server, rows.source)
    if first.min(initial=0) != NO_TIME:
        return Samples(index, first, rows)
    other = np.where(second == NO_TIME, received, second)
    return Samples(index, np.where(first == NO_TIME, other, first), rows)


def remarks(samples: Samples, names: Sequence[str], clock: Clock) -> Iterator[Finding]:
    """Yield what is remarkable about the samples, one a kind and signal.

    Parameters
    ----------
    samples : Samples
        Any number.
    names : sequence of str
        The signal of each index.
    clock : {"source", "server", "collector"}
        Whose time was to count.

    Yields
    ------
    Finding
        `queue_overflow`, `no_source_time`, `no_server_time`, `undecoded_value`; counts are samples [1].
    """
    rows = samples.rows
    seen: dict[str, npt.NDArray[np.intp]] = {"queue_overflow": samples.overflowed()}
    if clock != "collector":
        times = rows.source if clock == "source" else rows.server
        seen[f"no_{clock}_time"] = np.flatnonzero(times == NO_TIME) if times.min(initial=0) == NO_TIME else np.empty(0, np.intp)
    for code, places in seen.items():
        if len(places):
            for index, count in zip(*np.unique(samples.index[places], return_counts=True), strict=True):
                yield finding(code, names[index], int(count))
    if rows.undecoded:
        yield finding("undecoded_value", count=rows.undecoded)


def gathered(parts: Sequence[Samples]) -> Samples:
    """Return the samples of several messages as one.

    Parameters
    ----------
    parts : sequence of Samples
        One or more.

    Returns
    -------
    Samples
        In their order.
    """
    if len(parts) == 1:
        return parts[0]
    index, ts = (np.concatenate([getattr(part, name) for part in parts]) for name in ("index", "ts"))
    return Samples(index, ts, joined([part.rows for part in parts]))


def batch(samples: Samples, names: pa.StringArray) -> pa.RecordBatch:
    """Return table `samples` as Arrow columns.

    Parameters
    ----------
    samples : Samples
        Any number.
    names : pyarrow.StringArray
        The signal of each index.

    Returns
    -------
    pyarrow.RecordBatch
        In their order; what is not finite is null.
    """
    rows = samples.rows
    count = len(samples)
    columns = [
        names.take(pa.array(samples.index)),
        pa.array(samples.ts).cast(_TIME),
        pa.array(rows.value, from_pandas=True),
        pa.nulls(count, pa.string()) if rows.text is None else rows.text,
        pa.array(rows.status),
        pa.array(rows.server, mask=rows.server == NO_TIME).cast(_TIME),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def frame(samples: Samples | None, names: Sequence[str]) -> pd.DataFrame:
    """Return table `samples`.

    Parameters
    ----------
    samples : Samples or None
        Any number; None is none.
    names : sequence of str
        The signal of each index.

    Returns
    -------
    DataFrame
        In their order.
    """
    return frame_of([] if samples is None else [batch(samples, pa.array(names, pa.string()))])


def frame_of(batches: Sequence[pa.RecordBatch]) -> pd.DataFrame:
    """Return batches of table `samples` as one frame.

    Parameters
    ----------
    batches : sequence of RecordBatch
        As `batch` makes them.

    Returns
    -------
    DataFrame
        In their order.
    """
    rows: pd.DataFrame = pa.Table.from_batches(batches, schema=SCHEMA).to_pandas(types_mapper=_KINDS.get)
    return rows
