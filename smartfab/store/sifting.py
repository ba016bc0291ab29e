"""Good rows apart from bad ones: what the conversion would refuse row by row, and what cannot be true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from smartfab import clock
from smartfab.bad_rows import BadRow, raw_text
from smartfab.errors import SchemaMismatchError
from smartfab.store.conversion import converted, exact_rows
from smartfab.store.exactness import LossError
from smartfab.store.layout import Layout

AHEAD_S = 86_400
"""A value that says it was measured so far ahead of this machine's clock was not [s]."""

_MOST_PIECES = 1e12
_PIECES = ("total", "good", "scrap", "rework")
_LASTING = {"orders", "stop_reasons", "shifts", "coverage"}  # no time at all is none; a stop may be shorter than a second
_MEASURED = {"samples", "events"}

Frame: TypeAlias = pd.DataFrame
Batch: TypeAlias = pa.RecordBatch | pa.Table | pd.DataFrame
Mask = npt.NDArray[np.bool_]


def sifted(batch: Batch, layout: Layout, source: str) -> tuple[pa.Table, list[BadRow]]:
    """Return the good rows as a table of the store takes them, and the bad ones.

    Bad is what the conversion refuses of single rows (a value that would not stay the same, a key that is missing, a time
    beyond the years 1 to 9999), a sample that is not finite and yet has a good status, a measured time more than a day
    ahead of this machine's clock, an end before its start, more than 1e12 pieces. NaN in a frame is no value, and good.

    Parameters
    ----------
    batch : RecordBatch, Table or DataFrame
        Not changed.
    layout : Layout
        Of its table.
    source : str
        Where it came from; the place of the row is added.

    Returns
    -------
    pyarrow.Table
        Good rows, in their order.
    list of BadRow
        The others. Together they are all rows of the batch.

    Raises
    ------
    SchemaMismatchError
        If the batch as a whole has not the form of its table: columns that are missing, unknown, or of another type.
    """
    rows: Frame | pa.Table = pa.table(batch) if isinstance(batch, pa.RecordBatch) else batch
    places = np.arange(len(rows))
    bad: list[BadRow] = []
    while True:
        try:
            good = exact_rows(rows, layout)
            reasons = impossible(rows, good, layout)
        except SchemaMismatchError:
            reasons = refused(rows, layout)
            if not reasons:
                raise
        if not reasons:
            return good, sorted(bad, key=place_of)
        bad += [
            BadRow(layout.table, raw_text(_row(rows, place)), "; ".join(why), f"{source}, row {places[place] + 1}")
            for place, why in reasons.items()
        ]
        keep = np.ones(len(rows), dtype=bool)
        keep[list(reasons)] = False
        rows, places = rows[keep] if isinstance(rows, pd.DataFrame) else rows.filter(pa.array(keep)), places[keep]


def place_of(row: BadRow) -> int:
    """Return where a bad row stood in its batch.

    Parameters
    ----------
    row : BadRow
        From `sifted`.

    Returns
    -------
    int
        From 0 [1].
    """
    return int(row.source.rpartition(" ")[2]) - 1


def refused(rows: Frame | pa.Table, layout: Layout) -> dict[int, list[str]]:
    """Return the rows the conversion refuses one by one, by place, and why.

    Parameters
    ----------
    rows : DataFrame or Table
        Of the table.
    layout : Layout
        Of the table.

    Returns
    -------
    dict of int to list of str
        Empty if it is not single rows that are wrong.
    """
    found: dict[int, list[str]] = {}
    names = list(rows.columns) if isinstance(rows, pd.DataFrame) else rows.column_names
    for field in layout.stored:
        if names.count(field.name) != 1:
            continue
        column = rows[field.name]
        try:
            array = converted(column if isinstance(column, pd.Series) else column.combine_chunks(), field.type)
        except LossError as loss:
            if loss.bad is None:
                return {}
            _note(found, loss.bad, f"{field.name}: expected {loss.expected}")
            continue
        if array.null_count and field.name in layout.needed:
            _note(found, _mask(array.is_null()), f"{field.name}: expected a value")
    return found


def impossible(said: Frame | pa.Table, rows: pa.Table, layout: Layout) -> dict[int, list[str]]:
    """Return the rows that can be stored and yet cannot be true, by place, and why.

    Parameters
    ----------
    said : DataFrame or Table
        The rows as they came.
    rows : pyarrow.Table
        The same rows, converted.
    layout : Layout
        Of their table.

    Returns
    -------
    dict of int to list of str
        Empty if all is well.
    """
    found: dict[int, list[str]] = {}
    if layout.table in _MEASURED:
        latest = clock.present() + pd.Timedelta(AHEAD_S, "s")
        _note(found, _mask(pc.greater(rows["ts"], pa.scalar(latest))), "ts: more than a day ahead of this machine's clock")
    if layout.table == "samples":
        _note(found, _not_finite(said) & _is_good(rows["status"]), "value: not finite, and the status is good")
    if {"start", "end"} <= set(rows.column_names):
        never = pc.less_equal if layout.table in _LASTING else pc.less
        _note(found, _mask(never(rows["end"], rows["start"])), "end: not after its start")
    for name in _PIECES if layout.table in ("counts", "entered_counts") else ():
        beyond = pc.invert(pc.less_equal(pc.abs(rows[name]), _MOST_PIECES))
        _note(found, _mask(beyond), f"{name}: not finite, or beyond 1e12 pieces")
    return found


def _not_finite(said: Frame | pa.Table) -> Mask:
    if "value" not in (said.columns if isinstance(said, pd.DataFrame) else said.column_names):
        return np.zeros(len(said), dtype=bool)
    if not isinstance(said, pd.DataFrame):
        if not pa.types.is_floating(said["value"].type):
            return np.zeros(len(said), dtype=bool)
        return _mask(pc.invert(pc.is_finite(said["value"])))
    numbers = pd.to_numeric(said["value"], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    infinite: Mask = np.isinf(numbers)
    return infinite


def _is_good(status: pa.ChunkedArray) -> Mask:
    """OPC 10000-4, 7.39: the two highest bits are 0."""
    codes = pc.fill_null(status, 0).to_numpy()
    return _mask(pa.array((codes >> 30) & 3 == 0))


def _mask(marks: pa.Array | pa.ChunkedArray) -> Mask:
    mask: Mask = np.asarray(pc.fill_null(marks, False), dtype=bool)
    return mask


def _note(found: dict[int, list[str]], bad: Iterable[bool], reason: str) -> None:
    for place in np.flatnonzero(np.asarray(bad)):
        found.setdefault(int(place), []).append(reason)


def _row(rows: Frame | pa.Table, place: int) -> dict[str, object]:
    if isinstance(rows, pd.DataFrame):
        return {str(name): rows[name].iloc[place] for name in rows.columns}
    return {name: _value(rows[name], place) for name in rows.column_names}


def _value(column: pa.ChunkedArray, place: int) -> object:
    cell = column[place]
    try:
        return cell.as_py()
    except (ValueError, OverflowError):
        return str(cell)  # a time no datetime can hold
