"""Semantic 4, and that each of the fifteen has a test that bears its number, here or beside what it is about."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

import smartfab as sf
from tests.defects.conftest import made_parts, small_classifier


class Recorder(HistGradientBoostingClassifier):
    """Remembers the rows of every fit, each by its first value."""

    seen: ClassVar[list[list[float]]] = []

    def fit(self, X, y, **more):
        self.seen.append(np.asarray(X)[:, 0].tolist())
        return super().fit(X, y, **more)


def test_04_no_row_is_drawn_twice_and_none_is_fitted_on_that_is_tested():
    X, y, meta = made_parts(300)
    cv = sf.defects.LineSplit(n_splits=2)
    Recorder.seen.clear()
    sf.defects.evaluate(sf.defects.DefectClassifier(Recorder(max_iter=5, random_state=0)), X, y, meta, cv)
    trained = [set(X.iloc[train, 0]) for train, _ in cv.split(X, y, groups=meta)] + [set(X.iloc[:, 0])]
    per = len(Recorder.seen) // len(trained)
    assert len(Recorder.seen) == per * len(trained) > len(trained)
    for number, rows in enumerate(Recorder.seen):
        assert len(set(rows)) == len(rows)
        assert set(rows) <= trained[number // per]
    assert [len(rows) for rows in Recorder.seen[::per]] == [len(rows) for rows in trained]  # every training row, once


def test_04_the_threshold_is_of_the_training_rows_alone():
    X, y, meta = made_parts(400)
    cv = sf.defects.LineSplit(n_splits=2)
    tested = list(cv.split(X, y, groups=meta))[-1][1]
    turned = y.copy()
    turned.iloc[tested] = 1 - turned.iloc[tested]
    one, other = (sf.defects.evaluate(small_classifier(), X, labels, meta, cv).timeline for labels in (y, turned))
    last = one["fold"] == 2
    assert one.loc[last, "defect"].to_numpy().tolist() == (~other.loc[last, "defect"]).to_numpy().tolist()
    for name in ("score", "decision"):
        np.testing.assert_array_equal(one.loc[last, name], other.loc[last, name])


def test_04_the_threshold_is_kept_with_the_model_and_its_costs(tmp_path):
    X, y, _ = made_parts(300)
    model = small_classifier().set_params(miss_cost=7, false_alarm_cost=2).fit(X, y)
    sf.defects.save(model, tmp_path / "m")
    told = json.loads((tmp_path / "m" / "manifest.json").read_text())
    assert told["threshold"] == model.threshold_
    assert told["costs"] == {"miss_cost": 7, "false_alarm_cost": 2}
    loaded = sf.defects.load(tmp_path / "m")
    assert (loaded.threshold_, loaded.miss_cost, loaded.false_alarm_cost) == (model.threshold_, 7, 2)
    assert loaded.decide(X).tolist() == (model.risk(X) >= model.threshold_).tolist()


@pytest.mark.parametrize("folder", ["features", "defects"])
def test_numbers_have_two_digits_and_words(folder):
    names = _names(Path(__file__).parents[1] / folder)
    assert all(re.fullmatch(r"test_(\d\d_)?[a-z][a-z0-9_]+", name) for name in names)


def test_each_of_the_15_semantics_has_a_test_that_bears_its_number():
    folders = [Path(__file__).parents[1] / name for name in ("features", "defects")]
    told = {int(name[5:7]) for folder in folders for name in _names(folder) if name[5:7].isdigit()}
    assert told == set(range(1, 16))


def _names(folder):
    return [
        name
        for file in folder.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    ]
