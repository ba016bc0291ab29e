"""Costs, calibration, thresholds, life; and what the detectors say beyond the estimator contract (semantic 10)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from smartfab.defects.decision_costs import calibrated, cheapest_threshold
from smartfab.errors import InsufficientDataError, TableError
from tests.defects.conftest import START, made_parts, small_classifier


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=40), st.integers(1, 30), st.integers(1, 30))
def test_no_other_threshold_costs_less(rows, miss, false):
    p = np.array([score / 10 for score, _ in rows])
    y = np.array([int(label) for _, label in rows])

    def cost(threshold):
        return miss * ((p < threshold) & (y == 1)).sum() + false * ((p >= threshold) & (y == 0)).sum()

    chosen = cheapest_threshold(p, y, miss, false)
    assert 0 <= chosen <= 1
    assert cost(chosen) <= min(cost(t) for t in [0, *np.arange(0.05, 1.1, 0.1)]) + 1e-9 or chosen == 1.0


def test_costs_move_the_decision_and_not_the_class():
    X, y, _ = made_parts(600)
    dear, cheap = (small_classifier().set_params(miss_cost=cost).fit(X, y) for cost in (100, 1))
    assert dear.threshold_ < cheap.threshold_
    assert dear.decide(X).sum() > cheap.decide(X).sum()
    np.testing.assert_array_equal(dear.predict(X), cheap.predict(X))


def test_calibrated_probabilities_mean_what_they_say():
    rng = np.random.default_rng(0)
    true = rng.random(20_000)
    y = (rng.random(20_000) < true).astype(int)
    raw = 1 / (1 + np.exp(-3 * np.log(true / (1 - true))))  # far too sure
    for kind in ("sigmoid", "isotonic"):
        told = calibrated(raw[:10_000], y[:10_000], kind)(raw[10_000:])
        assert np.abs(told - true[10_000:]).mean() < 0.02
    assert calibrated(None, y, "auto").kind == "none"
    assert calibrated(raw, y, "auto").kind == "isotonic"
    assert calibrated(raw[:60], y[:60], "auto").kind == "sigmoid"


def test_the_class_called_defect_is_the_defect():
    X, y, _ = made_parts(300)
    words, numbers = small_classifier().fit(X, np.where(y == 1, "defect", "good")), small_classifier().fit(X, y)
    np.testing.assert_array_equal(words.decide(X), numbers.decide(X))
    np.testing.assert_allclose(words.predict_proba(X)[:, 0], numbers.predict_proba(X)[:, 1])


def test_more_than_two_classes_have_no_costs():
    X, y, _ = made_parts(300)
    clf = small_classifier().fit(X, y + 2 * (X["M/b_mean_60s"] > 1))
    assert clf.predict_proba(X).shape == (300, 4)
    with pytest.raises(TableError, match="4 classes"):
        clf.decide(X)


def test_one_class_is_an_error_and_five_parts_are_an_answer():
    X, _y, _ = made_parts(300)
    with pytest.raises(InsufficientDataError, match="class"):
        small_classifier().fit(X, np.zeros(300))
    few = small_classifier().fit(X[:5], [0, 1, 0, 0, 0])
    assert few.threshold_ == pytest.approx(1 / 21)
    assert few.calibration_.kind == "none"


def test_a_life_beyond_the_clip_is_not_told_apart():
    wear = np.linspace(0, 1, 500)[:, None]
    life = 500 * (1 - wear[:, 0])
    said = sf.defects.RULRegressor(clip=125).fit(wear, life).predict(wear)
    assert said.max() <= 125
    assert np.abs(said - np.minimum(life, 125)).mean() < 3


@pytest.mark.parametrize("kind", ["T2Detector", "PCADetector", "RangeDetector"])
def test_10_a_detector_meets_its_rate_and_names_the_signal(kind):
    rng = np.random.default_rng(1)
    index = START + pd.to_timedelta(np.arange(6000), unit="s")
    mixed = rng.normal(size=(6000, 4)) @ np.array([[1, 0.9, 0, 0], [0, 0.3, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    x = pd.DataFrame(mixed, index, list("abcd"))
    detector = getattr(sf.defects, kind)().fit(x[:4000])
    assert 0.003 < (detector.predict(x[4000:]) == -1).mean() < 0.03
    strange = x[4000:4010].assign(d=9.0)
    parts = detector.contributions(strange)
    assert (parts.to_numpy() >= 0).all()
    assert (parts.idxmax(axis=1) == "d").all()
    statistic = -detector.score_samples(strange)
    whole = parts.max(axis=1) if kind == "RangeDetector" else parts.sum(axis=1)
    np.testing.assert_allclose(whole, statistic, rtol=1e-12)
    table = detector.alarms(strange, source="M")
    assert len(table) == 1
    assert table["source"].item() == "M"


def test_constant_columns_are_an_honest_answer():
    x = np.ones((50, 2))
    for kind in (sf.defects.T2Detector, sf.defects.PCADetector, sf.defects.RangeDetector):
        detector = kind().fit(x)
        assert detector.predict([[1, 1], [5, 1]]).tolist() == [1, -1]


@pytest.mark.parametrize(
    ("good", "defect"), [("good", "defect"), ("OK", "NG"), ("đạt", "lỗi"), ("good", "crack"), ("zero", "bad"), (0, 1), (-1, 1)]
)
def test_the_defect_is_the_class_whose_name_says_so_whatever_the_alphabet(good, defect):
    X, y, _ = made_parts(300)
    usual = small_classifier().fit(X, y)
    named = small_classifier().fit(X, np.where(y == 1, defect, good))
    np.testing.assert_array_equal(named.decide(X), usual.decide(X))
    assert set(named.predict(X)) <= {good, defect}


def test_names_that_do_not_say_which_is_the_defect_decide_nothing():
    X, y, _ = made_parts(300)
    clf = small_classifier().fit(X, np.where(y == 1, "B", "A"))
    assert set(clf.predict(X)) == {"A", "B"}
    with pytest.raises(TableError, match="'A' and 'B'"):
        clf.decide(X)
