"""What a classifier says of parts, row by row; or why it says nothing: the rule of `OnlineScorer` and of the nightly job."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.defects.classification import DefectClassifier
from smartfab.defects.explaining import feature_label, signal_of


def part_scores(model: DefectClassifier, rows: pd.DataFrame, meta: pd.DataFrame) -> pd.DataFrame:
    """Return table `predictions` of parts.

    A part without any sample, with a feature outside all the model was fitted on, or without a value of a signal that no part
    it was fitted on lacked, gets no score: it is held, and the reason says why.

    Parameters
    ----------
    model : DefectClassifier
        Fitted on a DataFrame of features.
    rows : DataFrame
        Features; columns the model does not know are left out, those it misses are missing values.
    meta : DataFrame
        Meta data of the same rows.

    Returns
    -------
    DataFrame
        part_id, machine_id, score [1], decision, model_id, cutoff, coverage [1], reason; in the order of the rows.
    """
    known = rows.reindex(columns=list(model.feature_names_in_))
    reasons = _distrust(model, known, meta)
    trusted = np.array([reason is None for reason in reasons], dtype=bool)
    score = np.full(len(known), np.nan)
    if trusted.any():
        score[trusted] = model.risk(known[trusted])
    return pd.DataFrame(
        {
            "part_id": meta["part_id"].to_numpy(),
            "machine_id": meta["machine_id"].to_numpy(),
            "score": score,
            "decision": ~trusted | (score >= model.threshold_),
            "model_id": str(getattr(model, "manifest_", {}).get("model_id", "unsaved")),
            "cutoff": meta["cutoff"].array,
            "coverage": meta["coverage"].to_numpy(dtype=np.float64),
            "reason": pd.Series(reasons, dtype="str").array,
        }
    )


def _distrust(model: DefectClassifier, rows: pd.DataFrame, meta: pd.DataFrame) -> list[str | None]:
    values = rows.to_numpy(dtype=np.float64)
    outside, lost = model.drift_reference_.outside(values), _lost(model, rows)
    reasons: list[str | None] = [None] * len(rows)
    for place in np.flatnonzero(outside.any(axis=1)).tolist():
        column = int(np.flatnonzero(outside[place])[0])
        told = f"{feature_label(str(rows.columns[column]))} = {values[place, column]:.6g}"
        reasons[place] = f"do not trust: {told} is outside what the model was fitted on"
    for signal, here in lost.items():
        for place in np.flatnonzero(here).tolist():
            reasons[place] = f"do not trust: no value of {signal}, which every part the model was fitted on had"
    for place in np.flatnonzero(meta["last_sample"].isna().to_numpy()).tolist():
        reasons[place] = "no sample in any window"
    return reasons


def _lost(model: DefectClassifier, rows: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    """By signal, the rows that have nothing of it, where the model never saw such a row."""
    signals = np.array([signal_of(str(name)) for name in rows.columns], dtype=object)
    always, absent = model.drift_reference_.missing == 0, rows.isna().to_numpy()
    named = sorted({str(name) for name in signals[always]}, reverse=True)
    return {signal: np.asarray(absent[:, signals == signal].all(axis=1)) for signal in named}
