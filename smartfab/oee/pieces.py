"""The pieces of one machine, booked into the cells of a result: which group of segments, which ideal time.

Quantities are whole millionths of a piece inside, so that sums are exact and do not depend on their order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab._fast.booking import adds_up, book_pieces
from smartfab.data import PlantData
from smartfab.findings import Finding, finding
from smartfab.oee.buckets import LOSS_RUN, LOSS_UNKNOWN, PLACE_OF_LOSS
from smartfab.oee.inputs import Machine, Options, Rows, chosen, column
from smartfab.oee.layers import Index, named
from smartfab.oee.ledger import Ledger
from smartfab.oee.product_book import ProductBook

Floats = npt.NDArray[np.float64]

MILLION = 1_000_000
LATE, UNUSED = 1, 2
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
    options: Options,
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
    options : Options
        How pieces are attributed, and up to when rows were recorded.
    found : list of Finding
        Remarks are added here.

    Returns
    -------
    Booked
        Amounts by cell and version of ideal time.
    """
    machine = ledger.machine
    version, product, ideal_ns = products.versions(costed_at, ledger.made, machine.count_ts)
    result = np.zeros((cells, len(product), 7), dtype=np.int64)
    if data.counts is not None and len(machine.count_ts):
        span = np.where(ledger.loss == LOSS_UNKNOWN, ledger.end - ledger.start, 0)
        flag = _flags(data.counts, machine, options.as_of, found)
        good, scrap, rework = _split(data.counts, machine.counts, machine.id, found)
        ts = machine.count_ts
        book_pieces(
            ts, good, scrap, rework, version, flag, options.attribution == "proportional", ledger.start,
            np.cumsum(span) - span, PLACE_OF_LOSS[ledger.loss], np.where(ledger.inside, cell, -1).astype(np.int32), result,
        )  # fmt: skip
    _by_shift(data, ledger, products, cell, result, costed_at, found)
    return Booked(result, product, ideal_ns)


def _flags(counts: pd.DataFrame, machine: Machine, as_of: int | None, found: list[Finding]) -> npt.NDArray[np.int8]:
    """Return which counts are late corrections, and which are not used."""
    rows, flag = machine.counts, np.zeros(len(machine.count_ts), dtype=np.int8)
    if "produced_at" in counts:
        flag[column(counts, "produced_at", rows).notna().to_numpy(bool)] = LATE
    repeated = _repeated(counts, machine)
    if len(repeated):
        flag[repeated] |= UNUSED
        found.append(finding("counts_repeated", machine.id, len(repeated), taken="once"))
    if "is_rework" in counts:
        again = column(counts, "is_rework", rows).to_numpy(bool)
        flag[again] |= UNUSED
        if again.any():
            found.append(finding("pieces_entered_again", machine.id, int(again.sum()), taken="not counted twice"))
    if as_of is not None and "recorded_at" in counts:
        flag[(column(counts, "recorded_at", rows) > clock.stamp(as_of)).to_numpy(bool)] |= UNUSED
    return flag


def _repeated(counts: pd.DataFrame, machine: Machine) -> npt.NDArray[np.intp]:
    """Return which counts say again, word for word, what another of the same instant said."""
    same = np.flatnonzero(machine.count_ts[1:] == machine.count_ts[:-1])
    if not len(same):
        return same
    tied = np.union1d(same, same + 1)
    again = counts.iloc[chosen(machine.counts, tied)].duplicated().to_numpy()
    return np.asarray(tied[again], dtype=np.intp)


def _split(
    counts: pd.DataFrame, rows: Rows, where: str, found: list[Finding]
) -> tuple[Floats | None, Floats | None, Floats | None]:
    """Return good, scrap, rework (None: never read) that add up to total; what total says beyond them is scrap."""
    given = {name: column(counts, name, rows).to_numpy() for name in ("total", "good", "scrap", "rework") if name in counts}
    total = given.pop("total", None)
    parts = given.get("good"), given.get("scrap"), given.get("rework")
    if total is None or adds_up(total, *parts):
        return parts
    good, scrap, rework = (given.get(name, np.full(len(total), np.nan)).copy() for name in ("good", "scrap", "rework"))
    rest = total - np.nan_to_num(good) - np.nan_to_num(scrap) - np.nan_to_num(rework)
    differs = np.abs(rest) > 1e-6  # never where total is null
    to_good = differs & np.isnan(good)
    to_scrap = differs & ~to_good
    good[to_good] = rest[to_good]
    scrap[to_scrap] = np.nan_to_num(scrap[to_scrap]) + rest[to_scrap]
    if "scrap" in given and to_scrap.any():
        found.append(finding("count_mismatch", where, int(to_scrap.sum()), taken="total − good − rework is scrap"))
    if not {"good", "scrap"} & set(given):
        found.append(finding("quality_not_counted", where, len(total), taken="every piece is good"))
    return good, scrap, rework


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
        parts = _split(frame, slice(0, 1), ledger.machine.id, found)
        amounts = np.array([0.0 if part is None else part[0] for part in parts])
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
