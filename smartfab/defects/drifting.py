"""`drift`: whether new data are still like those a model was fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from smartfab.defects.drift_reference import DriftReference
from smartfab.errors import TableError

Floats = npt.NDArray[np.float64]

_WATCH, _MOVED = 0.1, 0.25
_OUTSIDE = 0.05
_BINS = 10


def drift(model: Any, X: Any) -> pd.DataFrame:
    """Return, column by column, how far new rows are from those the model was fitted on.

    ``do not trust``: more than 5 % of the values lie outside what was seen, or PSI exceeds 0.25 and KS cannot be chance; then
    the model's answers are extrapolations. ``watch``: PSI above 0.1. Where a column was never seen, or has no value now
    while it had, there is no number, only the verdict.

    Parameters
    ----------
    model : estimator
        A fitted classifier, life regressor or detector of smartfab.
    X : array or DataFrame
        New rows.

    Returns
    -------
    DataFrame
        feature, psi, ks, ks_critical (5 %), mean_shift [standard deviations], outside [1], missing [1], verdict; the whole
        verdict is the worst, in ``attrs["verdict"]``.

    Raises
    ------
    TableError
        If the model kept no reference, or the columns are others.

    References
    ----------
    Siddiqi: Credit Risk Scorecards, 2006 (population stability index).

    Examples
    --------
    >>> import numpy as np, smartfab as sf
    >>> x = np.random.default_rng(0).normal(size=(900, 2))
    >>> table = sf.defects.drift(sf.defects.T2Detector().fit(x), x + [0, 3])
    >>> table["verdict"].tolist(), table.attrs["verdict"]
    (['ok', 'do not trust'], 'do not trust')
    """
    if not isinstance(model, BaseEstimator):
        raise TableError(type(model).__name__, where="model", expected="a classifier, life regressor or detector of smartfab")
    check_is_fitted(model)
    reference = getattr(model, "drift_reference_", None)
    if not isinstance(reference, DriftReference):
        raise TableError(type(model).__name__, where="model", expected="a model that keeps a drift reference")
    names = [str(name) for name in getattr(model, "feature_names_in_", range(len(reference.mean)))]
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    if isinstance(X, pd.DataFrame) and hasattr(model, "feature_names_in_") and list(map(str, frame.columns)) != names:
        raise TableError("other columns than the model was fitted on", where="X", expected=", ".join(names[:10]))
    rows = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    if rows.shape[1] != len(names):
        raise TableError(f"{rows.shape[1]} columns", where="X", expected=f"{len(names)}")
    outside = reference.outside(rows)
    told = [_column(reference, place, rows[:, place], outside[:, place]) for place in range(len(names))]
    table = pd.DataFrame(told)
    table.insert(0, "feature", names)
    worst = [verdict for verdict in ("do not trust", "watch", "ok") if (table["verdict"] == verdict).any()]
    table.attrs["verdict"] = worst[0] if worst else "ok"
    return table


def _column(reference: DriftReference, place: int, values: Floats, outside: npt.NDArray[np.bool_]) -> dict[str, object]:
    known = values[~np.isnan(values)]
    quantiles = reference.quantiles[:, place]
    missing = float(np.isnan(values).mean()) if len(values) else float("nan")
    told: dict[str, object] = {
        "psi": np.nan, "ks": np.nan, "ks_critical": np.nan, "mean_shift": np.nan, "outside": np.nan, "missing": missing
    }  # fmt: skip
    never = bool(np.isnan(quantiles).all())
    if never or not len(known):
        # a column that was always empty and is so still says nothing; any other has nothing to be compared with
        return {**told, "verdict": "ok" if never and not len(known) else "do not trust"}
    seen = reference.rows * (1 - reference.missing[place])
    ks = _ks(quantiles, known)
    critical = 1.358 * np.sqrt((seen + len(known)) / (seen * len(known)))
    psi = _psi(quantiles, known)
    spread = reference.std[place]
    shift = (known.mean() - reference.mean[place]) / (spread if spread > 0 else 1.0)
    share = float(outside[~np.isnan(values)].mean())
    moved = psi > _MOVED and ks > critical
    verdict = "do not trust" if share > _OUTSIDE or moved else "watch" if psi > _WATCH and ks > critical else "ok"
    return {
        **told, "psi": psi, "ks": ks, "ks_critical": float(critical), "mean_shift": float(shift), "outside": share,
        "verdict": verdict,
    }  # fmt: skip


def _ks(quantiles: Floats, values: Floats) -> float:
    """The greatest distance between the reference's distribution, at its kept quantiles, and that of the values."""
    points = np.unique(quantiles)
    levels = np.linspace(0, 1, len(quantiles))
    upper = levels[np.searchsorted(quantiles, points, side="right") - 1]
    lower = levels[np.searchsorted(quantiles, points, side="left")]
    ordered = np.sort(values)
    at = np.searchsorted(ordered, points, side="right") / len(ordered)
    below = np.searchsorted(ordered, points, side="left") / len(ordered)
    return float(np.maximum(np.abs(at - upper), np.abs(below - lower)).max())


def _psi(quantiles: Floats, values: Floats) -> float:
    """Population stability index over ten bins of equal share in the reference; equal edges are one."""
    edges = np.unique(quantiles[:: (len(quantiles) - 1) // _BINS][1:-1])
    levels = np.linspace(0, 1, len(quantiles))
    until = np.concatenate((levels[np.searchsorted(quantiles, edges, side="right") - 1], [1.0]))
    want = np.diff(np.concatenate(([0.0], until)))
    have = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1) / len(values)
    floor = 0.5 / len(values)
    want, have = np.maximum(want, 1e-4), np.maximum(have, min(floor, 1e-2))
    return float(((have - want) * np.log(have / want)).sum())
