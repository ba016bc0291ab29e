"""Each figure of a page leads to its sums, and the sums are those of `sf.oee.explain`."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import smartfab as sf
from smartfab.report.gathering import gathered
from smartfab.report.how_made import Evidence
from smartfab.report.month import _by_date, _by_week

WINDOW = pd.Timestamp("2026-03-01T23:00Z"), pd.Timestamp("2026-03-02T23:00Z")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    sim = sf.simulation.line(days=1, seed=4, machines=2)
    store = sf.open_store(tmp_path_factory.mktemp("how") / "store")
    store.append("samples", sim.samples)
    return gathered(store, sim.plant, WINDOW)


def told(how):
    return " ".join(how["lines"]).replace("\xa0", " ")


@pytest.mark.parametrize("keys", [["machine_id"], ["production_date", "shift_id", "machine_id"]])
def test_terms_and_rows_are_those_of_explain(result, keys):
    table = result.machines if keys == ["machine_id"] else result.shifts
    hows = Evidence(result, "en").of(table, keys, "x")
    assert [how["id"] for how in hows] == [f"how-x-{n}" for n in range(len(table))]
    for (_, row), how in zip(table.iterrows(), hows, strict=True):
        right = sf.oee.explain(result.data, row, start=WINDOW[0], end=WINDOW[1])
        text = told(how)
        assert f"From {len(right.intervals):,} intervals of the account and {len(right.counts):,} counts" in text
        if row["planned_s"] > 0:
            assert f"good ideal {row['good_ideal_s']:,.1f} s / planned {row['planned_s']:,.1f} s" in text
            assert f"= {100 * row['oee']:,.2f} %" in text


def test_seconds_add_up_to_the_window(result):
    (how, *_) = Evidence(result, "en").of(result.machines, ["machine_id"], "x")
    whole, *parts = (
        float(number.replace(",", ""))
        for line in how["lines"] if line.startswith("Calendar")
        for number in re.findall(r"([\d,]+\.\d)\xa0s", line)
    )  # fmt: skip
    assert whole == 86400.0
    assert sum(parts) == pytest.approx(whole, abs=0.2)


def test_a_line_names_whose_time_and_whose_pieces_it_has(result):
    (line,) = result.lines
    (how,) = Evidence(result, "vi").of(line.whole, ["line_id"], "x")
    pace, leave = (result.plant.lines[0].machines[n].id for n in (0, -1))
    account = result.account
    assert f"{pace}; sản phẩm đạt của {leave}" in told(how) or f"lần đếm của {leave}" in told(how)
    (finding,) = (item for item in line.whole.attrs["findings"] if item["code"] == "line_oee")
    number = sum(int((account["machine_id"] == name).sum()) for name in finding["evidence"]["constraint"])
    assert f"Từ {number:,} khoảng".replace(",", ".") in told(how)


def test_a_week_is_made_of_its_dates(result):
    (line,) = result.lines
    daily = _by_date(result, line)
    weekly = _by_week(result, daily)
    assert list(weekly["week"].dt.day_of_week) == [0] * len(weekly)
    assert weekly["planned_s"].sum() == pytest.approx(daily["planned_s"].sum())
    counted = [
        re.search(r"From ([\d,]+) intervals", told(how))[1]
        for how in Evidence(result, "en").of(daily, ["line_id", "production_date"], "d")
    ]
    (week,) = Evidence(result, "en").of(weekly, ["line_id", "week"], "w")
    assert sum(int(n.replace(",", "")) for n in counted) == int(
        re.search(r"From ([\d,]+) intervals", told(week))[1].replace(",", "")
    )
    assert week["title"].endswith("Week from Monday 2026-03-02")
