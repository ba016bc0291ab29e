"""OEE of a line of machines in series: the time of its constraint, the good pieces at its exit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from smartfab.data import PlantData
from smartfab.errors import InsufficientDataError, MissingColumnError, TableError
from smartfab.findings import Finding, attach, finding
from smartfab.oee.cells import cells_of, finished, summed
from smartfab.oee.formulas import MIN_COVERAGE, MinorStops, Unknown, check_options, doubts, with_ratios
from smartfab.oee.inputs import Options
from smartfab.oee.ledger import Ledger, ledgers, window_of
from smartfab.oee.product_book import ProductBook

_LINE_KEYS = ("shift_id", "production_date", "team_id")


def line(
    data: PlantData,
    start: object,
    end: object,
    *,
    line_id: str | None = None,
    by: Sequence[str] = (),
    micro_stop: str | float = "5min",
    min_run: str | float = "0s",
    min_stop: str | float = "0s",
    max_gap: str | float | None = None,
    break_policy: str = "stop_clock",
    as_of: object = None,
    attribution: str = "at_count",
    stamp: str = "instant",
    unknown: Unknown = "exclude",
    minor_stops: MinorStops = "performance",
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Return the OEE of a line: planned and run time of the constraint, good pieces at the exit.

    `total` is what the constraint made and `good` what left the line in order; what lies between, scrap downstream and
    work in progress, is `scrap`. Machines with role "parallel" beside the constraint or at the exit add capacity.

    Parameters
    ----------
    data : PlantData
        With the table `machines`, in the order of the flow.
    start, end : str, date or Timestamp
        Half-open window; bare dates are production dates of the plant.
    line_id : str, optional
        Which line; may be left out where there is one.
    by : sequence of str
        Of shift_id, production_date, team_id; none makes one row.
    micro_stop, min_run, min_stop, max_gap, break_policy, as_of, attribution, stamp, unknown, minor_stops, min_coverage
        As in `evaluate` [1].

    Returns
    -------
    DataFrame
        Table `oee`: durations [s], pieces [1], ratios.

    Raises
    ------
    TableError
        If there is no such line, or the data are not in order.
    InsufficientDataError
        If no machine can be told to be the constraint.
    """
    check_options(unknown, minor_stops)
    grouping = [by] if isinstance(by, str) else list(by)
    if strange := [name for name in grouping if name not in _LINE_KEYS]:
        raise MissingColumnError(f"cannot group by {strange[0]!r}", where="by", expected=f"some of {', '.join(_LINE_KEYS)}")
    edges = window_of(data, start, end)
    options = Options.of(
        data, micro_stop=micro_stop, min_run=min_run, min_stop=min_stop, max_gap=max_gap, break_policy=break_policy,
        as_of=as_of, attribution=attribution, stamp=stamp,
    )  # fmt: skip
    products = ProductBook.of(data)
    drawn, found = ledgers(data, edges, options, products)
    machines = _machines(data, line_id)
    pace, leave = _constraint(machines, products, found), _exit(machines)
    keep = {ledger.machine.id: ledger for ledger in drawn if ledger.machine.id in {*pace, *leave}}

    def rows(names: Sequence[str], costed_at: str | None = None) -> pd.DataFrame:
        return _of(data, [keep[name] for name in names], products, grouping, options, found, costed_at)

    time = _joined(rows(pace), [rows(leave, costed_at=name) for name in pace], grouping)
    time["line_id"] = machines["line_id"].iloc[0]
    time["machine_id"] = pace[0] if len(pace) == 1 else None
    result = with_ratios(finished(time, minor_stops), unknown=unknown, minor_stops=minor_stops, min_coverage=min_coverage)
    found.append(finding("line_oee", str(time["line_id"].iloc[0]), len(time), constraint=pace, exit=leave))
    return attach(result, found, doubts(result))


