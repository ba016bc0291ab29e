"""Text columns as runs of equal values: quick where a value stays the same for long, as machines and products do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab._fast.text_runs import text_runs
from smartfab.column_types import arrow_of

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp] | slice
"""Rows of a table; a slice has a start and a stop that are rows of it, and no step."""


@dataclass(frozen=True, slots=True)
class Runs:
    """A code for each of `rows` rows: `code[k]` from row `start[k]` to `start[k + 1]`. Neighbours differ; -1 is none."""

    start: npt.NDArray[np.int64]
    code: Codes
    rows: int

    @staticmethod
    def of(code: Codes) -> Runs:
        """Return the runs of a code for each row."""
        begins = np.flatnonzero(np.append(True, code[1:] != code[:-1])[: len(code)])
        return Runs(begins.astype(np.int64), code[begins], len(code))

    @staticmethod
    def alike(code: int, rows: int) -> Runs:
        """Return rows that all have one code."""
        return Runs(np.zeros(min(rows, 1), np.int64), np.full(min(rows, 1), code, np.int32), rows)

    @property
    def end(self) -> npt.NDArray[np.int64]:
        """First row after each run."""
        return np.append(self.start[1:], self.rows)

    def every(self) -> Codes:
        """Return the code of each row."""
        return np.repeat(self.code, self.end - self.start)

    def of_rows(self, rows: Rows) -> Runs:
        """Return the runs of some of the rows, in their order."""
        if not isinstance(rows, slice):
            at = rows if len(self.start) == self.rows else np.searchsorted(self.start, rows, side="right") - 1
            return Runs.of(self.code[at])
        if rows.stop <= rows.start:
            return Runs.alike(-1, 0)
        first, last = np.searchsorted(self.start, [rows.start, rows.stop - 1], side="right")
        start = np.maximum(self.start[first - 1 : last], rows.start) - rows.start
        return Runs(start, self.code[first - 1 : last], int(rows.stop - rows.start))

    def recoded(self, table: Codes) -> Runs:
        """Return the runs with code n replaced by `table[n]`, and -1 by the last of the table."""
        return Runs(self.start, table[self.code], self.rows).joined()

    def joined(self) -> Runs:
        """Return the runs with equal neighbours made one."""
        differ = self.code[1:] != self.code[:-1]
        if differ.all():
            return self
        kept = np.append(True, differ)
        return Runs(self.start[kept], self.code[kept], self.rows)


@dataclass(frozen=True, slots=True)
class Texts:
    """A text column: runs of codes, the name of each code, and what the column was read from."""

    runs: Runs
    names: pd.Index
    source: object = None

    def sizes(self) -> list[int]:
        """Return how many rows each name has."""
        length = np.bincount(self.runs.code + 1, weights=self.runs.end - self.runs.start, minlength=len(self.names) + 1)
        return [int(rows) for rows in length[1:]]

    def series(self) -> pd.Series:
        """Return the column."""
        import pyarrow as pa

        code = self.runs.every()
        words = pa.DictionaryArray.from_arrays(pa.array(code, mask=code < 0), pa.array(self.names, pa.large_string()))
        return pd.Series(words.cast(pa.large_string()).to_pandas(), dtype="str")

    def places(self) -> dict[str, Rows]:
        """Return the rows of each name that has any: a slice where they stand together."""
        code, start, end = self.runs.code, self.runs.start, self.runs.end
        order = np.argsort(code.astype(np.int16) if len(self.names) < 2**15 else code, kind="stable")
        edges = np.searchsorted(code[order], np.arange(len(self.names) + 1))
        found: dict[str, Rows] = {}
        for n, name in enumerate(self.names):
            mine = order[edges[n] : edges[n + 1]]
            if len(mine) == 1:
                found[str(name)] = slice(int(start[mine[0]]), int(end[mine[0]]))
            elif len(mine):
                length = end[mine] - start[mine]
                before = np.cumsum(length) - length
                found[str(name)] = np.repeat(start[mine] - before, length) + np.arange(length.sum())
        return found


class KnownTexts:
    """Text columns that were read as runs, kept for all who ask again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Texts] = {}

    def of(self, frame: pd.DataFrame, table: str, column: str) -> Texts:
        """Return the runs of a column of a table; read anew if the column is no more what was read."""
        held, source = self._kept.get((table, column)), arrow_of(frame[column])
        if held is None or source is None or held.source is not source:
            held = self._kept[table, column] = texts_of(frame[column])
        return held


def texts_of(series: pd.Series) -> Texts:
    """Return a text column as runs.

    Parameters
    ----------
    series : Series of str or category
        Texts; missing ones get code -1.

    Returns
    -------
    Texts
        Names in the order of their first appearance (of categories: in their own order).
    """
    if isinstance(series.dtype, pd.CategoricalDtype):
        return Texts(Runs.of(np.asarray(series.cat.codes, dtype=np.int32)), series.cat.categories)
    source = arrow_of(series)
    if source is None:
        codes, names = pd.factorize(series)
        return Texts(Runs.of(codes.astype(np.int32)), pd.Index(names))
    return _joined([_of_chunk(chunk) for chunk in source.chunks if len(chunk)], source)


def _of_chunk(chunk: Any) -> Texts:  # noqa: ANN401  pyarrow has no types
    """The runs of one Arrow array of large_string."""
    valid, edges, data = chunk.buffers()
    rows = len(chunk)
    offsets = np.frombuffer(edges, np.int64)[chunk.offset : chunk.offset + rows + 1]
    letters = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    bits = np.frombuffer(valid, np.uint8) if chunk.null_count else None
    start, code, first = np.empty(rows, np.int64), np.empty(rows, np.int32), np.empty(rows, np.int64)
    runs, kinds = text_runs(offsets, letters, bits, chunk.offset, start, code, first)
    names = pd.Index(chunk.take(first[:kinds]).to_pylist(), dtype="str")
    return Texts(Runs(start[:runs].copy(), code[:runs].copy(), rows), names)


def _joined(parts: list[Texts], source: object) -> Texts:
    """The runs of columns one under the other, their names made one list."""
    if len(parts) == 1:
        return Texts(parts[0].runs, parts[0].names, source)
    if not parts:
        return Texts(Runs.alike(-1, 0), pd.Index([], dtype="str"), source)
    names = pd.Index(pd.unique(np.concatenate([part.names.to_numpy(object) for part in parts])), dtype="str")
    codes = [np.append(names.get_indexer(part.names), -1).astype(np.int32)[part.runs.code] for part in parts]
    before = np.cumsum([0, *(part.runs.rows for part in parts)])
    start = np.concatenate([part.runs.start + above for part, above in zip(parts, before[:-1], strict=True)])
    code = np.concatenate(codes)
    return Texts(Runs(start, code, int(before[-1])).joined(), names, source)
