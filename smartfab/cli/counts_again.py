"""Counts that are entered a second time: known ones are left out, other ones are refused or become a correction."""

from __future__ import annotations

import pandas as pd

from smartfab.errors import SmartfabError, TableError

_KEYS = ["machine_id", "ts", "production_date", "shift_id", "product_id", "defect_code"]
_PIECES = ["total", "good", "scrap", "rework"]


def only_new(rows: pd.DataFrame, held: pd.DataFrame, *, replace: bool) -> tuple[pd.DataFrame, int]:
    """Return the rows that bring a store's counts to what a file says.

    Parameters
    ----------
    rows : DataFrame
        Table `entered_counts`, from the file.
    held : DataFrame
        Table `entered_counts`, as the store has it, corrections included.
    replace : bool
        Whether what differs is corrected, by the difference as a row of its own.

    Returns
    -------
    DataFrame
        Rows to be appended.
    int
        How many of the file the store has already [1].

    Raises
    ------
    TableError
        If the store has other pieces for a machine, time and product of the file; all of them at once.
    """
    if not len(held):
        return rows, 0
    pieces = [name for name in _PIECES if name in rows]
    told, known = _summed(rows, pieces), _summed(held, pieces)
    both = told.index.intersection(known.index)
    rest = told.loc[both] - known.loc[both]
    same = rest.fillna(0.0).abs().max(axis=1) < 1e-9
    keys = pd.MultiIndex.from_frame(_keyed(rows))
    new = rows[~keys.isin(both)]
    count = int(keys.isin(both[same.to_numpy()]).sum())
    if same.all():
        return new, count
    other = both[~same.to_numpy()]
    if not replace:
        raise TableError.of([_other(key, told.loc[key], known.loc[key]) for key in other], where="entered_counts")
    once = ~keys.duplicated() & keys.isin(other)
    mended = rows[once].assign(reason="--replace")
    mended[pieces] = rest.loc[keys[once], pieces].to_numpy()
    return pd.concat([new, mended], ignore_index=True), count


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    keys = table.reindex(columns=_KEYS).reset_index(drop=True)
    return pd.DataFrame({name: keys[name].astype(object).where(keys[name].notna(), "").astype(str) for name in _KEYS})


def _summed(table: pd.DataFrame, pieces: list[str]) -> pd.DataFrame:
    keys = _keyed(table)
    amounts = table.reindex(columns=pieces).reset_index(drop=True)
    return pd.concat([keys, amounts], axis=1).groupby(_KEYS)[pieces].sum(min_count=1)


def _other(key: object, told: pd.Series, known: pd.Series) -> SmartfabError:
    names = " ".join(part for part in key if part) if isinstance(key, tuple) else str(key)
    pair = "; ".join(f"{name} {told[name]:g}, the store {known[name]:g}" for name in told.index if told[name] != known[name])
    return TableError(
        f"the file says {pair}", where=names, expected="what was entered before",
        remedy="--replace enters the difference as a correction; nothing is edited.",
    )  # fmt: skip
