"""What the pieces mean: tests of the numbered semantics 6, 12–15, 17 and 18."""

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from tests.minute_tables import data, row
from tests.strategies import at


def test_06_a_gap_is_unknown_and_pieces_over_it_are_shared_by_seconds():
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


def test_06_counters_read_one_after_the_other_behind_a_gap_share_it_each_by_its_own_span():
    """The reject counter is read a second before the good one: the good pieces of the gap stay in unknown time."""
    tables = data([(0, "running"), (40, "running")])
    tables.counts = pd.DataFrame(
        {"machine_id": "M1", "ts": [at(600), at(2400), at(2401)], "good": [0.0, np.nan, 1801.0], "scrap": [0.0, 18.0, np.nan]}
    )
    tables.coverage = pd.DataFrame({"signal_id": ["M1/state"], "start": [at(600)], "end": [at(2400)], "recovered": [False]})
    result = row(tables, 0, 60)
    assert (result["good"], result["scrap"], result["total_unknown"]) == (1, 0, 1818)


def test_06_pieces_in_breaks_and_outside_shifts_have_columns_of_their_own():
    shifts = [(10, 50, "work"), (20, 30, "break")]
    counts = [(5, "P", 1, 0), (15, "P", 2, 0), (25, "P", 4, 0), (45, "P", 8, 8)]
    result = row(data([(0, "running"), (40, "unplanned_stop"), (60, "running")], counts, shifts=shifts), 0, 60)
    assert (result["total"], result["total_planned_stop"], result["total_no_shift"], result["total_in_stop"]) == (18, 4, 1, 16)


def test_12_counters_reset_wrap_and_jump_by_rule_and_the_first_reading_pairs_with_the_one_before():
    def steps(*values: float, **limits: float) -> tuple[list[float], set[str]]:
        made = sf.counts.counter_steps([at(60 * n) for n in range(len(values))], list(values), **limits)
        return made.tolist(), {told["code"] for told in made.attrs["findings"]}

    assert steps(0, 10, 20, 20, 50, 10) == ([0, 10, 10, 0, 30, 10], {"counter_reset"})
    assert steps(250, 4, max_value=255) == ([0, 10], {"counter_wrap"})
    assert steps(0, 60, 5000, 5060, max_rate=1.0) == ([0, 60, 0, 60], {"counter_jump"})
    tables = data([(0, "running")], [(0, "P", 0, 0), (50, "P", 10, 0)])
    assert row(tables, 40, 60)["good"] == 10  # what was counted since the reading at 0


def test_13_duplicated_permuted_and_late_rows_give_the_same_output():
    states = [(0, "running"), (30, "unplanned_stop"), (50, "running")]
    plain = data(states, [(10, "P", 3, 0), (40, "P", 2, 1)], shifts=[(0, 60, "work"), (20, 25, "break")])
    mixed = data(states, [(10, "P", 3, 0), (40, "P", 2, 1)], shifts=[(0, 60, "work"), (20, 25, "break")])
    for name in ("states", "counts", "shifts", "products"):
        table = getattr(mixed, name)
        setattr(mixed, name, pd.concat([table, table.iloc[::-1]], ignore_index=True))
    both = (sf.oee.evaluate(tables, at(0), at(3600)) for tables in (plain, mixed))
    pd.testing.assert_frame_equal(*both, check_exact=True)


def test_14_proportional_attribution_follows_the_run_time_since_the_last_count():
    tables = data([(0, "running"), (30, "unplanned_stop"), (60, "running")], [(0, "P", 0, 0), (90, "P", 6, 0)])
    parts = [row(tables, a, b, attribution="proportional")["good"] for a, b in ((0, 20), (20, 30), (30, 60), (60, 91))]
    assert parts == [1, 1, 1, 3]  # the third is finished just when the machine stops
    assert row(tables, 0, 91)["good"] == 6
    assert row(tables, 0, 60)["good"] == 0


def test_14_a_total_stamped_at_the_end_of_its_period_belongs_to_it():
    tables = data([(0, "running")], [(60, "P", 6, 0)])
    assert row(tables, 0, 60)["good"] == 0
    assert row(tables, 0, 60, stamp="period_end")["good"] == 6


def test_14_a_count_belongs_to_the_bucket_of_its_stamp_half_open():
    tables = data([(0, "running")], [(60, "P", 6, 0)])
    assert row(tables, 0, 60)["good"] == 0
    assert row(tables, 60, 61)["good"] == 6