def _joined(time: pd.DataFrame, left: list[pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Put what left the line, valued at each machine of the constraint, to the time of the constraint."""
    if not by:
        time, left = time.assign(everything=0), [part.assign(everything=0) for part in left]
    keys = list(by) or ["everything"]
    order = pd.MultiIndex.from_frame(time[keys]) if len(keys) > 1 else pd.Index(time[keys[0]])
    made = left[0].set_index(keys).reindex(order)
    time["good"] = made["good"].fillna(0).to_numpy(np.int64)
    time["good_ideal_s"] = _harmonic([part.set_index(keys)["good_ideal_s"].reindex(order) for part in left])
    time["scrap"], time["rework"] = time["total"] - time["good"], 0
    time["counted"] &= made["counted"].fillna(value=False).to_numpy(bool)
    time["uncosted"] += made["uncosted"].fillna(0).to_numpy(np.int64)
    return time.drop(columns="everything", errors="ignore")


def _of(
    data: PlantData,
    of: Sequence[Ledger],
    products: ProductBook,
    by: Sequence[str],
    options: Options,
    found: list[Finding],
    costed_at: str | None,
) -> pd.DataFrame:
    parts = [cells_of(data, item, products, by, options=options, found=found, costed_at=costed_at) for item in of]
    return summed(parts, by)


def _machines(data: PlantData, line_id: str | None) -> pd.DataFrame:
    if data.machines is None or "line_id" not in data.machines:
        raise MissingColumnError(
            "no machines table with line_id", table="machines", expected="the machines in the order of the flow",
            remedy="Give PlantData(machines=DataFrame({machine_id, line_id, constraint})).",
        )  # fmt: skip
    known = list(data.machines["line_id"].dropna().unique())
    wanted = line_id if line_id is not None else (known[0] if len(known) == 1 else None)
    if wanted not in known:
        raise TableError(
            f"no line {wanted!r}", where="line_id", expected=f"one of: {', '.join(known)}", remedy="Name the line."
        )
    return data.machines[data.machines["line_id"] == wanted]


def _stage(machines: pd.DataFrame, at: int) -> list[str]:
    """The machine at a position with the parallel ones beside it."""
    parallel = (machines["role"] == "parallel").to_numpy(bool) if "role" in machines else np.zeros(len(machines), bool)
    first = last = at
    while parallel[at] and first > 0 and parallel[first - 1]:
        first -= 1
    while parallel[at] and last + 1 < len(machines) and parallel[last + 1]:
        last += 1
    return list(machines["machine_id"].iloc[first : last + 1])


def _exit(machines: pd.DataFrame) -> list[str]:
    return _stage(machines, len(machines) - 1)


def _constraint(machines: pd.DataFrame, products: ProductBook, found: list[Finding]) -> list[str]:
    named = np.flatnonzero(machines["constraint"].fillna(value=False)) if "constraint" in machines else np.empty(0, np.intp)
    if len(named):
        return _stage(machines, int(named[0]))
    slowest = [max((int(products.ideal_ns[row]) for row in products.rows(name)), default=0) for name in machines["machine_id"]]
    if len(machines) > 1 and not max(slowest):
        raise InsufficientDataError(
            "no machine is marked as the constraint, and no ideal cycles tell the slowest",
            where=f"line {machines['line_id'].iloc[0]}",
            remedy="Set constraint = true at one machine.",
        )  # fmt: skip
    at = int(np.argmax(slowest))
    taken = machines["machine_id"].iloc[at]
    found.append(
        finding("constraint_assumed", str(machines["line_id"].iloc[0]), machine=taken, taken="the longest ideal cycle")
    )
    return _stage(machines, at)


def _harmonic(parts: list[pd.Series]) -> np.ndarray:
    """Machine time per good piece of machines in parallel: their rates add up."""
    ideal = np.array([part.fillna(0).to_numpy(float) for part in parts])
    if len(ideal) == 1:
        return parts[0].fillna(0).to_numpy(np.int64)
    with np.errstate(divide="ignore"):
        return np.rint(np.where((ideal > 0).all(axis=0), len(ideal) / (1.0 / ideal).sum(axis=0), 0.0)).astype(np.int64)
