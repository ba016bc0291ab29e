"""Detectors of single rows, without labels: Hotelling's T², principal components, and plain ranges."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.utils._param_validation import Interval

from smartfab.defects.detecting import RowDetector

Floats = npt.NDArray[np.float64]


class T2Detector(RowDetector):
    """Hotelling's T² of single rows, with a covariance that stays usable when rows are few.

    Parameters
    ----------
    far : float
        Share of normal rows that may alarm [1].

    Attributes
    ----------
    limit_ : float
        T² beyond which a row is an alarm.

    References
    ----------
    Hotelling: Multivariate quality control. In: Techniques of Statistical Analysis, 1947.
    Ledoit, Wolf: A well-conditioned estimator for large-dimensional covariance matrices. J. Multivariate Analysis 88(2), 2004.

    Examples
    --------
    >>> import numpy as np, smartfab as sf
    >>> x = np.random.default_rng(0).normal(size=(500, 3))
    >>> sf.defects.T2Detector().fit(x).predict([[0, 0, 0], [9, 9, 9]])
    array([ 1, -1])
    """

    _statistic = "t2"

    def _learn(self, rows: Floats) -> None:
        from sklearn.covariance import ledoit_wolf

        self.location_ = rows.mean(axis=0)
        self.scale_ = _spread(rows)
        covariance, _ = ledoit_wolf((rows - self.location_) / self.scale_, assume_centered=True)
        self.whitening_ = _root(np.linalg.eigh(covariance + 1e-9 * np.eye(len(covariance))))

    def _measure(self, rows: Floats) -> tuple[Floats, Floats]:
        parts = np.square(((rows - self.location_) / self.scale_) @ self.whitening_)
        return parts, parts.sum(axis=1)


class PCADetector(RowDetector):
    """Principal components: the distance within the plane of normal rows and off it, as one combined index.

    Parameters
    ----------
    far : float
        Share of normal rows that may alarm [1].
    variance : float
        Share of the variance the plane explains [1].

    Attributes
    ----------
    limit_ : float
        Combined index beyond which a row is an alarm.

    References
    ----------
    Yue, Qin: Reconstruction-based fault identification using a combined index. Ind. Eng. Chem. Res. 40(20), 2001.

    Examples
    --------
    >>> import numpy as np, smartfab as sf
    >>> x = np.random.default_rng(0).normal(size=(500, 1)) * [1, 2, 3] + np.random.default_rng(1).normal(size=(500, 3)) / 9
    >>> sf.defects.PCADetector().fit(x).predict([[0, 0, 0], [1, -2, 3]])
    array([ 1, -1])
    """

    _statistic = "pca"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **RowDetector._parameter_constraints,
        "variance": [Interval(Real, 0, 1, closed="right")],
    }

    def __init__(self, *, far: float = 0.01, variance: float = 0.9) -> None:
        super().__init__(far=far)
        self.variance = variance

    def _learn(self, rows: Floats) -> None:
        self.location_ = rows.mean(axis=0)
        self.scale_ = _spread(rows)
        standard = (rows - self.location_) / self.scale_
        values, vectors = np.linalg.eigh(standard.T @ standard / len(rows))
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        total = values.sum()
        inside = int(np.searchsorted(np.cumsum(values), self.variance * total * (1 - 1e-12))) + 1 if total > 0 else 1
        rest = (
            values[inside:].mean() if inside < len(values) and values[inside:].mean() > 0 else values[0] if total > 0 else 1.0
        )
        weights = np.where(np.arange(len(values)) < inside, np.maximum(values, 1e-9), max(float(rest), 1e-9))
        self.n_components_ = inside
        self.whitening_ = _root((weights, vectors))

    def _measure(self, rows: Floats) -> tuple[Floats, Floats]:
        parts = np.square(((rows - self.location_) / self.scale_) @ self.whitening_)
        return parts, parts.sum(axis=1)


class RangeDetector(RowDetector):
    """A range a column: how far a row is from the middle of the normal range, in halves of that range, at its worst column.

    Parameters
    ----------
    far : float
        Share of normal rows that may alarm [1].

    Attributes
    ----------
    low_, high_ : ndarray of float64
        The ranges outside which a row is an alarm.

    Examples
    --------
    >>> import numpy as np, smartfab as sf
    >>> x = np.random.default_rng(0).normal(size=(500, 3))
    >>> sf.defects.RangeDetector().fit(x).predict([[0, 0, 0], [0, 0, 9]])
    array([ 1, -1])
    """

    _statistic = "range"

    def _learn(self, rows: Floats) -> None:
        each = self.far / (2 * rows.shape[1])
        low, high = np.quantile(rows, [each, 1 - each], axis=0)
        self.location_ = (low + high) / 2
        half = (high - low) / 2
        self.scale_ = np.where(half > 0, half, 1.0)

    def _measure(self, rows: Floats) -> tuple[Floats, Floats]:
        parts = np.abs(rows - self.location_) / self.scale_
        return parts, parts.max(axis=1)

    @property
    def low_(self) -> Floats:
        """Lower ends of the ranges, in the units of the columns."""
        return np.asarray(self.location_ - self.limit_ * self.scale_)

    @property
    def high_(self) -> Floats:
        """Upper ends of the ranges, in the units of the columns."""
        return np.asarray(self.location_ + self.limit_ * self.scale_)


def _spread(rows: Floats) -> Floats:
    spread = rows.std(axis=0)
    return np.where(spread > 0, spread, 1.0)


def _root(decomposed: tuple[Floats, Floats]) -> Floats:
    """The symmetric square root of the inverse, from eigenvalues and vectors."""
    values, vectors = decomposed
    return np.asarray((vectors / np.sqrt(values)) @ vectors.T)
