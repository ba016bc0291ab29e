"""The pictures of a measured gain and of a plan show every period, in both languages, with nothing cut off."""

from __future__ import annotations

import numpy as np
import pytest

import smartfab as sf
from tests.improvements.lines import CHANGE, table

ASKED = {"y": "oee", "treated": "L3", "at": CHANGE, "expected": 0.02}


@pytest.fixture(scope="module")
def data():
    return table(0.03)


@pytest.fixture(scope="module")
def measured(data):
    return sf.improvements.effect(data, **ASKED)


@pytest.fixture(scope="module")
def plan(data):
    return sf.improvements.plan(data[data["production_date"] < CHANGE], **ASKED | {"controls": None, "expected": 0.01})


def test_actual_counterfactual_and_gap_are_the_measurement_s(measured):
    top, bottom = measured.plot().axes
    np.testing.assert_array_equal(top.lines[0].get_ydata(), measured.effects["counterfactual"])
    np.testing.assert_array_equal(top.lines[1].get_ydata(), measured.effects["actual"])
    np.testing.assert_array_equal(bottom.lines[1].get_ydata(), measured.effects["gap"])
    shown = bottom.lines[2].get_ydata()
    assert set(np.round(shown[~np.isnan(shown)], 12)) == {round(measured.estimate, 12)}


@pytest.mark.parametrize(
    ("lang", "words"), [("vi", {"OEE [%]", "Chênh lệch [điểm %]", "thực tế"}), ("en", {"OEE [%]", "Gap [points]", "measured"})]
)
def test_the_sentence_is_the_title_and_axes_have_units(measured, lang, words, texts):
    shown = set(texts(measured.plot(lang=lang)))
    assert words | {measured.sentence(lang)} <= shown


def test_placebos_in_time_and_space(measured, texts):
    figure = sf.charts.placebo_strip(measured, lang="en")
    time, space = figure.axes
    mine = measured.placebos[measured.placebos["kind"] == "time"]
    np.testing.assert_array_equal(time.lines[1].get_ydata(), mine["estimate"])
    assert {"L1", "L2", "L3", "L4", "L5"} <= {label.get_text() for label in space.get_xticklabels()}
    assert "Effect [points]" in texts(figure)


def test_the_curve_of_a_plan(plan, texts):
    figure = plan.plot(lang="en")
    days, least = zip(*plan.curve, strict=True)
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_xdata(), days)
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_ydata(), least)
    assert {"this plan", "switchback", "with controls", "expected", "Days after the change"} <= set(texts(figure))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_leaves_the_canvas(measured, plan, lang, texts):
    for figure in (measured.plot(lang=lang), sf.charts.placebo_strip(measured, lang=lang), plan.plot(lang=lang)):
        for text, boxes in texts(figure).items():
            for left, bottom, right, top in boxes:
                assert min(left, bottom) >= -1e-3, text
                assert max(right, top) <= 1.001, text


def test_where_there_is_no_figure_the_picture_says_so(texts):
    few = table(0.0, days=125)
    assert "No figure: the data do not suffice." in texts(sf.improvements.effect(few, **ASKED).plot(lang="en"))
    assert "No placebo could be tried." in texts(sf.charts.placebo_strip(sf.improvements.effect(few, **ASKED), lang="en"))
    nothing = sf.improvements.plan(few, **ASKED | {"at": "2025-11-05"})
    assert "Nothing can be predicted from so little data." in texts(nothing.plot(lang="en"))
