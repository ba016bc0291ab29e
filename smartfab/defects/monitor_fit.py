"""From a reference to charts, limits and the decision whether to trust them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from smartfab.defects import reference_blocks as blocks
from smartfab.defects.limits import Limit, calibrated, effective_size, rate_interval
from smartfab.defects.signal_frames import SignalFrame
from smartfab.defects.smoothed_charts import Memory, SmoothedChart, smoothed
from smartfab.errors import InsufficientDataError

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FIT_SHARE = 0.7
"""The first 70 % of each frame make centre and covariance, the rest the limit."""

_APART = 0.99


@dataclass(frozen=True)
class Fitted:
    """One chart of a monitor: which signals, levels or differences, and its limit."""

    places: npt.NDArray[np.intp]
    differences: bool
    chart: SmoothedChart
    limit: float


@dataclass(frozen=True)
class Reference:
    """The complete rows of the reference frames, one under the other, and what the monitor was asked."""

    x: Floats
    frame: npt.NDArray[np.intp]
    restart: Mask
    lam: float
    far: float

    def parts(self) -> list[Floats]:
        """Return the frames one by one."""
        return [self.x[self.frame == place] for place in np.unique(self.frame)]

    def fitting(self) -> Mask:
        """Return which rows make centre and covariance."""
        out = np.zeros(len(self.x), dtype=bool)
        for place in np.unique(self.frame):
            rows = np.flatnonzero(self.frame == place)
            out[rows[: int(FIT_SHARE * len(rows))]] = True
        return out

    def settled(self) -> Mask:
        """Return which rows come when the smoothing has forgotten how it began."""
        begin = np.maximum.accumulate(np.where(self.restart, np.arange(len(self.x)), 0))
        return np.arange(len(self.x)) - begin >= round(3 / self.lam)

    def smooth(self, centre: Floats, places: npt.NDArray[np.intp], *, differences: bool) -> Floats:
        """Return the smoothed deviations of some signals."""
        deviation = np.ascontiguousarray(self.x[:, places] - centre[places])
        none_missing = np.zeros(len(deviation), dtype=bool)
        memory = Memory.blank(len(places))
        return smoothed(deviation, none_missing, self.restart, self.lam, memory, differences=differences)


@dataclass
class Outcome:
    """What fitting gives: charts, the centre rows are taken from, and how far it can be trusted."""

    centre: Floats
    charts: list[Fitted]
    slow: Mask
    drifting: Mask
    calibration: dict[str, object] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


def gather(frames: Sequence[SignalFrame], keep: npt.NDArray[np.intp], lam: float, far: float, max_gap: int) -> Reference:
    """Return the complete rows of the frames, with a restart at each frame's begin and after each gap."""
    rows, places, restarts = [], [], []
    for place, frame in enumerate(frames):
        x = frame.x[:, keep]
        there = ~np.isnan(x).any(axis=1)
        ts = frame.ts[there]
        rows.append(x[there])
        places.append(np.full(len(ts), place))
        restarts.append(np.concatenate(([True], np.diff(ts) > max_gap))[: len(ts)])
    return Reference(np.concatenate(rows), np.concatenate(places), np.concatenate(restarts), lam, far)


def fit_charts(reference: Reference, slow: Mask | None) -> Outcome:
    """Return the charts of a reference; `slow` as named by the user, or None to find out."""
    fitting, settled = reference.fitting(), reference.settled()
    _refuse_short(reference, fitting, settled)
    centre = reference.x[fitting].mean(axis=0)
    every = np.arange(reference.x.shape[1])
    drifting = np.zeros(len(every), dtype=bool)
    moves = blocks.slow_signals(reference.parts()) if slow is None else slow
    if slow is None and blocks.can_be_judged(len(reference.x), reference.lam):
        z = reference.smooth(centre, every, differences=False)
        drifting = blocks.drifting_signals(z, settled, reference.lam) & ~moves
    outcome = Outcome(centre, [], moves, drifting)
    asked = [(every[~(moves | drifting)], False), (every[moves | drifting], True)]
    groups = [(places, differences) for places, differences in asked if len(places)]
    told = []
    for places, differences in groups:
        z = reference.smooth(centre, places, differences=differences)
        chart = SmoothedChart.of(z[fitting & settled], _worth(int((fitting & settled).sum()), reference.lam))
        limit = calibrated(
            chart.statistic(z[~fitting]), reference.far / len(groups), signals=len(places),
            trained_on=_worth(int(fitting.sum()), reference.lam),
        )  # fmt: skip
        held = _out_of_block(reference, z, settled)
        reached = float(np.quantile(held, 1 - reference.far / len(groups)))
        judged = blocks.can_be_judged(len(reference.x), reference.lam)
        value = max(limit.value, reached) if judged else limit.value  # what normal blocks reach is no alarm
        outcome.charts.append(Fitted(places, differences, chart, value))
        told.append((limit, held))
    _judge(reference, outcome, told)
    return outcome


