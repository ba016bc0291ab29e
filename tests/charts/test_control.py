"""The picture of a control chart shows every point, line and broken rule, in both languages, with nothing cut off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf


@pytest.fixture
def chart():
    values = np.array([0.0, 1.0, -1.0, 0.5, -0.5, 3.5, 0.0, np.nan, 1.0, -1.0])
    times = pd.date_range("2026-03-02T06:00", periods=len(values), freq="h", tz="Asia/Ho_Chi_Minh")
    return sf.spc.control_chart(pd.Series(values, index=times, name="Lò 3/nhiệt $độ$"), centre=0, sigma=1)


def test_a_pair_is_two_charts_with_every_point(chart, texts):
    figure = chart.plot(tz="Asia/Ho_Chi_Minh")
    top, bottom = figure.axes
    np.testing.assert_array_equal(top.lines[-2].get_ydata(), chart.table["value"])
    np.testing.assert_array_equal(bottom.lines[-2].get_ydata(), chart.table["second"])
    assert top.lines[-1].get_ydata().tolist() == [3.5]
    shown = set(texts(figure))
    assert {"Value", "Moving range", "UCL 3.000", "CL 0.000", "LCL −3.000", "Lò 3/nhiệt $độ$", "1", "08:00"} <= shown
    assert any("1 – beyond the limits (1)" in text for text in shown)


def test_vietnamese(chart, texts):
    shown = set(texts(chart.plot(lang="vi", tz="Asia/Ho_Chi_Minh")))
    assert {"Giá trị", "Khoảng biến thiên trượt", "UCL 3,000", "Giờ địa phương (Asia/Ho_Chi_Minh)"} <= shown
    assert any("1 – vượt giới hạn (1)" in text for text in shown)


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("scale", [1e-6, 1, 1e7])
def test_no_text_leaves_the_canvas(texts, lang, scale):
    z = np.concatenate(([0.5] * 16, [2.5] * 8, [-1.5, 1.5] * 8, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 4])) * scale
    figure = sf.spc.control_chart(z, centre=0, sigma=scale).plot(lang=lang)
    for text, boxes in texts(figure).items():
        for left, bottom, right, top in boxes:
            assert min(left, bottom) >= -1e-3, text
            assert max(right, top) <= 1.001, text


@pytest.mark.parametrize("kind", ["xbar_r", "xbar_s", "p", "np", "c", "u", "ewma", "cusum"])
@pytest.mark.parametrize("rules", ["nelson", "western_electric"])
def test_every_kind_can_be_drawn(kind, rules, texts):
    options = {"n": [10, 20, 0, 30, 10, 20]} if kind in {"p", "np", "u"} else {"subgroup": 2} if kind.startswith("xbar") else {}
    figure = sf.spc.control_chart([1, 2, 0, 9, 1, 2], kind, **options).plot(rules=rules)
    assert len(figure.axes) == (2 if kind in {"xbar_r", "xbar_s", "cusum"} else 1)
    assert "No rule is broken." in texts(figure) or any("Rules broken" in text for text in texts(figure))


def test_a_stretch_is_numbered_once_and_many_are_not_numbered(texts):
    z = [0.0, 4.0, 4.0, 4.0, 0.0, 4.0, 0.0]
    once = sf.spc.control_chart(z, "ewma", centre=0, sigma=1, lam=1).plot()
    assert [text.get_text() for text in once.axes[0].texts].count("1") == 2
    many = sf.spc.control_chart(z * 21, "ewma", centre=0, sigma=1, lam=1).plot()
    assert "1" not in [text.get_text() for text in many.axes[0].texts]
    assert any("(84)" in text for text in texts(many))


def test_labels_that_are_no_rising_numbers_are_counted(texts):
    figure = sf.spc.control_chart(pd.Series([1.0, 2.0, 3.0], index=["a", "b", "c"])).plot()
    assert figure.axes[0].lines[-2].get_xdata().tolist() == [0, 1, 2]
    assert "Point" in texts(figure)


def test_nothing_to_draw_is_said(texts):
    assert "No point to draw." in texts(sf.spc.control_chart([np.nan], centre=0, sigma=1).plot())
    assert texts(sf.spc.control_chart([1.0, 1.0]).plot())


def test_an_unknown_set_of_rules_is_refused(chart):
    with pytest.raises(sf.errors.TableError, match="rules"):
        chart.plot(rules="montgomery")
