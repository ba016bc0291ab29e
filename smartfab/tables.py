"""Hold a frame against the declaration of its table: types made canonical, every fault told at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from smartfab.clock import UTC_DTYPE
from smartfab.column_types import Reading, lacks_values, read_column
from smartfab.errors import MissingColumnError, SmartfabError, TableError
from smartfab.findings import Finding, attach
from smartfab.vocabulary import COLUMNS, TABLES, DType

__all__ = ["NEEDED", "conform", "empty"]

NEEDED: dict[str, tuple[str, ...]] = {
    "samples": ("signal_id", "ts"),
    "coverage": ("signal_id", "start", "end"),
    "states": ("machine_id", "ts", "state"),
    "shifts": ("start", "end"),
    "counts": ("machine_id",),
    "products": ("product_id",),
    "orders": ("machine_id", "product_id", "start", "end"),
    "machines": ("machine_id",),
    "reasons": ("reason_id", "category"),
    "stop_reasons": ("machine_id", "reason_id", "start", "end"),
    "entered_counts": ("machine_id",),
    "stops": ("machine_id", "start", "end"),
    "changeovers": ("machine_id", "ts", "product_id"),
    "setups": ("standard_s",),
    "people": ("person_id", "name"),
    "calendar": ("from_date", "kind"),
    "totals": ("planned_s",),
    "parts": ("part_id", "machine_id", "end"),
    "account": ("machine_id", "start", "end", "loss"),
    "oee": ("production_date",),
}
"""The columns a table cannot do without; the others may be absent."""


_EMPTY: dict[DType, Any] = {
    "string": "str",
    "json": "str",
    "float64": "float64",
    "int64": "int64",
    "bool": "bool",
    "timestamp": UTC_DTYPE,
    "date": "datetime64[us]",
}


def conform(frame: pd.DataFrame, table: str, *, tz: str | None = None, need: Iterable[str] | None = None) -> pd.DataFrame:
    """Return `frame` with the declared columns in their declared types; columns not declared are left out.

    Ids may be integers or categoricals (of text, these stay so); naive times are read in `tz`; nothing else is guessed.

    Parameters
    ----------
    frame : DataFrame
        Not changed.
    table : str
        Name of a table of the vocabulary.
    tz : str, optional
        IANA zone for naive times.
    need : iterable of str, optional
        Columns that must be there, in place of the table's own.

    Returns
    -------
    DataFrame
        With a fresh RangeIndex, and with findings.

    Raises
    ------
    TableError
        One error that lists every fault of the frame.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TableError(f"a {type(frame).__name__}", table=table, expected="a pandas DataFrame")
    if table not in TABLES:
        raise TableError("no such table", table=table, expected=f"one of {', '.join(TABLES)}", remedy="Correct the name.")
    declared = TABLES[table]
    needed = NEEDED.get(table, declared.keys) if need is None else tuple(need)
    faults: list[SmartfabError] = [_absent(frame, table, name) for name in needed if name not in frame.columns]
    series: dict[str, pd.Series] = {}
    findings: list[Finding] = []
    for column in declared.columns:
        name = column.name
        if name not in frame.columns or (column.dtype == "bool" and name not in needed and _never_said(frame[name])):
            continue
        reading = Reading(table, name, tz)
        try:
            series[name] = read_column(_single(frame, table, name), column.dtype, reading)
        except TableError as error:
            faults.append(error)
            continue
        if name in needed and lacks_values(series[name]):
            faults.append(_missing_values(series[name], table, name))
        findings += reading.findings
    if faults:
        raise TableError.of(faults, where=f"table {table}")
    result = pd.DataFrame(series, index=frame.index, copy=False).reset_index(drop=True)
    return attach(result, findings)


def _absent(frame: pd.DataFrame, table: str, name: str) -> MissingColumnError:
    known = ", ".join(map(str, frame.columns)) or "no columns"
    return MissingColumnError(
        "no such column",
        table=table,
        column=name,
        expected=COLUMNS[name].meaning,
        remedy=f"Rename or add it; there are: {known}.",
    )


def _never_said(column: pd.Series | pd.DataFrame) -> bool:
    """A flag that is null in every row, as a store reads a column nobody wrote, is as good as absent."""
    return isinstance(column, pd.Series) and len(column) > 0 and bool(column.isna().all())


def _single(frame: pd.DataFrame, table: str, name: str) -> pd.Series:
    column = frame[name]
    if isinstance(column, pd.Series):
        return column
    raise TableError(
        f"{column.shape[1]} columns of this name", table=table, column=name, expected="one", remedy="Drop the others."
    )


def _missing_values(series: pd.Series, table: str, name: str) -> TableError:
    bad = series.isna().to_numpy()
    return TableError(
        f"{int(bad.sum())} of {len(series)} rows empty, first at row {int(np.flatnonzero(bad)[0])}",
        table=table,
        column=name,
        expected="a value in every row",
        remedy="Fill or drop these rows.",
    )


def empty(table: str) -> pd.DataFrame:
    """Return a table of no rows, every declared column in its type.

    Parameters
    ----------
    table : str
        Name of a table of the vocabulary.

    Returns
    -------
    DataFrame
        Zero rows.
    """
    return pd.DataFrame({column.name: pd.Series([], dtype=_EMPTY[column.dtype]) for column in TABLES[table].columns})