def _worth(rows: int, lam: float) -> float:
    return rows / blocks.memory_rows(lam)


def _refuse_short(reference: Reference, fitting: Mask, settled: Mask) -> None:
    fewest = round(4 / reference.lam)
    if (fitting & settled).sum() < fewest or (~fitting).sum() < 10:
        raise InsufficientDataError(
            f"{len(reference.x)} complete rows", where="reference",
            expected=f"at least {round((3 / reference.lam + fewest) / FIT_SHARE) + 1} in one frame",
            remedy="Give a longer stretch of normal operation.",
        )  # fmt: skip


def _out_of_block(reference: Reference, z: Floats, settled: Mask) -> Floats:
    """T² of every block by the chart of the others."""
    out = np.empty(len(z))
    for block in np.array_split(np.arange(len(z)), blocks.BLOCKS):
        others = settled.copy()
        others[block] = False
        if others.sum() < 2:
            others = settled
        out[block] = SmoothedChart.of(z[others], _worth(int(others.sum()), reference.lam)).statistic(z[block])
    return out


def _judge(reference: Reference, outcome: Outcome, told: list[tuple[Limit, Floats]]) -> None:
    """Write down the calibration, and what speaks against trusting it."""
    ratio = np.max([held / fitted.limit for fitted, (_, held) in zip(outcome.charts, told, strict=True)], axis=0)
    alarm = ratio > 1
    low, high = rate_interval(alarm, round(2 * blocks.memory_rows(reference.lam)))
    n_reference = min(effective_size(held) for _, held in told)
    limits = [limit for limit, _ in told]
    outcome.calibration.update(
        method="quantile" if all(limit.method == "quantile" for limit in limits) else "extrapolated",
        n_eff=min(limit.n_eff for limit in limits),
        n_eff_reference=n_reference,
        nominal=reference.far,
        achieved=float(alarm.mean()),
        low=low,
        high=high,
        factor=max(limit.factor for limit in limits),
        level=max(limit.level for limit in limits),
        rows=len(reference.x),
        fitted_on=int(reference.fitting().sum()),
    )
    outcome.doubts += _doubts(reference, outcome, told, n_reference)


def _doubts(
    reference: Reference, outcome: Outcome, told: list[tuple[Limit, Floats]], n_reference: float
) -> Iterator[str]:  # fmt: skip
    from scipy.stats import chi2

    if not blocks.can_be_judged(len(reference.x), reference.lam):
        needed = round(blocks.BLOCKS * 10 * blocks.memory_rows(reference.lam))
        yield f"{len(reference.x)} rows are too few to compare blocks; {needed} would do"
        return
    if n_reference * reference.far < 1:
        needed = round(1 / reference.far)
        yield f"the reference is worth {n_reference:.0f} independent rows; a rate of {reference.far} needs {needed}"
    for fitted, (_, held) in zip(outcome.charts, told, strict=True):
        typical = [float(np.median(held[block])) for block in np.array_split(np.arange(len(held)), blocks.BLOCKS)]
        most = float(chi2.ppf(_APART, len(fitted.places)))
        if max(typical) > most:
            block = int(np.argmax(typical)) + 1
            yield f"block {block} of the reference stands apart (T² {max(typical):.1f}, others allow {most:.1f})"
