"""Samples in order, one a signal and instant: the form every later stage starts from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.findings import Finding, attach, finding
from smartfab.plant import Plant
from smartfab.plant_grammar import Signal
from smartfab.signals.readings import Codes, Floats, Mask, category, kinds
from smartfab.tables import conform, empty
from smartfab.vocabulary import CATEGORIES, TABLES

__all__ = ["ordered", "per_signal"]

_UNSIGNED = 0xFFFF_FFFF


def ordered(samples: pd.DataFrame, plant: Plant) -> pd.DataFrame:
    """Return the samples of the plant's tags, sorted by (signal_id, ts), one row each.

    A table that is so already costs a check, and carries no finding: findings tell what had to be changed.

    Parameters
    ----------
    samples : DataFrame
        Table `samples`, in any order.
    plant : Plant
        Which signals there are.

    Returns
    -------
    DataFrame
        Table `samples` with all its columns; values finite or null, status codes without sign.

    Raises
    ------
    TableError
        One error that lists every fault of the table.
    """
    checked = conform(samples, "samples")
    findings: list[Finding] = checked.attrs.get("findings", [])
    table, told = _complete(checked)
    findings += told
    tags = _tags(plant)
    codes, names = pd.factorize(table["signal_id"])
    rank = _ranks(names)[codes]
    ts = clock.micros(table["ts"])
    known = np.fromiter((name in tags for name in names), dtype=bool, count=len(names))
    if not known.all():
        mine = known[codes]
        findings += per_signal("unknown_signal", table, ~mine)
        table, rank, ts = table[mine], rank[mine], ts[mine]
    if not _rising(rank, ts):
        order = np.lexsort((ts, rank))
        table, rank, ts = table.take(order), rank[order], ts[order]
        keep, told = _settled(table, rank, ts, tags)
        table = table[keep]
        findings += told
    return attach(table.reset_index(drop=True), findings)


def per_signal(code: str, table: pd.DataFrame, rows: Mask, show: Iterable[str] = ()) -> list[Finding]:
    """Return one finding a signal on the rows marked.

    Parameters
    ----------
    code : str
        What was seen.
    table : DataFrame
        Table `samples`.
    rows : ndarray of bool
        The rows concerned.
    show : iterable of str
        Columns whose first value is evidence, beside the first time.

    Returns
    -------
    list of Finding
        Empty where no row is marked.
    """
    seen = table[rows]
    codes, names = pd.factorize(seen["signal_id"])
    counts = np.bincount(codes)
    first = seen.iloc[np.unique(codes, return_index=True)[1]]
    return [
        finding(code, str(name), int(count), first=row["ts"], **{column: row[column] for column in show})
        for name, count, (_, row) in zip(names, counts, first.iterrows(), strict=True)
    ]


def _tags(plant: Plant) -> dict[str, Signal]:
    """Signals that are read; those derived from others have no samples."""
    return {
        f"{machine.id}/{name}": signal
        for _, machine in plant.machines
        for name, signal in machine.signals.items()
        if signal.on_server
    }


def _ranks(names: Iterable[object]) -> npt.NDArray[np.signedinteger]:
    """The place of each name in their alphabet; small integers sort by radix."""
    ids = [str(name) for name in names]
    ranks: npt.NDArray[np.signedinteger] = np.empty(len(ids), dtype=np.int16 if len(ids) < 2**15 else np.int64)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return ranks


def _complete(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    declared = TABLES["samples"]
    blank = empty("samples").reindex(table.index)
    columns = {name: table.get(name, blank[name]) for name in declared.keys + declared.others}
    columns["signal_id"] = columns["signal_id"].astype("str")
    columns["status"] = columns["status"].fillna(0).astype("int64") & _UNSIGNED
    whole = pd.DataFrame(columns)
    infinite = np.isinf(whole["value"].to_numpy())
    if not infinite.any():
        return whole, []
    told = per_signal("non_finite_value", whole, infinite, ["value"])
    whole["value"] = whole["value"].mask(infinite)
    return whole, told


def _rising(rank: npt.NDArray[np.signedinteger], ts: clock.Micros) -> bool:
    later = (rank[1:] > rank[:-1]) | ((rank[1:] == rank[:-1]) & (ts[1:] > ts[:-1]))
    return bool(later.all())


def _settled(
    table: pd.DataFrame, rank: npt.NDArray[np.signedinteger], ts: clock.Micros, tags: dict[str, Signal]
) -> tuple[Mask, list[Finding]]:
    """Choose one row of each (signal, instant), and tell where the rows differed."""
    keep = np.ones(len(table), dtype=bool)
    twin = (rank[1:] == rank[:-1]) & (ts[1:] == ts[:-1])
    rows = np.flatnonzero(np.append(twin, False) | np.append(False, twin))
    if not len(rows):
        return keep, []
    group = np.append(0, np.cumsum(~twin))[rows]
    said = _said(table.iloc[rows])
    again = group[1:] == group[:-1]
    for column in said:
        again &= column[1:] == column[:-1]
    keep[rows[1:][again]] = False
    rest = np.append(True, ~again)
    rest &= np.isin(group, np.flatnonzero(np.bincount(group[rest]) > 1))
    if not rest.any():
        return keep, []
    rows, group = rows[rest], group[rest]
    tied = table.iloc[rows]
    value, text, status, server = (column[rest] for column in said)
    order = np.lexsort((text, value, _later_category(tied, tags), status, server, group))
    a, b = order[:-1], order[1:]
    together = group[a] == group[b]
    keep[rows[a[together]]] = False
    differ = together & ((value[a] != value[b]) | (text[a] != text[b]) | (status[a] != status[b]))
    heads = np.append(True, group[1:] != group[:-1]) & np.isin(group, group[a[differ]])
    return keep, per_signal("conflicting_samples", tied, heads)


def _said(rows: pd.DataFrame) -> tuple[Floats, Codes, Codes, clock.Micros]:
    """Value, text, status and server time as numbers that compare and sort, null the lowest."""
    value = rows["value"].to_numpy()
    text = pd.factorize(rows["text"], sort=True)[0].astype(np.int64)
    return np.where(np.isnan(value), -np.inf, value), text, rows["status"].to_numpy(), clock.micros(rows["server_ts"])


def _later_category(tied: pd.DataFrame, tags: dict[str, Signal]) -> Codes:
    """Rank the raw values of state tags by their category, as two states at one instant are ranked."""
    rank = np.full(len(tied), -1, dtype=np.int64)
    codes, names = pd.factorize(tied["signal_id"])
    for code, name in enumerate(names):
        tag = tags[str(name)]
        if tag.role != "state":
            continue
        rows = np.flatnonzero(codes == code)
        which, raws = kinds(tied["value"].to_numpy()[rows], tied["text"].iloc[rows])
        states = [category(tag, raw) for raw in raws]
        rank[rows] = np.array([-1 if state is None else CATEGORIES.index(state) for state in states])[which]
    return rank
