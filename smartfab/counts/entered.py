"""What people say of pieces: corrections that are added, and what product runs; and how it joins what was counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from smartfab.data_entries import EntryStore, enter
from smartfab.errors import TableError
from smartfab.tables import conform

__all__ = ["assign_product", "correct", "with_entered", "with_products"]

_PIECES = ("total", "good", "scrap", "rework")
_TIMES = ("ts", "production_date", "shift_id")


def correct(
    store: EntryStore,
    machine_id: str,
    production_date: object,
    shift_id: str,
    product_id: str | None,
    *,
    scrap: float = 0.0,
    good: float = 0.0,
    rework: float = 0.0,
    reason: str,
    by: str,
    recorded_at: object = None,
) -> None:
    """Enter pieces to be added to what was counted in a shift, negative ones to be taken away; nothing is edited.

    Parameters
    ----------
    store : Store
        Where to; table `entered_counts`.
    machine_id : str
        The machine.
    production_date : date or str
        Working day of the plant.
    shift_id : str
        Shift of that day.
    product_id : str, optional
        What the pieces are.
    scrap, good, rework : float
        What is added to each [1]; 25 pieces found bad later are ``scrap=25, good=-25``.
    reason : str
        Why.
    by : str
        Who says so.
    recorded_at : time, optional
        When it became known; now if left out.

    Raises
    ------
    TableError
        If nothing is added, a number is not finite, or reason or person is missing; all faults at once.
    StoreError
        If it was not stored.

    Examples
    --------
    >>> import smartfab as sf, tempfile
    >>> store = sf.open_store(tempfile.mkdtemp())
    >>> sf.counts.correct(store, "M1", "2026-03-02", "Ca1", "P-100", scrap=25, good=-25, reason="KCS kiểm lại", by="Bình")
    >>> store.read("entered_counts")[["good", "scrap", "total"]].values.tolist()
    [[-25.0, 25.0, 0.0]]
    """
    pieces = {"good": float(good), "scrap": float(scrap), "rework": float(rework)}
    faults = []
    if not all(np.isfinite(list(pieces.values()))):
        faults.append(TableError(f"{pieces}", where="correct", expected="finite numbers"))
    elif not any(pieces.values()):
        faults.append(
            TableError("nothing is added", where="correct", expected="some pieces", remedy="Give good=, scrap= or rework=.")
        )
    if not str(reason or "").strip():
        faults.append(TableError("no reason", where="correct", expected="why the count is corrected", remedy="Give reason=."))
    if faults:
        raise TableError.of(faults, where="correct")
    row = {
        "machine_id": machine_id,
        "production_date": production_date,
        "shift_id": shift_id,
        "product_id": product_id,
        **pieces,
        "total": sum(pieces.values()),
        "reason": reason,
    }
    enter(store, "entered_counts", row, by=by, recorded_at=recorded_at)


def assign_product(
    store: EntryStore,
    machine_id: str,
    product_id: str,
    at: object,
    *,
    by: str,
    recorded_at: object = None,
    tz: str | None = None,
) -> None:
    """Enter what a machine makes from an instant on, where no tag says it; it holds until the next entry.

    Every entry is kept; of two for one instant the one recorded last counts.

    Parameters
    ----------
    store : Store
        Where to; table `changeovers`.
    machine_id : str
        The machine.
    product_id : str
        What runs from then on.
    at : str or Timestamp
        When; a time with its zone, or a naive one of `tz`.
    by : str
        Who says so.
    recorded_at : time, optional
        When it was said; now if left out.
    tz : str, optional
        IANA zone of a naive time.

    Raises
    ------
    TableError
        If the time is naive or nobody is named; all faults at once.
    StoreError
        If it was not stored.
    """
    row = {"machine_id": machine_id, "product_id": product_id, "ts": at}
    enter(store, "changeovers", row, by=by, recorded_at=recorded_at, tz=tz)


def with_products(counts: pd.DataFrame | None, changeovers: pd.DataFrame) -> pd.DataFrame | None:
    """Return counts with the product that was entered for their time, where one was; the others keep theirs.

    Parameters
    ----------
    counts : DataFrame, optional
        Table `counts`; rows without a time stamp are left as they are.
    changeovers : DataFrame
        Table `changeovers`.

    Returns
    -------
    DataFrame or None
        Table `counts` in the same order.
    """
    if counts is None or not len(changeovers) or not len(counts) or "ts" not in counts:
        return counts
    entered = conform(changeovers, "changeovers").sort_values("recorded_at", kind="stable")
    entered = entered.drop_duplicates(["machine_id", "ts"], keep="last").sort_values("ts", kind="stable")
    product = (
        counts["product_id"].astype(object) if "product_id" in counts else pd.Series(None, index=counts.index, dtype=object)
    )
    for machine_id, rows in entered.groupby("machine_id"):
        mine = ((counts["machine_id"] == machine_id) & counts["ts"].notna()).to_numpy()
        place = rows["ts"].searchsorted(counts.loc[mine, "ts"], side="right") - 1
        said = np.array([*rows["product_id"], None], dtype=object)[place]
        product[mine] = np.where(place >= 0, said, product[mine].to_numpy(object))
    return counts.assign(product_id=product.astype("str"))


def with_entered(counts: pd.DataFrame | None, entered: pd.DataFrame) -> pd.DataFrame | None:
    """Return counts with what people entered beside them.

    Parameters
    ----------
    counts : DataFrame, optional
        Table `counts`.
    entered : DataFrame
        Table `entered_counts`.

    Returns
    -------
    DataFrame or None
        Table `counts`: the rows of both.
    """
    if not len(entered):
        return counts
    columns = ["machine_id", *_TIMES, "product_id", *_PIECES, "defect_code", "recorded_at"]
    rows = entered[[name for name in columns if name in entered]]
    return rows if counts is None or not len(counts) else pd.concat([counts, rows], ignore_index=True)
