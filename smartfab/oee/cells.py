"""Cells: the integer sums behind result rows, exact whatever the order and however the window is split.

A frame of cells has the group keys, time in whole µs under the names of the seconds columns, pieces in millionths,
ideal times in whole ns, numbers of stops, and whether anybody counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab._fast.account import add_up
from smartfab.clock import SECOND
from smartfab.data import PlantData
from smartfab.findings import Finding
from smartfab.oee import buckets, pieces
from smartfab.oee.formulas import EVENTS, OF_PIECES, PIECES, SECONDS, MinorStops
from smartfab.oee.inputs import Options
from smartfab.oee.layers import Index, named
from smartfab.oee.ledger import Ledger
from smartfab.oee.pieces import MILLION, Booked
from smartfab.oee.product_book import NANOSECONDS, ProductBook
from smartfab.vocabulary import LOSSES

KEYS = ("machine_id", "line_id", "shift_id", "production_date", "team_id", "product_id")
TIMES = tuple(f"{loss}_s" for loss in LOSSES)
IDEALS = ("ideal_s", "good_ideal_s")
NUMBERS = (*TIMES, "calendar_s", *IDEALS, *PIECES, *EVENTS)


def cells_of(
    data: PlantData,
    ledger: Ledger,
    products: ProductBook,
    by: Sequence[str],
    *,
    options: Options,
    found: list[Finding],
    costed_at: str | None = None,
) -> pd.DataFrame:
    """Return one machine's cells.

    Parameters
    ----------
    data : PlantData
        Validated.
    ledger : Ledger
        Of the machine.
    products : ProductBook
        Products and ideal times.
    by : sequence of str
        Group keys, of `KEYS`.
    options : Options
        How pieces are attributed, and up to when rows were recorded.
    found : list of Finding
        Remarks are added here.
    costed_at : str, optional
        Machine whose ideal times the pieces are valued at; the machine itself unless given.

    Returns
    -------
    DataFrame
        One row a group the window touches.
    """
    keys = _keys(data, ledger)
    split = [name for name in by if name in keys]
    group = (
        keys.groupby(split, dropna=False, sort=False).ngroup().to_numpy(np.int32) if split else np.zeros(len(keys), np.int32)
    )
    first = np.unique(group, return_index=True)[1]
    by_product = "product_id" in by
    width = len(products.ids) + 1 if by_product else 1
    cell = np.where(ledger.fixed.bin >= 0, group[ledger.fixed.piece], -1).astype(np.int32)
    frame = counted_cells(
        data, ledger, products, cell, cells=len(first), width=width, options=options, found=found,
        costed_at=costed_at or ledger.machine.id,
    )  # fmt: skip
    head = pd.DataFrame({"machine_id": ledger.machine.id, "line_id": ledger.machine.line_id}, index=frame.index)
    for name in split:
        head[name] = keys[name].iloc[first].repeat(width).array
    if by_product:
        head["product_id"] = np.tile(np.append([None], products.ids.to_numpy(object)), len(first))
    frame = pd.concat([head, frame], axis=1)
    used = (frame["calendar_s"] > 0) | (frame[[*PIECES]] != 0).any(axis=1)
    return frame[used]


def counted_cells(
    data: PlantData,
    ledger: Ledger,
    products: ProductBook,
    cell: Index,
    *,
    cells: int,
    width: int,
    options: Options,
    found: list[Finding],
    costed_at: str,
) -> pd.DataFrame:
    """Return one machine's cells without keys, for any division of its segments.

    Parameters
    ----------
    data, ledger, products, options, found, costed_at
        As in `cells_of`.
    cell : ndarray of int32
        Cell of each fixed piece of the ledger; -1 is outside the window.
    cells : int
        Number of cells.
    width : int
        1, or one more than there are products to divide each cell by product.

    Returns
    -------
    DataFrame
        cells x width rows.
    """
    made = pieces.booked(data, ledger, products, cell, cells=cells, costed_at=costed_at, options=options, found=found)
    lane = ledger.fixed.product + 1 if width > 1 else np.zeros(len(cell), np.int32)
    numbers = _sums(ledger, np.where(cell >= 0, cell * width + lane, -1).astype(np.int32), cells * width)
    numbers |= {name: amount.ravel() for name, amount in _amounts(made, cells, width).items()}
    return pd.DataFrame({**numbers, "counted": np.full(cells * width, ledger.machine.counted)})


def _keys(data: PlantData, ledger: Ledger) -> pd.DataFrame:
    """Group keys of each piece of the calendar."""
    calendar = ledger.calendar
    keys = pd.DataFrame({"production_date": calendar.day})
    for name in ("shift_id", "team_id"):
        if data.shifts is not None and name in data.shifts:
            keys[name] = named(data.shifts[name], calendar.shift)
        else:
            keys[name] = pd.Series(None, index=keys.index, dtype="str")
    return keys


def _sums(ledger: Ledger, cell: Index, cells: int) -> dict[str, npt.NDArray[np.int64]]:
    time, events = np.zeros((cells, len(LOSSES)), np.int64), np.zeros((cells, len(EVENTS)), np.int64)
    add_up(ledger.start, ledger.until, ledger.loss, ledger.at_state, ledger.at_fixed, ledger.stop_number, cell, time, events)
    return {**dict(zip(TIMES, time.T, strict=True)), "calendar_s": time.sum(axis=1), **dict(zip(EVENTS, events.T, strict=True))}


def _amounts(made: Booked, cells: int, width: int) -> dict[str, npt.NDArray[np.int64]]:
    """Sum the versions of ideal times into products (or into one), and value them."""
    lane: Index = made.product + 1 if width > 1 else np.zeros(len(made.product), np.int32)
    good, scrap, rework = (made.amount[:, :, q] for q in (pieces.GOOD, pieces.SCRAP, pieces.REWORK))
    total = good + scrap + rework
    per_version = {
        "total": total,
        "good": good,
        "scrap": scrap,
        "rework": rework,
        "total_unknown": made.amount[:, :, pieces.OVER_UNKNOWN],
        "total_planned_stop": made.amount[:, :, pieces.IN_PLANNED_STOP],
        "total_no_shift": made.amount[:, :, pieces.IN_NO_SHIFT],
        "total_in_stop": made.amount[:, :, pieces.IN_STOP],
        "uncosted": np.where(made.ideal_ns == 0, total, 0),
        "ideal_s": _valued(total, made.ideal_ns),
        "good_ideal_s": _valued(good, made.ideal_ns),
    }
    result = {}
    for name, amount in per_version.items():
        summed_up = np.zeros((cells, width), np.int64)
        for version, product in enumerate(lane):
            summed_up[:, product] += amount[:, version]
        result[name] = summed_up
    return result


def _valued(amount: npt.NDArray[np.int64], ideal_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    whole, part = np.divmod(amount, MILLION)
    return whole * ideal_ns + np.rint(part * (ideal_ns / MILLION)).astype(np.int64)


def summed(parts: Sequence[pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Return cells summed by group, sorted by the group keys.

    Parameters
    ----------
    parts : sequence of DataFrame
        Cells.
    by : sequence of str
        Group keys; none makes one row.

    Returns
    -------
    DataFrame
        Cells; machine_id and line_id are kept where they are unique in the group.
    """
    filled = [part for part in parts if len(part)]
    cells = filled[0] if len(filled) == 1 else pd.concat(filled or [pd.DataFrame(columns=[*by, *NUMBERS, "counted"])])
    group = cells.groupby(list(by), dropna=False, sort=True).ngroup().to_numpy() if by else np.zeros(len(cells), np.int64)
    order = np.argsort(group, kind="stable")
    begins = np.flatnonzero(np.append(True, np.diff(group[order]) != 0)[: len(order)])
    sums = np.add.reduceat(cells[[*NUMBERS]].to_numpy(np.int64)[order], begins, axis=0)
    counted = np.logical_and.reduceat(cells["counted"].to_numpy(bool)[order], begins)
    heads: dict[str, Any] = {name: cells[name].iloc[order[begins]].array for name in by}
    for name in ("machine_id", "line_id"):
        if name not in by and name in cells:
            heads[name] = _unique(cells[name], order, begins)
    return pd.DataFrame({**heads, **dict(zip(NUMBERS, sums.T, strict=True)), "counted": counted})


