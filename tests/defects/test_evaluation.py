"""Semantics 4, 8 and 11: honest figures beside the trivial ones, drift, and no score where there can be none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.defects import prediction_scores as scores
from smartfab.errors import InsufficientDataError, TableError
from tests.defects.conftest import made_parts, small_classifier


@pytest.fixture(scope="module")
def report():
    return sf.defects.evaluate(small_classifier(), *made_parts(), sf.defects.LineSplit(n_splits=3))


def test_08_the_trivial_answers_stand_beside_the_model(report):
    m = report.metrics
    assert m.index.tolist() == ["model", "always alarm", "never alarm"]
    assert m.loc["always alarm", "f1"] == pytest.approx(2 * m["base_rate"].iloc[0] / (1 + m["base_rate"].iloc[0]))
    assert m.loc["always alarm", ["far", "mar", "mcc", "event_recall"]].tolist() == [1, 0, 0, 1]
    assert m.loc["never alarm", ["far", "mar", "mcc", "false_alarms_per_shift"]].tolist() == [0, 1, 0, 0]
    assert m.loc["model", "mcc"] > 0.3
    assert {"roc_auc", "pr_auc", "delay_s", "recall_at_one_false_hold"} <= set(m)
    band = report.intervals.set_index("metric")
    assert (band["low"] <= band["value"]).all()
    assert (band["value"] <= band["high"]).all()


def test_08_figures_are_those_of_the_timeline(report):
    held, defect = report.timeline["decision"], report.timeline["defect"]
    told = report.metrics.loc["model"]
    assert told["tp"] == (held & defect).sum()
    assert told["far"] == (held & ~defect).sum() / (~defect).sum()
    tested = report.timeline["cutoff"]
    hours = sum((part.max() - part.min()).total_seconds() for _, part in tested.groupby(report.timeline["fold"])) / 3600
    assert told["false_alarms_per_shift"] == pytest.approx(told["fp"] / (hours / 8))
    assert tested.is_monotonic_increasing
    assert report.leaks.empty
    assert report.contributions["signal"].iloc[0] == "M/a"


def test_events_are_met_from_their_first_to_their_last_defect():
    at = np.array([0, 60, 120, 3600, 3660, 9000]) * 1_000_000
    defect = np.array([1, 0, 1, 1, 0, 1], bool)
    held = np.array([0, 1, 0, 0, 1, 1], bool)
    told = scores.events(defect, held, np.zeros(6, int), at)
    assert told == {"events": 3.0, "event_recall": pytest.approx(2 / 3), "delay_s": 30.0}


def test_recall_at_one_false_hold_a_shift():
    defect, score = np.array([1, 0, 1, 0, 1], bool), np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    assert scores.recall_at_one_false_hold(defect, score, 1.0) == pytest.approx(2 / 3)
    assert scores.recall_at_one_false_hold(defect, score, 2.0) == 1.0
    assert np.isnan(scores.recall_at_one_false_hold(np.zeros(5, bool), score, 1.0))


def test_no_defects_no_good_parts_and_unknown_labels_give_no_score():
    X, y, meta = made_parts(100)
    for labels in (np.zeros(100), np.ones(100)):
        with pytest.raises(InsufficientDataError, match="among 100 parts"):
            sf.defects.evaluate(small_classifier(), X, labels, meta, sf.defects.LineSplit())
    with pytest.raises(TableError, match="other than 0 and 1"):
        sf.defects.evaluate(small_classifier(), X, y.where(y == 1, -1), meta, sf.defects.LineSplit())


def test_it_is_drawn_and_written_in_both_languages(report):
    for lang in ("en", "vi"):
        assert len(report.plot(lang=lang).axes) == 6
        html = report.to_html(lang=lang)
        assert html.startswith("<!doctype html>")
        assert "<svg" in html
        assert "http://" not in html.replace("http://www.w3.org", "")
    one = report.timeline.assign(defect=False)
    assert scores.curves(one["defect"].to_numpy(), one["score"].to_numpy(), 20, 1)["pr"].empty


def test_11_drift_is_a_verdict_and_outside_the_reference_no_number():
    rng = np.random.default_rng(0)
    x = pd.DataFrame(rng.normal(size=(2000, 3)), columns=list("abc")).assign(d=np.nan)
    y = (x["a"] > 1).astype(int)
    model = small_classifier().fit(x, y)
    same = pd.DataFrame(rng.normal(size=(2000, 3)), columns=list("abc")).assign(d=np.nan)
    table = sf.defects.drift(model, same)
    assert table.attrs["verdict"] == "ok"
    assert table["psi"][:3].max() < 0.05
    moved = sf.defects.drift(model, same.assign(b=same["b"] + 2))
    assert moved["verdict"].tolist() == ["ok", "do not trust", "ok", "ok"]
    assert moved["mean_shift"][1] == pytest.approx(2, abs=0.1)
    new = sf.defects.drift(model, same.assign(c=np.nan, d=1.0))
    assert new["verdict"].tolist()[2:] == ["do not trust", "do not trust"]
    assert new[["psi", "ks", "mean_shift"]][2:].isna().all().all()
    with pytest.raises(TableError, match="other columns"):
        sf.defects.drift(model, same[["b", "a", "c", "d"]])
