"""The pieces of one machine, booked into the cells of a result: which group of segments, which ideal time.

Quantities are whole millionths of a piece inside, so that sums are exact and do not depend on their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab._fast.booking import book_pieces
from smartfab._fast.column_scans import adds_up
from smartfab.data import PlantData
from smartfab.data_texts import Rows, Runs
from smartfab.findings import Finding, finding
from smartfab.oee.buckets import LOSS_RUN, PLACE_OF_LOSS
from smartfab.oee.inputs import Machine, Options, chosen, column
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
        Cell of each fixed piece of the ledger; -1 is outside the window.
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
        flag = _flags(data.counts, machine, options.as_of, found)
        good, scrap, rework = _split(data.counts, machine.counts, machine.id, found)
        book_pieces(
            machine.count_ts, good, scrap, rework, version.start, version.code, flag, options.attribution == "proportional",
            ledger.start, PLACE_OF_LOSS[ledger.loss], ledger.at_fixed, cell, result,
        )  # fmt: skip
    booked = Booked(result, product, ideal_ns)
    return _with_shifts(booked, data, ledger, products, cell, costed_at, options, found) if machine.has_undated else booked


def _flags(counts: pd.DataFrame, machine: Machine, as_of: int | None, found: list[Finding]) -> npt.NDArray[np.int8] | None:
    """Return which counts are late corrections, and which are not used; None where all are plain."""
    rows, none = machine.counts, np.zeros(0, dtype=bool)
    late = column(counts, "produced_at", rows).notna().to_numpy(bool) if "produced_at" in counts else none
    again = column(counts, "is_rework", rows).to_numpy(bool) if "is_rework" in counts else none
    later = none
    if as_of is not None and "recorded_at" in counts:
        later = (column(counts, "recorded_at", rows) > clock.stamp(as_of)).to_numpy(bool)
    repeated = _repeated(counts, machine)
    if not (late.any() or again.any() or later.any() or len(repeated)):
        return None
    flag = np.zeros(len(machine.count_ts), dtype=np.int8)
    for what, rows_told in ((LATE, late), (UNUSED, again), (UNUSED, later)):
        if len(rows_told):
            flag[rows_told] |= what
    if len(repeated):
        flag[repeated] |= UNUSED
        found.append(finding("counts_repeated", machine.id, len(repeated), taken="once"))
    if again.any():
        found.append(finding("pieces_entered_again", machine.id, int(again.sum()), taken="not counted twice"))
    return flag


def _repeated(counts: pd.DataFrame, machine: Machine) -> npt.NDArray[np.intp]:
    """Return which counts say again, word for word, what another of the same instant said."""
    if not machine.tied:
        return np.empty(0, np.intp)
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


def _with_shifts(
    booked: Booked,
    data: PlantData,
    ledger: Ledger,
    products: ProductBook,
    cell: Index,
    costed_at: str,
    options: Options,
    found: list[Finding],
) -> Booked:
    """Add counts that name only their shift, spread over its run time; a shift that never ran takes them at its start."""
    mine = _undated(data, ledger.machine, options)
    code = products.codes(mine["product_id"]) if "product_id" in mine else np.full(len(mine), -1, np.int32)
    code = np.where(code < 0, products.only(ledger.machine.id), code)
    parts = [part if part is not None else np.zeros(len(mine)) for part in _split(mine, slice(None), ledger.machine.id, found)]
    pieces = np.nan_to_num(np.column_stack(parts))
    more: dict[tuple[int, int], npt.NDArray[np.int64]] = {}
    for n, segments in enumerate(_of_shifts(mine, data.shifts, ledger, found)):
        if len(segments):
            made = Runs.alike(int(code[n]), 1)
            _, product, ideal_ns = products.versions(costed_at, made, ledger.start[segments[:1]])
            version = int(product[0]), int(ideal_ns[0])
            into = more.setdefault(version, np.zeros((len(booked.amount), 7), np.int64))
            _spread(ledger, segments, cell, pieces[n], into)
    return Booked(
        np.concatenate([booked.amount, *(amount[:, None] for amount in more.values())], axis=1),
        np.append(booked.product, [product for product, _ in more]).astype(np.int32),
        np.append(booked.ideal_ns, [ideal_ns for _, ideal_ns in more]).astype(np.int64),
    )


def _undated(data: PlantData, machine: Machine, options: Options) -> pd.DataFrame:
    """The machine's counts without a time that are to be counted."""
    if data.counts is None:
        return pd.DataFrame()
    mine = data.counts.iloc[machine.undated].drop_duplicates()
    if "is_rework" in mine:
        mine = mine[~mine["is_rework"]]
    if options.as_of is not None and "recorded_at" in mine:
        mine = mine[~(mine["recorded_at"] > clock.stamp(options.as_of))]
    return mine


def _of_shifts(
    counts: pd.DataFrame, shifts: pd.DataFrame | None, ledger: Ledger, found: list[Finding]
) -> Iterator[npt.NDArray[np.intp]]:
    """Yield the segments of the shift each count names."""
    calendar = ledger.calendar
    there: dict[Any, Any] = {}
    if shifts is not None and "shift_id" in shifts:
        keys = pd.DataFrame({"shift_id": named(shifts["shift_id"], calendar.shift), "day": calendar.day})
        there = keys.groupby(["shift_id", "day"]).indices
    edges = np.searchsorted(ledger.piece, np.arange(len(calendar.start) + 1))
    for shift_id, day in zip(counts["shift_id"], counts["production_date"], strict=True):
        segments = [np.arange(edges[piece], edges[piece + 1]) for piece in there.get((shift_id, day), [])]
        if not segments:
            found.append(finding("shift_not_found", ledger.machine.id, 1, shift_id=shift_id, day=day))
        yield np.concatenate(segments) if segments else np.empty(0, np.intp)


def _spread(ledger: Ledger, at: npt.NDArray[np.intp], cell: Index, amounts: Floats, into: npt.NDArray[np.int64]) -> None:
    length = np.where(ledger.loss[at] == LOSS_RUN, ledger.end[at] - ledger.start[at], 0)
    if not length.sum():
        length = np.append(1, np.zeros(len(at) - 1, np.int64))
    upto = np.cumsum(length)
    where = cell[ledger.at_fixed[at]]
    for q in range(3):
        whole = round(float(amounts[q]) * MILLION)
        edges = np.array([whole * int(t) // int(upto[-1]) for t in upto], dtype=np.int64)
        share = np.diff(edges, prepend=0)
        for place, part in zip(where, share, strict=True):
            if place >= 0 and part:
                into[place, q] += part
