"""What detectors of single rows share: a statistic that grows with strangeness, a limit, and the estimator contract.

The limit is the quantile of a statistic over the last 30 % of the rows it was fitted on; the first 70 % made the rest. What
such a limit is worth over time, where rows resemble those before them, only `ProcessMonitor` can say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OutlierMixin, _fit_context
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from smartfab.defects.alarm_rows import alarm_table
from smartfab.defects.drift_reference import DriftReference
from smartfab.defects.estimator_rows import read_rows
from smartfab.errors import InsufficientDataError

Floats = npt.NDArray[np.float64]

_FIT_SHARE = 0.7
_FEWEST = 10


class RowDetector(OutlierMixin, BaseEstimator, ABC):
    """A statistic that grows with strangeness, and its limit.

    Parameters
    ----------
    far : float
        Share of normal rows that may alarm [1].
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {"far": [Interval(Real, 0, 0.5, closed="neither")]}
    _statistic: ClassVar[str]

    def __init__(self, *, far: float = 0.01) -> None:
        self.far = far

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - the contract of scikit-learn
        """Learn from normal rows, in order of time where they have one.

        Parameters
        ----------
        X : array or DataFrame
            Normal rows.
        y : None
            Not used.

        Returns
        -------
        object
            Itself.

        Raises
        ------
        TableError
            If the rows are fewer than two, or not all numbers.
        InsufficientDataError
            If they are fewer than ten: no rate can be told from them.
        """
        rows = read_rows(self, X, ensure_min_samples=2)
        if len(rows) < _FEWEST:
            raise InsufficientDataError(
                f"{len(rows)} rows", where=type(self).__name__, expected=f"at least {_FEWEST} of normal operation",
                remedy="Take a longer time; to keep a rate of 1 % takes a hundred rows and more.",
            )  # fmt: skip
        first = rows[: max(2, int(_FIT_SHARE * len(rows)))]
        later = rows[len(first) :]
        self._learn(first)
        held = later if len(later) >= _FEWEST else rows
        self.limit_ = float(np.quantile(self._measure(held)[1], 1 - self.far))
        self.offset_ = -self.limit_
        self.drift_reference_ = DriftReference.of(rows)
        return self

    def score_samples(self, X: Any) -> Floats:
        """Return minus the statistic of each row: lower is stranger.

        Parameters
        ----------
        X : array or DataFrame
            Rows.

        Returns
        -------
        ndarray of float64
            One value a row.
        """
        return -self._measure(self._read(X))[1]

    def decision_function(self, X: Any) -> Floats:
        """Return how far each row is within the limit: negative is an alarm.

        Parameters
        ----------
        X : array or DataFrame
            Rows.

        Returns
        -------
        ndarray of float64
            limit − statistic.
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> npt.NDArray[np.int64]:
        """Return -1 for an alarm, 1 else.

        Parameters
        ----------
        X : array or DataFrame
            Rows.

        Returns
        -------
        ndarray of int64
            One value a row.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def contributions(self, X: Any) -> pd.DataFrame:
        """Return what each column adds to the statistic of each row.

        Parameters
        ----------
        X : array or DataFrame
            Rows.

        Returns
        -------
        DataFrame
            Never negative; of T² and principal components they sum to the statistic, of ranges the statistic is the largest.
        """
        parts = self._measure(self._read(X))[0]
        names = getattr(self, "feature_names_in_", [f"x{place}" for place in range(parts.shape[1])])
        return pd.DataFrame(parts, columns=list(names), index=X.index if isinstance(X, pd.DataFrame) else None)

    def alarms(self, X: pd.DataFrame, *, source: str = "process") -> pd.DataFrame:
        """Return table `alarms` of rows over time, as a control chart gives it.

        Parameters
        ----------
        X : DataFrame
            Rows, with a zoned DatetimeIndex.
        source : str
            What the alarms are of.

        Returns
        -------
        DataFrame
            One row for each stretch of alarm rows.

        Raises
        ------
        TimeError
            If the rows have no times with a zone.
        """
        statistic = -self.score_samples(X)
        alarm = statistic > self.limit_
        scored = pd.DataFrame({"statistic": statistic, "limit": self.limit_, "alarm": alarm}, index=X.index)
        return alarm_table(scored, source=source, statistic=self._statistic, rule=f"{self._statistic}_limit")

    def _read(self, rows: Any) -> Floats:
        check_is_fitted(self)
        out: Floats = read_rows(self, rows, reset=False)
        return out

    @abstractmethod
    def _learn(self, rows: Floats) -> None:
        """Learn what normal rows are like."""

    @abstractmethod
    def _measure(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return the share of each column in the statistic, and the statistic of each row."""
