"""A model taken apart into settings and arrays, and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from smartfab.defects.classification import DefectClassifier
from smartfab.defects.drift_reference import DriftReference
from smartfab.defects.monitor_storage import monitor_of, monitor_state
from smartfab.defects.monitoring import ProcessMonitor
from smartfab.defects.remaining_life import RULRegressor
from smartfab.defects.row_detectors import PCADetector, RangeDetector, T2Detector
from smartfab.errors import TableError

Arrays = dict[str, npt.NDArray[Any]]
_Settings = Mapping[str, Any]

DETECTORS: dict[str, type[Any]] = {kind.__name__: kind for kind in (T2Detector, PCADetector, RangeDetector)}
"""Detectors by the name a manifest gives them."""

ALLOWED = (
    "smartfab.defects.classification.DefectClassifier",
    "smartfab.defects.decision_costs.Calibration",
    "smartfab.defects.drift_reference.DriftReference",
    "smartfab.defects.remaining_life.RULRegressor",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
"""Types a file of trees may hold besides what skops trusts by itself."""

_SHARED = ("location_", "scale_", "whitening_")
_DRIFT = ("quantiles", "mean", "std", "missing")


def state_of(model: Any) -> tuple[str, dict[str, Any], Arrays, Any]:
    """Return kind, JSON-ready settings, arrays, and what skops is to write (or None) of a fitted model.

    Parameters
    ----------
    model : estimator or ProcessMonitor
        One of smartfab's.

    Returns
    -------
    tuple
        (kind, settings, arrays, trees).

    Raises
    ------
    TableError
        If it is no model of smartfab's, or not fitted.
    """
    kind = type(model).__name__
    if isinstance(model, ProcessMonitor):
        if model.judge_ is None:
            raise _unfitted(kind)
        return kind, *monitor_state(model, model.judge_), None
    if not isinstance(model, (*DETECTORS.values(), DefectClassifier, RULRegressor)):
        raise TableError(kind, where="model", expected="a classifier, life regressor, detector or monitor of smartfab")
    try:
        check_is_fitted(model)
    except NotFittedError as error:
        raise _unfitted(kind) from error
    if isinstance(model, (DefectClassifier, RULRegressor)):
        return kind, {}, {}, model
    return kind, *_detector_state(model), None


def _detector_state(model: Any) -> tuple[dict[str, Any], Arrays]:
    arrays = {name: getattr(model, name) for name in _SHARED if hasattr(model, name)}
    arrays |= {f"drift_{name}": getattr(model.drift_reference_, name) for name in _DRIFT}
    settings = {
        "params": model.get_params(), "limit": model.limit_, "rows": model.drift_reference_.rows,
        "features": list(map(str, model.feature_names_in_)) if hasattr(model, "feature_names_in_") else None,
        "columns": model.n_features_in_,
    }  # fmt: skip
    return settings, arrays


def _unfitted(kind: str) -> TableError:
    return TableError("not fitted", where=kind, expected="a fitted model", remedy="Call fit first.")


def from_state(kind: str, settings: _Settings, arrays: Mapping[str, npt.NDArray[Any]]) -> Any:
    """Return the detector or monitor of that state.

    Parameters
    ----------
    kind : str
        Name of its class.
    settings : mapping
        As `state_of` gave them.
    arrays : mapping of str to ndarray
        As `state_of` gave them.

    Returns
    -------
    detector or ProcessMonitor
        Fitted.
    """
    if kind == ProcessMonitor.__name__:
        return monitor_of(settings, arrays)
    model = DETECTORS[kind](**settings["params"])
    for name in _SHARED:
        if name in arrays:
            setattr(model, name, arrays[name])
    model.limit_, model.offset_ = settings["limit"], -settings["limit"]
    model.drift_reference_ = DriftReference(**{name: arrays[f"drift_{name}"] for name in _DRIFT}, rows=settings["rows"])
    model.n_features_in_ = settings["columns"]
    if settings["features"] is not None:
        model.feature_names_in_ = np.array(settings["features"], dtype=object)
    return model
