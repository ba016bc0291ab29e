"""Rows a table has already: equal in everything but who entered them and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from smartfab.store.layout import layout_of
from smartfab.tables import empty

if TYPE_CHECKING:
    from smartfab.store.delta_store import Store

_WHO_AND_WHEN = {"by", "recorded_at"}


def without_known(store: Store, table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a table of a store does not have yet.

    Parameters
    ----------
    store : Store
        The store.
    table : str
        The table.
    rows : DataFrame
        In the table's declared types; columns may be absent.

    Returns
    -------
    DataFrame
        In their order.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    time = layout_of(table).time
    if not len(rows) or store.version(table) < 0:
        return rows
    window: tuple[object, object] = (None, None)
    if time is not None and time[0] in rows and rows[time[0]].notna().all():
        window = rows[time[0]].min(), rows[time[0]].max() + pd.Timedelta(1, "us")
    held = store.read(table, *window)
    return rows[~_keys(rows, table).isin(_keys(held, table))].reset_index(drop=True) if len(held) else rows


def _keys(rows: pd.DataFrame, table: str) -> pd.MultiIndex:
    blank = empty(table)
    return pd.MultiIndex.from_arrays([
        _comparable(rows[name] if name in rows else blank[name].reindex(rows.index))
        for name in blank.columns if name not in _WHO_AND_WHEN
    ])  # fmt: skip


def _comparable(column: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    """Values that compare equal where they are, what is absent included."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column.to_numpy(dtype="datetime64[us]").view(np.int64)
    if pd.api.types.is_float_dtype(column.dtype):
        return column.fillna(-np.inf).to_numpy(dtype=np.float64)
    if pd.api.types.is_integer_dtype(column.dtype):
        return column.astype("Float64").fillna(-np.inf).to_numpy(dtype=np.float64)
    return column.astype(object).where(column.notna(), "").to_numpy(dtype=str)
