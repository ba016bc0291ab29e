"""Laws of the result rows, on machines of any kind."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.oracles import World
from tests.strategies import at, plant_data, worlds

EXACT = {"check_exact": True}
SUMS = [
    "calendar_s", "no_shift_s", "planned_stop_s", "unknown_s", "planned_s", "breakdown_s", "setup_s", "idle_s",
    "blocked_starved_s", "minor_stop_s", "run_s", "total", "good", "scrap", "total_unknown", "total_planned_stop",
    "total_no_shift", "total_in_stop", "uncosted", "n_stops", "n_failures",
]  # fmt: skip


def evaluate(data: sf.PlantData, start: float, end: float, **options) -> pd.DataFrame:
    return sf.oee.evaluate(data, at(start), at(end), **options)


def micro(values: pd.Series) -> list[int]:
    return np.rint(values.to_numpy(float) * 1e6).astype(int).tolist()


@given(worlds())
def test_identities_hold_exactly(world: World):
    rows = evaluate(plant_data(world), 0, 400)
    us = {name: np.rint(rows[name] * 1e6).astype("int64") for name in rows.columns if name.endswith("_s")}
    ns = {
        name: np.rint(rows[name] * 1e9).astype("int64") for name in ("ideal_s", "good_ideal_s", "quality_s", "reduced_speed_s")
    }
    assert (us["calendar_s"] == us["no_shift_s"] + us["planned_stop_s"] + us["unknown_s"] + us["planned_s"]).all()
    lost = us["breakdown_s"] + us["setup_s"] + us["idle_s"] + us["blocked_starved_s"] + us["minor_stop_s"]
    assert (us["planned_s"] == lost + us["run_s"]).all()
    assert ((us["run_s"] + us["minor_stop_s"]) * 1000 == ns["ideal_s"] + ns["reduced_speed_s"]).all()
    assert (ns["ideal_s"] == ns["good_ideal_s"] + ns["quality_s"]).all()
    assert micro(rows["total"]) == [
        a + b + c for a, b, c in zip(micro(rows["good"]), micro(rows["scrap"]), micro(rows["rework"]), strict=True)
    ]


@given(worlds())
def test_oee_is_the_product_of_its_factors_and_the_family_is_ordered(world: World):
    rows = evaluate(plant_data(world), 0, 400)
    factors = rows["availability"] * rows["performance"] * rows["quality"]
    both = factors.notna() & rows["oee"].notna()
    assert (factors[both] - rows["oee"][both]).abs().max() <= 1e-12 or not both.any()
    family = rows[["teep", "ooe", "oee", "nee"]].dropna()
    assert (np.diff(family.to_numpy(), axis=1) >= -1e-12).all()


@given(worlds(), st.integers(0, 150), st.integers(160, 399))
def test_pieces_are_where_the_oracle_books_them(world: World, start: int, end: int):
    row = evaluate(plant_data(world), start, end, by=[], micro_stop=world.micro_stop).iloc[0]
    for name, exact in world.pieces(start, end).items():
        assert row[name] == pytest.approx(float(exact), abs=2e-5), name


@given(worlds(), st.lists(st.integers(1, 399), min_size=1, max_size=3, unique=True))
def test_a_split_window_changes_no_sum(world: World, cuts: list[int]):
    data = plant_data(world)
    edges = [0, *sorted(cuts), 400]
    parts = [evaluate(data, a, b, by=[]) for a, b in itertools.pairwise(edges)]
    whole = evaluate(data, 0, 400, by=[])
    pd.testing.assert_frame_equal(sf.oee.rollup(pd.concat(parts))[SUMS], whole[SUMS], **EXACT)
    assert sf.oee.rollup(pd.concat(parts))["ideal_s"].iloc[0] == pytest.approx(whole["ideal_s"].iloc[0], abs=1e-6)


@given(worlds(), st.randoms(use_true_random=False))
def test_permuted_and_duplicated_input_changes_nothing(world: World, random):
    plain, mixed = plant_data(world), plant_data(world)
    for name in ("states", "counts", "shifts", "stop_reasons", "coverage"):
        table = getattr(mixed, name)
        if table is None or not len(table):
            continue
        doubled = pd.concat([table, table.sample(frac=0.5, random_state=random.randrange(2**31))])
        setattr(mixed, name, doubled.sample(frac=1, random_state=random.randrange(2**31)))
    pd.testing.assert_frame_equal(evaluate(mixed, 0, 400), evaluate(plain, 0, 400), **EXACT)


@given(worlds(), worlds())
def test_machines_apart_are_the_machines_together(one: World, other: World):
    a, b = plant_data(one, "M1"), plant_data(other, "M2")
    both = sf.PlantData(
        **{
            name: pd.concat([x for x in (getattr(a, name), getattr(b, name)) if x is not None])
            for name in ("states", "counts", "stop_reasons", "coverage", "machines")
        },
        shifts=pd.concat([a.shifts.assign(machine_id="M1"), b.shifts.assign(machine_id="M2")]).astype({"machine_id": "str"}),
        reasons=a.reasons,
        products=a.products,
        tz="UTC",
    )
    apart = pd.concat([evaluate(a, 0, 400), evaluate(b, 0, 400)], ignore_index=True)
    pd.testing.assert_frame_equal(evaluate(both, 0, 400)[SUMS], apart[SUMS], **EXACT)


@given(worlds())
def test_rollup_of_any_partition_is_the_whole(world: World):
    data = plant_data(world)
    fine = evaluate(data, 0, 400, by=["machine_id", "shift_id", "production_date", "product_id"])
    whole = evaluate(data, 0, 400, by=["line_id"])
    pd.testing.assert_frame_equal(sf.oee.rollup(fine, by=["line_id"])[SUMS], whole[SUMS], **EXACT)


def test_a_stop_that_only_a_person_reported_began_before_the_window_too():
    """A reason over time without a state is a stop; where it begins does not depend on the window."""
    world = World(states=[(200, "running")], shifts=[(0, 300, "work")], reasons=[(50, 150, "unplanned_stop", 0)])
    data = plant_data(world)
    assert evaluate(data, 100, 300, by=[])["n_stops"].tolist() == [0]
    assert evaluate(data, 0, 300, by=[])["n_stops"].tolist() == [1]
