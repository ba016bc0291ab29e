"""A seed fixes everything; a longer line begins like a shorter one."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartfab as sf

TABLES = ("states", "counts", "shifts", "products", "machines", "reasons")


def assert_same(one, other):
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_same_seed_same_line():
    one, other = (sf.simulation.line(days=0.3, seed=11) for _ in range(2))
    assert_same(one.samples, other.samples)
    assert_same(one.parts, other.parts)
    assert_same(one.truth.losses, other.truth.losses)
    assert_same(one.truth.counts, other.truth.counts)
    assert one.truth.oee == other.truth.oee
    assert one.plant == other.plant
    for name in TABLES:
        assert_same(getattr(one.data, name), getattr(other.data, name))


def test_another_seed_another_line():
    one, other = (sf.simulation.line(days=0.3, seed=seed) for seed in (11, 12))
    assert one.truth.oee != other.truth.oee
    assert not one.samples["ts"].equals(other.samples["ts"])
    assert not one.parts["label"].equals(other.parts["label"])


def test_a_longer_line_begins_like_a_shorter_one():
    short, long = (sf.simulation.line(days=days, seed=5) for days in (1, 2))
    near = short.end - pd.Timedelta("2h")
    for table, time in (("samples", "ts"), ("parts", "end")):
        one, other = (getattr(sim, table) for sim in (short, long))
        cut = [frame[frame[time] < near].sort_values(["end", "part_id"] if time == "end" else ["ts", "signal_id"])
               for frame in (one, other)]  # fmt: skip
        assert_same(*(frame.reset_index(drop=True) for frame in cut))
    assert_same(short.truth.between(short.start, near).losses, long.truth.between(short.start, near).losses)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**64),
    minutes=st.floats(0.05, 300),
    machines=st.integers(1, 5),
    date=st.sampled_from(["2026-03-02", "2026-03-07", "2026-03-08", "2024-02-29"]),
)
def test_small_lines_are_whole(seed, minutes, machines, date):
    sim = sf.simulation.line(days=minutes / 1440, seed=seed, machines=machines, start=date)
    losses, counts = sim.truth.losses, sim.truth.counts
    micros = (losses.filter(like="_s").drop(columns="shift_id", errors="ignore") * 1e6).round().astype("int64")
    whole = (sim.end - sim.start) // pd.Timedelta("1us")
    assert micros["calendar_s"].sum() == whole * machines
    assert (micros.calendar_s == micros.no_shift_s + micros.planned_stop_s + micros.planned_s).all()
    assert (micros.reduced_speed_s + micros.ideal_s == micros.run_s + micros.minor_stop_s).all()
    assert counts["total"].sum() == len(sim.parts) == len(sim.data.counts)
    assert sim.data.findings == []
    assert sim.samples["signal_id"].nunique() == sum(len(m.signals) for _, m in sim.plant.machines)
    assert (sim.samples["ts"] < sim.end).all()


@pytest.mark.parametrize("machines", [1, 2, 4, 12])
def test_lines_of_any_length_keep_the_order_of_the_flow(machines):
    sim = sf.simulation.line(days=0.2, seed=1, machines=machines)
    assert [m.id for _, m in sim.plant.machines][:3] == ["Press01", "Dryer01", "Kiln01"][:machines]
    assert len(sim.truth.machines) == machines
    assert sum(m.constraint for _, m in sim.plant.machines) == 1
    assert (sim.truth.machines["total"].diff().dropna() <= 0).all()
