"""How much of each window is known, averaged over the signals a part has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Coverage:
    """Sums of known shares: one row a part, one column a window."""

    def __init__(self, rows: int, windows: int) -> None:
        self._sum, self._signals = np.zeros((rows, windows)), np.zeros(rows)

    def add(self, here: npt.NDArray[np.bool_], share: Floats) -> None:
        """Count one more signal for the parts `here`, each window known by its share."""
        self._sum[here] += share
        self._signals[here] += 1

    def means(self) -> Floats:
        """Return the mean share of each part and window; 0 for a part without signals."""
        return self._sum / np.maximum(self._signals, 1)[:, None]
