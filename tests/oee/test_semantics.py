"""What the figures mean: one test a rule, named after it."""

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from tests.strategies import at

RATIOS = ["availability", "performance", "quality", "oee", "ooe", "teep", "nee"]


def data(states=(), counts=None, *, shifts=None, products=(("P", 60.0),), **more) -> sf.PlantData:
    """Tables in minutes since the epoch of the tests; counts are (minute, product, good, scrap)."""
    tables = {
        "states": pd.DataFrame([("M1", at(m * 60), s) for m, s in states], columns=["machine_id", "ts", "state"]),
        "products": pd.DataFrame(list(products), columns=["product_id", "ideal_cycle_s"]) if products is not None else None,
        "shifts": pd.DataFrame([("A", at(a * 60), at(b * 60), k == "work", k) for a, b, k in shifts],
                               columns=["shift_id", "start", "end", "planned", "kind"]) if shifts is not None else None,
        "counts": pd.DataFrame([("M1", at(m * 60), p, g, s) for m, p, g, s in counts],
                               columns=["machine_id", "ts", "product_id", "good", "scrap"]) if counts is not None else None,
    }  # fmt: skip
    return sf.PlantData(**{**tables, "tz": "UTC", **more})


def row(tables: sf.PlantData, start: float, end: float, **options) -> pd.Series:
    return sf.oee.evaluate(tables, at(start * 60), at(end * 60), **{"by": ["machine_id"], **options}).iloc[0]


def test_performance_is_never_capped_and_above_one_is_flagged():
    made = [(50, "P", 120, 0), (150, "P", 80, 0)]
    tables = data([(0, "running")], made)
    halves = pd.concat([sf.oee.evaluate(tables, at(0), at(6000)), sf.oee.evaluate(tables, at(6000), at(12000))])
    assert halves["performance"].tolist() == [1.2, 0.8]
    assert sf.oee.rollup(halves)["oee"].iloc[0] == 1.0
    whole = sf.oee.evaluate(tables, at(0), at(6000))
    assert "performance_above_one" in sf.findings_of(whole)["code"].tolist()


def test_quality_is_weighted_by_ideal_time():
    made = [(10, "slow", 100, 0), (20, "quick", 0, 100)]
    result = row(data([(0, "running")], made, products=[("slow", 60.0), ("quick", 3.0)]), 0, 200)
    assert result["oee"] == 0.5
    assert result["quality"] == pytest.approx(100 / 105)


def test_zero_planned_time_has_no_ratio_and_a_reason():
    result = row(data([(0, "running")], [], shifts=[(500, 600, "work")]), 0, 100)
    assert result[["availability", "performance", "quality", "oee", "ooe", "nee"]].isna().all()
    assert result["reason"] == "no planned time"
    assert result["no_shift_s"] == result["calendar_s"] == 6000


def test_a_lost_shift_is_zero_not_blank():
    result = row(data([(0, "unplanned_stop")], [(500, "P", 1, 0)]), 0, 100)
    assert result["availability"] == result["oee"] == 0
    assert np.isnan(result["performance"])
    assert np.isnan(result["quality"])


def test_running_without_a_piece():
    result = row(data([(0, "running")], [(500, "P", 1, 0)]), 0, 100)
    assert result["performance"] == result["oee"] == 0
    assert np.isnan(result["quality"])
    assert result["reason"] == "no pieces were made"


@pytest.mark.parametrize(
    ("counts", "why"), [(None, "no pieces were counted on this machine"), ([(5, "Q", 3, 0)], "pieces without an ideal cycle")]
)
def test_without_counts_or_ideal_cycle_there_is_no_performance(counts, why):
    result = row(data([(0, "running")], counts), 0, 100)
    assert result["availability"] == 1
    assert result[RATIOS[1:]].isna().all()
    assert result["reason"] == why