def test_15_counts_of_a_shift_are_spread_over_its_run_time():
    tables = data([(0, "running"), (30, "unplanned_stop"), (90, "running")], shifts=[(0, 120, "work")])
    tables.counts = pd.DataFrame(
        {"machine_id": ["M1"], "production_date": ["2026-03-02"], "shift_id": ["A"], "good": [60.0], "scrap": [6.0]}
    )
    assert row(tables, 0, 120)[["total", "good", "scrap"]].tolist() == [66, 60, 6]
    assert row(tables, 0, 30)["good"] == 30
    assert row(tables, 30, 90)["good"] == 0


def test_17_ideal_cycles_are_effective_dated_and_a_machine_s_own_wins():
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


def test_17_rates_and_several_parts_a_cycle():
    products = pd.DataFrame(
        {"product_id": ["P", "Q"], "rate_per_h": [60.0, np.nan], "ideal_cycle_s": [np.nan, 60.0], "parts_per_cycle": [4.0, 4.0]}
    )
    result = row(data([(0, "running")], [(1, "P", 10, 0), (2, "Q", 10, 0)], products=None), 0, 100)
    assert np.isnan(result["ideal_s"]) or result["ideal_s"] == 0
    tables = data([(0, "running")], [(1, "P", 10, 0), (2, "Q", 10, 0)])
    tables.products = products
    assert row(tables, 0, 100)["ideal_s"] == 600 + 150


def test_17_by_product_divides_time_and_pieces():
    tables = data([(0, "running")], [(10, "P", 5, 0), (50, "Q", 5, 0)], products=[("P", 60.0), ("Q", 30.0)])
    kpis = sf.oee.evaluate(tables, at(0), at(6000), by=["machine_id", "product_id"])
    assert kpis[["product_id", "planned_s", "ideal_s"]].to_numpy().tolist() == [["P", 3000, 300], ["Q", 3000, 150]]


def test_17_a_product_change_splits_the_segment_and_the_past_keeps_its_ideal_cycle():
    tables = data([(0, "running")], [(10, "P", 5, 0), (50, "Q", 5, 0)], products=[("P", 60.0), ("Q", 30.0)])
    account = sf.oee.time_account(tables, at(0), at(6000))
    assert account[["product_id", "duration_s"]].to_numpy().tolist() == [["P", 3000], ["Q", 3000]]
    before = row(tables, 0, 20)["ideal_s"]
    dated = data([(0, "running")], [(10, "P", 5, 0), (50, "P", 5, 0)])
    dated.products = pd.DataFrame({"product_id": ["P", "P"], "ideal_cycle_s": [60.0, 6.0], "valid_from": [pd.NaT, at(1200)]})
    assert row(dated, 0, 20)["ideal_s"] == before == 300
    assert row(dated, 20, 100)["ideal_s"] == 30


def test_18_reentered_pieces_do_not_count_twice_and_rework_is_not_first_pass_good():
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


def test_18_late_scrap_is_booked_when_it_was_made():
    counts = pd.DataFrame(
        {"machine_id": "M1", "ts": [at(60), at(9000)], "good": [3.0, -5.0], "scrap": [0.0, 5.0], "produced_at": [None, at(30)]}
    ).astype({"produced_at": sf.clock.UTC_DTYPE})
    tables = data([(0, "running")], [])
    tables.counts = counts
    kpis = sf.oee.evaluate(tables, at(0), at(600))
    assert kpis[["total", "good", "scrap"]].to_numpy().tolist() == [[3, -2, 5]]
    assert "good_below_zero" in sf.findings_of(kpis)["code"].tolist()


def test_18_first_pass_final_and_rolled_yield_are_reported_apart():
    tables = data()
    tables.states = pd.DataFrame({"machine_id": ["A", "B"], "ts": at(0), "state": "running"})
    tables.counts = pd.DataFrame(
        {"machine_id": ["A", "B"], "ts": at(60), "good": [80.0, 90.0], "scrap": [10.0, 10.0], "rework": [10.0, 0.0]}
    )
    told = sf.oee.yields(sf.oee.evaluate(tables, at(0), at(6000)))
    assert told["first_pass_yield"].dropna().tolist() == [0.8, 0.9]
    assert told["final_yield"].dropna().tolist() == [0.9, 0.9]
    assert told["rolled_throughput_yield"].dropna().tolist() == [pytest.approx(0.72)]


def test_what_total_says_beyond_good_and_rework_is_scrap():
    tables = data([(0, "running")])
    tables.counts = pd.DataFrame({"machine_id": "M1", "ts": [at(60)], "total": [10.0], "good": [7.0], "scrap": [1.0]})
    kpis = sf.oee.evaluate(tables, at(0), at(600))
    assert kpis[["total", "good", "scrap"]].to_numpy().tolist() == [[10, 7, 3]]
    assert "count_mismatch" in sf.findings_of(kpis)["code"].tolist()
