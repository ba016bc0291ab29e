"""Each curve of an evaluation by itself."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import MissingColumnError

CURVES = {
    "pr_curve": pd.DataFrame({"recall": [0.0, 0.5, 1.0], "precision": [1.0, 0.8, 0.1]}),
    "roc_curve": pd.DataFrame({"far": [0.0, 0.2, 1.0], "recall": [0.0, 0.8, 1.0]}),
    "calibration_curve": pd.DataFrame({"said": [0.1, 0.5, 0.9], "was": [0.12, 0.4, 1.0]}),
    "cost_curve": pd.DataFrame({"threshold": [0.0, 0.5, 1.0], "cost": [1.0, 0.3, 0.8]}),
}


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_it_is_drawn_as_told(all_inside, name, lang):
    table = CURVES[name]
    figure = getattr(sf.charts, name)(table, lang=lang)
    all_inside(figure)
    drawn = [line.get_ydata() for line in figure.axes[0].lines if len(line.get_ydata()) == len(table)]
    assert any(list(values) == pytest.approx(table.iloc[:, 1].tolist()) for values in drawn)


@pytest.mark.parametrize("name", CURVES)
def test_a_column_that_is_missing_is_named(name):
    table = CURVES[name]
    with pytest.raises(MissingColumnError, match=table.columns[1]):
        getattr(sf.charts, name)(table.iloc[:, :1])
