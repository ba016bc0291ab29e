"""What says nothing gets a typed error or an honest answer, never a score made up: one input after the other, everywhere."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import InsufficientDataError, SmartfabError, TableError
from tests.defects.conftest import made_parts, small_classifier

X, Y, META = made_parts(200)
TIMES = pd.DatetimeIndex(META["cutoff"])
NONE = pd.DataFrame(index=X.index)
DETECTORS = ["T2Detector", "PCADetector", "RangeDetector"]

INPUTS = {
    "no rows": (X.iloc[:0], Y.iloc[:0], META.iloc[:0]),
    "five parts": (X[:5], Y[:5], META[:5]),
    "no columns": (NONE, Y, META),
    "no defects": (X, Y * 0, META),
    "defects only": (X, Y * 0 + 1, META),
    "one defect": (X, pd.Series((np.arange(200) == 150).astype(int)), META),
    "constant signals": (X * 0 + 1.0, Y, META),
    "signals without a value": (X * np.nan, Y, META),
    "infinite values": (X.assign(**{"M/b_mean_60s": np.inf}), Y, META),
    "labels -1 for unknown": (X, Y.where(Y == 1, -1), META),
    "labels missing": (X, Y.astype(float).where(Y == 1), META),
    "labels missing in words": (X, pd.Series(np.where(Y == 1, "defect", None)), META),
    "labels unknown in words": (
        X,
        pd.Series(np.where(Y == 1, "defect", np.where(X["M/b_mean_60s"] > 0, "good", "unknown"))),
        META,
    ),
    "too few labels": (X, Y[:10], META),
}
EVALUATED = {"constant signals", "signals without a value"}
FITTED = {"five parts", "one defect", "constant signals", "signals without a value", "labels -1 for unknown"}


def refused(call):
    """The error, which must be one of smartfab's."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - whichever it is, its class and its words are looked at below
        call()
    assert isinstance(caught.value, SmartfabError)
    assert caught.value.found
    return caught.value


def quietly(call):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sf.defects.LeakWarning)
        return call()


@pytest.mark.parametrize("name", INPUTS)
def test_evaluate_scores_only_what_can_be_scored(name):
    rows, labels, meta = INPUTS[name]

    def call():
        return sf.defects.evaluate(small_classifier(), rows, labels, meta, sf.defects.LineSplit(n_splits=2))

    if name in EVALUATED:  # a model that has nothing to go by holds all parts or none, and is worth nothing
        report = call()
        assert report.metrics.loc["model", "mcc"] == 0
        assert report.timeline.groupby("fold")["score"].nunique().max() == 1
        assert report.metrics.loc["model", "roc_auc"] == pytest.approx(0.5, abs=0.2)
    else:
        assert refused(call).remedy or name in {"too few labels", "one defect"}


@pytest.mark.parametrize("name", INPUTS)
def test_a_classifier_learns_only_from_both_classes(name):
    rows, labels, _ = INPUTS[name]
    if name not in FITTED:
        assert refused(lambda: small_classifier().fit(rows, labels)).remedy
        return
    model = small_classifier().fit(rows, labels)
    chance = model.predict_proba(rows)
    assert ((chance >= 0) & (chance <= 1)).all()
    if name in {"five parts", "one defect"}:  # nothing to choose by: the threshold is that of the costs
        assert model.threshold_ == pytest.approx(1 / 21)
    if name in EVALUATED:
        assert np.ptp(chance[:, 1]) == 0
        assert chance[0, 1] == pytest.approx(model.base_rate_, abs=0.15)


@pytest.mark.parametrize("name", INPUTS)
def test_folds_and_their_audit(name):
    rows, labels, meta = INPUTS[name]
    cv = sf.defects.LineSplit(n_splits=2)
    if name in {"no rows", "five parts", "labels missing", "labels missing in words", "too few labels"}:
        refused(lambda: list(cv.split(rows, labels, groups=meta)))
        refused(lambda: sf.defects.audit_leaks(rows, labels, meta, cv))
        return
    assert len(quietly(lambda: list(cv.split(rows, labels, groups=meta)))) == 2
    assert len(quietly(lambda: sf.defects.audit_leaks(rows, labels, meta, cv))) == 0


@pytest.mark.parametrize("kind", DETECTORS)
@pytest.mark.parametrize(
    "name", ["no rows", "five parts", "no columns", "constant signals", "signals without a value", "infinite values"]
)
def test_a_detector_learns_only_from_rows_that_say_something(kind, name):
    rows = INPUTS[name][0]
    detector = getattr(sf.defects, kind)()
    if name != "constant signals":
        assert refused(lambda: detector.fit(rows)).remedy
        return
    detector.fit(rows)
    assert (detector.predict(rows) == 1).all()
    assert (detector.predict(rows + 1) == -1).all()
    assert (detector.contributions(rows).to_numpy() == 0).all()


@pytest.mark.parametrize("name", ["no rows", "no columns", "signals without a value", "infinite values"])
@pytest.mark.parametrize("kind", DETECTORS)
def test_a_detector_is_asked_only_what_it_can_answer(kind, name):
    detector, rows = getattr(sf.defects, kind)().fit(X), INPUTS[name][0]
    for ask in (detector.predict, detector.score_samples, detector.decision_function, detector.contributions):
        assert refused(lambda ask=ask: ask(rows)).remedy
    refused(lambda: sf.defects.explain(detector, rows))


