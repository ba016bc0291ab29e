"""A cell is the ratio of the summed terms of a machine in a shift."""

from __future__ import annotations

import numpy as np
import pytest

import smartfab as sf
from smartfab.errors import TableError


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_cells_are_rolled_up(day, all_inside, lang):
    kpis = day[2]
    figure = sf.charts.heat_map(kpis, lang=lang)
    (image,) = figure.axes[0].images
    rolled = sf.oee.rollup(kpis[kpis["shift_id"].notna()], by=["machine_id", "shift_id"])
    wanted = rolled.pivot_table(index="machine_id", columns="shift_id", values="oee").to_numpy()
    assert np.sort(np.asarray(image.get_array()).ravel()) == pytest.approx(np.sort(wanted.ravel()))
    assert {"Ca1", "Ca2", "Ca3", "Press01"} <= all_inside(figure)


def test_what_is_no_ratio_is_refused(day):
    with pytest.raises(TableError):
        sf.charts.heat_map(day[2], value="planned_s")
