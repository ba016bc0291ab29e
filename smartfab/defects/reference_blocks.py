"""What a reference says of itself: which signals are slow, which keep no level, and whether its blocks agree."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BLOCKS = 5
SLOW = 0.3
"""A signal whose von Neumann ratio lies below this moves slowly; white noise has 2."""

_INDEPENDENT = 10.0
"""A block can be judged when it is worth at least this many independent smoothed rows."""


def von_neumann(x: Floats) -> Floats:
    """Return the mean squared successive difference of each column over its variance; a constant has infinity.

    References
    ----------
    von Neumann: Distribution of the ratio of the mean square successive difference to the variance.
    Annals of Mathematical Statistics 12(4), 1941.
    """
    variance = x.var(axis=0)
    steps = np.square(np.diff(x, axis=0)).mean(axis=0) if len(x) > 1 else np.zeros(x.shape[1])
    out: Floats = np.divide(steps, variance, out=np.full(x.shape[1], np.inf), where=variance > 0)
    return out


def slow_signals(frames: list[Floats]) -> npt.NDArray[np.bool_]:
    """Return which columns are slow: by the median ratio over the frames, or over five blocks of a single one."""
    parts = frames if len(frames) > 1 else np.array_split(frames[0], BLOCKS)
    ratios = np.median([von_neumann(part) for part in parts if len(part) > 1], axis=0)
    return np.asarray(ratios < SLOW)


def memory_rows(lam: float) -> float:
    """Return how many rows of white noise one independent smoothed row is worth: (2 − λ)/λ."""
    return (2 - lam) / lam


def can_be_judged(rows: int, lam: float) -> bool:
    """Return whether blocks of a reference of that many rows are long enough to be told apart."""
    return rows / BLOCKS >= _INDEPENDENT * memory_rows(lam)


def drifting_signals(z: Floats, usable: npt.NDArray[np.bool_], lam: float) -> npt.NDArray[np.bool_]:
    """Return which columns of smoothed rows keep no level over the blocks of the reference.

    A block stands apart when its median is off the mean of the other blocks by more than their standard deviation, and by
    more than four standard errors of a mean of white noise over the block. The level of such a signal cannot be judged
    from this reference; its changes can.
    """
    allowed = max(1.0, 4 * np.sqrt(memory_rows(lam) * BLOCKS / len(z)))
    apart = np.zeros(z.shape[1], dtype=bool)
    for block in np.array_split(np.arange(len(z)), BLOCKS):
        others = usable.copy()
        others[block] = False
        spread = z[others].std(axis=0)
        off = np.abs(np.median(z[block], axis=0) - z[others].mean(axis=0))
        apart |= off > allowed * np.where(spread > 0, spread, 1.0)
    return apart
