"""The pieces of one machine, booked into the cells of a result: which group of segments, which ideal time.

Quantities are whole millionths of a piece inside, so that sums are exact and do not depend on their order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab._fast.sweep import book_pieces
from smartfab.data import PlantData
from smartfab.findings import Finding, finding
from smartfab.oee.buckets import LOSS_RUN, LOSS_UNKNOWN, PLACE_OF_LOSS
from smartfab.oee.inputs import Machine, Rows, column
from smartfab.oee.layers import Index, named
from smartfab.oee.ledger import Ledger
from smartfab.oee.product_book import ProductBook

MILLION = 1_000_000
GOOD, SCRAP, REWORK, IN_STOP, IN_PLANNED_STOP, IN_NO_SHIFT, OVER_UNKNOWN = range(7)


@dataclass(frozen=True, slots=True)
class Booked:
    """`amount[cell, version, what]` in millionths of a piece, with the product and ideal time [ns] of each version."""

    amount: npt.NDArray[np.int64]
    product: Index
    ideal_ns: npt.NDArray[np.int64]


def booked(
    data: PlantData,
    ledger: Ledger,
    products: ProductBook,
    cell: Index,
    *,
    cells: int,
    costed_at: str,
    as_of: int | None,
    found: list[Finding],
) -> Booked:
    """Book the machine's counts into cells.

    Parameters
    ----------
    data : PlantData
        With counts.
    ledger : Ledger
        Of the machine.
    products : ProductBook
        Products and ideal times.
    cell : ndarray of int32
        Cell of each segment of the ledger; -1 is outside the window.
    cells : int
        Number of cells.
    costed_at : str
        Machine whose ideal times the pieces are valued at.
    as_of : int, optional
        Rows recorded later are not used [us].
    found : list of Finding
        Remarks are added here.

    Returns
    -------
    Booked
        Amounts by cell and version of ideal time.
    """
    machine = ledger.machine
    codes = products.made(data, machine)
    version, product, ideal_ns = products.versions(costed_at, codes, machine.count_ts)
    amounts, late, kept = _quantities(data, machine, as_of, found)
    span = np.where(ledger.loss == LOSS_UNKNOWN, ledger.end - ledger.start, 0)
    where = PLACE_OF_LOSS[ledger.loss]
    result = np.zeros((cells, len(product), 7), dtype=np.int64)
    book_pieces(
        np.ascontiguousarray(machine.count_ts[kept]), amounts, np.ascontiguousarray(version[kept]), late, ledger.start,
        np.cumsum(span) - span, where, np.where(ledger.inside, cell, -1).astype(np.int32), result,
    )  # fmt: skip
    _by_shift(data, ledger, products, cell, result, costed_at, found)
    return Booked(result, product, ideal_ns)


def _quantities(
    data: PlantData, machine: Machine, as_of: int | None, found: list[Finding]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int8], npt.NDArray[np.bool_] | slice]:
    """Good, scrap and rework of each count (NaN: not read), which are late corrections, and which rows stay."""
    counts, rows = data.counts, machine.counts
    if counts is None:
        return np.empty((3, 0)), np.empty(0, np.int8), slice(None)
    amounts = _split(counts, rows, machine.id, found)
    late = np.zeros(len(rows), np.int8)
    if "produced_at" in counts:
        late = column(counts, "produced_at", rows).notna().to_numpy().astype(np.int8)
    kept = ~_repeated(counts, machine)
    if (again := int((~kept).sum())) > 0:
        found.append(finding("counts_repeated", machine.id, again, taken="once"))
    if "is_rework" in counts:
        entered_again = column(counts, "is_rework", rows).fillna(False).to_numpy(bool)
        kept &= ~entered_again
        if entered_again.any():
            found.append(finding("pieces_entered_again", machine.id, int(entered_again.sum()), taken="not counted twice"))
    if as_of is not None and "recorded_at" in counts:
        recorded = column(counts, "recorded_at", rows)
        kept &= ~(recorded > pd.Timestamp(as_of, unit="us", tz="UTC")).to_numpy(bool)
    if kept.all():
        return amounts, late, slice(None)
    return np.ascontiguousarray(amounts[:, kept]), late[kept], kept


def _split(counts: pd.DataFrame, rows: Rows, where: str, found: list[Finding]) -> npt.NDArray[np.float64]:
    """Return good, scrap, rework such that they add up to total; what total says beyond them is scrap."""
    given = {name: column(counts, name, rows).to_numpy() for name in ("total", "good", "scrap", "rework") if name in counts}
    amounts = np.full((3, len(rows)), np.nan)
    for n, name in enumerate(("good", "scrap", "rework")):
        if name in given:
            amounts[n] = given[name]
    total = given.get("total")
    if total is None:
        return amounts
    counted = ~np.isnan(total)
    if "good" not in given:
        amounts[0] = total - np.nan_to_num(amounts[1]) - np.nan_to_num(amounts[2])
        return amounts
    only_total = counted & np.isnan(amounts[0])
    amounts[0, only_total] = (total - np.nan_to_num(amounts[1]) - np.nan_to_num(amounts[2]))[only_total]
    rest = np.where(counted, total - np.nan_to_num(amounts).sum(axis=0), 0.0)
    differs = np.abs(rest) > 1e-6
    if differs.any():
        amounts[1, differs] = np.nan_to_num(amounts[1, differs]) + rest[differs]
        if "scrap" in given:
            found.append(finding("count_mismatch", where, int(differs.sum()), taken="total − good − rework is scrap"))
    return amounts


def _repeated(counts: pd.DataFrame, machine: Machine) -> npt.NDArray[np.bool_]:
    """Return which rows say again, word for word, what another row of the same instant said."""
    repeated = np.zeros(len(machine.counts), dtype=bool)
    ts = machine.count_ts
    tied = np.append(False, ts[1:] == ts[:-1])
    tied[:-1] |= tied[1:]
    rows = np.flatnonzero(tied)
    if len(rows):
        repeated[rows] = counts.iloc[machine.counts[rows]].duplicated().to_numpy()
    return repeated


def _by_shift(
    data: PlantData,
    ledger: Ledger,
    products: ProductBook,
    cell: Index,
    result: npt.NDArray[np.int64],
    costed_at: str,
    found: list[Finding],
) -> None:
    """Spread counts that name only their shift over its run time; a shift that never ran takes them at its start."""
    counts = data.counts
    if counts is None or data.shifts is None or not {"production_date", "shift_id"} <= set(counts):
        return
    mine = counts.iloc[ledger.machine.undated].drop_duplicates()
    if not len(mine):
        return
    names = named(data.shifts["shift_id"], ledger.calendar.shift)
    for _, row in mine.iterrows():
        at = np.flatnonzero(
            ((names == row["shift_id"]) & (ledger.calendar.day == row["production_date"].to_datetime64()))[ledger.piece]
        )
        if not len(at):
            found.append(finding("shift_not_found", ledger.machine.id, 1, shift_id=row["shift_id"], day=row["production_date"]))
            continue
        frame = mine.loc[[row.name]]
        amounts = _split(frame, np.array([0]), ledger.machine.id, found)[:, 0]
        code = products.codes(frame["product_id"]) if "product_id" in frame else np.array([-1], np.int32)
        code = np.where(code < 0, products.only(ledger.machine.id), code).astype(np.int32)
        version, _, _ = products.versions(costed_at, code, ledger.start[at[:1]])
        _spread(ledger, at, cell, np.nan_to_num(amounts), result[:, int(version[0])])


def _spread(
    ledger: Ledger, at: npt.NDArray[np.intp], cell: Index, amounts: npt.NDArray[np.float64], into: npt.NDArray[np.int64]
) -> None:
    length = np.where(ledger.loss[at] == LOSS_RUN, ledger.end[at] - ledger.start[at], 0)
    if not length.sum():
        length = np.append(1, np.zeros(len(at) - 1, np.int64))
    upto = np.cumsum(length)
    for q in range(3):
        whole = round(float(amounts[q]) * MILLION)
        edges = np.array([whole * int(t) // int(upto[-1]) for t in upto], dtype=np.int64)
        share = np.diff(edges, prepend=0)
        for segment, part in zip(at, share, strict=True):
            if ledger.inside[segment] and part:
                into[cell[segment], q] += part
