"""States of a machine without a state tag, from its counter: it runs while it counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from smartfab import clock
from smartfab.errors import PlantError
from smartfab.findings import Finding, finding
from smartfab.plant import Machine, Plant
from smartfab.plant_grammar import CYCLES, Signal
from smartfab.signals.counting import increments
from smartfab.signals.readings import Mask, Readings
from smartfab.states.rows import UNKNOWN, StateRows, joined
from smartfab.vocabulary import CATEGORIES

__all__ = ["from_counter", "pause_of"]

_RUNNING = CATEGORIES.index("running")


def from_counter(where: str, counter: Signal, read: Readings, *, pause: int, stopped: str) -> tuple[StateRows, list[Finding]]:
    """Return what a counter tells of its machine: running from a count until `pause` has passed without another.

    The state at any time depends on nothing later, so it does not change when more data come in. A stop therefore
    begins `pause` after its last piece, and ends with the first new one. Before the first piece the state is
    ``unknown`` until `pause` has passed, and so it is after a bad or missing reading until the next good one has
    counted or `pause` has passed.

    Parameters
    ----------
    where : str
        signal_id of the counter.
    counter : Signal
        The counter.
    read : Readings
        Its readings.
    pause : int
        Longest time between two pieces of a running machine [us].
    stopped : str
        Category of a machine that does not count.

    Returns
    -------
    rows : StateRows
        One row a reading, and one wherever a pause ran out.
    findings : list of Finding
        state_bad; counter_read_too_slowly where single readings bring pieces of more than one pause.
    """
    good = ~(read.bad | np.isnan(read.value))
    moved, slow = _moved(counter, read, good, pause)
    resumed = good & ~np.append(False, good[:-1])[: len(good)]
    anchors = np.flatnonzero(moved | resumed | ~good)
    holds = np.where(moved, _RUNNING, UNKNOWN)[anchors]
    expires = read.ts[anchors] + pause
    nth = np.cumsum(moved | resumed | ~good) - 1
    rows = StateRows(
        ts=read.ts,
        state=np.where(good & (read.ts >= expires[nth]), CATEGORIES.index(stopped), holds[nth]),
        status=read.status,
        server_ts=read.server_ts,
        derived=np.ones(len(read.ts), dtype=np.bool_),
        reason_from=np.zeros(len(read.ts), dtype=np.int64),
    )
    ran_out = good[anchors] & np.append(read.ts[anchors[1:]] > expires[:-1], True)
    stops = rows.take(anchors[ran_out])
    stops = stops.changed(ts=expires[ran_out], state=np.full(len(stops.ts), CATEGORIES.index(stopped)))
    findings = []
    if not good.all():
        findings.append(finding("state_bad", where, int((~good).sum()), first=clock.stamp(read.ts[good.argmin()])))
    if slow:
        findings.append(finding("counter_read_too_slowly", where, slow, pause_s=pause / clock.SECOND))
    return joined(rows, stops), findings


def _moved(counter: Signal, read: Readings, good: Mask, pause: int) -> tuple[Mask, int]:
    """Where the counter had moved on, and how often it brought more pieces, after more time, than one pause explains."""
    ts = read.ts[good]
    step, _ = increments(ts, read.value[good], counter.max_value, counter.max_rate)
    moved = np.zeros(len(read.ts), dtype=np.bool_)
    moved[good] = step > 0
    gap = ts[1:] - ts[:-1]
    return moved, int(((gap > pause) & (gap <= pause * step[1:])).sum())


def pause_of(signal: Signal, machine: Machine, plant: Plant) -> int:
    """Return how long a machine may count nothing and still run.

    Parameters
    ----------
    signal : Signal
        With `stopped_after`: a duration, or a number of cycles of the fastest product of the machine. Where a rate of
        pieces is given, a cycle takes the time of all the parts it makes.
    machine : Machine
        The machine.
    plant : Plant
        With its products.

    Returns
    -------
    int
        Length of time [us].

    Raises
    ------
    PlantError
        If it is in cycles and no product of the machine has an ideal cycle.
    """
    text = signal.stopped_after or ""
    cycles = CYCLES.fullmatch(text)
    if cycles is None:
        return clock.duration(text, what="stopped_after")
    shortest = min(_cycles_s(machine, plant), default=None)
    if shortest is None:
        raise PlantError(
            f"stopped_after is {text!r}, but no product of the machine has an ideal cycle",
            where=f"machine {machine.id}",
            remedy="Add [[product]] with ideal_cycle_s, or write a duration such as '30s'.",
        )
    return round(float(cycles[1]) * shortest * clock.SECOND)


def _cycles_s(machine: Machine, plant: Plant) -> Iterator[float]:
    for product in plant.product:
        seconds = _of(product.ideal_cycle_s, machine)
        rate = _of(product.rate_per_h, machine)
        if seconds is not None:
            yield seconds
        elif rate is not None:
            yield 3600 / rate * product.parts_per_cycle


def _of(speed: float | dict[str, float] | None, machine: Machine) -> float | None:
    return speed.get(machine.id) if isinstance(speed, dict) else speed
