"""One multivariate chart with a memory: T² of exponentially smoothed signals, or of their smoothed differences.

The covariance is that of the smoothed vector, never that of the raw rows divided by a textbook factor: process signals are
autocorrelated. It is drawn towards uncorrelated signals as if there had been one such observation a signal beside the
effectively independent ones.

References
----------
Lowry, Woodall, Champ, Rigdon: A multivariate exponentially weighted moving average control chart. Technometrics 34(1), 1992.
Kessy, Lewin, Strimmer: Optimal whitening and decorrelation. The American Statistician 72(4), 2018 (ZCA-cor).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab._fast import smoothed_chart as kernel

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass
class Memory:
    """What a chart remembers of the rows before: smoothed deviations, and the newest row."""

    z: Floats
    before: Floats

    @classmethod
    def blank(cls, signals: int) -> Memory:
        """Return the memory of a chart that has seen nothing."""
        return cls(np.zeros(signals), np.full(signals, np.nan))


def smoothed(x: Floats, missing: Mask, restart: Mask, lam: float, memory: Memory, *, differences: bool) -> Floats:
    """Return the smoothed rows (or their smoothed differences), and leave in `memory` where to go on."""
    out = np.empty_like(x)
    kernel.smooth(
        x, missing.view(np.uint8), restart.view(np.uint8), lam, differences, memory.z, memory.before, out
    )  # fmt: skip
    return out


@dataclass(frozen=True)
class SmoothedChart:
    """Centre of the smoothed vector and the matrix that makes it white, signal by signal as near to itself as can be."""

    centre: Floats
    whitening: Floats

    @classmethod
    def of(cls, z: Floats, n_eff: float) -> SmoothedChart:
        """Return the chart of these smoothed rows, which are worth `n_eff` independent ones.

        Parameters
        ----------
        z : ndarray of float64
            Rows in control, one column a signal.
        n_eff : float
            Effectively independent rows [1].

        Returns
        -------
        SmoothedChart
            With finite entries, however few rows there are.
        """
        signals = z.shape[1]
        centre = z.mean(axis=0)
        spread = z.std(axis=0)
        scale = np.where(spread > 0, spread, 1.0)
        standard = (z - centre) / scale
        share = signals / (signals + max(n_eff, 1.0))
        correlation = (1 - share) * (standard.T @ standard) / len(z)
        correlation[np.diag_indices(signals)] = 1.0
        values, vectors = np.linalg.eigh(correlation)
        root = (vectors / np.sqrt(np.maximum(values, 1e-9))) @ vectors.T
        return cls(centre, np.ascontiguousarray(root / scale))

    def contributions(self, z: Floats) -> tuple[Floats, Floats]:
        """Return what each signal adds to T² of each row, and T² itself, their sum."""
        parts, total = np.empty_like(z), np.empty(len(z))
        kernel.contributions(np.ascontiguousarray(z), self.centre, self.whitening, parts, total)
        return parts, total

    def statistic(self, z: Floats) -> Floats:
        """Return T² of each row."""
        return self.contributions(z)[1]
