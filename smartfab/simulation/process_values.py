"""What the process tags show: slow drift, quick noise, and the excursions of one tag that cause defects."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TypedDict

import numpy as np

from smartfab.clock import SECOND, Micros
from smartfab.simulation.layout import MachineKind, ProcessTag
from smartfab.simulation.streams import Concern, Floats, lognormal, stream
from smartfab.simulation.working_time import WorkAxis

STEP = 10 * SECOND
_DRIFT_STEP = 600 * SECOND
_DRIFT_MEMORY_S = 3 * 3600
_NOISE = np.array([0.6, 0.5, 0.4, 0.3])
_RAMP_S = 120.0

THRESHOLD = 268.0
SCALE = 1.5
PEAK_RISK = 0.35


class DefectCause(TypedDict):
    """What causes defects: below `threshold` of this signal the risk of a piece rises from `base_risk` to `peak_risk`."""

    signal_id: str
    machine_id: str
    rule: str
    direction: str
    threshold: float
    unit: str
    base_risk: float
    peak_risk: float
    defect_code: str


@dataclass(frozen=True, slots=True)
class Readings:
    """One process tag: source times [us] on its own grid, the first just before the line's start, and values."""

    ts: Micros
    value: Floats


def read_tags(kinds: tuple[MachineKind, ...], seed: int, start: int, end: int) -> dict[tuple[int, int], Readings]:
    """Return the readings of every process tag, by place of the machine and of the tag.

    Parameters
    ----------
    kinds : tuple of MachineKind
        Machines in the order of the flow.
    seed : int
        Seed of the line.
    start, end : int
        Half-open window [us].

    Returns
    -------
    dict
        Source times [us] and values in the tag's unit.
    """
    readings: dict[tuple[int, int], Readings] = {}
    for m, kind in enumerate(kinds):
        for t, tag in enumerate(kind.tags):
            phase = 37_000 * (1 + len(readings)) % STEP  # tags are not read all at the same instant
            ts = np.arange(start - STEP + phase, end, STEP, dtype=np.int64)
            excursion = _excursions((ts - start) / SECOND, seed) if (m, t) == (0, 0) else 0.0
            readings[m, t] = Readings(ts, np.round(_wander(tag, len(ts), seed, (m, t)) + excursion, tag.decimals))
    return readings


def _wander(tag: ProcessTag, size: int, seed: int, place: tuple[int, int]) -> Floats:
    keep = float(np.exp(-(_DRIFT_STEP / SECOND) / _DRIFT_MEMORY_S))
    shocks = stream(seed, Concern.SLOW_DRIFT, *place).standard_normal(size * STEP // _DRIFT_STEP + 2)
    shocks[1:] *= np.sqrt(1 - keep**2)
    drift = np.array(list(accumulate(shocks.tolist(), lambda before, shock: keep * before + shock)))
    slow = np.interp(np.arange(size) * (STEP / _DRIFT_STEP), np.arange(len(drift)), drift)
    white = stream(seed, Concern.FAST_NOISE, *place).standard_normal(size + len(_NOISE) - 1)
    weights = _NOISE / np.sqrt(np.sum(_NOISE**2))
    fast = sum(weight * white[n : n + size] for n, weight in enumerate(weights))
    return np.asarray(tag.setpoint + tag.slow * slow + tag.fast * fast)


def _excursions(seconds: Floats, seed: int) -> Floats:
    """Fall and rise again: the first within the first hour, then one about every three hours."""
    count = int(max(seconds[-1], 0.0) // 2700) + 2
    gap = 2700 + stream(seed, Concern.EXCURSION_GAP).exponential(7200, count)
    gap[0] = 1200 + gap[0] % 1800
    hold = stream(seed, Concern.EXCURSION_TIME).uniform(600, 1500, count)
    depth = stream(seed, Concern.EXCURSION_SIZE).uniform(15, 22, count)
    begin = np.cumsum(gap) + np.cumsum(hold + 2 * _RAMP_S) - (hold + 2 * _RAMP_S)
    times = np.column_stack([begin, begin + _RAMP_S, begin + _RAMP_S + hold, begin + 2 * _RAMP_S + hold]).ravel()
    levels = np.column_stack([0 * depth, -depth, -depth, 0 * depth]).ravel()
    return np.interp(seconds, times, levels)


def defect_cause(kind: MachineKind) -> DefectCause:
    """Return the rule by which the first tag of the first machine causes defects.

    Parameters
    ----------
    kind : MachineKind
        The first machine.

    Returns
    -------
    DefectCause
        Signal, threshold in its unit, and risks [1].
    """
    tag = kind.tags[0]
    rule = (
        f"risk = {kind.defect_share} + {PEAK_RISK - kind.defect_share:.3f} / (1 + exp((x - {THRESHOLD}) / {SCALE})), "
        f"x = the newest {tag.name} [{tag.unit}] when the piece is counted"
    )
    return DefectCause(
        signal_id=f"{kind.id}/{tag.name}", machine_id=kind.id, rule=rule, direction="below", threshold=THRESHOLD,
        unit=tag.unit, base_risk=kind.defect_share, peak_risk=PEAK_RISK, defect_code=kind.defect_code,
    )  # fmt: skip


class CauseRisk:
    """The risk of a defect at instants of working time that never go back."""

    def __init__(self, readings: Readings, axis: WorkAxis, base: float) -> None:
        low = 1 / (1 + np.exp((readings.value - THRESHOLD) / SCALE))
        self._risk: list[float] = (base + (PEAK_RISK - base) * low).tolist()
        self._first = int(readings.ts[0])
        self._shift: list[int] = (axis.begin - axis.offset).tolist()
        self._next: list[int] = [*axis.offset[1:].tolist(), 2**63 - 1]
        self._place = 0

    def at(self, work: int) -> float:
        """Return the risk [1] by the newest reading at `work` [us]."""
        while work >= self._next[self._place]:
            self._place += 1
        newest = (work + self._shift[self._place] - self._first) // STEP
        return self._risk[min(newest, len(self._risk) - 1)]


def inspection_s(seed: int, machine: int, size: int) -> Floats:
    """Return how long after its making a piece's label is known [s].

    Parameters
    ----------
    seed : int
        Seed of the line.
    machine : int
        Place of the machine.
    size : int
        Pieces of the plan [1].

    Returns
    -------
    ndarray of float64
        Delays [s].
    """
    return lognormal(stream(seed, Concern.INSPECTION, machine), size, 420.0, 0.5, within=(60.0, 3600.0))
