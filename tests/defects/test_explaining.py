"""Semantic 10: contributions sum to what they explain, equal the definition, and read in the plant's names and units."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

import smartfab as sf
from smartfab.defects.explaining import feature_label
from smartfab.defects.tree_attribution import shapley, trees_of
from smartfab.errors import TableError
from tests.defects.conftest import made_parts, small_classifier


def by_definition(score, row, reference):
    """The mean over all orders of exchanging columns, and over the reference rows."""
    total = np.zeros(len(row))
    orders = list(permutations(range(len(row))))
    for normal in reference:
        for order in orders:
            now = normal.copy()
            before = score(now)
            for column in order:
                now[column] = row[column]
                after = score(now)
                total[column] += after - before
                before = after
    return total / len(orders) / len(reference)


def test_equal_to_the_definition_with_missing_values():
    X, y, _ = made_parts(300)
    x = X.to_numpy(copy=True)
    x[np.random.default_rng(0).random(x.shape) < 0.1] = np.nan
    model = HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=8, random_state=0).fit(x, y)
    got = shapley(trees_of(model), x[:4], x[10:16])
    for n in range(4):
        want = by_definition(lambda row: model.decision_function(row[None])[0], x[n], x[10:16])
        np.testing.assert_allclose(got[n], want, atol=1e-12)


@pytest.mark.parametrize("kind", ["boosted", "forest", "life"])
def test_10_contributions_sum_to_the_difference_from_normal(kind):
    X, y, _ = made_parts(300)
    if kind == "life":
        model = sf.defects.RULRegressor(clip=300).fit(X, 200 - 50 * X["M/a_mean_60s"])

        def score(rows):
            return model.estimator_.predict(rows)
    elif kind == "forest":
        model = sf.defects.DefectClassifier(RandomForestClassifier(20, random_state=0)).fit(X, y)

        def score(rows):
            return model.estimator_.predict_proba(rows)[:, 1]
    else:
        model = small_classifier().fit(X, y)

        def score(rows):
            return model.estimator_.decision_function(rows)

    parts = sf.defects.contributions(model, X)
    want = score(X.to_numpy()) - score(model.normal_).mean()
    np.testing.assert_allclose(parts.sum(axis=1), want, atol=1e-9)
    table = sf.defects.explain(model, X[:50], top=1)
    np.testing.assert_allclose(table.groupby("row")["contribution"].sum(), want[:50], atol=1e-9)
    assert sf.defects.explain(model, X[:50], top=1).equals(table)


def test_the_signal_that_matters_comes_first():
    X, y, _ = made_parts(600)
    model = small_classifier().fit(X, y)
    bad = sf.defects.explain(model, X[y == 1], top=2, by="signal", lang="vi")
    assert bad.loc[bad["rank"] == 1, "feature"].value_counts().idxmax() == "M/a"
    assert bad.columns.tolist() == ["row", "rank", "feature", "contribution", "value", "normal", "label"]
    assert (bad.loc[bad["rank"] == 3, "label"] == "các yếu tố khác").all()


def test_10_labels_in_words_and_units():
    units = {"Press01/pressure": "bar"}
    assert feature_label("Press01/pressure_mean_60s", units) == "Press01/pressure: mean over 60s [bar]"
    assert feature_label("Press01/pressure_slope_10min", units, "vi") == "Press01/pressure: độ dốc trong 10min [bar/s]"
    assert feature_label("Press01/pressure_last_minus_mean_60s") == "Press01/pressure: last value − mean over 60s"
    assert feature_label("torque") == "torque"


def test_what_cannot_be_explained_is_told():
    X, y, _ = made_parts(300)
    with pytest.raises(TableError, match="LogisticRegression"):
        sf.defects.explain(sf.defects.DefectClassifier(LogisticRegression()).fit(X, y), X)
    with pytest.raises(TableError):
        sf.defects.explain(LogisticRegression().fit(X, y), X)
