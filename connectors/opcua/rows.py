"""Values as columns: the bytes of a message → arrays, and arrays of several messages → one batch of table `samples`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from smartfab._fast import ua_values
from smartfab.errors import SourceUnavailable

from .foreign import foreign_value

NO_TIME = np.iinfo(np.int64).min
"""What stands in a column of times where there is none [us]."""

_TEXT = 2
_LONGEST = 64  # bytes a value of fixed width takes as text, and more
_FAULTS = {
    1: "is cut off",
    2: "has a value that cannot be encoded so",
    3: "has values in values, deeper than 64",
    4: "has more text than a table can hold",
}
_MOST_TEXT = 2**31 - 1

Times = npt.NDArray[np.int64]


class BrokenMessageError(SourceUnavailable):
    """Bytes that are no message of OPC UA."""


def check(fault: int, what: str) -> None:
    """Raise if the decoder met a fault.

    Parameters
    ----------
    fault : int
        As the decoder returned it; 0 is none.
    what : str
        What was decoded.

    Raises
    ------
    BrokenMessageError
        Saying what is wrong.
    """
    if fault:
        raise BrokenMessageError(
            f"{what} {_FAULTS[fault]}",
            expected="the binary encoding of OPC 10000-6",
            remedy="If it stays, the server and this client do not understand each other.",
        )


@dataclass(slots=True)
class Rows:
    """Values as they came: `handle`, times `source` and `server` [us], `status`, `value`, and `text` where any has one.

    `undecoded` counts values that are kept as their bytes [1].
    """

    handle: npt.NDArray[np.uint32]
    source: Times
    server: Times
    status: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    text: pa.StringArray | None
    undecoded: int = 0

    def __len__(self) -> int:
        return len(self.value)

    def taken(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Rows:
        """Return some of the rows.

        Parameters
        ----------
        keep : ndarray of bool or int
            Which ones.

        Returns
        -------
        Rows
            In their order.
        """
        text = None if self.text is None else self.text.take(pa.array(np.arange(len(self))[keep]))
        return Rows(
            self.handle[keep], self.source[keep], self.server[keep], self.status[keep], self.value[keep], text, self.undecoded
        )


@dataclass(slots=True)
class _Space:
    """Arrays for the decoder to fill; `words` bounds what all values can take as text."""

    rows: int
    size: int
    value: npt.NDArray[np.float64] = field(init=False)
    kind: npt.NDArray[np.uint8] = field(init=False)
    ends: npt.NDArray[np.int32] = field(init=False)
    words: npt.NDArray[np.uint8] = field(init=False)
    spans: npt.NDArray[np.int64] = field(init=False)
    told: npt.NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        room = _LONGEST * (self.rows + 1) + 2 * self.size
        check(4 * (room > _MOST_TEXT), "a message")
        self.value = np.empty(self.rows)
        self.kind = np.empty(self.rows, np.uint8)
        self.ends = np.empty(self.rows + 1, np.int32)
        self.words = np.empty(room, np.uint8)  # untouched memory costs nothing
        self.spans = np.empty((self.rows, 3), np.int64)
        self.told = np.empty(3, np.int64)

    def text(self, data: bytes) -> tuple[pa.StringArray | None, int]:
        """Return the texts, those of foreign values among them, and how many values could not be decoded."""
        texts, others = int(self.told[1]), int(self.told[2])
        if not texts and not others:
            return None, 0
        present = pa.py_buffer(np.packbits(self.kind == _TEXT, bitorder="little"))
        words = pa.py_buffer(self.words[: self.ends[-1]].copy())
        found = pa.StringArray.from_buffers(self.rows, pa.py_buffer(self.ends), words, present)
        if not others:
            return found, 0
        plain, undecoded = found.to_pylist(), 0
        for row, start, stop in self.spans[:others].tolist():
            self.value[row], plain[row], right = foreign_value(data, start, stop)
            undecoded += not right
        return pa.array(plain, pa.string()), undecoded


def data_values(data: bytes, start: int, stop: int, count: int, *, with_handles: bool) -> Rows:
    """Return encoded DataValues as columns.

    Parameters
    ----------
    data : bytes
        The message.
    start, stop : int
        Where they stand in it [B].
    count : int
        How many there are [1].
    with_handles : bool
        Whether a client handle stands before each; else the handles are 0.

    Returns
    -------
    Rows
        In their order. Times are cut to whole us.

    Raises
    ------
    BrokenMessageError
        If they are not what the standard says.
    """
    handle = np.empty(count, np.uint32) if with_handles else np.zeros(count, np.uint32)
    source, server, status = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    if not count:
        return Rows(handle, source, server, status, np.empty(0), None)
    space = _Space(count, stop - start)
    fault = ua_values.data_values(
        data, start, stop, with_handles, handle, source, server, status,
        space.value, space.kind, space.ends, space.words, space.spans, space.told,
    )  # fmt: skip
    check(fault, "a list of values")
    text, undecoded = space.text(data)
    return Rows(handle, source, server, status, space.value, text, undecoded)


def event_fields(data: bytes, start: int, stop: int, count: int) -> list[tuple[int, list[tuple[float, str | None]]]]:
    """Return encoded events.

    Parameters
    ----------
    data : bytes
        The message.
    start, stop : int
        Where they stand in it [B].
    count : int
        How many there are [1].

    Returns
    -------
    list of (int, list of (float, str or None))
        The client handle of each, and its fields as value and text.

    Raises
    ------
    BrokenMessageError
        If they are not what the standard says.
    """
    if not count:
        return []
    space = _Space(stop - start, stop - start)
    handle, size = np.empty(count, np.uint32), np.empty(count, np.int32)
    fault = ua_values.event_fields(
        data, start, stop, handle, size, space.value, space.kind, space.ends, space.words, space.spans, space.told
    )
    check(fault, "a list of events")
    total = int(size.sum())
    space.rows, space.kind, space.ends = total, space.kind[:total], space.ends[: total + 1]
    text, _ = space.text(data)
    texts = [None] * total if text is None else text.to_pylist()
    fields = list(zip(space.value[:total].tolist(), texts, strict=True))
    edges = np.concatenate([[0], np.cumsum(size)]).tolist()
    return [(int(handle[n]), fields[edges[n] : edges[n + 1]]) for n in range(count)]


def joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several messages as one.

    Parameters
    ----------
    parts : sequence of Rows
        One or more.

    Returns
    -------
    Rows
        In their order.
    """
    if len(parts) == 1:
        return parts[0]
    text = None
    if any(part.text is not None for part in parts):
        text = pa.concat_arrays([pa.nulls(len(part), pa.string()) if part.text is None else part.text for part in parts])
    return Rows(
        np.concatenate([part.handle for part in parts]),
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.server for part in parts]),
        np.concatenate([part.status for part in parts]),
        np.concatenate([part.value for part in parts]),
        text,
        sum(part.undecoded for part in parts),
    )
