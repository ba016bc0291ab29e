"""`explain`: what moved a score, in the plant's own names and units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from smartfab.defects.classification import DefectClassifier
from smartfab.defects.remaining_life import RULRegressor
from smartfab.defects.row_detectors import PCADetector, RangeDetector, T2Detector
from smartfab.defects.tree_attribution import shapley, trees_of
from smartfab.errors import TableError

Floats = npt.NDArray[np.float64]
REST = "(other)"
"""Stands for the columns beyond the first few, so that the rows still sum to the whole."""

_FEATURE = re.compile(r"(?P<signal>.+?)_(?P<statistic>mean|std|min|max|slope|last_minus_mean|last|count)_(?P<window>\w+)")
_WORDS: dict[str, dict[str, str]] = {
    "mean": {"en": "mean", "vi": "trung bình"},
    "std": {"en": "standard deviation", "vi": "độ lệch chuẩn"},
    "min": {"en": "minimum", "vi": "nhỏ nhất"},
    "max": {"en": "maximum", "vi": "lớn nhất"},
    "slope": {"en": "slope", "vi": "độ dốc"},
    "last_minus_mean": {"en": "last value − mean", "vi": "giá trị cuối − trung bình"},
    "last": {"en": "last value", "vi": "giá trị cuối"},
    "count": {"en": "number of samples", "vi": "số mẫu"},
    "coverage": {"en": "coverage", "vi": "độ phủ dữ liệu"},
    REST: {"en": "all other", "vi": "các yếu tố khác"},
}


def contributions(model: Any, X: Any) -> pd.DataFrame:
    """Return what each column adds to the score of each row.

    Of trees: to the logit of a defect (of a forest its probability, of a life its unit) over the mean of normal rows kept from
    fitting; before calibration. Of detectors: to their statistic.

    Parameters
    ----------
    model : estimator
        A fitted classifier, life regressor or detector of smartfab.
    X : array or DataFrame
        Rows.

    Returns
    -------
    DataFrame
        In the rows and columns of `X`.

    Raises
    ------
    TableError
        If the model cannot be explained.
    """
    if not isinstance(model, BaseEstimator):
        raise TableError(type(model).__name__, where="model", expected="a classifier, life regressor or detector of smartfab")
    check_is_fitted(model)
    if isinstance(model, (T2Detector, PCADetector, RangeDetector)):
        return model.contributions(X)
    if not isinstance(model, (DefectClassifier, RULRegressor)):
        raise TableError(type(model).__name__, where="model", expected="a classifier, life regressor or detector of smartfab")
    place, sign = 0, 1.0
    if isinstance(model, DefectClassifier):
        if len(model.classes_) > 2:
            raise TableError(f"{len(model.classes_)} classes", where="model", expected="two, good and defect")
        place = model.defect_place_
        sign = 1.0 if place == 1 or not hasattr(model.estimator_, "_predictors") else -1.0
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    names = list(getattr(model, "feature_names_in_", frame.columns))
    if frame.shape[1] != model.n_features_in_ or list(frame.columns) != names:
        raise TableError("other columns than the model was fitted on", where="X", expected=", ".join(map(str, names[:10])))
    rows = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.DataFrame(
        sign * shapley(trees_of(model.estimator_, place), rows, model.normal_), index=frame.index, columns=frame.columns
    )


def explain(
    model: Any,
    X: Any,
    top: int | None = 5,
    *,
    by: Literal["feature", "signal"] = "feature",
    units: Mapping[str, str] | None = None,
    lang: str = "en",
) -> pd.DataFrame:
    """Return, of each row, what moved its score most, and the rest as one: they sum to the whole.

    Parameters
    ----------
    model : estimator
        A fitted classifier, life regressor or detector of smartfab.
    X : array or DataFrame
        Rows.
    top : int or None
        How many a row [1]; None: all.
    by : {"feature", "signal"}
        Each column for itself, or the columns of a signal together.
    units : mapping of str to str, optional
        Unit by signal.
    lang : {"en", "vi"}
        Language of the labels.

    Returns
    -------
    DataFrame
        row (label of `X`), rank, feature, contribution (positive: towards a defect, or strangeness; in the unit `contributions`
        says), value and normal (mean of the normal rows; both missing for the rest and for a signal), label.

    Raises
    ------
    TableError
        If the model cannot be explained.
    """
    if by not in {"feature", "signal"} or (top is not None and top < 0) or lang not in {"en", "vi"}:
        raise TableError(
            f"by={by!r}, top={top!r}, lang={lang!r}", where="explain", expected="by feature or signal, top from 0, en or vi"
        )
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    parts = contributions(model, X)
    parts.columns = [str(name) for name in parts.columns]
    values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    normal = _normal(model, values.shape[1])
    if by == "signal":
        parts = parts.T.groupby([signal_of(name) for name in parts.columns], sort=True).sum().T
        values, normal = np.full(parts.shape, np.nan), np.full(parts.shape[1], np.nan)
    shown = parts.shape[1] if top is None else min(top, parts.shape[1])
    numbers = parts.to_numpy()
    order = np.argsort(-np.abs(numbers), axis=1, kind="stable")[:, :shown]
    rest = numbers.sum(axis=1) - np.take_along_axis(numbers, order, axis=1).sum(axis=1)
    names = np.array([*parts.columns, REST], dtype=object)
    more = shown < parts.shape[1]
    chosen = np.column_stack([order, np.full(len(order), len(names) - 1)]) if more else order
    told = (
        np.column_stack([np.take_along_axis(numbers, order, axis=1), rest]) if more else np.take_along_axis(numbers, order, 1)
    )
    wide = np.column_stack([values, np.full(len(values), np.nan)])
    table = pd.DataFrame(
        {
            "row": np.repeat(parts.index.to_numpy(), chosen.shape[1]),
            "rank": np.tile(np.arange(1, chosen.shape[1] + 1), len(chosen)),
            "feature": names[chosen].ravel(),
            "contribution": told.ravel(),
            "value": np.take_along_axis(wide, chosen, axis=1).ravel(),
            "normal": np.append(normal, np.nan)[chosen].ravel(),
        }
    )
    return table.assign(label=[feature_label(str(name), units, lang) for name in table["feature"]])


def _normal(model: Any, columns: int) -> Floats:
    rows = getattr(model, "normal_", None)
    if rows is None:
        return np.asarray(getattr(model, "location_", np.full(columns, np.nan)))
    known = ~np.isnan(rows)
    many = known.sum(axis=0)
    return np.where(many > 0, np.where(known, rows, 0.0).sum(axis=0) / np.maximum(many, 1), np.nan)


def signal_of(feature: str) -> str:
    """Return the signal a feature was made from; a feature that says none is its own."""
    match = _FEATURE.fullmatch(feature)
    return match["signal"] if match else feature


def feature_label(feature: str, units: Mapping[str, str] | None = None, lang: str = "en") -> str:
    """Return a feature in words, such as ``Press01/pressure: mean over 60s [bar]``.

    Parameters
    ----------
    feature : str
        Name of the column.
    units : mapping of str to str, optional
        Unit by signal.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        The name itself where it says nothing.
    """
    if feature == REST:
        return _WORDS[REST][lang]
    match = _FEATURE.fullmatch(feature)
    if match is None:
        unit = (units or {}).get(feature)
        return f"{feature} [{unit}]" if unit else feature
    unit = (units or {}).get(match["signal"])
    if unit and match["statistic"] == "slope":
        unit = f"{unit}/s"
    over = "trong" if lang == "vi" else "over"
    text = f"{match['signal']}: {_WORDS[match['statistic']][lang]} {over} {match['window']}"
    return f"{text} [{unit}]" if unit and match["statistic"] != "count" else text