def test_an_uncounted_machine_makes_the_sum_unknown_but_it_still_adds_up():
    states = pd.DataFrame({"machine_id": ["M1", "M2"], "ts": at(0), "state": "running"})
    counts = pd.DataFrame({"machine_id": "M1", "ts": [at(30)], "good": [30.0]})
    products = pd.DataFrame({"product_id": ["P"], "ideal_cycle_s": [1.0]})
    kpis = sf.oee.evaluate(sf.PlantData(states=states, counts=counts, products=products, tz="UTC"), at(0), at(60))
    assert kpis["oee"].tolist()[0] == 0.5
    total = sf.oee.rollup(kpis).iloc[0]
    assert total["run_s"] == 120
    assert np.isnan(total["total"])
    assert np.isnan(total["oee"])


def test_missing_products_and_shifts_are_findings_not_errors():
    kpis = sf.oee.evaluate(data([(0, "running")], [(5, "P", 3, 0)], products=None), at(0), at(600))
    assert np.isnan(kpis["performance"].iloc[0])
    assert {"no_products", "no_shifts", "uncosted_pieces"} <= set(sf.findings_of(kpis)["code"])


def test_a_gap_is_unknown_and_pieces_over_it_are_shared_by_seconds():
    """Running at 80 % for an hour with a gap of 30 minutes gives P = 0.80, not 1.60."""
    minutes = [m for m in range(5, 61, 5) if not 15 < m < 45]
    counts = [(m, "P", 4 if m != 45 else 24, 0) for m in minutes]
    gap = pd.DataFrame({"signal_id": ["M1/state"], "start": [at(15 * 60)], "end": [at(45 * 60)], "recovered": [False]})
    result = row(data([(0, "running"), (45, "running")], counts, coverage=gap), 0, 60.01)
    assert result["unknown_s"] == 1800
    assert result["total_unknown"] == pytest.approx(24)
    assert result["performance"] == pytest.approx(0.80, abs=0.002)
    assert result["coverage"] == pytest.approx(0.5, abs=1e-3)
    assert "not enough data" in result["reason"]


def test_counters_read_one_after_the_other_behind_a_gap_share_it_each_by_its_own_span():
    """The reject counter is read a second before the good one: the good pieces of the gap stay in unknown time."""
    tables = data([(0, "running"), (40, "running")])
    tables.counts = pd.DataFrame(
        {"machine_id": "M1", "ts": [at(600), at(2400), at(2401)], "good": [0.0, np.nan, 1801.0], "scrap": [0.0, 18.0, np.nan]}
    )
    tables.coverage = pd.DataFrame({"signal_id": ["M1/state"], "start": [at(600)], "end": [at(2400)], "recovered": [False]})
    result = row(tables, 0, 60)
    assert (result["good"], result["scrap"], result["total_unknown"]) == (1, 0, 1818)


@pytest.mark.parametrize(("unknown", "oee"), [("exclude", 0.5), ("down", 0.25), ("bounds", 0.5)])
def test_unknown_time_is_left_out_or_lost_or_bounded(unknown, oee):
    gap = pd.DataFrame({"signal_id": ["M1"], "start": [at(3000)], "end": [at(6000)], "recovered": [False]})
    result = row(data([(0, "running")], [(10, "P", 25, 0)], coverage=gap), 0, 100, unknown=unknown)
    assert result["oee"] == oee
    assert (result["oee_low"], result["oee_high"]) == (0.25, 0.75)
    assert (result["planned_s"], result["unknown_s"]) == (3000, 3000)


def test_a_recovered_gap_is_no_gap():
    gap = pd.DataFrame({"signal_id": ["M1/state"], "start": [at(60)], "end": [at(120)], "recovered": [True]})
    assert row(data([(0, "running")], [], coverage=gap), 0, 10)["unknown_s"] == 0