def _unique(names: pd.Series, order: npt.NDArray[np.intp], begins: npt.NDArray[np.intp]) -> pd.Series:
    """The name that all of a group have; null where they differ."""
    codes = pd.factorize(names, use_na_sentinel=False)[0][order]
    only = np.maximum.reduceat(codes, begins) == np.minimum.reduceat(codes, begins)
    return pd.Series(names.to_numpy(object)[order[begins]], dtype="str").where(only)


def finished(cells: pd.DataFrame, minor_stops: MinorStops) -> pd.DataFrame:
    """Return the terms of result rows in public units, from integer cells.

    Parameters
    ----------
    cells : DataFrame
        Summed.
    minor_stops : {"performance", "availability"}
        Whether minor stops are part of the time that should have made pieces.

    Returns
    -------
    DataFrame
        Durations [s], pieces [1]; what depends on pieces is null where nobody counted.
    """
    whole = {name: cells[name].to_numpy(np.int64) for name in NUMBERS}
    working = whole["run_s"] + (whole["minor_stop_s"] if minor_stops == "performance" else 0)
    planned = sum((whole[f"{LOSSES[code]}_s"] for code in range(buckets.LOSS_BREAKDOWN, len(LOSSES))), np.zeros_like(working))
    terms = {name: whole[name] / SECOND for name in (*TIMES, "calendar_s")} | {"planned_s": planned / SECOND}
    nanos = {
        **{name: whole[name] for name in IDEALS},
        "reduced_speed_s": working * 1000 - whole["ideal_s"],
        "quality_s": whole["ideal_s"] - whole["good_ideal_s"],
    }
    terms |= {name: amount / NANOSECONDS for name, amount in nanos.items()}
    terms |= {name: whole[name] / MILLION for name in PIECES}
    counted = cells["counted"].to_numpy(bool)
    terms |= {name: np.where(counted, terms[name], np.nan) for name in OF_PIECES}
    terms |= {name: whole[name] for name in EVENTS}
    heads = cells.drop(columns=[*NUMBERS, "counted"])
    return pd.concat([heads, pd.DataFrame({name: terms[name] for name in (*SECONDS, *PIECES, *EVENTS)}, heads.index)], axis=1)


def cells_again(rows: pd.DataFrame) -> pd.DataFrame:
    """Return integer cells from finished rows, so that they can be summed exactly.

    Parameters
    ----------
    rows : DataFrame
        Table `oee`.

    Returns
    -------
    DataFrame
        Cells, with whatever keys the rows have.
    """
    cells = rows[[name for name in KEYS if name in rows]].copy()
    cells["counted"] = rows["total"].notna()
    for names, unit in (((*TIMES, "calendar_s"), SECOND), (IDEALS, NANOSECONDS), (PIECES, MILLION), (EVENTS, 1)):
        for name in names:
            cells[name] = np.rint(rows[name].fillna(0.0).to_numpy(float) * unit).astype(np.int64)
    return cells
