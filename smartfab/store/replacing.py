"""A day of a derived table, put in place of what was there: in one commit, and only where something differs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from smartfab.errors import CorruptTableError, SchemaMismatchError, StoreError
from smartfab.store.changes import Change
from smartfab.store.data_files import write_files
from smartfab.store.day_files import files_of, reader_of
from smartfab.store.layout import DATE, Layout
from smartfab.store.ordering import in_order
from smartfab.store.snapshots import Snapshot
from smartfab.store.table_handle import TableHandle


def replace_rows(table: TableHandle, day: dt.date, rows: pa.Table, told: Mapping[str, object]) -> bool:
    """Put rows in place of all rows of a production date.

    Parameters
    ----------
    table : TableHandle
        Partitioned by production date.
    day : date
        The production date.
    rows : pyarrow.Table
        With the stored schema; none empty the day.
    told : mapping
        What the log is to keep of it.

    Returns
    -------
    bool
        False if these rows were there already, and nothing was written.

    Raises
    ------
    SchemaMismatchError
        If a row is of another day.
    StoreError
        If the table is not kept by production date, or the disk refuses.
    """
    layout = table.layout
    if layout.partition != "production_date":
        raise StoreError(
            "a table that is not kept by production date",
            table=layout.table,
            expected="states, counts, shifts, account, oee or another figure of a day",
            remedy="Use append.",
        )
    rows = _of_day(rows, layout, day)
    with table.lock:
        snapshot = table.snapshot()
        if snapshot is None and not len(rows):
            return False
        if snapshot is not None and _same(table, snapshot, day, rows):
            return table.change(lambda _: None)
        table.ready()  # a folder with files and without a log is a damaged table
        try:
            files = write_files(rows, table.folder, layout)
        except OSError as error:
            raise table.refused(error) from error
        return table.change(lambda now: Change(tuple(files), files_of(now, layout, day), told=told), files)


def _of_day(rows: pa.Table, layout: Layout, day: dt.date) -> pa.Table:
    given = rows["production_date"]
    if layout.partition in layout.declared.names:
        strange = pc.sum(pc.fill_null(pc.not_equal(given, pa.scalar(day, DATE)), True)).as_py()
        if strange:
            raise SchemaMismatchError(
                f"{strange} of {len(rows)} rows of another production date",
                table=layout.table,
                column="production_date",
                expected=day.isoformat(),
                remedy="Replace one day at a time.",
            )
        return rows
    place = rows.schema.get_field_index("production_date")
    return rows.set_column(place, rows.schema.field(place), pa.repeat(pa.scalar(day, DATE), len(rows)))


def _same(table: TableHandle, snapshot: Snapshot, day: dt.date, rows: pa.Table) -> bool:
    try:
        stored = reader_of(table, snapshot, day).sorted_rows()
    except CorruptTableError:
        return False  # what is damaged is replaced
    fresh = rows.select(table.layout.declared.names)
    same: bool = len(stored) == len(fresh) and stored.equals(in_order(fresh, table.layout.keys))
    return same
