"""How each table of the vocabulary is laid out in the store: Arrow types, partition, order of rows, time columns.

A table has one partition column, or none:

- ``utc_day`` (samples, coverage, events): the UTC day of ``ts`` or ``start``; added on write, dropped on read.
- ``production_date`` (shifts, counts, account, oee): the declared column itself.
- ``production_date`` (states, parts, predictions): not a column of these tables. A frame may carry it to say which
  working day its rows belong to; without it the partition is null, since a UTC day is not a production date and
  the store does not know the plant's zone. Dropped on read.

Rows are found by time through the statistics of the files and their row groups, whatever the partition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from smartfab.errors import StoreError
from smartfab.tables import NEEDED
from smartfab.vocabulary import TABLES

UTC_DAY = "utc_day"
TIMESTAMP = pa.timestamp("us", tz="UTC")
DATE = pa.date32()

_ARROW = {
    "string": pa.string(),
    "json": pa.string(),
    "float64": pa.float64(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "timestamp": TIMESTAMP,
    "date": DATE,
}
_TIMES = (("ts", "ts"), ("start", "end"), ("valid_from", "valid_to"), ("cutoff", "cutoff"), ("recorded_at", "recorded_at"))


@dataclass(frozen=True, slots=True)
class Layout:
    """One table as the store keeps it.

    Parameters
    ----------
    table : str
        Its name.
    declared : pyarrow.Schema
        What a reader sees: the columns of the vocabulary, keys first.
    stored : pyarrow.Schema
        What the Delta table holds: `declared`, and the partition column at the end if it is not declared.
    partition : str
        Name of the partition column; empty if there is none.
    keys : tuple of str
        Columns the rows are sorted by.
    needed : tuple of str
        Columns that must be there, with a value in every row.
    time : tuple of str or None
        The columns a row begins and ends by; twice the same for an instant; None if the table knows no time.
    """

    table: str
    declared: pa.Schema
    stored: pa.Schema
    partition: str
    keys: tuple[str, ...]
    needed: tuple[str, ...]
    time: tuple[str, str] | None

    @property
    def dated(self) -> bool:
        """Whether rows can be asked for by production date."""
        return "production_date" in self.declared.names

    @property
    def files(self) -> pa.Schema:
        """The columns inside a Parquet file: all but the partition, which its folder says."""
        return pa.schema([field for field in self.stored if field.name != self.partition])


@cache
def layout_of(table: str) -> Layout:
    """Return the layout of a table.

    Parameters
    ----------
    table : str
        Name of a table of the vocabulary.

    Returns
    -------
    Layout
        The same object every time.

    Raises
    ------
    StoreError
        If the vocabulary has no such table; the error lists those it has.
    """
    if table not in TABLES:
        raise StoreError(f"no table {table!r}", expected=f"one of {', '.join(TABLES)}", remedy="Correct the name.")
    told = TABLES[table]
    declared = pa.schema([(column.name, _ARROW[column.dtype]) for column in told.columns])
    partition = told.partition
    added = partition and partition not in declared.names
    return Layout(
        table=table,
        declared=declared,
        stored=declared.append(pa.field(partition, DATE)) if added else declared,
        partition=partition,
        keys=told.keys,
        needed=NEEDED.get(table, told.keys),
        time=next((pair for pair in _TIMES if set(pair) <= set(declared.names)), None),
    )
