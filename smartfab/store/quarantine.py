"""Bad rows as rows of table `quarantine`: each kept once, and marked when it was taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa

from smartfab import clock, tables
from smartfab.bad_rows import BadRow
from smartfab.store.conversion import exact_rows
from smartfab.store.layout import layout_of
from smartfab.store.sifting import Batch, sifted

TAKEN_BACK = "taken back"
"""The reason of a row that says: the one before it with this table, source and raw value is in its table now."""

_KEY = ["table", "source", "raw"]


def rows_of(bad: Sequence[BadRow]) -> pd.DataFrame:
    """Return bad rows as rows of table `quarantine`, recorded now.

    Parameters
    ----------
    bad : sequence of BadRow
        Any number.

    Returns
    -------
    DataFrame
        Table `quarantine`.
    """
    if not bad:
        return tables.empty("quarantine")
    told = [(row.table, clock.present(), row.raw, row.reason, row.source) for row in bad]
    return tables.conform(pd.DataFrame(told, columns=["table", "recorded_at", "raw", "reason", "source"]), "quarantine")


def marks_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that say of others that they were taken back.

    Parameters
    ----------
    rows : DataFrame
        Of table `quarantine`.

    Returns
    -------
    DataFrame
        Table `quarantine`.
    """
    return rows.assign(reason=TAKEN_BACK, recorded_at=clock.present()).reset_index(drop=True)


def not_among(bad: Sequence[BadRow], held: pd.DataFrame) -> list[BadRow]:
    """Return the bad rows that are not held yet: a file that is read again puts nothing aside twice.

    Parameters
    ----------
    bad : sequence of BadRow
        Any number.
    held : DataFrame
        Table `quarantine`.

    Returns
    -------
    list of BadRow
        In their order.
    """
    known = set(held[_KEY].itertuples(index=False, name=None))
    each = {(row.table, row.source, row.raw): row for row in bad}
    return [row for key, row in each.items() if key not in known]


def digest(rows: pd.DataFrame) -> str:
    """Return what names a set of bad rows, whenever they were recorded.

    Parameters
    ----------
    rows : DataFrame
        Table `quarantine`.

    Returns
    -------
    str
        Hexadecimal.
    """
    said = rows[[*_KEY, "reason"]].to_csv(index=False)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def waiting(held: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are aside still.

    Parameters
    ----------
    held : DataFrame
        Table `quarantine`.

    Returns
    -------
    DataFrame
        Table `quarantine`, in the order of recording.
    """
    marks = held[held["reason"] == TAKEN_BACK].groupby(_KEY, as_index=False)["recorded_at"].max()
    rest = held[held["reason"] != TAKEN_BACK].merge(marks, on=_KEY, how="left", suffixes=("", "_back"))
    open_still = rest[~(rest["recorded_at"] <= rest["recorded_at_back"])].drop(columns="recorded_at_back")
    return open_still.sort_values("recorded_at", kind="stable", ignore_index=True)


def sifted_batch(batch: Mapping[str, Batch], source: str) -> tuple[dict[str, pa.Table], int]:
    """Return a batch with its bad rows in table `quarantine`: what is put aside is durable when the others are.

    Parameters
    ----------
    batch : mapping of str to RecordBatch, Table or DataFrame
        Rows by table.
    source : str
        Where they came from.

    Returns
    -------
    dict of str to pyarrow.Table
        Rows by table, as declared.
    int
        Bad rows [1].

    Raises
    ------
    SchemaMismatchError
        If a table as a whole does not fit.
    """
    good: dict[str, pa.Table] = {}
    aside: list[BadRow] = []
    for table, rows in batch.items():
        good[table], bad = sifted(rows, layout_of(table), source)
        aside += bad
    if aside:
        told = exact_rows(rows_of(aside), layout_of("quarantine"))
        good["quarantine"] = pa.concat_tables([good["quarantine"], told]) if "quarantine" in good else told
    return good, len(aside)
