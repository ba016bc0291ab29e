"""The files of one partition: what a day has, and all its rows, whatever their times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from smartfab.errors import StoreError
from smartfab.store.changes import active
from smartfab.store.layout import Layout
from smartfab.store.reading import Reader
from smartfab.store.selection import Selection, select
from smartfab.store.snapshots import Snapshot
from smartfab.store.table_handle import TableHandle

if TYPE_CHECKING:
    from deltalake import DeltaTable


def as_day(day: object) -> dt.date:
    """Return a day as somebody writes it.

    Parameters
    ----------
    day : str, date or Timestamp
        Without a time of day and without a zone.

    Returns
    -------
    date
        The day.

    Raises
    ------
    StoreError
        If it is none.
    """
    found = day
    if isinstance(day, str):
        try:
            found = dt.date.fromisoformat(day.strip())
        except ValueError:
            found = None
    if isinstance(found, dt.datetime) and not pd.isna(found) and found.tzinfo is None and found.time() == dt.time():
        found = found.date()
    if not isinstance(found, dt.date) or isinstance(found, dt.datetime):  # NaT is one, and no day
        raise StoreError(f"day {day!r}", expected="a date such as 2026-03-02", remedy="Give the date alone.")
    return found


def files_of(handle: DeltaTable, layout: Layout, day: dt.date) -> dict[str, Mapping[str, Any]]:
    """Return the files of a day.

    Parameters
    ----------
    handle : DeltaTable
        Of the table, which has a partition.
    layout : Layout
        Of the table.
    day : date
        Value of the partition.

    Returns
    -------
    dict of str to mapping
        By path: what the flat add actions tell of it.
    """
    return {path: told for path, told in active(handle).items() if told[f"partition.{layout.partition}"] == day}


def reader_of(table: TableHandle, snapshot: Snapshot, day: dt.date, selection: Selection | None = None) -> Reader:
    """Return a reader of one day.

    Parameters
    ----------
    table : TableHandle
        The table.
    snapshot : Snapshot
        The version to be read.
    day : date
        Value of the partition.
    selection : Selection, optional
        What is asked for beyond that; everything by default.

    Returns
    -------
    Reader
        Of the rows in the files of that day.
    """
    layout = table.layout
    return Reader(table.folder, layout, snapshot, selection or select(layout), only=pa.scalar(day, pa.date32()))
