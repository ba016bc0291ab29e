"""What `effect` promises: one result for the same rows, the truth of a clear line, other changes apart, doubt as findings."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartfab as sf
from smartfab.improvements.canonical import canonical_json
from tests.improvements.lines import CHANGE, table

ASKED = {"y": "oee", "treated": "L3", "at": CHANGE, "expected": 0.02}


@pytest.fixture(scope="module")
def data():
    return table(0.03)


@pytest.fixture(scope="module")
def result(data):
    return sf.improvements.effect(data, **ASKED)


def codes(measured):
    return {item["code"] for item in measured.findings}


def test_from_its_stored_rows_alone_it_is_the_same_to_the_byte(result):
    stored = sf.improvements.canonical_rows(result.rows)
    arguments = json.loads(canonical_json(result.arguments))
    again = sf.improvements.measurement_from_rows(stored, arguments)
    assert canonical_json(again.to_dict()) == canonical_json(result.to_dict())
    assert again.digest == result.digest


@settings(max_examples=5)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_rows_and_columns_and_what_is_not_used_do_not_matter(data, result, seed):
    shuffled = data.sample(frac=1, random_state=seed)[data.columns[::-1]].assign(note="x", reason=None)
    assert canonical_json(sf.improvements.effect(shuffled, **ASKED).to_dict()) == canonical_json(result.to_dict())


def test_the_data_handed_in_are_left_as_they_are(data):
    before = data.copy(deep=True)
    sf.improvements.effect(data, **ASKED)
    pd.testing.assert_frame_equal(data, before)


@pytest.fixture(scope="module")
def plain():
    """Figures of three lines that are no ratio, and what is measured of them."""
    kwh = table(0.0, days=150, lines=3, shifts=1).rename(columns={"oee": "kwh"})
    return kwh, sf.improvements.effect(kwh, y="kwh", treated="L3", at=CHANGE)


@given(st.floats(-0.2, 0.2).filter(lambda shift: abs(shift) > 1e-6), st.sampled_from([0.5, 2.0, 10.0]))
@settings(max_examples=6)
def test_a_larger_gain_moves_the_figure_by_as_much_and_a_scaled_kpi_scales_it(plain, shift, scale):
    kwh, one = plain
    lifted = (kwh["line_id"] == "L3") & (kwh["production_date"] >= CHANGE)
    moved, scaled = (
        sf.improvements.effect(kwh.assign(kwh=values), y="kwh", treated="L3", at=CHANGE)
        for values in (kwh["kwh"] + shift * lifted, kwh["kwh"] * scale)
    )
    assert moved.estimate - one.estimate == pytest.approx(shift, abs=1e-9)
    np.testing.assert_allclose(np.subtract(moved.interval, one.interval), shift, atol=1e-9)
    np.testing.assert_allclose(scaled.interval, np.multiply(one.interval, scale), rtol=1e-6, atol=1e-9)


def test_what_a_plant_went_through_together_is_taken_out_by_its_controls():
    shaken = table(0.0, plant=0.0)
    shaken["oee"] -= 0.05 * (shaken["production_date"] >= CHANGE)
    beside = sf.improvements.effect(shaken, **ASKED)
    alone = sf.improvements.effect(shaken, **ASKED | {"controls": None})
    forced = sf.improvements.effect(shaken, **ASKED | {"method": "controls"})
    assert (alone.status, forced.method) == ("loss_confirmed", "controls")
    assert abs(forced.estimate) < 0.01
    assert beside.method == "series" or abs(beside.estimate) < 0.01


def test_a_gap_is_actual_less_counterfactual_and_averages_to_the_effect(result):
    effects = result.effects
    np.testing.assert_allclose(effects["gap"], effects["actual"] - effects["counterfactual"], atol=1e-12)
    after = effects["exposure"] > 0
    assert effects.loc[after, "gap"].mean() == pytest.approx(result.estimate, abs=0.003)
    inside = effects["actual"].between(effects["low"], effects["high"])[~after]
    assert 0.88 <= inside.mean() <= 1


def test_another_change_that_is_logged_does_not_bias():
    both = table(0.0)
    both["oee"] += 0.04 * ((both["line_id"] == "L3") & (both["production_date"] >= "2026-02-01"))
    unlogged = sf.improvements.effect(both, **ASKED)
    logged = sf.improvements.effect(both, **ASKED, others=[{"id": "IMP-7", "at": "2026-02-01"}])
    assert unlogged.estimate > 0.005
    assert abs(logged.estimate) < 0.005
    assert np.ptp(logged.interval) < 0.6 * np.ptp(unlogged.interval)
    assert logged.joint == ()


def test_another_change_that_ended_is_in_force_until_then():
    trial = table(0.0)
    trial["oee"] += 0.06 * ((trial["line_id"] == "L3") & trial["production_date"].between("2026-01-05", "2026-02-01"))
    logged = sf.improvements.effect(trial, **ASKED, others=[{"id": "T", "at": "2026-01-05", "until": "2026-02-02"}])
    assert abs(logged.estimate) < 0.01


def test_a_control_that_was_changed_itself_is_no_control(data):
    changed = sf.improvements.effect(data, **ASKED, others=[{"id": "IMP-9", "at": "2026-03-10", "unit": "L4"}])
    without = sf.improvements.effect(data, **ASKED | {"controls": ["L1", "L2", "L5"]})
    assert "control_changed" in codes(changed)
    assert changed.estimate == without.estimate


def test_a_product_never_made_before_is_left_out_and_too_much_of_it_is_no_figure():
    late = table(0.03)
    new = (late["line_id"] == "L3") & (late["production_date"] >= CHANGE)
    some = late.assign(product_id=late["product_id"].where(~(new & (late.index % 20 == 0)), "P9"))
    measured = sf.improvements.effect(some, **ASKED)
    assert "level_without_baseline" in codes(measured)
    assert measured.status == "gain_confirmed"
    every = late.assign(product_id=late["product_id"].where(~(new & (late.index % 3 == 0)), "P9"))
    refused = sf.improvements.effect(every, **ASKED)
    assert "gate_product_without_baseline" in codes(refused)
    assert np.isnan(refused.estimate)


def test_a_mix_shift_is_no_gain():
    shifted = table(0.0)
    mine = (shifted["line_id"] == "L3") & (shifted["production_date"] >= CHANGE) & (shifted["product_id"] == "P1")
    chosen = mine & (shifted.index % 3 > 0)
    shifted.loc[chosen, "oee"] += 0.02
    shifted.loc[chosen, "product_id"] = "P2"
    assert abs(sf.improvements.effect(shifted, **ASKED).estimate) < 0.006
    assert sf.improvements.effect(shifted, **ASKED | {"categories": []}).estimate > 0.004


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.assign(oee=t["oee"].mask(t.index % 5 == 0)), "gate_known_before"),
        (
            lambda t: t[(t["production_date"].dt.day_of_week < 6) | (t["production_date"] >= CHANGE)],
            "gate_weekdays_on_one_side",
        ),
        (lambda t: t[t["production_date"] >= "2026-02-10"], "gate_baseline_periods"),
        (lambda t: t[t["production_date"] < "2026-03-12"], "gate_reporting_periods"),
    ],
)
def test_a_gate_that_fails_leaves_no_figure(data, change, code):
    measured = sf.improvements.effect(change(data), **ASKED)
    assert code in codes(measured)
    assert measured.status == "not_measurable_yet"
    assert np.isnan(measured.estimate)


def test_a_stray_sunday_is_left_out(data):
    weekdays = data[(data["production_date"].dt.day_of_week < 6) | (data["production_date"] == "2025-11-09")]
    measured = sf.improvements.effect(weekdays, **ASKED)
    assert "weekday_on_one_side" in codes(measured)
    assert measured.status == "gain_confirmed"


def test_a_run_in_can_be_left_out(data):
    measured = sf.improvements.effect(data, **ASKED, blackout="7d")
    assert measured.windows["reporting"] == {"first": "2026-03-09", "last": "2026-04-16", "periods": 39}
    assert "blackout" in codes(measured)


def test_a_ramp_is_measured_by_its_exposure():
    ramp = table(0.0)
    days = (ramp["production_date"] - pd.Timestamp(CHANGE)).dt.days
    ramp["share"] = (days / 20).clip(0, 1).where(ramp["line_id"] == "L3", 0.0)
    ramp["oee"] += 0.04 * ramp["share"]
    measured = sf.improvements.effect(ramp, **ASKED, exposure="share")
    assert measured.interval[0] < 0.04 < measured.interval[1]
    assert measured.estimate == pytest.approx(0.04, abs=0.01)


def test_reading_before_the_planned_day_gives_a_wider_band_and_no_verdict(data):
    plan = sf.improvements.plan(data[data["production_date"] < CHANGE], **ASKED, report_days=45)
    early = sf.improvements.effect(data[data["production_date"] < "2026-03-25"], **plan.arguments)
    due = sf.improvements.effect(data, **plan.arguments)
    assert (early.status, due.status) == ("not_measurable_yet", "gain_confirmed")
    assert "before_read_out" in codes(early)
    plain = sf.improvements.effect(data[data["production_date"] < "2026-03-25"], **ASKED)
    assert early.interval[1] - early.interval[0] > 1.3 * (plain.interval[1] - plain.interval[0])