@pytest.mark.parametrize("name", ["no rows", "no columns", "infinite values"])
def test_a_classifier_is_asked_only_what_it_can_answer(name):
    model, rows = small_classifier().fit(X, Y), INPUTS[name][0]
    for ask in (model.predict, model.predict_proba, model.risk, model.decide):
        assert refused(lambda ask=ask: ask(rows)).remedy


@pytest.mark.parametrize(
    "name", ["no rows", "five parts", "no columns", "labels missing", "labels missing in words", "too few labels"]
)
def test_lives_are_learnt_only_from_lives(name):
    rows, life, _ = INPUTS[name]
    if name == "five parts":  # too few to split: the mean, for each of them
        assert sf.defects.RULRegressor().fit(rows, life).predict(rows).tolist() == [pytest.approx(life.mean())] * 5
    else:
        assert refused(lambda: sf.defects.RULRegressor().fit(rows, life)).remedy


@pytest.mark.parametrize("name", ["constant signals", "signals without a value"])
def test_a_life_without_anything_to_go_by_is_the_mean(name):
    said = sf.defects.RULRegressor().fit(INPUTS[name][0], np.arange(200.0)).predict(INPUTS[name][0])
    assert np.ptp(said) == 0
    assert said[0] == pytest.approx(np.minimum(np.arange(200), 125).mean())


@pytest.mark.parametrize("name", ["no rows", "five parts", "no columns", "constant signals", "signals without a value"])
def test_a_monitor_is_armed_only_by_a_reference(name):
    rows = INPUTS[name][0]
    over_time = rows.set_axis(TIMES[: len(rows)], axis=0)
    for reference in (over_time, [over_time, over_time.iloc[:0]]):
        assert isinstance(refused(lambda r=reference: sf.defects.ProcessMonitor(min_reference=0).fit(r)), InsufficientDataError)


@pytest.mark.parametrize("reference", [None, [], [None], 5, pd.DataFrame()])
def test_a_monitor_wants_frames(reference):
    assert isinstance(refused(lambda: sf.defects.ProcessMonitor().fit(reference)), TableError)


def test_a_monitor_says_nothing_of_no_rows_and_of_rows_without_a_value():
    monitor = sf.defects.ProcessMonitor(min_reference=0).fit(X.set_axis(TIMES, axis=0))
    nothing, silent = X.iloc[:0].set_axis(TIMES[:0], axis=0), (X * np.nan).set_axis(TIMES, axis=0)
    for ask in (monitor.score, monitor.contributions, monitor.alarms, monitor.update):
        assert len(ask(nothing)) == 0
    told = monitor.score(silent)
    assert told["statistic"].isna().all()
    assert (told["status"] == "missing").all()
    assert not told["alarm"].any()
    assert len(monitor.alarms(silent)) == 0


@pytest.mark.parametrize(
    "model", [small_classifier().fit(X, Y), sf.defects.T2Detector().fit(X)], ids=["classifier", "detector"]
)
def test_drift_of_what_says_nothing_has_no_number(model):
    for name in ("no rows", "signals without a value"):
        told = sf.defects.drift(model, INPUTS[name][0])
        assert set(told["verdict"]) == {"do not trust"}
        assert told[["psi", "ks", "mean_shift"]].isna().all().all()
    assert set(sf.defects.drift(model, INPUTS["constant signals"][0])["verdict"]) == {"do not trust"}
    refused(lambda: sf.defects.drift(model, NONE))


@pytest.mark.parametrize("model", [None, object(), "model"])
def test_what_is_no_model_is_told(model, tmp_path):
    win = sf.features.WindowFeatures()
    for call in (
        lambda: sf.defects.drift(model, X),
        lambda: sf.defects.explain(model, X),
        lambda: sf.defects.contributions(model, X),
        lambda: sf.defects.save(model, tmp_path / "m"),
        lambda: sf.defects.OnlineScorer(model, win),
        lambda: sf.defects.evaluate(model, X, Y, META, sf.defects.LineSplit()),
    ):
        refused(call)
    refused(lambda: sf.defects.OnlineScorer(small_classifier().fit(X, Y), None))
    refused(lambda: sf.defects.evaluate(small_classifier(), X, Y, META, None))


@pytest.mark.parametrize("wrong", [{"top": -1}, {"by": "lot"}, {"lang": "fr"}])
def test_explain_refuses_what_it_does_not_know(wrong):
    refused(lambda: sf.defects.explain(small_classifier().fit(X, Y), X, **wrong))


def test_no_rows_are_explained_by_no_rows():
    model = small_classifier().fit(X, Y)
    assert len(sf.defects.explain(model, X.iloc[:0])) == len(sf.defects.contributions(model, X.iloc[:0])) == 0
    refused(lambda: sf.defects.explain(model, NONE))
    refused(lambda: sf.defects.contributions(model, X[["M/a_mean_60s"]]))