def test_pieces_in_breaks_and_outside_shifts_have_columns_of_their_own():
    shifts = [(10, 50, "work"), (20, 30, "break")]
    counts = [(5, "P", 1, 0), (15, "P", 2, 0), (25, "P", 4, 0), (45, "P", 8, 8)]
    result = row(data([(0, "running"), (40, "unplanned_stop"), (60, "running")], counts, shifts=shifts), 0, 60)
    assert (result["total"], result["total_planned_stop"], result["total_no_shift"], result["total_in_stop"]) == (18, 4, 1, 16)


def test_stops_and_failures_count_where_they_begin():
    states = [(0, "running"), (55, "unplanned_stop"), (65, "running"), (70, "unplanned_stop"), (72, "running")]
    shifts = [(0, 60, "work"), (60, 120, "work")]
    tables = data(states, [], shifts=shifts)
    tables.shifts["shift_id"] = ["A", "B"]
    kpis = sf.oee.evaluate(tables, at(0), at(7200), by=["shift_id"])
    assert kpis[["n_stops", "n_failures"]].to_numpy().tolist() == [[1, 1], [1, 0]]
    assert kpis["breakdown_s"].tolist() == [300, 300]


def test_ideal_cycles_are_effective_dated_and_a_machine_s_own_wins():
    products = pd.DataFrame(
        {
            "product_id": "P",
            "machine_id": [None, None, "M2"],
            "ideal_cycle_s": [60.0, 30.0, 6.0],
            "valid_from": [None, at(3000), None],
            "valid_to": [at(3000), None, None],
        }
    ).astype({"valid_from": sf.clock.UTC_DTYPE, "valid_to": sf.clock.UTC_DTYPE})
    counts = pd.DataFrame({"machine_id": ["M1", "M1", "M2"], "ts": [at(60), at(3000), at(60)], "product_id": "P", "good": 10.0})
    states = pd.DataFrame({"machine_id": ["M1", "M2"], "ts": at(0), "state": "running"})
    kpis = sf.oee.evaluate(
        sf.PlantData(states=states, counts=counts, products=products, tz="UTC"), at(0), at(6000), by=["machine_id"]
    )
    assert kpis["ideal_s"].tolist() == [900, 60]


def test_rates_and_several_parts_a_cycle():
    products = pd.DataFrame(
        {"product_id": ["P", "Q"], "rate_per_h": [60.0, np.nan], "ideal_cycle_s": [np.nan, 60.0], "parts_per_cycle": [4.0, 4.0]}
    )
    result = row(data([(0, "running")], [(1, "P", 10, 0), (2, "Q", 10, 0)], products=None), 0, 100)
    assert np.isnan(result["ideal_s"]) or result["ideal_s"] == 0
    tables = data([(0, "running")], [(1, "P", 10, 0), (2, "Q", 10, 0)])
    tables.products = products
    assert row(tables, 0, 100)["ideal_s"] == 600 + 150


def test_reentered_pieces_do_not_count_twice_and_rework_is_not_first_pass_good():
    counts = pd.DataFrame(
        {
            "machine_id": "M1",
            "ts": [at(60), at(120)],
            "total": [10.0, 2.0],
            "good": [8.0, 2.0],
            "rework": [2.0, 0.0],
            "is_rework": [False, True],
        }
    )
    tables = data([(0, "running")], [])
    tables.counts = counts
    result = row(tables, 0, 10)
    assert (result["total"], result["good"], result["scrap"], result["rework"]) == (10, 8, 0, 2)


def test_late_scrap_is_booked_when_it_was_made():
    counts = pd.DataFrame(
        {"machine_id": "M1", "ts": [at(60), at(9000)], "good": [3.0, -5.0], "scrap": [0.0, 5.0], "produced_at": [None, at(30)]}
    ).astype({"produced_at": sf.clock.UTC_DTYPE})
    tables = data([(0, "running")], [])
    tables.counts = counts
    kpis = sf.oee.evaluate(tables, at(0), at(600))
    assert kpis[["total", "good", "scrap"]].to_numpy().tolist() == [[3, -2, 5]]
    assert "good_below_zero" in sf.findings_of(kpis)["code"].tolist()


