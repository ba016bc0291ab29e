"""What came and what changed since a month was closed: a report says it, whatever figures it shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from smartfab.errors import StoreError
from smartfab.pipelines.periods import Period, last_close, period
from smartfab.pipelines.pinned_store import INPUTS, PinnedStore
from smartfab.store import Store
from smartfab.store.layout import layout_of

FIGURES = ("oee", "planned_s", "total", "good", "scrap")
_KEYS = ["production_date", "shift_id", "machine_id"]


@dataclass(frozen=True)
class LateData:
    """Data of a window that came after its month was closed: how many commits or rows of a table, first and last [1]."""

    table: str
    count: int
    first: pd.Timestamp
    last: pd.Timestamp


@dataclass(frozen=True)
class SinceClose:
    """How a month stands in a window.

    Attributes
    ----------
    period : Period
        Closed, or provisional.
    close : Period or None
        When it was last closed, also if it was reopened since; None if never.
    late : tuple of LateData
        What came since then.
    """

    period: Period
    close: Period | None
    late: tuple[LateData, ...] = ()


def standing_of(store: Store, dates: list[dt.date], start: pd.Timestamp, end: pd.Timestamp) -> list[SinceClose]:
    """Return how the months of some production dates stand, and what came for them since.

    Parameters
    ----------
    store : Store
        The store.
    dates : list of date
        Production dates.
    start, end : Timestamp
        Half-open window of them.

    Returns
    -------
    list of SinceClose
        One a month, rising.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    found = []
    for month in sorted({f"{date:%Y-%m}" for date in dates}):
        now, close = period(store, month), last_close(store, month)
        found.append(SinceClose(now, close, () if close is None else tuple(_late(store, close, dates, start, end))))
    return found


def _late(store: Store, close: Period, dates: list[dt.date], start: pd.Timestamp, end: pd.Timestamp) -> list[LateData]:
    at = pd.Timestamp(str(close.at))
    found = []
    for table in INPUTS:
        if table in ("entered_counts", "changeovers"):
            rows = store.read(table)
            mine = rows["ts"].between(start, end, inclusive="left")
            if "production_date" in rows:
                mine |= rows["production_date"].isin([pd.Timestamp(date) for date in dates])
            times = rows.loc[mine & (rows["recorded_at"] > at), "recorded_at"].tolist()
        elif layout_of(table).time is None:
            continue  # of master data nobody can say which dates they change
        elif close.inputs:
            times = store.changes(table, since=close.inputs.get(table, -1), start=start, end=end)
        else:
            times = [when for when in store.changes(table, since=-1, start=start, end=end) if when > at]
        if times:
            found.append(LateData(table, len(times), min(times), max(times)))
    return found


def as_closed(store: Store, standing: list[SinceClose]) -> Store | PinnedStore:
    """Return the store as it stood when the one month of a window was closed, or as it is if that is another matter.

    Parameters
    ----------
    store : Store
        The store.
    standing : list of SinceClose
        From `standing_of`.

    Returns
    -------
    Store or PinnedStore
        To make the figures from: those of a closed month do not move when data come late.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    if len(standing) != 1 or not standing[0].period.closed or not standing[0].period.inputs:
        return store
    pinned = PinnedStore(store, {table: standing[0].period.inputs.get(table, -1) for table in INPUTS})
    try:
        for table, version in pinned.versions.items():
            if version >= 0:
                next(iter(store.scan(table, as_of=version)), None)
    except StoreError:
        return store  # the log of samples is kept for 30 days; what differs from the closed figures is listed
    return pinned


def changed_figures(store: Store, standing: list[SinceClose], rows: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of a window that are no more what they were when their month was closed.

    Parameters
    ----------
    store : Store
        With table `oee`, as it was computed until then.
    standing : list of SinceClose
        From `standing_of`.
    rows : DataFrame
        Table `oee` by machine, shift and production date, as it is now.

    Returns
    -------
    DataFrame
        production_date, shift_id, machine_id, figure, closed, now; one row for each figure that differs.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    parts = [_changed(store, item.close, rows) for item in standing if item.close is not None and "oee" in item.close.versions]
    columns = [*_KEYS, "figure", "closed", "now"]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _changed(store: Store, close: Period, rows: pd.DataFrame) -> pd.DataFrame:
    mine = rows[rows["production_date"].dt.strftime("%Y-%m") == close.month]
    held = store.read("oee", as_of=close.versions["oee"])
    held = held[held["production_date"].isin(mine["production_date"])]
    names = [name for name in FIGURES if name in mine and name in held]
    both = held[_KEYS + names].merge(mine[_KEYS + names], on=_KEYS, how="outer", suffixes=("_closed", "_now"))
    found = []
    for name in names:
        closed, now = both[f"{name}_closed"].to_numpy(dtype=float), both[f"{name}_now"].to_numpy(dtype=float)
        differs = ~np.isclose(closed, now, rtol=1e-9, atol=1e-9, equal_nan=True)
        found.append(both.loc[differs, _KEYS].assign(figure=name, closed=closed[differs], now=now[differs]))
    every: pd.DataFrame = pd.concat(found, ignore_index=True)
    return every.sort_values(_KEYS, kind="stable", ignore_index=True)
