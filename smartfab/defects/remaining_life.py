"""`RULRegressor`: remaining useful life, as far as wear can be seen."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin, _fit_context, clone
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted

from smartfab.defects.decision_costs import filled
from smartfab.defects.drift_reference import DriftReference
from smartfab.defects.estimator_rows import read_rows
from smartfab.defects.tree_threads import threads_for

Floats = npt.NDArray[np.float64]


class RULRegressor(RegressorMixin, BaseEstimator):
    """Predict the remaining useful life; beyond `clip` a machine is as good as new, and no more is said.

    Parameters
    ----------
    clip : float
        Longest life that is told apart, in the unit of the lives [y].
    estimator : regressor, optional
        Gradient-boosted trees unless given.

    Attributes
    ----------
    estimator_ : regressor
        Fitted on the clipped lives.

    References
    ----------
    Heimes: Recurrent neural networks for remaining useful life estimation. PHM 2008 (a piece-wise linear life).

    Examples
    --------
    >>> import numpy as np, smartfab as sf
    >>> wear = np.linspace(0, 1, 400)[:, None]
    >>> sf.defects.RULRegressor().fit(wear, 400 * (1 - wear[:, 0])).predict([[0.1], [0.9]]).round(-1)
    array([120.,  40.])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "clip": [Interval(Real, 0, None, closed="neither")],
        "estimator": [HasMethods(["fit", "predict"]), None],
    }

    def __init__(self, *, clip: float = 125, estimator: Any = None) -> None:
        self.clip = clip
        self.estimator = estimator

    @_fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any) -> Self:
        """Learn from runs to failure.

        Parameters
        ----------
        X : array or DataFrame
            Features.
        y : array or Series
            Remaining life.

        Returns
        -------
        RULRegressor
            Itself.
        """
        rows, life = read_rows(self, X, y, ensure_all_finite=self._finite(), y_numeric=True)
        capped = np.minimum(life, self.clip)
        self.floor_ = float(min(0.0, capped.min()))
        self.empty_ = np.isnan(rows).all(axis=0)
        with threads_for(rows):
            self.estimator_ = clone(self._model()).fit(filled(rows, self.empty_), capped)
        self.drift_reference_ = DriftReference.of(rows)
        young = rows[capped >= np.quantile(capped, 0.9)]
        self.normal_ = young[np.linspace(0, len(young) - 1, min(len(young), 100)).astype(np.int64)]
        return self

    def predict(self, X: Any) -> Floats:
        """Return the remaining life of each row, at most `clip`.

        Parameters
        ----------
        X : array or DataFrame
            Features.

        Returns
        -------
        ndarray of float64
            In the unit of `y`.
        """
        check_is_fitted(self)
        rows = read_rows(self, X, reset=False, ensure_all_finite=self._finite())
        with threads_for(rows):
            life = self.estimator_.predict(filled(rows, self.empty_))
        return np.asarray(np.clip(life, self.floor_, self.clip))

    def _model(self) -> Any:
        if self.estimator is not None:
            return self.estimator
        return HistGradientBoostingRegressor(
            max_iter=300, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=20, l2_regularization=1.0, max_features=0.3,
            early_stopping=False, random_state=0,
        )  # fmt: skip

    def _finite(self) -> bool | str:
        return "allow-nan" if get_tags(self._model()).input_tags.allow_nan else True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = get_tags(self._model()).input_tags.allow_nan
        return tags
