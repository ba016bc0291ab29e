"""The waterfall loses nothing between calendar time and good pieces, and stops where knowledge stops."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf


def bars(figure):
    (axes,) = figure.axes
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    return dict(zip(names, [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches], strict=True))


def test_each_loss_takes_up_where_the_one_before_ended(kpis):
    drawn = bars(sf.charts.waterfall(kpis))
    assert drawn == {
        "Calendar time": (0, 24), "No shift": (16, 24), "Planned stop": (15, 16), "Unknown": (14, 15), "Planned time": (0, 14),
        "Breakdown": (13, 14), "Setup": (12.5, 13), "Idle": (12.25, 12.5), "Blocked or starved": (12, 12.25),
        "Minor stop": (11, 12), "Reduced speed": (10, 11), "Quality loss": (9, 10), "Good": (0, 9),
    }  # fmt: skip


def test_rows_are_summed(kpis, texts):
    two = pd.concat([kpis, kpis.assign(machine_id="Press02")])
    figure = sf.charts.waterfall(two)
    assert bars(figure)["Good"] == (0, 18)
    assert "Hours of 2 machines; % of planned time" in texts(figure)


def test_values_are_written_in_the_language(kpis, texts):
    assert {"−1,0\xa0h · 7,1\xa0%", "9,0\xa0h · OEE 64,3\xa0%", "Dừng do hỏng máy (sự cố)"} <= set(
        texts(sf.charts.waterfall(kpis, lang="vi"))
    )


def test_faster_than_ideal_turns_the_bar(kpis, texts):
    fast = kpis.assign(ideal_s=12 * 3600.0)
    figure = sf.charts.waterfall(fast)
    assert bars(figure)["Reduced speed"] == (12, 11)
    assert "1.0\xa0h · −7.1\xa0%" in texts(figure)


@pytest.mark.parametrize("missing", [{"oee": np.nan}, {"ideal_s": np.nan, "good_ideal_s": np.nan, "oee": np.nan}])
def test_without_an_oee_it_ends_at_run_time_and_says_why(kpis, texts, missing):
    figure = sf.charts.waterfall(kpis.assign(**missing))
    drawn = bars(figure)
    assert list(drawn.items())[-1] == ("Run", (0, 11))
    assert any("Ideal cycle or counts are missing" in text for text in texts(figure))


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("scale", [1, 1000, 1e-4])
def test_no_text_leaves_the_canvas(kpis, texts, lang, scale):
    terms = kpis.select_dtypes("number").columns.drop("oee")
    kpis[terms] = kpis[terms] * scale
    for text, boxes in texts(sf.charts.waterfall(kpis, lang=lang)).items():
        for left, bottom, right, top in boxes:
            assert min(left, bottom) >= -1e-3, text
            assert max(right, top) <= 1.001, text


def test_nothing_to_draw_is_said(kpis, texts):
    assert "No row to draw." in texts(sf.charts.waterfall(kpis.iloc[:0]))
    assert bars(sf.charts.waterfall(kpis.assign(**dict.fromkeys(kpis.columns[1:], 0.0))))["Good"] == (0, 0)


def test_a_missing_term_is_named(kpis):
    with pytest.raises(sf.errors.MissingColumnError, match=r"oee\.run_s"):
        sf.charts.waterfall(kpis.drop(columns="run_s"))