def test_counts_of_a_shift_are_spread_over_its_run_time():
    tables = data([(0, "running"), (30, "unplanned_stop"), (90, "running")], shifts=[(0, 120, "work")])
    tables.counts = pd.DataFrame(
        {"machine_id": ["M1"], "production_date": ["2026-03-02"], "shift_id": ["A"], "good": [60.0], "scrap": [6.0]}
    )
    assert row(tables, 0, 120)[["total", "good", "scrap"]].tolist() == [66, 60, 6]
    assert row(tables, 0, 30)["good"] == 30
    assert row(tables, 30, 90)["good"] == 0


def test_what_total_says_beyond_good_and_rework_is_scrap():
    tables = data([(0, "running")])
    tables.counts = pd.DataFrame({"machine_id": "M1", "ts": [at(60)], "total": [10.0], "good": [7.0], "scrap": [1.0]})
    kpis = sf.oee.evaluate(tables, at(0), at(600))
    assert kpis[["total", "good", "scrap"]].to_numpy().tolist() == [[10, 7, 3]]
    assert "count_mismatch" in sf.findings_of(kpis)["code"].tolist()


def test_proportional_attribution_follows_the_run_time_since_the_last_count():
    tables = data([(0, "running"), (30, "unplanned_stop"), (60, "running")], [(0, "P", 0, 0), (90, "P", 6, 0)])
    parts = [row(tables, a, b, attribution="proportional")["good"] for a, b in ((0, 20), (20, 30), (30, 60), (60, 91))]
    assert parts == [1, 1, 1, 3]  # the third is finished just when the machine stops
    assert row(tables, 0, 91)["good"] == 6
    assert row(tables, 0, 60)["good"] == 0


def test_a_total_stamped_at_the_end_of_its_period_belongs_to_it():
    tables = data([(0, "running")], [(60, "P", 6, 0)])
    assert row(tables, 0, 60)["good"] == 0
    assert row(tables, 0, 60, stamp="period_end")["good"] == 6


def test_minor_stops_move_between_ratios_and_leave_the_oee():
    tables = data([(0, "running"), (10, "unplanned_stop"), (12, "running")], [(5, "P", 50, 0)])
    first, second = (row(tables, 0, 100, minor_stops=m) for m in ("performance", "availability"))
    assert (first["availability"], second["availability"]) == (1.0, 0.98)
    assert first["oee"] == second["oee"] == 0.5


def test_by_product_divides_time_and_pieces():
    tables = data([(0, "running")], [(10, "P", 5, 0), (50, "Q", 5, 0)], products=[("P", 60.0), ("Q", 30.0)])
    kpis = sf.oee.evaluate(tables, at(0), at(6000), by=["machine_id", "product_id"])
    assert kpis[["product_id", "planned_s", "ideal_s"]].to_numpy().tolist() == [["P", 3000, 300], ["Q", 3000, 150]]


WRONG = [
    {"by": ["colour"]}, {"unknown": "maybe"}, {"minor_stops": "no"}, {"break_policy": "x"}, {"attribution": "x"},
    {"stamp": "x"}, {"micro_stop": "-5min"},
]  # fmt: skip


@pytest.mark.parametrize("option", WRONG, ids=lambda option: next(iter(option)))
def test_bad_options_are_refused(option):
    with pytest.raises(sf.errors.TableError, match=next(iter(option))):
        sf.oee.evaluate(data([(0, "running")]), at(0), at(60), **option)


def test_a_naive_window_is_refused_without_a_zone():
    tables = data([(0, "running")])
    tables.tz = None
    with pytest.raises(sf.errors.TimeError, match="naive"):
        sf.oee.evaluate(tables, "2026-03-02T00:00", at(60))
