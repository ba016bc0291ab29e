"""A Pareto has a bar a row, as long as what it lost, in the plant's own words."""

from __future__ import annotations

import pytest

import smartfab as sf
from smartfab.errors import MissingColumnError


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_bars_are_the_rows(day, all_inside, lang):
    sim, account, _ = day
    table = sf.oee.pareto(account)
    figure = sf.charts.pareto(table, lang=lang, reasons=sim.data.reasons)
    bars, reached = figure.axes
    assert [bar.get_width() for bar in bars.patches] == pytest.approx((table["duration_s"] / 3600).tolist())
    assert reached.lines[0].get_xdata().tolist() == pytest.approx((100 * table["cumulative"]).tolist())
    names = set(sim.data.reasons[f"name_{lang}"]) & all_inside(figure)
    assert names


@pytest.mark.parametrize(("lang", "point"), [("en", "."), ("vi", ",")])
def test_hours_are_written_as_the_language_writes_them(day, lang, point):
    table = sf.oee.pareto(day[1]).assign(duration_s=lambda told: told["duration_s"] / told["duration_s"].max() * 3000)
    ticks = [tick.get_text() for tick in sf.charts.pareto(table, lang=lang).axes[0].get_xticklabels()]
    assert f"0{point}2" in ticks


def test_nothing_lost_is_said(day):
    _, account, _ = day
    figure = sf.charts.pareto(sf.oee.pareto(account).iloc[:0])
    assert figure.axes[0].texts[0].get_text() == "No loss in this time."


def test_another_table_is_refused(day):
    with pytest.raises(MissingColumnError, match=r"sf\.oee\.pareto"):
        sf.charts.pareto(day[1])
