"""Every defect is drawn, however many good parts there are; the strongest contribution comes first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import MissingColumnError


def timeline(rows, defects):
    cutoff = pd.date_range("2026-03-02T06:00", periods=rows, freq="s", tz="UTC")
    return pd.DataFrame({"cutoff": cutoff, "score": np.linspace(0, 1, rows), "defect": np.arange(rows) < defects})


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_no_defect_is_thinned_out(all_inside, lang):
    table = timeline(20_000, 300)
    made_of = pd.DataFrame({"signal": ["M/a", "M/b"], "contribution": [-0.1, 1.5]})
    figure = sf.charts.defect_risk(table, made_of, threshold=0.4, lang=lang, tz="Asia/Ho_Chi_Minh")
    all_inside(figure)
    points = [len(line.get_xdata()) for axes in figure.axes for line in axes.lines]
    points += [len(dots.get_offsets()) for axes in figure.axes for dots in axes.collections]
    assert 300 in points
    assert max(points) <= 6000
    names = [tick.get_text() for tick in figure.axes[1].get_yticklabels()]
    assert names[0] == "M/b"


def test_a_table_without_scores_is_refused():
    with pytest.raises(MissingColumnError, match="score"):
        sf.charts.defect_risk(timeline(3, 1).drop(columns="score"))


def test_one_part_alone_stands_among_minutes():
    (axes,) = sf.charts.defect_risk(timeline(1, 1)).axes
    low, high = axes.get_xlim()
    assert 0 < high - low < 0.1  # days
