"""Every cycle is in a bar, those that hold a stop in one of their own."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import MissingColumnError


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_cycle_is_counted(day, all_inside, lang):
    parts = day[0].parts
    figure = sf.charts.cycle_times(parts, ideal_cycle_s={"Press01": 14.0}, lang=lang)
    all_inside(figure)
    counted = sum(bar.get_height() for axes in figure.axes for bar in axes.patches)
    assert counted == len(parts)


def test_long_ones_stand_apart():
    told = pd.DataFrame({"machine_id": "M", "cycle_time_s": [10.0, 11.0, 9.0, 10.5, 100.0]})
    (axes,) = sf.charts.cycle_times(told).axes
    assert "1 longer" in {text.get_text() for text in axes.texts}
    assert sum(bar.get_height() for bar in axes.patches) == 5


def test_counts_tell_cycles_too(day):
    sim = day[0]
    assert sf.charts.cycle_times(sim.data.counts).axes


def test_no_cycles_are_said_and_no_table_of_cycles_refused():
    assert sf.charts.cycle_times(pd.DataFrame({"cycle_time_s": []}, dtype=float)).axes[0].texts
    with pytest.raises(MissingColumnError, match="cycle_time_s"):
        sf.charts.cycle_times(pd.DataFrame({"x": [1.0]}))


def test_cycles_are_counted_in_whole_numbers():
    (axes,) = sf.charts.cycle_times(pd.DataFrame({"cycle_time_s": [10.0, 10.1, 11.0, 11.1]})).axes
    assert all(float(tick).is_integer() for tick in axes.get_yticks())
