"""`DefectClassifier`: the probability that a part is defective, and whether to hold it at what mistakes cost."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context, clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from smartfab.defects.class_names import defect_place
from smartfab.defects.decision_costs import calibrated, cheapest_threshold, filled, out_of_fold
from smartfab.defects.drift_reference import DriftReference
from smartfab.defects.estimator_rows import read_rows
from smartfab.defects.tree_threads import threads_for
from smartfab.errors import InsufficientDataError, TableError

Floats = npt.NDArray[np.float64]

_NORMAL_ROWS = 100


class DefectClassifier(ClassifierMixin, BaseEstimator):
    """Classify parts; with two classes also calibrated, and with the decision that costs least.

    `predict` is the most probable class, as everywhere in scikit-learn. What a missed defect and a false hold cost acts
    through `decide`, whose threshold is chosen on training rows that the scoring model did not see. With more than two classes
    costs, `decide` and calibration do not apply.

    Parameters
    ----------
    estimator : classifier, optional
        Any with predict_proba; gradient-boosted trees unless given.
    miss_cost : float
        Cost of a defect let through [money].
    false_alarm_cost : float
        Cost of a good part held [money].
    calibration : {"auto", "sigmoid", "isotonic"} or None
        Learnt from folds of rows from everywhere, the threshold from stretches of time. "auto": isotonic where both classes
        have 200 rows, sigmoid where both have 10, else none.

    Attributes
    ----------
    classes_ : ndarray
        Of two numbers or truth values the second is the defect; of two texts the one whose name says so (defect, NG, lỗi …), or
        whose other is called good (OK, đạt …).
    threshold_ : float
        Probability of a defect from which on a part is held [1]; NaN with more than two classes.
    estimator_ : classifier
        Fitted on all rows.
    defect_place_ : int
        Which of `classes_` is the defect; −1 where no name says so, and nothing can be decided.

    References
    ----------
    Elkan: The foundations of cost-sensitive learning. IJCAI 2001.

    Examples
    --------
    >>> import numpy as np, smartfab as sf
    >>> x = np.random.default_rng(0).normal(size=(600, 2))
    >>> clf = sf.defects.DefectClassifier().fit(x, x[:, 0] > 1.2)
    >>> clf.decide([[2.0, 0.0], [-1.0, 0.0]])
    array([ True, False])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "miss_cost": [Interval(Real, 0, None, closed="neither")],
        "false_alarm_cost": [Interval(Real, 0, None, closed="neither")],
        "calibration": [StrOptions({"auto", "sigmoid", "isotonic"}), None],
    }

    def __init__(
        self, estimator: Any = None, *, miss_cost: float = 20, false_alarm_cost: float = 1, calibration: str | None = "auto"
    ) -> None:
        self.estimator = estimator
        self.miss_cost = miss_cost
        self.false_alarm_cost = false_alarm_cost
        self.calibration = calibration

    @_fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any) -> Self:
        """Learn from parts whose label is known, in order of time where they have one.

        Parameters
        ----------
        X : array or DataFrame
            Features, one row a part; NaN where the estimator takes it.
        y : array or Series
            Labels.

        Returns
        -------
        DefectClassifier
            Itself.

        Raises
        ------
        TableError
            If rows and labels do not fit, or some labels are unknown.
        InsufficientDataError
            If there is only one class.
        """
        rows, labels = read_rows(self, X, y, ensure_all_finite=self._finite())
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise InsufficientDataError(
                f"only one class, {self.classes_[0]!r}", where="y", expected="good parts and defects",
                remedy="Take a longer time, or a detector that needs no labels, such as T2Detector.",
            )  # fmt: skip
        names = [str(name) for name in self.classes_]
        if "unknown" in names:
            raise TableError(
                f"{int((codes == names.index('unknown')).sum())} labels unknown", where="y", expected="labels that are known",
                remedy="Leave these rows out: what was not inspected is not good.",
            )  # fmt: skip
        self.defect_place_ = defect_place(names) if self.classes_.dtype.kind in "OUT" else 1
        model = self._model()
        self.empty_ = np.isnan(rows).all(axis=0)
        self.drift_reference_ = DriftReference.of(rows)
        self.threshold_, self.base_rate_ = float("nan"), float("nan")
        with threads_for(rows):
            self.estimator_ = clone(model).fit(filled(rows, self.empty_), codes)
            if len(self.classes_) == 2:
                defect = (codes == abs(self.defect_place_)).astype(np.int64)
                self._settle(model, rows, defect)
        return self

    def _settle(self, model: Any, rows: Floats, defect: npt.NDArray[np.int64]) -> None:
        self.calibration_ = calibrated(out_of_fold(model, rows, defect, mixed=True), defect, self.calibration)
        raw = out_of_fold(model, rows, defect)
        held = None if raw is None else self.calibration_(raw)
        self.threshold_ = cheapest_threshold(held, defect, self.miss_cost, self.false_alarm_cost)
        self.base_rate_ = float(defect.mean())
        good = rows[defect == 0]
        self.normal_ = good[np.linspace(0, len(good) - 1, min(len(good), _NORMAL_ROWS)).astype(np.int64)]

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class.

        Parameters
        ----------
        X : array or DataFrame
            Features.

        Returns
        -------
        ndarray of float64
            One row a part, one column a class in the order of `classes_`; rows sum to 1.
        """
        check_is_fitted(self)
        rows = read_rows(self, X, reset=False, ensure_all_finite=self._finite())
        with threads_for(rows):
            raw: Floats = self.estimator_.predict_proba(filled(rows, self.empty_))
        if len(self.classes_) > 2:
            return raw
        chance = self.calibration_(raw[:, abs(self.defect_place_)])
        pair = np.column_stack([1 - chance, chance])
        return pair[:, ::-1] if self.defect_place_ == 0 else pair

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the most probable class of each part.

        Parameters
        ----------
        X : array or DataFrame
            Features.

        Returns
        -------
        ndarray
            Of the classes.
        """
        chance = self.predict_proba(X)
        return np.asarray(self.classes_[np.argmax(chance, axis=1)])

    def decide(self, X: Any) -> npt.NDArray[np.bool_]:
        """Return which parts to hold: those whose probability of a defect reaches `threshold_`.

        Parameters
        ----------
        X : array or DataFrame
            Features.

        Returns
        -------
        ndarray of bool
            True: hold.

        Raises
        ------
        TableError
            If the classifier knows more than two classes, or not which of two is the defect.
        """
        return np.asarray(self.risk(X) >= self.threshold_)

    def risk(self, X: Any) -> Floats:
        """Return the probability of a defect of each part.

        Parameters
        ----------
        X : array or DataFrame
            Features.

        Returns
        -------
        ndarray of float64
            Probability [1].

        Raises
        ------
        TableError
            If the classifier knows more than two classes, or not which of two is the defect.
        """
        chance = self.predict_proba(X)
        if len(self.classes_) > 2:
            raise TableError(
                f"{len(self.classes_)} classes", where="decide", expected="two, good and defect", remedy="Use predict instead."
            )
        if self.defect_place_ < 0:
            names = " and ".join(repr(str(name)) for name in self.classes_)
            raise TableError(
                f"classes {names}", where="decide", expected="one whose name says that it is the defect, or the good one",
                remedy="Fit on 1 for a defect and 0 for good.",
            )  # fmt: skip
        return np.asarray(chance[:, self.defect_place_])

    def _model(self) -> Any:
        return default_classifier() if self.estimator is None else self.estimator

    def _finite(self) -> bool | str:
        return "allow-nan" if get_tags(self._model()).input_tags.allow_nan else True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = get_tags(self._model()).input_tags.allow_nan
        return tags


def default_classifier() -> HistGradientBoostingClassifier:
    """Return the classifier used unless another is given: many small, slowly added trees, each split on half the columns.

    Returns
    -------
    HistGradientBoostingClassifier
        Not fitted; the same rows give the same trees.
    """
    return HistGradientBoostingClassifier(
        max_iter=300, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=10, l2_regularization=1.0, max_features=0.5,
        early_stopping=False, random_state=0,
    )  # fmt: skip
