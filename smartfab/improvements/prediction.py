"""How narrow the interval of a design will be, told from the baseline alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab.improvements.adjustment import independent, weekday
from smartfab.improvements.detectable import detectable_effect
from smartfab.improvements.mixtures import quantile
from smartfab.improvements.moments import Grain
from smartfab.improvements.noise_grid import Array, Fitted, precision, unexposed, whitened

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Baseline:
    """What is known before the change: period, y, relative white variance, and the columns held constant."""

    period: Ints
    y: Array
    white: Array
    columns: Array
    grain: Grain

    def like(self, period: Ints) -> Ints:
        """Return for each future period the row of the baseline it is taken to be like: the same weekday, newest first."""
        count = len(self.period)
        if self.grain != "D":
            return count - 1 - np.arange(len(period), dtype=np.int64) % count
        rows = np.empty(len(period), dtype=np.int64)
        for day in range(7):
            mine = np.flatnonzero(weekday(self.period) == day)[::-1]
            wanted = np.flatnonzero(weekday(period) == day)
            if len(wanted):
                rows[wanted] = mine[np.arange(len(wanted)) % len(mine)]
        return rows


@dataclass(frozen=True)
class Prediction:
    """Scale (width of the interval / 2t) and degrees of freedom of a design."""

    scale: float
    dof: int

    def mde(self, level: float) -> float:
        """Return the smallest effect found with 80 % power."""
        return detectable_effect(self.scale, self.dof, level=level)


def future_periods(baseline: Baseline, begin: int, end: int) -> Ints:
    """Return the periods from `begin` to before `end` on which the unit will work: weekdays worked in half of the weeks.

    Parameters
    ----------
    baseline : Baseline
        With the periods so far.
    begin, end : int
        Numbers of periods.

    Returns
    -------
    ndarray of int64
        In order.
    """
    every = np.arange(begin, end, dtype=np.int64)
    if baseline.grain != "D":
        return every
    weeks = max(1.0, (int(baseline.period[-1]) - int(baseline.period[0]) + 1) / 7)
    worked = np.bincount(weekday(baseline.period), minlength=7) >= weeks / 2
    return every[worked[weekday(every)]]


@dataclass(frozen=True)
class Noise:
    """What the baseline says of its noise: weight and σ² of every cell of the grid."""

    weight: Array
    variance: Array


def noise_of(baseline: Baseline) -> Noise:
    """Return the noise of a baseline, as far as it can be told before anything was changed."""
    basis = independent(baseline.columns)
    step = np.diff(baseline.period, prepend=baseline.period[:1])
    known = whitened(step, baseline.white, np.column_stack([basis, baseline.y]))
    return Noise(*unexposed(known, basis.shape[1]))


def predicted(
    baseline: Baseline, noise: Noise, future: Ints, exposure: Array, cuts: Sequence[int], level: float, *, apart: bool = False
) -> list[Prediction]:
    """Return what the design will tell, had it ended after each number of future periods.

    The noise is as the baseline shows it: every cell of the grid predicts a scale, and the cells are mixed by their weight.

    Parameters
    ----------
    baseline : Baseline
        Before the change.
    noise : Noise
        Of the baseline.
    future : ndarray of int64
        Periods after it.
    exposure : ndarray
        Of the future periods, 0…1.
    cuts : sequence of int
        Numbers of future periods, rising, each at least 1 [1].
    level : float
        Level of the interval [1].
    apart : bool
        The baseline has a level of its own, as in a switchback.

    Returns
    -------
    list of Prediction
        One a cut.
    """
    from scipy.special import stdtrit

    count = len(baseline.period)
    like = baseline.like(future)
    columns = np.vstack([baseline.columns, baseline.columns[like]])
    if apart:
        columns = np.column_stack([columns, np.arange(len(columns)) < count])
    basis = independent(columns)
    period = np.concatenate([baseline.period, future])
    white = np.concatenate([baseline.white, baseline.white[like]])
    x = np.concatenate([np.zeros(count), exposure])
    whole = whitened(np.diff(period, prepend=period[:1]), white, np.column_stack([basis, x]))
    found = []
    for cut, sharp in zip(cuts, precision(whole, [count + cut for cut in cuts]), strict=True):
        dof = count + cut - basis.shape[1] - 1
        scale = np.sqrt(noise.variance / sharp)[:, None]
        half = quantile(Fitted(noise.weight[:, None], np.zeros_like(scale), scale, scale, dof), 0.5 + level / 2)
        found.append(Prediction(half / float(stdtrit(dof, 0.5 + level / 2)), dof))
    return found
