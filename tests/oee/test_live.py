"""Live = batch; and a figure can be explained."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartfab as sf
from tests.minute_tables import data
from tests.strategies import at

SIM = sf.simulation.line(days=1, seed=5)


@settings(max_examples=15)
@given(
    st.lists(st.integers(0, len(SIM.samples)), max_size=4),
    st.integers(2000, len(SIM.samples)),
    st.randoms(use_true_random=False),
)
def test_live_is_batch_on_the_same_samples_in_any_chunks_and_order(cuts: list[int], upto: int, random):
    seen = SIM.samples.iloc[:upto]
    edges = [0, *sorted(cut for cut in cuts if cut < upto), upto]
    chunks = [seen.iloc[a:b] for a, b in pairwise(edges)]
    random.shuffle(chunks)
    live = sf.oee.LiveOEE(SIM.plant)
    for chunk in chunks:
        live.push(chunk)
    end = seen["ts"].max() + pd.Timedelta(1, "us")
    batch = sf.oee.evaluate(sf.PlantData.from_samples(seen, SIM.plant, SIM.start, end), SIM.start, end)
    pd.testing.assert_frame_equal(live.snapshot(start=SIM.start), batch, check_exact=True)


def test_the_account_so_far_is_the_batch_s():
    seen = SIM.samples.iloc[:20_000]
    live = sf.oee.LiveOEE(SIM.plant)
    live.push(seen)
    end = seen["ts"].max() + pd.Timedelta(1, "us")
    batch = sf.oee.time_account(sf.PlantData.from_samples(seen, SIM.plant, SIM.start, end), SIM.start, end)
    pd.testing.assert_frame_equal(live.account(start=SIM.start), batch, check_exact=True)


def test_what_is_no_longer_kept_is_refused_and_the_rest_is_unchanged():
    sim = sf.simulation.line(days=4, seed=2)
    live = sf.oee.LiveOEE(sim.plant, keep="1D")
    for day in range(4):
        since, until = sim.start + pd.Timedelta(days=day), sim.start + pd.Timedelta(days=day + 1)
        live.push(sim.samples[(sim.samples["ts"] >= since) & (sim.samples["ts"] < until)])
    last = sim.start + pd.Timedelta(days=3)
    end = sim.samples["ts"].max() + pd.Timedelta(1, "us")
    batch = sf.oee.evaluate(sf.PlantData.from_samples(sim.samples, sim.plant, last, end), last, end)
    pd.testing.assert_frame_equal(live.snapshot(start=last, end=end), batch, check_exact=True)
    with pytest.raises(sf.errors.InsufficientDataError, match="kept"):
        live.snapshot(start=sim.start)


def test_nothing_pushed_is_said():
    with pytest.raises(sf.errors.InsufficientDataError, match="no samples yet"):
        sf.oee.LiveOEE(SIM.plant).snapshot()


def test_an_explanation_s_parts_add_up_to_the_row():
    kpis = sf.oee.evaluate(SIM.data, SIM.start, SIM.end)
    row = kpis[kpis["shift_id"].notna()].iloc[1]
    told = sf.oee.explain(SIM.data, row, start=SIM.start, end=SIM.end)
    assert told.intervals["duration_s"].sum() == pytest.approx(row["calendar_s"])
    assert told.intervals.loc[told.intervals["loss"] == "run", "duration_s"].sum() == pytest.approx(row["run_s"])
    assert told.counts["good"].sum() == row["good"]
    assert set(told.ideal_cycles["product_id"]) >= set(told.counts["product_id"])
    assert f"{row['oee']:.6g}" in told.formula
    with pytest.raises(sf.errors.MissingColumnError, match="keys"):
        sf.oee.explain(SIM.data, row.drop(["machine_id", "line_id", "shift_id", "production_date"]))


def test_a_row_knows_the_window_and_the_options_it_was_made_with():
    states = pd.DataFrame(
        {"machine_id": "M1", "ts": [at(0), at(600), at(1200)], "state": ["running", "unplanned_stop", "running"]}
    )
    tables = data()
    tables.states, tables.counts = states, pd.DataFrame({"machine_id": "M1", "ts": [at(60), at(900)], "good": [3.0, 4.0]})
    rows = sf.oee.evaluate(tables, at(0), at(9000), micro_stop="10min", minor_stops="availability")
    told = sf.oee.explain(tables, rows.iloc[0])
    assert told.intervals[["loss", "duration_s"]].to_numpy().tolist() == [["run", 600], ["minor_stop", 600], ["run", 7800]]
    assert "availability = run / planned = 8400 s / 9000 s = 0.933333" in told.formula
    down = sf.oee.explain(tables, sf.oee.evaluate(tables, at(-1000), at(9000), by=["machine_id"], unknown="down").iloc[0])
    assert "OEE = good ideal / (planned + unknown) = 420 s / 10000 s = 0.042" in down.formula
    passing = sf.oee.rolling(tables, window="10min", step="5min", start=at(0), end=at(1800)).iloc[2]
    told = sf.oee.explain(tables, passing)
    assert (told.intervals["start"].iloc[0], told.intervals["end"].iloc[-1]) == (at(600), at(1200))
    assert told.counts["good"].tolist() == [4]


def test_counts_that_name_only_their_shift_and_rows_of_a_line_are_explained():
    tables = data(shifts=[(0, 60, "work"), (60, 120, "work")])
    tables.shifts["shift_id"] = ["A", "B"]
    tables.states = pd.DataFrame({"machine_id": ["M1", "M2", "M3"], "ts": at(0), "state": "running"})
    tables.machines = pd.DataFrame({"machine_id": ["M1", "M2", "M3"], "line_id": ["L1", "L1", "L2"]})
    tables.counts = pd.DataFrame(
        {"machine_id": ["M1", "M2", "M3"], "shift_id": "B", "production_date": "2026-03-02", "good": 5.0}
    )
    shifts = sf.oee.evaluate(tables, at(0), at(7200))
    told = [len(sf.oee.explain(tables, row).counts) for _, row in shifts.iterrows()]
    assert told == [0, 1, 0, 1, 0, 1]
    lines = sf.oee.evaluate(tables, at(0), at(7200), by=["line_id"])
    told = [sf.oee.explain(tables, row).intervals["duration_s"].sum() for _, row in lines.iterrows()]
    assert told == lines["calendar_s"].tolist() == [14400, 7200]
