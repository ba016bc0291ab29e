"""One file → samples: a row a reading, or a column a signal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from smartfab.bad_rows import BadRow, Quarantine
from smartfab.errors import SourceRefused, TableError
from smartfab.exports import read_export
from smartfab.exports.folding import fold
from smartfab.exports.reading import read_export_apart
from smartfab.exports.samples_wide import wide_samples


def samples_of(path: Path, *, names: Mapping[str, str], tz: str | None) -> pd.DataFrame:
    """Return the samples in a file.

    Parameters
    ----------
    path : Path
        The file: with a column of signal names, or with a column for each signal beside one of times.
    names : mapping
        What a signal is called in files → signal_id; empty if files name signals by their id.
    tz : str, optional
        IANA zone of local times.

    Returns
    -------
    DataFrame
        Table `samples`; signals that are not among `names` are left out, if there are any.

    Raises
    ------
    SourceRefused
        One error that lists every fault with its row.
    """
    try:
        wide = wide_samples(path, names, tz)
        table = read_export(path, table="samples", tz=tz, show=False) if wide is None else wide
    except TableError as error:
        raise _refused(error, path) from error
    table.attrs = {}
    if not names:
        return table
    known = {fold(said): signal_id for said, signal_id in names.items()} | {fold(name): name for name in names.values()}
    ids = table["signal_id"].map(lambda said: known.get(fold(said)))
    return table[ids.notna()].assign(signal_id=ids.dropna()).reset_index(drop=True)


def samples_apart(path: Path, keeper: Quarantine, *, names: Mapping[str, str], tz: str | None) -> tuple[pd.DataFrame, int]:
    """Return the samples in a file, and put the rows aside that cannot be used, those of unknown signals among them.

    Parameters
    ----------
    path, names, tz
        As for `samples_of`.
    keeper : Quarantine
        Gets the bad rows; of a file with a column for each signal, a row a reading.

    Returns
    -------
    DataFrame
        Table `samples`.
    int
        Rows that were put aside, and were not aside before [1].

    Raises
    ------
    SourceRefused
        If it is not single rows that are wrong.
    StoreError
        If the keeper did not take them.
    """
    bad: list[BadRow] = []
    known = {**names, **{name: name for name in names.values()}}
    try:
        table = wide_samples(path, names, tz, bad=bad)
        if table is None:
            ids = {"signal_id": known} if known else None
            table, bad = read_export_apart(path, table="samples", tz=tz, ids=ids, show=False)
    except TableError as error:
        raise _refused(error, path) from error
    table.attrs = {}
    aside = keeper.put_aside(bad)
    good, more = keeper.sift("samples", table, source=f"{path.name}, readings")
    return good, aside + more


def _refused(error: TableError, path: Path) -> SourceRefused:
    faults = [SourceRefused(f.found, where=f.where, expected=f.expected, remedy=f.remedy) for f in error.faults]
    return SourceRefused.of(faults, where=path.name)
