"""From scores to decisions: probabilities that mean what they say, and the threshold that costs least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

_FOLDS = 3
_FEW = 10
_MANY = 200


@dataclass(frozen=True)
class Calibration:
    """A rising curve from raw probability to calibrated probability, by its corners; `kind` says how it was found."""

    kind: Literal["none", "sigmoid", "isotonic"]
    x: Floats
    y: Floats

    def __call__(self, raw: Floats) -> Floats:
        """Return the calibrated probabilities."""
        if self.kind == "none":
            return raw
        if self.kind == "sigmoid":
            slope, shift = self.y
            return np.asarray(1 / (1 + np.exp(-(slope * _logit(raw) + shift))))
        return np.interp(raw, self.x, self.y)


def out_of_fold(estimator: Any, x: Floats, y: Labels, *, mixed: bool = False) -> Floats | None:
    """Return the raw probability of class 1 of each row by an estimator that did not see it, or None where that cannot be.

    Folds are stretches of rows that follow each other within each class: neighbours in time resemble each other, so what is
    to hold for rows of another time is chosen by these. Mixed folds take rows from everywhere: what a score means among rows
    like those that were learnt from.

    Parameters
    ----------
    estimator : estimator
        Not fitted; it is cloned.
    x : ndarray of float64
        Rows.
    y : ndarray of int64
        0 or 1.
    mixed : bool
        Folds of rows from everywhere.

    Returns
    -------
    ndarray of float64 or None
        None when a class has fewer than two rows.
    """
    from sklearn.base import clone
    from sklearn.model_selection import StratifiedKFold

    fewest = int(np.bincount(y, minlength=2).min())
    if fewest < 2:
        return None
    out = np.empty(len(y))
    folds = StratifiedKFold(min(_FOLDS, fewest), shuffle=mixed, random_state=0 if mixed else None)
    for train, test in folds.split(x, y):
        empty = np.isnan(x[train]).all(axis=0)
        fitted = clone(estimator).fit(filled(x[train], empty), y[train])
        out[test] = fitted.predict_proba(filled(x[test], empty))[:, 1]
    return out


def calibrated(raw: Floats | None, y: Labels, kind: str | None) -> Calibration:
    """Return the calibration learnt from out-of-fold probabilities.

    "auto": isotonic where both classes have 200 rows, sigmoid where both have 10, else none.

    Parameters
    ----------
    raw : ndarray of float64 or None
        Probabilities of rows not seen in fitting.
    y : ndarray of int64
        0 or 1.
    kind : {"auto", "sigmoid", "isotonic", None}
        Which curve.

    Returns
    -------
    Calibration
        Of kind ``none`` where there is nothing to learn from.

    References
    ----------
    Platt: Probabilistic outputs for support vector machines. Advances in Large Margin Classifiers, 1999.
    Zadrozny, Elkan: Transforming classifier scores into accurate multiclass probability estimates. KDD 2002.
    """
    fewest = int(np.bincount(y, minlength=2).min())
    if kind == "auto":
        kind = "isotonic" if fewest >= _MANY else "sigmoid" if fewest >= _FEW else None
    if raw is None or kind is None:
        return Calibration("none", np.empty(0), np.empty(0))
    if kind == "sigmoid":
        return Calibration("sigmoid", np.empty(0), _platt(_logit(raw), y))
    from sklearn.isotonic import IsotonicRegression

    curve = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(raw, y)
    return Calibration("isotonic", np.asarray(curve.X_thresholds_), np.asarray(curve.y_thresholds_))


def _logit(p: Floats) -> Floats:
    inside = np.clip(p, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(inside / (1 - inside)))


def _platt(score: Floats, y: Labels) -> Floats:
    """Slope and shift of the sigmoid that is most likely, with Platt's smoothed targets; a falling one is made flat."""
    from scipy.optimize import minimize

    good, bad = float((y == 0).sum()), float((y == 1).sum())
    target = np.where(y == 1, (bad + 1) / (bad + 2), 1 / (good + 2))
    design = np.column_stack([score, np.ones(len(score))])

    def loss(theta: Floats) -> tuple[float, Floats]:
        z = design @ theta
        slope = design.T @ (np.exp(-np.logaddexp(0.0, -z)) - target)
        return float((np.logaddexp(0.0, z) - target * z).mean()), slope / len(z)

    found: Floats = minimize(loss, np.array([1.0, 0.0]), jac=True, method="BFGS").x
    return found if found[0] > 0 else np.array([0.0, float(_logit(np.array([target.mean()]))[0])])


def filled(x: Floats, empty: npt.NDArray[np.bool_]) -> Floats:
    """Return the rows with 0 in columns that never had a value: trees cannot be grown on these, and need not be."""
    return np.where(empty, 0.0, x) if empty.any() else x


def cheapest_threshold(probability: Floats | None, y: Labels, miss_cost: float, false_alarm_cost: float) -> float:
    """Return the threshold at which holding parts of that probability and above costs least on rows not seen in fitting.

    Of thresholds that cost the same it is the one nearest to c / (c + m), which is best when probabilities are true; that
    one too where there is nothing to choose by.

    Parameters
    ----------
    probability : ndarray of float64 or None
        Calibrated probabilities out of fold.
    y : ndarray of int64
        0 good, 1 defect.
    miss_cost, false_alarm_cost : float
        Cost of a defect let through, and of a good part held [money].

    Returns
    -------
    float
        Threshold [1].

    References
    ----------
    Elkan: The foundations of cost-sensitive learning. IJCAI 2001.
    """
    ideal = false_alarm_cost / (false_alarm_cost + miss_cost)
    if probability is None:
        return ideal
    order = np.argsort(probability, kind="stable")
    sorted_p, sorted_y = probability[order], y[order]
    missed = np.concatenate(([0], np.cumsum(sorted_y == 1)))
    held_good = (sorted_y == 0).sum() - np.concatenate(([0], np.cumsum(sorted_y == 0)))
    cost = miss_cost * missed + false_alarm_cost * held_good
    edges = np.concatenate(([0.0], (sorted_p[:-1] + sorted_p[1:]) / 2, [1.0]))
    possible = np.concatenate(([True], sorted_p[1:] > sorted_p[:-1], [True]))
    best = possible & (cost <= cost[possible].min() * (1 + 1e-12))
    candidates = edges[best]
    inside = possible & best
    lower = np.where(inside, np.concatenate(([0.0], sorted_p)), np.nan)[best]
    upper = np.concatenate((sorted_p, [1.0]))[best]
    nearest = np.clip(ideal, lower, upper)
    nearest = np.where(nearest <= lower, np.minimum((lower + upper) / 2, candidates), nearest)
    return float(nearest[np.argmin(np.abs(nearest - ideal))])
