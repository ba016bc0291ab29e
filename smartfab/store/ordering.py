"""Rows in the order of their keys: texts by the rank of the few that differ, times as numbers, null last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]
_LAST = np.iinfo(np.int64).max


def in_order(rows: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Return rows sorted by their keys; of equal rows the one that came first stays first.

    Parameters
    ----------
    rows : pyarrow.Table
        With the key columns: texts, times, dates or truth values.
    keys : sequence of str
        Names of them, the first one first.

    Returns
    -------
    pyarrow.Table
        The same rows.
    """
    if any(column.num_chunks > 1 for column in rows.columns):
        rows = rows.combine_chunks()  # taking across many chunks is several times slower
    order: Codes | None = None
    for name in reversed(keys):
        codes = _codes(rows[name])
        if order is not None:
            codes = codes[order]
        if len(codes) < 2 or bool((codes[1:] >= codes[:-1]).all()):
            continue
        step = np.argsort(codes, kind="stable")
        order = step if order is None else order[step]
    if order is None or bool((order[1:] > order[:-1]).all()):
        return rows
    return rows.take(pa.array(order))


def _codes(column: pa.ChunkedArray) -> npt.NDArray[np.integer]:
    """Return numbers that stand in the order of the values."""
    array = column.combine_chunks()
    if pa.types.is_string(array.type) or pa.types.is_dictionary(array.type):
        return _ranks(array)
    numbers = array.cast(pa.int32() if pa.types.is_date(array.type) else pa.int64()).cast(pa.int64())
    return np.asarray(numbers.fill_null(_LAST) if numbers.null_count else numbers)


def _ranks(array: pa.Array) -> npt.NDArray[np.integer]:
    words = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    few = np.int16 if len(words.dictionary) < 2**15 - 1 else np.int32  # numpy sorts these without comparing
    ranks = np.empty(len(words.dictionary) + 1, few)
    ranks[np.asarray(pc.sort_indices(words.dictionary))] = np.arange(len(words.dictionary), dtype=few)
    ranks[-1] = len(words.dictionary)
    places = words.indices.fill_null(len(words.dictionary)) if words.indices.null_count else words.indices
    placed: npt.NDArray[np.integer] = ranks[np.asarray(places)]
    return placed
