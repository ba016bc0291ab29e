"""OEE from the totals of a shift sheet: the first figure a newcomer has."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.clock import SECOND
from smartfab.errors import ColumnTypeError, MissingColumnError, SmartfabError, TableError
from smartfab.findings import attach, finding
from smartfab.oee.cells import KEYS, TIMES, finished
from smartfab.oee.formulas import EVENTS, MIN_COVERAGE, PIECES, doubts, with_ratios
from smartfab.oee.pieces import MILLION
from smartfab.oee.product_book import NANOSECONDS

_NEEDED = ("planned_s", "run_s", "ideal_cycle_s", "total", "good")


def from_totals(
    totals: pd.DataFrame | None = None,
    *,
    planned_s: object = None,
    run_s: object = None,
    ideal_cycle_s: object = None,
    total: object = None,
    good: object = None,
) -> pd.DataFrame:
    """Return OEE from totals: scalars make one row, a DataFrame one row a shift.

    What was planned but not run is booked as breakdown, since totals do not say why the machine stood; a
    `minor_stop_s`, `setup_s`, `idle_s`, `blocked_starved_s` or `planned_stop_s` column divides it further.

    Parameters
    ----------
    totals : DataFrame, optional
        Table `totals`: columns of the names below, one row a shift, and any of machine_id, line_id, shift_id,
        production_date. In place of good or total there may be scrap and rework; in place of run_s what it stood.
    planned_s : float or array
        Planned production time: the shift without breaks and planned stops [s].
    run_s : float or array
        Time the machine ran [s].
    ideal_cycle_s : float or array
        Shortest time for one piece [s].
    total, good : float or array
        Pieces made, and right the first time [1].

    Returns
    -------
    DataFrame
        Table `oee`: durations [s], pieces [1], ratios 0…1 (performance may exceed 1).

    Raises
    ------
    TableError
        If a column is missing, negative, no number, or run exceeds planned; all faults at once.

    Examples
    --------
    >>> import smartfab as sf
    >>> kpis = sf.oee.from_totals(planned_s=420 * 60, run_s=373 * 60, ideal_cycle_s=1, total=19271, good=18848)
    >>> kpis[["availability", "performance", "quality", "oee"]].round(4).iloc[0].tolist()
    [0.8881, 0.8611, 0.978, 0.7479]
    """
    given = {"planned_s": planned_s, "run_s": run_s, "ideal_cycle_s": ideal_cycle_s, "total": total, "good": good}
    frame = _completed(totals.reset_index(drop=True)) if totals is not None else _one_row(given)
    numbers = _checked(frame)
    divided = [name for name in ("minor_stop_s", "setup_s", "idle_s", "blocked_starved_s") if name in numbers]
    us = {name: _whole(numbers[name], SECOND) for name in numbers if name.endswith("_s") and name != "ideal_cycle_s"}
    cells = frame[[name for name in KEYS if name in frame]].copy()
    for name in TIMES:
        cells[name] = us.get(name, np.zeros(len(frame), np.int64))
    cells["breakdown_s"] = us["planned_s"] - us["run_s"] - sum(us[name] for name in divided)
    cells["calendar_s"] = us["planned_s"] + cells["planned_stop_s"] + cells["unknown_s"] + cells["no_shift_s"]
    ideal_ns = _whole(numbers["ideal_cycle_s"], NANOSECONDS)
    cells["ideal_s"] = _whole(numbers["total"] * ideal_ns, 1)
    cells["good_ideal_s"] = _whole(numbers["good"] * ideal_ns, 1)
    rework = numbers.get("rework", pd.Series(0.0, index=frame.index))
    amounts = {"total": numbers["total"], "good": numbers["good"], "rework": rework}
    amounts["scrap"] = numbers["total"] - numbers["good"] - rework
    for name in PIECES:
        cells[name] = _whole(amounts[name], MILLION) if name in amounts else 0
    for name in EVENTS:
        cells[name] = 0
    cells["counted"] = True
    result = with_ratios(
        finished(cells, "performance"), unknown="exclude", minor_stops="performance", min_coverage=MIN_COVERAGE
    )
    found = [] if divided else [finding("stops_not_divided", "breakdown_s", len(frame), taken="planned − run is breakdown")]
    return attach(result, found, doubts(result))


def _one_row(given: Mapping[str, object]) -> pd.DataFrame:
    told = {name: np.atleast_1d(np.asarray(value)) for name, value in given.items() if value is not None}
    try:
        return pd.DataFrame({name: np.broadcast_to(value, np.broadcast_shapes(*(v.shape for v in told.values())))
                             for name, value in told.items()})  # fmt: skip
    except ValueError as error:
        raise TableError(
            "arguments of different lengths", where="from_totals", expected="scalars, or arrays of one length"
        ) from error


def _completed(frame: pd.DataFrame) -> pd.DataFrame:
    """Add what a shift sheet leaves to its reader: good or total pieces, and the time run."""
    made = [name for name in ("scrap", "rework") if name in frame]
    stops = [name for name in ("breakdown_s", "setup_s", "idle_s", "blocked_starved_s", "minor_stop_s") if name in frame]
    told: dict[str, pd.Series] = {}
    if made and "good" not in frame and "total" in frame:
        told["good"] = frame["total"] - frame[made].fillna(0.0).sum(axis=1)
    if made and "total" not in frame and "good" in frame:
        told["total"] = frame["good"] + frame[made].fillna(0.0).sum(axis=1)
    if stops and "run_s" not in frame and "planned_s" in frame:
        told["run_s"] = frame["planned_s"] - frame[stops].fillna(0.0).sum(axis=1)
    return frame.assign(**told)


def _checked(frame: pd.DataFrame) -> dict[str, pd.Series]:
    faults: list[SmartfabError] = [
        MissingColumnError("not given", table="totals", column=name, remedy=f"Give {name}=…, or a column of that name.")
        for name in _NEEDED
        if name not in frame
    ]
    numbers: dict[str, pd.Series] = {}
    for name in (*_NEEDED, *TIMES, "rework"):
        if name not in frame:
            continue
        column = pd.to_numeric(frame[name], errors="coerce").astype(float)
        bad = ~np.isfinite(column) | (column < 0) | ((column == 0) & (name == "ideal_cycle_s"))
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            found = f"{int(bad.sum())} of {len(frame)} rows not right, first at row {row}: {frame[name].iloc[row]!r}"
            expected = "a positive number" if name == "ideal_cycle_s" else "a number that is not negative"
            faults.append(ColumnTypeError(found, table="totals", column=name, expected=expected))
        numbers[name] = column
    if not faults:
        faults += _too_much(numbers, "run_s", "planned_s") + _too_much(numbers, "good", "total")
    if faults:
        raise TableError.of(faults, where="from_totals")
    return numbers


def _too_much(numbers: dict[str, pd.Series], part: str, whole: str) -> list[SmartfabError]:
    bad = np.flatnonzero(numbers[part] > numbers[whole] + 1e-9)
    if not len(bad):
        return []
    first = int(bad[0])
    found = (
        f"{len(bad)} rows above {whole}, first at row {first}: {numbers[part].iloc[first]:g} > {numbers[whole].iloc[first]:g}"
    )
    return [TableError(found, table="totals", column=part, expected=f"at most {whole}", remedy="Correct these rows.")]


def _whole(amount: pd.Series, unit: int) -> npt.NDArray[np.int64]:
    whole: npt.NDArray[np.int64] = np.rint(amount.to_numpy(float) * unit).astype(np.int64)
    return whole
