"""Beside the package `oee` 0.2.0 from PyPI, on the same shifts: where it averages, caps or refuses, and where both agree.

Each test shows the figure or the refusal of that package first, so that it fails as soon as the comparison no longer holds.
"""

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from tests.strategies import at

peer = pytest.importorskip("oee", reason="the package oee is not installed: pip install oee==0.2.0")
if peer.__version__ != "0.2.0":
    pytest.skip(f"the package oee is {peer.__version__}, compared was 0.2.0", allow_module_level=True)

MINUTE = 60.0


def shift(*, planned: float, stopped: float = 0.0, counts: list[tuple[str, float, float]], cycles: dict[str, float]):
    """One shift of a machine in minutes, as our tables: it runs, then stands; pieces (product, good, scrap)."""
    states = [("M", at(0), "running"), ("M", at((planned - stopped) * MINUTE), "unplanned_stop")]
    pieces = pd.DataFrame(
        [("M", at(MINUTE), *row) for row in counts], columns=["machine_id", "ts", "product_id", "good", "scrap"]
    )
    return sf.PlantData(
        states=pd.DataFrame(states[: 2 if stopped else 1], columns=["machine_id", "ts", "state"]),
        counts=pieces,
        products=pd.DataFrame({"product_id": list(cycles), "ideal_cycle_s": [m * MINUTE for m in cycles.values()]}),
        shifts=pd.DataFrame({"shift_id": ["A"], "start": [at(0)], "end": [at(planned * MINUTE)]}),
        tz="UTC",
    )


def ours(data: sf.PlantData, minutes: float) -> pd.Series:
    return sf.oee.evaluate(data, at(0), at(minutes * MINUTE)).iloc[0]


def test_one_product_at_one_speed_both_agree():
    theirs = peer.oee(420, downtime=47, ideal_cycle_time=1 / 60, total_count=19271, reject_count=423)
    mine = ours(shift(planned=420, stopped=47, counts=[("P", 18848, 423)], cycles={"P": 1 / 60}), 420)
    for ratio in ("availability", "performance", "quality", "oee"):
        assert mine[ratio] == pytest.approx(getattr(theirs, ratio), abs=1e-6)


def test_mixed_products_are_weighted_by_their_ideal_time_and_not_by_pieces():
    # 100 good of a slow product and 100 bad of a fast one: the bad ones cost 5 minutes, not half of the production
    runs = [{"count": 100, "good": 100, "ideal_cycle_time": 1.0}, {"count": 100, "good": 0, "ideal_cycle_time": 0.05}]
    theirs = peer.from_log(200, runs=runs)
    assert (theirs.quality, theirs.oee) == (pytest.approx(0.5), pytest.approx(0.2625))
    mine = ours(shift(planned=200, counts=[("slow", 100, 0), ("fast", 0, 100)], cycles={"slow": 1.0, "fast": 0.05}), 200)
    assert mine["oee"] == pytest.approx(100 * 1.0 / 200)
    assert mine["quality"] == pytest.approx(100 / 105)
    assert mine["yield"] == pytest.approx(0.5)
    assert mine["availability"] * mine["performance"] * mine["quality"] == pytest.approx(mine["oee"], abs=1e-12)


def test_performance_above_one_is_flagged_and_not_capped_so_that_a_roll_up_is_right():
    made = [120, 80]
    theirs = [peer.oee(100, run_time=100, ideal_cycle_time=1, total_count=n, good_count=n) for n in made]
    assert [part.performance for part in theirs] == [1.0, pytest.approx(0.8)]
    assert peer.aggregate(theirs).oee == pytest.approx(0.9)
    windows = sf.oee.from_totals(planned_s=[6000, 6000], run_s=[6000, 6000], ideal_cycle_s=60, total=made, good=made)
    assert windows["performance"].tolist() == [pytest.approx(1.2), pytest.approx(0.8)]
    assert sf.oee.rollup(windows, by=[])["oee"].tolist() == [pytest.approx(1.0)]
    assert "performance_above_one" in set(sf.findings_of(windows)["code"])


def test_a_shift_that_ran_and_made_nothing_is_a_row_and_not_an_exception():
    with pytest.raises(ValueError, match="total_count must be positive"):
        peer.oee(480, run_time=480, ideal_cycle_time=1, total_count=0, good_count=0)
    with pytest.raises(ValueError, match="no pieces"):
        peer.from_log(480, runs=[{"count": 0, "good": 0, "ideal_cycle_time": 1.0}])
    mine = ours(shift(planned=480, counts=[("P", 0, 0)], cycles={"P": 1.0}), 480)
    assert mine[["availability", "performance", "oee"]].tolist() == [1.0, 0.0, 0.0]
    assert np.isnan(mine["quality"])
    assert mine["reason"] == "no pieces were made"


def test_a_lost_shift_is_zero_and_stays_in_the_roll_up():
    with pytest.raises(ValueError, match="total_count must be positive"):
        peer.oee(480, run_time=0, ideal_cycle_time=1, total_count=0, good_count=0)
    rows = sf.oee.from_totals(planned_s=[28800, 28800], run_s=[28800, 0], ideal_cycle_s=60, total=[480, 0], good=[480, 0])
    assert rows["oee"].tolist() == [1.0, 0.0]
    assert np.isnan(rows["performance"].iloc[1])
    assert sf.oee.rollup(rows, by=[])["oee"].tolist() == [pytest.approx(0.5)]


def test_a_shift_without_planned_time_is_blank_with_its_reason():
    with pytest.raises(ValueError, match="planned_production_time must be positive"):
        peer.oee(0, run_time=0, ideal_cycle_time=1, total_count=1, good_count=1)
    data = shift(planned=480, counts=[("P", 10, 0)], cycles={"P": 1.0})
    data.shifts = data.shifts.assign(planned=False, kind="holiday")
    mine = ours(data, 480)
    assert mine["planned_s"] == 0
    assert mine["no_shift_s"] == 480 * MINUTE
    assert np.isnan(mine[["availability", "performance", "quality", "oee"]].to_numpy(float)).all()
    assert "no planned time" in mine["reason"]


def test_good_that_later_turned_to_scrap_may_fall_below_zero_and_is_told():
    with pytest.raises(ValueError, match="good_count must be between 0 and total_count"):
        peer.oee(480, run_time=480, ideal_cycle_time=1, total_count=3, good_count=-2)
    mine = ours(shift(planned=480, counts=[("P", 3, 0), ("P", -5, 5)], cycles={"P": 1.0}), 480)
    assert (mine["total"], mine["good"], mine["scrap"]) == (3, -2, 5)
    assert mine["oee"] == pytest.approx(-2 / 480)
