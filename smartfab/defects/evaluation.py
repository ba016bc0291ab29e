"""`evaluate`: what a classifier is worth on parts it has not seen, with everything needed not to be fooled by it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone

from smartfab import clock
from smartfab.defects import prediction_scores as scores
from smartfab.defects.explaining import contributions, signal_of
from smartfab.defects.leak_audit import audit_leaks
from smartfab.defects.splitting import LeakWarning
from smartfab.errors import InsufficientDataError, TableError
from smartfab.findings import attach, finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Mask = npt.NDArray[np.bool_]
_EXPLAINED = 200


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` found; nothing in it changes any more.

    Attributes
    ----------
    metrics : DataFrame
        Rows model, always alarm, never alarm; columns n, base_rate, mcc, f1, precision, far, mar, tp, tn, fp, fn,
        event_recall, delay_s [s], false_alarms_per_shift (of 8 h) [1].
    intervals : DataFrame
        Of the model: metric, value, low, high (95 %, whole lots resampled).
    curves : dict of str to DataFrame
        roc, pr, calibration, cost.
    timeline : DataFrame
        Tested parts in order of time: part_id, machine_id, cutoff, defect, score, decision, fold.
    contributions : DataFrame
        By signal: mean contribution [logit] to held parts (to the riskiest where none is held), most first.
    leaks : DataFrame
        As `audit_leaks` gives it.
    model : estimator
        Fitted on all rows.
    """

    metrics: pd.DataFrame
    intervals: pd.DataFrame
    curves: dict[str, pd.DataFrame]
    timeline: pd.DataFrame
    contributions: pd.DataFrame
    leaks: pd.DataFrame
    model: Any = field(repr=False)

    def plot(self, *, lang: str = "en", tz: str | None = None) -> Figure:
        """Draw precision and recall, calibration, cost, and the risk over time.

        Parameters
        ----------
        lang : {"en", "vi"}
            Language.
        tz : str, optional
            IANA zone of the time axis; UTC if none is given.

        Returns
        -------
        Figure
            Not bound to any display.
        """
        from smartfab.charts.prediction import evaluation

        return evaluation(self, lang=lang, tz=tz)

    def to_html(self, *, lang: str = "en", tz: str | None = None) -> str:
        """Return the evaluation as one self-contained page.

        Parameters
        ----------
        lang : {"en", "vi"}
            Language.
        tz : str, optional
            IANA zone of the time axis; UTC if none is given.

        Returns
        -------
        str
            HTML; figures, intervals, leaks, contributions and pictures.
        """
        from smartfab.report.evaluation_page import page

        return page(self, lang=lang, tz=tz)


def evaluate(clf: Any, X: Any, y: Any, meta: pd.DataFrame, cv: Any) -> Evaluation:
    """Fit and test a classifier over folds, each threshold chosen in its training rows alone.

    Every tested part counts as it is; no alarm is stretched over an event. Parts never tested (the first stretch of a forward
    split) are in no figure.

    Parameters
    ----------
    clf : classifier
        With predict_proba, and two classes; without `decide` a part is held from probability 0.5 on. It is cloned.
    X : DataFrame or array
        Features.
    y : Series or array
        1 a defect, 0 good.
    meta : DataFrame
        Meta data as `WindowFeatures.build` gives them; cutoff must be there.
    cv : splitter
        Such as `LineSplit`; called with ``groups=meta``.

    Returns
    -------
    Evaluation
        Figures with intervals, curves, timeline, contributions, leaks, and the model fitted on all rows.

    Raises
    ------
    TableError
        If the classifier gives no probabilities, the labels are none of 0 and 1, or rows do not fit together.
    InsufficientDataError
        If there are no defects, or no good parts, to learn from.

    Examples
    --------
    >>> import numpy as np, pandas as pd, smartfab as sf
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> meta = pd.DataFrame({"cutoff": pd.date_range("2026-03-02", periods=200, freq="min", tz="UTC")})
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> clf, cv = sf.defects.DefectClassifier(DecisionTreeClassifier(max_depth=2)), sf.defects.LineSplit(2, group=None)
    >>> rep = sf.defects.evaluate(clf, X, (X[:, 0] + X[:, 1] > 1).astype(int), meta, cv)
    >>> rep.metrics.index.tolist()
    ['model', 'always alarm', 'never alarm']
    """
    if not hasattr(clf, "predict_proba"):
        raise TableError(f"a {type(clf).__name__}", where="clf", expected="a classifier with predict_proba")
    labels = np.asarray(y)
    if not np.isin(labels, [0, 1]).all():
        raise TableError(
            "labels other than 0 and 1", where="y", expected="1 a defect, 0 good", remedy="Leave unknown ones out."
        )
    if len(np.unique(labels)) < 2:
        raise InsufficientDataError(
            f"no {'defect' if not labels.any() else 'good part'} among {len(labels)} parts", where="y",
            expected="both, to learn from and to test on", remedy="Take a longer time; a monitor needs no labels.",
        )  # fmt: skip
    leaks = audit_leaks(X, labels, meta, cv)
    timeline, notes = _tested(clf, X, labels, meta, cv)
    model = clone(clf).fit(X, labels)
    defect, held = timeline["defect"].to_numpy(dtype=bool), timeline["decision"].to_numpy(dtype=bool)
    cost = float(getattr(clf, "miss_cost", 1)), float(getattr(clf, "false_alarm_cost", 1))
    return Evaluation(
        metrics=attach(_metrics(timeline), notes),
        intervals=_intervals(timeline, meta),
        curves=scores.curves(defect, timeline["score"].to_numpy(), *cost),
        timeline=timeline.drop(columns=["row"]),
        contributions=_contributions(model, _taken(X, timeline["row"].to_numpy()), held, timeline["score"].to_numpy()),
        leaks=leaks,
        model=model,
    )  # fmt: skip


