"""Figures of predictions, with the trivial answers beside them and intervals around them; never point-adjusted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SHIFT_US = 8 * 3600 * clock.SECOND
"""False alarms are counted a shift of 8 h of the tested time."""

_EVENT_US = 600 * clock.SECOND
_RESAMPLES = 500


def confusion(defect: Mask, held: Mask) -> dict[str, float]:
    """Return the figures of decisions: counts, rates, F1 and MCC; what cannot be computed is NaN.

    Parameters
    ----------
    defect, held : ndarray of bool
        What was, and what was decided.

    Returns
    -------
    dict of str to float
        tp, tn, fp, fn [1]; base_rate, far = fp/(fp+tn), mar = fn/(fn+tp), precision, f1 = tp/(tp+(fp+fn)/2), mcc [1]. MCC of a
        decision that never differs is 0.
    """
    tp, tn = float((defect & held).sum()), float((~defect & ~held).sum())
    fp, fn = float((~defect & held).sum()), float((defect & ~held).sum())
    spread = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    known = tp + fn > 0 and tn + fp > 0
    return {
        "tp": tp, "tn": tn, "fp": fp, "fn": fn, "base_rate": _share(tp + fn, tp + tn + fp + fn), "far": _share(fp, fp + tn),
        "mar": _share(fn, fn + tp), "precision": _share(tp, tp + fp), "f1": _share(tp, tp + (fp + fn) / 2),
        "mcc": float((tp * tn - fp * fn) / np.sqrt(spread)) if spread > 0 else 0.0 if known else float("nan"),
    }  # fmt: skip


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def ranking(defect: Mask, score: Floats) -> dict[str, float]:
    """Return the figures of scores: area under ROC and precision-recall curve, Brier score; NaN with one class.

    Parameters
    ----------
    defect : ndarray of bool
        What was.
    score : ndarray of float64
        Probability of a defect.

    Returns
    -------
    dict of str to float
        roc_auc, pr_auc, brier [1].
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    brier = float(np.square(score - defect).mean()) if len(score) else float("nan")
    if defect.all() or not defect.any():
        return {"roc_auc": float("nan"), "pr_auc": float("nan"), "brier": brier}
    return {
        "roc_auc": float(roc_auc_score(defect, score)), "pr_auc": float(average_precision_score(defect, score)), "brier": brier,
    }  # fmt: skip


def events(defect: Mask, held: Mask, machine: npt.NDArray[np.intp], at: clock.Micros) -> dict[str, float]:
    """Return how many defect events were met, and how soon: an event is defects of one machine within 10 min of each other.

    Parameters
    ----------
    defect, held : ndarray of bool
        What was, and what was decided.
    machine : ndarray of int
        Code of the machine.
    at : ndarray of int64
        Cut-offs [us].

    Returns
    -------
    dict of str to float
        events [1]; event_recall: share with a hold from the first to the last defect [1]; delay_s: median time from the first
        defect to the first hold of those met [s].
    """
    found, met, delays = 0, 0, []
    for code in np.unique(machine):
        here = np.flatnonzero(machine == code)
        here = here[np.argsort(at[here], kind="stable")]
        bad = at[here][defect[here]]
        alarms = at[here][held[here]]
        for run in np.split(bad, np.flatnonzero(np.diff(bad) > _EVENT_US) + 1) if len(bad) else []:
            found += 1
            first = np.searchsorted(alarms, run[0])
            if first < len(alarms) and alarms[first] <= run[-1]:
                met += 1
                delays.append((alarms[first] - run[0]) / clock.SECOND)
    return {
        "events": float(found), "event_recall": _share(met, found), "delay_s": float(np.median(delays)) if delays else np.nan,
    }  # fmt: skip


def recall_at_one_false_hold(defect: Mask, score: Floats, shifts: float) -> float:
    """Return the recall [1] at the lowest threshold that holds at most one good part a shift, read off the tested scores."""
    if not defect.any() or shifts <= 0:
        return float("nan")
    order = np.argsort(-score, kind="stable")
    false, true = np.cumsum(~defect[order]), np.cumsum(defect[order])
    last = np.append(score[order][1:] < score[order][:-1], True)
    allowed = last & (false <= max(shifts, 1.0))
    return float(true[allowed].max() / defect.sum()) if allowed.any() else 0.0


def interval(
    figure: Callable[[npt.NDArray[np.intp]], float], groups: npt.NDArray[np.intp], *, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of a figure, by resampling whole groups: rows of a lot are not independent.

    Parameters
    ----------
    figure : callable
        Takes places of rows, gives the figure.
    groups : ndarray of int
        Code of each row's group.
    seed : int
        Seed of the resampling.

    Returns
    -------
    tuple of float
        Lower and upper end; NaN with fewer than two groups.
    """
    codes = np.unique(groups)
    if len(codes) < 2:
        return float("nan"), float("nan")
    members = [np.flatnonzero(groups == code) for code in codes]
    rng = np.random.default_rng(seed)
    drawn = [figure(np.concatenate([members[k] for k in rng.integers(0, len(codes), len(codes))])) for _ in range(_RESAMPLES)]
    known = np.array(drawn)[~np.isnan(drawn)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def curves(defect: Mask, score: Floats, miss_cost: float, false_alarm_cost: float) -> dict[str, pd.DataFrame]:
    """Return the curves of tested scores: roc, pr, calibration (ten bins of equal size), cost a part by threshold.

    Parameters
    ----------
    defect : ndarray of bool
        What was.
    score : ndarray of float64
        Probability of a defect.
    miss_cost, false_alarm_cost : float
        Cost of a defect let through, and of a good part held [money].

    Returns
    -------
    dict of str to DataFrame
        Empty where one class is missing.
    """
    from sklearn.metrics import precision_recall_curve, roc_curve

    if defect.all() or not defect.any():
        return {name: pd.DataFrame() for name in ("roc", "pr", "calibration", "cost")}
    far, recall, _ = roc_curve(defect, score)
    precision, hits, _ = precision_recall_curve(defect, score)
    bins = np.array_split(np.argsort(score, kind="stable"), min(10, len(score)))
    grid = np.unique(np.concatenate((np.linspace(0, 1, 101), np.quantile(score, np.linspace(0, 1, 101)))))
    order = np.sort(score[defect]), np.sort(score[~defect])
    missed = np.searchsorted(order[0], grid, side="left")
    false = len(order[1]) - np.searchsorted(order[1], grid, side="left")
    return {
        "roc": pd.DataFrame({"far": far, "recall": recall}),
        "pr": pd.DataFrame({"recall": hits, "precision": precision}),
        "calibration": pd.DataFrame(
            [(score[b].mean(), defect[b].mean(), len(b)) for b in bins], columns=["said", "was", "parts"]
        ),
        "cost": pd.DataFrame({"threshold": grid, "cost": (miss_cost * missed + false_alarm_cost * false) / len(score)}),
    }
