"""The truth against a slow reckoning of the tables, and against itself."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TimeError

SECONDS = [
    "calendar_s", "no_shift_s", "planned_stop_s", "unknown_s", "planned_s", "breakdown_s", "setup_s", "idle_s",
    "blocked_starved_s", "minor_stop_s", "run_s", "ideal_s", "good_ideal_s", "reduced_speed_s", "quality_s",
]  # fmt: skip
PIECES = ["total", "good", "scrap", "rework"]
KEYS = ["machine_id", "shift_id", "production_date"]


def micros(frame):
    return (frame[SECONDS] * 1e6).round().astype("int64").rename(columns=lambda name: name.removesuffix("_s"))


def assert_conserved(truth):
    t, n = micros(truth.losses), truth.counts
    assert (t.calendar == t.no_shift + t.planned_stop + t.unknown + t.planned).all()
    assert (t.planned == t.breakdown + t.setup + t.idle + t.blocked_starved + t.minor_stop + t.run).all()
    assert (t.run + t.minor_stop == t.ideal + t.reduced_speed).all()
    assert (t.ideal == t.good_ideal + t.quality).all()
    assert (n.total == n.good + n.scrap + n.rework).all()
    assert (t.unknown == 0).all()
    assert (n.total[n.shift_id.isna()] == 0).all()
    assert truth.losses[KEYS].equals(n[KEYS])
    assert not truth.losses.duplicated(KEYS).any()


def test_every_microsecond_is_booked_once(week):
    assert_conserved(week.truth)
    whole = (week.end - week.start).total_seconds()
    assert week.truth.losses.groupby("machine_id")["calendar_s"].sum().tolist() == [whole] * 3


def test_all_kinds_of_loss_occur(week):
    sums = week.truth.losses[SECONDS].sum()
    assert (sums.drop("unknown_s") > 0).all()
    assert (week.truth.counts[["good", "scrap", "rework"]].sum() > 0).all()


def spans(shifts):
    """Start and end in microseconds, and the row."""
    return [(row.start.value // 1000, row.end.value // 1000, row) for row in shifts.itertuples()]


def reckon(states, shifts, end, machine_id):
    """Book one machine's time interval by interval, with plain loops over whole microseconds."""
    rows = states[states.machine_id == machine_id]
    ends = [at.value // 1000 for at in (*rows.ts.iloc[1:], end)]
    work, pauses = spans(shifts[shifts.kind == "work"]), spans(shifts[shifts.kind == "break"])
    booked = {}
    for row, until in zip(rows.itertuples(), ends, strict=True):
        begin = row.ts.value // 1000
        brief = until - begin <= 300_000_000 and pd.isna(row.reason_id)
        loss = {
            "running": "run_s", "setup": "setup_s", "idle": "idle_s", "off": "idle_s", "starved": "blocked_starved_s",
            "blocked": "blocked_starved_s", "planned_stop": "planned_stop_s",
            "unplanned_stop": "minor_stop_s" if brief else "breakdown_s",
        }[row.state]  # fmt: skip
        for first, last, shift in work:
            lo, hi = max(begin, first), min(until, last)
            if lo >= hi:
                continue
            paused = sum(max(min(hi, over) - max(lo, since), 0) for since, over, _ in pauses)
            table = booked.setdefault((shift.shift_id, shift.production_date), dict.fromkeys(SECONDS, 0))
            table["planned_stop_s"] += paused
            table[loss] += hi - lo - paused
    return booked


@pytest.mark.parametrize("machine_id", ["Press01", "Dryer01", "Kiln01"])
def test_losses_follow_from_states_and_shifts(week, machine_id):
    booked = reckon(week.data.states, week.data.shifts, week.end, machine_id)
    losses = week.truth.losses[(week.truth.losses.machine_id == machine_id) & week.truth.losses.shift_id.notna()]
    assert len(losses) == len(booked)
    for row in losses.itertuples():
        expected = booked[row.shift_id, row.production_date]
        for name in ("run_s", "setup_s", "idle_s", "blocked_starved_s", "planned_stop_s", "minor_stop_s", "breakdown_s"):
            assert round(getattr(row, name) * 1e6) == expected[name], name


def test_counts_and_ideal_time_follow_from_the_counts_table(week):
    counts, shifts = week.data.counts, week.data.shifts
    work = shifts[shifts.kind == "work"].sort_values("start")
    place = np.searchsorted(work.start, counts.ts, side="right") - 1
    assert (counts.ts.to_numpy() < work.end.to_numpy()[place]).all()
    table = counts.assign(
        shift_id=work.shift_id.to_numpy()[place], production_date=work.production_date.to_numpy()[place]
    ).merge(week.data.products[["product_id", "machine_id", "ideal_cycle_s"]], on=["product_id", "machine_id"])
    table["ideal_s"], table["good_ideal_s"] = table.total * table.ideal_cycle_s, table.good * table.ideal_cycle_s
    names = [*PIECES, "ideal_s", "good_ideal_s"]
    expected = table.groupby(KEYS)[names].sum()
    found = week.truth.losses.merge(week.truth.counts, on=KEYS).dropna(subset="shift_id").set_index(KEYS)[names]
    pd.testing.assert_frame_equal(found.sort_index(), expected.sort_index(), check_exact=False, rtol=1e-12)


def test_oee_of_machines_and_line(week):
    machines = week.truth.machines.set_index("machine_id")
    product = machines.availability * machines.performance * machines.quality
    np.testing.assert_allclose(product, machines.oee, rtol=1e-12)
    exit_ = week.data.counts[week.data.counts.machine_id == "Kiln01"]
    ideal = week.data.products.query("machine_id == 'Kiln01'").set_index("product_id")["ideal_cycle_s"]
    expected = (exit_.good * exit_.product_id.map(ideal)).sum() / machines.planned_s["Kiln01"]
    assert week.truth.oee == pytest.approx(expected, rel=1e-12)
    assert 0.5 < week.truth.oee < 0.85


def test_the_line_is_paced_by_its_constraint_and_counted_at_its_exit():
    sim = sf.simulation.line(days=0.5, seed=3, machines=4)
    machines = sim.truth.machines.set_index("machine_id")
    assert sim.plant.machine("Kiln01").constraint
    assert not sim.plant.machine("Station04").constraint
    leaving = sim.data.counts[sim.data.counts.machine_id == "Station04"]
    ideal = sim.data.products.query("machine_id == 'Kiln01'").set_index("product_id")["ideal_cycle_s"]
    expected = (leaving.good * leaving.product_id.map(ideal)).sum() / machines.planned_s["Kiln01"]
    assert sim.truth.oee == pytest.approx(expected, rel=1e-12)


def test_between_over_a_partition_sums_to_the_whole(week):
    cuts = [week.start, week.start + pd.Timedelta("3h17min12.000345s"), "2026-03-05", "2026-03-08T11:11:11+07:00", week.end]
    parts = [week.truth.between(a, b) for a, b in pairwise(cuts)]
    for part in parts:
        assert_conserved(part)
    for name, columns in (("losses", SECONDS), ("counts", PIECES)):
        summed = pd.concat([getattr(part, name) for part in parts]).groupby(KEYS, dropna=False)[columns].sum()
        whole = getattr(week.truth, name).set_index(KEYS)[columns]
        pd.testing.assert_frame_equal(summed.sort_index(), whole.sort_index(), check_exact=False, rtol=1e-12, atol=1e-6)


def test_a_stop_keeps_its_whole_length_when_the_window_cuts_it(week):
    states = week.data.states[week.data.states.machine_id == "Kiln01"].assign(end=lambda t: t.ts.shift(-1))
    stops = states[(states.state == "unplanned_stop") & (states.end - states.ts > pd.Timedelta("5min"))]
    stop = stops.iloc[0]
    part = week.truth.between(stop.ts, stop.ts + pd.Timedelta("10s")).machines.set_index("machine_id").loc["Kiln01"]
    assert (part.breakdown_s, part.minor_stop_s) == (10.0, 0.0)


def test_between_refuses_what_it_does_not_know(day):
    with pytest.raises(TimeError, match="inside"):
        day.truth.between(day.start, day.end + pd.Timedelta("1us"))
    with pytest.raises(TimeError):
        day.truth.between(day.end, day.start)


def test_without_a_shift_there_is_no_oee():
    sunday = sf.simulation.line(days=0.5, seed=1, start="2026-03-08")
    assert np.isnan(sunday.truth.oee)
    assert sunday.truth.losses["no_shift_s"].tolist() == [43_200.0] * 3
    assert sunday.truth.losses["shift_id"].isna().all()
    assert len(sunday.parts) == 0
    assert len(sunday.data.counts) == 0
    assert sunday.data.states["state"].tolist() == ["off"] * 3


def test_a_piece_belongs_to_the_window_that_holds_its_instant(day):
    at = day.data.counts["ts"].iloc[100]
    before, after = day.truth.between(day.start, at), day.truth.between(at, day.end)
    assert before.machines["total"].iloc[0] == 100
    assert after.machines["total"].iloc[0] == day.truth.machines["total"].iloc[0] - 100
