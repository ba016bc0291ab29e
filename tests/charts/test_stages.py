"""An improvement counts in every step it has passed."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import MissingColumnError


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_steps_passed_are_counted(all_inside, lang):
    states = ["draft", "submitted", "accepted", "planned", "gain_confirmed", "rewarded", "refused"]
    figure = sf.charts.funnel(pd.DataFrame({"state": states}), lang=lang)
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [6, 4, 3, 2, 1, 1, 1, 1]
    all_inside(figure)


def test_none_is_said_and_a_strange_state_refused():
    assert "Chưa có" in sf.charts.funnel(pd.DataFrame({"state": ["draft"]})).axes[0].texts[0].get_text()
    with pytest.raises(MissingColumnError, match="state"):
        sf.charts.funnel(pd.DataFrame({"state": ["flying"]}))