def _taken(rows: Any, places: npt.NDArray[np.intp]) -> Any:
    return rows.iloc[places] if isinstance(rows, pd.DataFrame) else np.asarray(rows)[places]


def _tested(clf: Any, rows: Any, labels: npt.NDArray[Any], meta: pd.DataFrame, cv: Any) -> tuple[pd.DataFrame, list[Any]]:
    folds, notes = [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LeakWarning)  # the audit tells them
        pairs = list(cv.split(rows, labels, groups=meta))
    for number, (train, test) in enumerate(pairs, 1):
        if len(np.unique(labels[train])) < 2:
            notes.append(finding("fold_without_both_classes", f"fold {number}", len(test)))
            continue
        fitted = clone(clf).fit(_taken(rows, train), labels[train])
        score = fitted.predict_proba(_taken(rows, test))[:, 1]
        decision = fitted.decide(_taken(rows, test)) if hasattr(fitted, "decide") else score >= 0.5
        folds.append(pd.DataFrame({"row": test, "score": score, "decision": decision, "fold": number}))
    if not folds:
        raise InsufficientDataError(
            "no fold has both classes to train on", where="cv", expected="good parts and defects in each"
        )
    told = pd.concat(folds, ignore_index=True)
    known = meta.reset_index(drop=True).loc[told["row"]].reset_index(drop=True)
    columns = [name for name in ("part_id", "machine_id", "cutoff") if name in known]
    table = pd.concat([known[columns], pd.Series(labels[told["row"]] == 1, name="defect"), told], axis=1)
    return table.sort_values("cutoff", kind="stable", ignore_index=True), notes


def _shifts(timeline: pd.DataFrame) -> float:
    at = clock.micros(timeline["cutoff"])
    spans = [int(at[part].max() - at[part].min()) for part in (timeline["fold"] == k for k in timeline["fold"].unique())]
    return sum(spans) / scores.SHIFT_US


def _metrics(timeline: pd.DataFrame) -> pd.DataFrame:
    defect, decided = timeline["defect"].to_numpy(dtype=bool), timeline["decision"].to_numpy(dtype=bool)
    machine = pd.factorize(timeline["machine_id"])[0] if "machine_id" in timeline else np.zeros(len(timeline), np.intp)
    shifts = _shifts(timeline)
    rows = {}
    for name, held in (("model", decided), ("always alarm", np.ones_like(decided)), ("never alarm", np.zeros_like(decided))):
        figures = {"n": float(len(defect)), **scores.confusion(defect, held)}
        figures |= scores.events(defect, held, machine, clock.micros(timeline["cutoff"]))
        figures["false_alarms_per_shift"] = figures["fp"] / shifts if shifts > 0 else float("nan")
        rows[name] = figures
    rows["model"] |= scores.ranking(defect, timeline["score"].to_numpy())
    rows["model"]["recall_at_one_false_hold"] = scores.recall_at_one_false_hold(defect, timeline["score"].to_numpy(), shifts)
    return pd.DataFrame(rows).T


def _intervals(timeline: pd.DataFrame, meta: pd.DataFrame) -> pd.DataFrame:
    defect, held = timeline["defect"].to_numpy(dtype=bool), timeline["decision"].to_numpy(dtype=bool)
    lots = meta.reset_index(drop=True)["lot_id"] if "lot_id" in meta else pd.Series(np.nan, index=range(len(meta)))
    lots = lots.loc[timeline["row"]].reset_index(drop=True)
    groups = pd.factorize(lots)[0] if lots.notna().all() else np.arange(len(timeline))
    whole = scores.confusion(defect, held)
    rows = []
    for name in ("mcc", "f1", "precision", "far", "mar", "base_rate"):
        low, high = scores.interval(partial(_figure, name, defect, held), groups)
        rows.append((name, whole[name], low, high))
    return pd.DataFrame(rows, columns=["metric", "value", "low", "high"])


def _figure(name: str, defect: Mask, held: Mask, at: npt.NDArray[np.intp]) -> float:
    return scores.confusion(defect[at], held[at])[name]


def _contributions(model: Any, rows: Any, held: Mask, score: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Of the parts held, or the riskiest: what their scores are made of; empty where the model cannot be explained."""
    most = np.argsort(-np.where(held, 1.0, 0.0) - score, kind="stable")[: min(_EXPLAINED, max(int(held.sum()), 20))]
    try:
        parts = contributions(model, _taken(rows, np.sort(most)))
    except TableError:
        return pd.DataFrame({"signal": pd.Series(dtype="str"), "contribution": pd.Series(dtype="float64")})
    total = parts.mean().groupby([signal_of(str(name)) for name in parts.columns]).sum().sort_values(ascending=False)
    return pd.DataFrame({"signal": total.index.astype("str"), "contribution": total.to_numpy()})
