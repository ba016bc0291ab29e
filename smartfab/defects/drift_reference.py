"""What a model remembers of the data it was fitted on, to tell later whether new data are still like them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_POINTS = 201


@dataclass(frozen=True)
class DriftReference:
    """Of each column: the quantiles at evenly spaced levels, mean, standard deviation, and share missing; and how many rows."""

    quantiles: Floats
    mean: Floats
    std: Floats
    missing: Floats
    rows: int

    @classmethod
    def of(cls, x: Floats) -> DriftReference:
        """Return what to remember of these rows; a column without a value has NaN quantiles.

        Parameters
        ----------
        x : ndarray of float64
            Rows; NaN is missing.

        Returns
        -------
        DriftReference
            With 201 quantiles a column.
        """
        quantiles = np.full((_POINTS, x.shape[1]), np.nan)
        mean, std = np.full(x.shape[1], np.nan), np.full(x.shape[1], np.nan)
        for place in range(x.shape[1]):
            known = x[~np.isnan(x[:, place]), place]
            if len(known):
                quantiles[:, place] = np.quantile(known, np.linspace(0, 1, _POINTS))
                mean[place], std[place] = known.mean(), known.std()
        return cls(quantiles, mean, std, np.isnan(x).mean(axis=0), len(x))

    def outside(self, x: Floats) -> npt.NDArray[np.bool_]:
        """Return which values lie outside what was seen, by more than a tenth of its breadth; missing values do not.

        Parameters
        ----------
        x : ndarray of float64
            Rows.

        Returns
        -------
        ndarray of bool
            In the shape of `x`.
        """
        low, high = self.quantiles[0], self.quantiles[-1]
        room = 0.1 * (high - low)
        never = np.isnan(low) & ~np.isnan(x)
        return np.asarray((x < low - room) | (x > high + room) | never)
