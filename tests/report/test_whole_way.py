"""The page of a demonstration: five steps, each beside the truth, from what was found and from nothing else."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

import smartfab as sf
from smartfab.report.story_texts import STORY
from smartfab.report.whole_way import Known, story
from tests.report.conftest import HOSTILE


@pytest.fixture(scope="module")
def told():
    """An evaluation of parts that are defects where their pressure was low."""
    rng = np.random.default_rng(3)
    X = pd.DataFrame({"Press01/pressure_mean_60s": rng.normal(270, 4, 300), f"{HOSTILE}_mean_60s": rng.normal(size=300)})
    y = pd.Series(((X.iloc[:, 0] < 266) ^ (rng.random(300) < 0.05)).astype(int))
    meta = pd.DataFrame({"cutoff": pd.date_range("2026-03-01T23:00", periods=300, freq="min", tz="UTC")})
    clf = sf.defects.DefectClassifier(HistGradientBoostingClassifier(max_iter=15, max_leaf_nodes=7, random_state=0))
    return sf.defects.evaluate(clf, X, y, meta, sf.defects.LineSplit(2, group=None))


@pytest.fixture
def known(told, register):
    imp = next(one for one in register.search() if register.measurements(one.id))
    return Known(
        samples=1233, served=1234, lost=2, duplicated=1, oee=[("L<1>", 0.5, 0.51), (HOSTILE, None, 0.52)], evaluation=told,
        informed={"mcc": 0.987, "far": 0.001, "mar": 0.002},
        cause={"signal_id": "Press01/pressure", "direction": "below", "threshold": 266.0, "unit": "bar"},
        improvement=imp.id, gain=0.035,
    )  # fmt: skip


@pytest.fixture
def page(store, plant, register, read, known):
    window = (pd.Timestamp("2026-03-01T23:00Z"), pd.Timestamp("2026-03-02T23:00Z"))

    def written(lang="en", **other):
        told = dataclasses.replace(known, **other)
        return read(story(store, plant, window, register, told, lang=lang).html)

    return written


def test_each_step_leads_to_its_chapter_and_each_stands_beside_the_truth(page):
    read = page()
    chapters = [told["id"] for tag, told in read.elements if tag == "h2" and told.get("class") == "chapter"]
    assert chapters == ["collect", "oee", "defects", "improvement", "gain"]
    steps = [told["href"] for tag, told in read.elements if tag == "a" and "step" in told.get("class", "")]
    assert steps == [f"#{name}" for name in chapters]
    for seen in ("1,233 / 1,234", "2 lost, 1 duplicated", "50.00\xa0%", "51.00\xa0%", "1.00 points", "0.987", "3.5 points"):
        assert seen in read.text, seen


def test_the_true_cause_is_marked_where_it_stands(page):
    text = page().text
    assert re.search(r"Press01/pressure\n[\d.]+\n← the true cause", text)
    assert text.count("← the true cause") == 1
    other = {"signal_id": "Press01/other", "direction": "above", "threshold": 1.0, "unit": "bar"}
    text = page(cause=other).text
    assert "← the true cause" not in text
    assert "Press01/other > 1" in text


def test_an_interval_that_misses_the_truth_says_so(page):
    assert STORY["holds"]["en"] in page().text
    missed = page(gain=0.4).text
    assert STORY["misses"]["en"] in missed
    assert STORY["holds"]["en"] not in missed


def test_where_there_was_nothing_to_learn_from_nothing_is_made_up(page):
    text = page("vi", evaluation=None, informed={}).text
    assert STORY["no_defects"]["vi"] in text
    assert "MCC" not in text


def test_names_are_text_and_every_link_has_its_place(page):
    for lang in ("vi", "en"):
        read = page(lang)
        assert not {"script", "img"} & {tag for tag, _ in read.elements}
        assert HOSTILE in read.text
        places = [told["id"] for _, told in read.elements if "id" in told]
        assert len(places) == len(set(places))
        links = {told["href"][1:] for tag, told in read.elements if tag == "a"}
        assert links <= set(places)


@pytest.mark.browser
def test_it_opens_without_a_network_and_fits_a_phone(browser, store, plant, register, known, tmp_path):
    window = (pd.Timestamp("2026-03-01T23:00Z"), pd.Timestamp("2026-03-02T23:00Z"))
    browser.open(story(store, plant, window, register, known, lang="vi").save(tmp_path / "báo cáo.html"))
    assert (browser.errors(), browser.requests()) == ([], [])
    assert HOSTILE in browser.seen()
    for width in (390, 1280):
        browser.size(width)
        assert browser.spills() <= 0
