"""One panel a machine, one bar a production date, hatched where too little is known."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_panel_a_machine(day, all_inside, lang):
    figure = sf.charts.oee_trend(day[2], lang=lang)
    assert {"Press01", "Dryer01", "Kiln01"} <= all_inside(figure)
    assert len(figure.axes) == 3


def test_bars_are_the_day_s_oee(day):
    kpis = day[2][day[2]["machine_id"] == "Press01"]
    (axes,) = sf.charts.oee_trend(kpis).axes
    whole = sf.oee.rollup(kpis[kpis["production_date"].notna()], by=["machine_id", "production_date"])["oee"]
    heights = [bar.get_height() for bar in axes.patches if bar.get_height() > 0]
    assert any(height == pytest.approx(100 * whole.iloc[0]) for height in heights)


@pytest.mark.parametrize(("dates", "marks"), [(1, ["02/03/2026"]), (3, ["02/03/2026", "03/03/2026", "04/03/2026"])])
def test_dates_have_no_hours(day, dates, marks):
    one = sf.oee.rollup(day[2][day[2]["machine_id"] == "Press01"], by=["machine_id"])
    days = pd.date_range("2026-03-02", periods=dates)
    figure = sf.charts.oee_trend(pd.concat([one.assign(production_date=date) for date in days]), lang="vi")
    figure.draw_without_rendering()
    (axes,) = figure.axes
    assert [tick.get_text() for tick in axes.get_xticklabels()] == marks
    assert axes.xaxis.get_offset_text().get_text() == ""
    (bar,) = [bar for bar in axes.patches if bar.get_height() > 0][:1]
    assert bar.get_width() < 0.2 * (axes.get_xlim()[1] - axes.get_xlim()[0])


def test_rows_of_rolling_are_drawn_at_their_ends(day):
    sim = day[0]
    rolling = sf.oee.rolling(sim.data, window="4h", step="1h")
    figure = sf.charts.oee_trend(rolling, tz=sim.plant.timezone)
    assert len(figure.axes) >= 1


def test_no_row_is_said(day):
    assert sf.charts.oee_trend(day[2].iloc[:0]).axes[0].texts
    assert isinstance(day[2], pd.DataFrame)
