"""Cells: the integer sums behind result rows, exact whatever the order and however the window is split.

A frame of cells has the group keys, time in whole µs under the names of the seconds columns, pieces in millionths,
ideal times in whole ns, numbers of stops, and whether anybody counted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

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
    if split:
        group = keys.groupby(split, dropna=False, sort=False).ngroup().to_numpy(np.int32)
    else:
        group = np.zeros(len(keys), np.int32)
    first = pd.Series(group).drop_duplicates().index
    by_product = "product_id" in by
    width = len(products.ids) + 1 if by_product else 1
    count = int(group.max(initial=-1)) + 1
    frame = counted_cells(
        data, ledger, products, group[ledger.piece].astype(np.int32), cells=count, width=width, options=options, found=found,
        costed_at=costed_at or ledger.machine.id,
    )  # fmt: skip
    frame["machine_id"] = ledger.machine.id
    frame["line_id"] = ledger.machine.line_id
    for name in split:
        frame[name] = keys[name].iloc[first].repeat(width).array
    if by_product:
        frame["product_id"] = np.tile(np.append([None], products.ids.to_numpy(object)), count)
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
        Cell of each segment.
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
    lane = ledger.product + 1 if width > 1 else np.zeros(len(cell), np.int32)
    frame = _sums(ledger, cell.astype(np.int64) * width + lane, cells * width)
    for name, amount in _amounts(made, cells, width).items():
        frame[name] = amount.ravel()
    frame["counted"] = ledger.machine.counted
    return frame


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


def _sums(ledger: Ledger, cell: npt.NDArray[np.int64], cells: int) -> pd.DataFrame:
    inside = ledger.inside
    length = (ledger.end - ledger.start)[inside].astype(float)  # sums stay whole: below 2**53 µs for 285 years
    key = cell[inside] * len(LOSSES) + ledger.loss[inside]
    total = np.bincount(key, weights=length, minlength=cells * len(LOSSES)).reshape(cells, len(LOSSES)).astype(np.int64)
    frame = pd.DataFrame(total, columns=list(TIMES))
    frame["calendar_s"] = total.sum(axis=1)
    # a stop counts where its first planned second lies
    stopped = np.flatnonzero(
        ((ledger.loss == buckets.LOSS_BREAKDOWN) | (ledger.loss == buckets.LOSS_MINOR_STOP)) & (ledger.stop >= 0)
    )
    begins = stopped[np.append(True, np.diff(ledger.stop[stopped]) != 0)[: len(stopped)]]
    begins = begins[inside[begins]]
    frame["n_stops"] = np.bincount(cell[begins], minlength=cells)
    failed = begins[ledger.loss[begins] == buckets.LOSS_BREAKDOWN]
    frame["n_failures"] = np.bincount(cell[failed], minlength=cells)
    return frame


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
    numbers = [*TIMES, "calendar_s", *IDEALS, *PIECES, *EVENTS]
    cells = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=[*by, *numbers, "counted"])])
    cells["everything"] = 0
    grouped = cells.groupby(list(by) or ["everything"], dropna=False, sort=True)
    rows = grouped[numbers].sum()
    rows["counted"] = grouped["counted"].min().astype(bool)
    rows = rows.reset_index(drop=not by)
    for name in ("line_id", "machine_id"):
        if name not in by and name in cells:
            only = grouped[name].first().where(grouped[name].nunique(dropna=False) == 1)
            rows.insert(len(by), name, pd.Series(only.to_numpy(object), dtype="str"))
    return rows


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
    planned = [f"{LOSSES[code]}_s" for code in range(buckets.LOSS_BREAKDOWN, len(LOSSES))]
    working = cells["run_s"] + (cells["minor_stop_s"] if minor_stops == "performance" else 0)
    rows = cells.drop(columns=["counted", *TIMES, "calendar_s", *IDEALS, *PIECES, *EVENTS])
    micros: dict[str, pd.Series] = {name: cells[name] for name in TIMES} | {
        "calendar_s": cells["calendar_s"],
        "planned_s": cells[planned].sum(axis=1),
    }
    nanos: dict[str, pd.Series] = {name: cells[name] for name in IDEALS}
    nanos["reduced_speed_s"] = working * 1000 - cells["ideal_s"]
    nanos["quality_s"] = cells["ideal_s"] - cells["good_ideal_s"]
    terms = {name: amount / float(SECOND) for name, amount in micros.items()}
    terms |= {name: amount / float(NANOSECONDS) for name, amount in nanos.items()}
    terms |= {name: cells[name] / float(MILLION) for name in PIECES}
    for name in OF_PIECES:
        terms[name] = terms[name].where(cells["counted"])
    terms |= {name: cells[name].astype("int64") for name in EVENTS}
    return pd.concat([rows, pd.DataFrame({name: terms[name] for name in (*SECONDS, *PIECES, *EVENTS)})], axis=1)


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
