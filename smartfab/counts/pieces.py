"""`count_pieces`: the counters of every machine → the counts table."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.counts.balance import balanced
from smartfab.counts.products import product_at
from smartfab.findings import Finding, attach, finding
from smartfab.plant import Machine, Plant
from smartfab.signals.counting import Gaps, increments, remarks
from smartfab.signals.ordering import ordered
from smartfab.signals.readings import Floats, Readings, by_place, by_signal, instants
from smartfab.tables import conform, empty

__all__ = ["count_pieces"]

_QUANTITY = {"total_count": "total", "good_count": "good", "reject_count": "scrap", "rework_count": "rework"}
_COLUMNS = ["machine_id", "ts", "product_id", "total", "good", "scrap", "rework"]

Steps = tuple[clock.Micros, Floats]


def count_pieces(samples: pd.DataFrame, plant: Plant, *, coverage: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the pieces each machine made since its row before; the first reading of a counter counts nothing.

    A row stands for every instant a counter was read: 0 where it was read and nothing was made, null where another
    counter was read but not this one, so that what a gap hid can be shared over the time since its own last reading.
    Bad and missing readings are left out, so the next good one counts the pieces of both. Without a total counter,
    total is good + scrap + rework; with one, it stands for what is not counted: good, or scrap. `product_id` is what
    the product tag said last, or the machine's only product where there is no such tag.

    Parameters
    ----------
    samples : DataFrame
        Table `samples`.
    plant : Plant
        What the signals mean; `max_value` and `max_rate` of a counter as in `counter_steps`.
    coverage : DataFrame, optional
        Table `coverage`: a counter that was reset within one of its gaps is a finding.

    Returns
    -------
    DataFrame
        Table `counts`: machine_id, ts, product_id, total, good, scrap, rework [1], sorted by machine_id and ts.
        Findings: counter_reset, counter_reset_in_gap, counter_wrap, counter_jump, counter_above_max, counter_bad_status,
        counter_missing, no_samples, no_count_signal, scrap_not_counted, quality_not_counted, good_not_counted,
        counters_disagree, negative_pieces.

    Raises
    ------
    TableError
        If the samples are not in order with their declaration.
    """
    table = ordered(samples, plant)
    readings = by_signal(table)
    findings: list[Finding] = table.attrs.get("findings", [])
    gaps = _gaps(coverage)
    frames = [empty("counts")[_COLUMNS]]
    for machine in sorted((machine for _, machine in plant.machines), key=lambda machine: machine.id):
        counted, told = _steps(machine, readings, gaps)
        findings += told
        if counted:
            frame, told = _rows(machine, counted, readings, plant)
            frames.append(frame)
            findings += told
    return attach(pd.concat(frames, ignore_index=True), findings)


def _steps(
    machine: Machine, readings: dict[str, Readings], gaps: dict[str, Gaps]
) -> tuple[dict[str, list[Steps]], list[Finding]]:
    """The increments of each counter of a machine, by quantity."""
    counted: dict[str, list[Steps]] = {}
    findings: list[Finding] = []
    tags = machine.with_role(*_QUANTITY)
    if not tags:
        findings.append(finding("no_count_signal", machine.id))
    for name, signal in tags.items():
        where = f"{machine.id}/{name}"
        if where not in readings:
            findings.append(finding("no_samples", where))
            continue
        read = readings[where]
        bad, missing = read.bad, np.isnan(read.value)
        for code, rows in (("counter_bad_status", bad), ("counter_missing", missing & ~bad)):
            if rows.any():
                findings.append(finding(code, where, int(rows.sum()), first=clock.stamp(read.ts[rows.argmax()])))
        usable = ~(bad | missing)
        ts, value = (read.ts, read.value) if usable.all() else (read.ts[usable], read.value[usable])
        step, event = increments(ts, value, signal.max_value, signal.max_rate)
        findings += remarks(where, ts, value, event, signal.max_value, gaps.get(where))
        counted.setdefault(_QUANTITY[signal.role], []).append((ts, step))
    return counted, findings


def _gaps(coverage: pd.DataFrame | None) -> dict[str, Gaps]:
    """The gaps of each signal that history did not fill."""
    if coverage is None or not len(coverage):
        return {}
    table = conform(coverage, "coverage")
    if "recovered" in table:
        table = table[~table["recovered"]]
    parts = table.groupby("signal_id")
    return {str(name): (clock.micros(part["start"]), clock.micros(part["end"])) for name, part in parts}


def _rows(
    machine: Machine, counted: dict[str, list[Steps]], readings: dict[str, Readings], plant: Plant
) -> tuple[pd.DataFrame, list[Finding]]:
    """One row an instant at which any counter was read."""
    ts = instants([at for group in counted.values() for at, _ in group])
    sums: dict[str, Floats] = {}
    silent: dict[str, npt.NDArray[np.bool_]] = {}
    for quantity, group in counted.items():
        sums[quantity], silent[quantity] = np.zeros(len(ts)), np.ones(len(ts), dtype=bool)
        for at, step in group:
            row = np.searchsorted(ts, at)
            sums[quantity][row] += step
            silent[quantity][row] = False
    pieces, findings = balanced(machine.id, sums)
    for quantity in counted.keys() - {"total"}:
        pieces[quantity] = np.where(silent[quantity], np.nan, pieces[quantity])
    frame = pd.DataFrame(
        {
            "machine_id": by_place([machine.id], np.zeros(len(ts), dtype=np.int64)),
            "ts": clock.from_micros(ts),
            "product_id": product_at(ts, machine, readings, plant),
            **pieces,
        }
    )
    return frame[_COLUMNS], findings
