"""Money is exact, comes from one KPI, and is not made where there is no effect."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab.errors import TableError
from smartfab.improvements import Assumption, Measurement, money, reward

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def measured(estimate=0.02, interval=(0.006, 0.034), **change):
    effects = pd.DataFrame({"date": pd.to_datetime([]), "exposure": []})
    plain = Measurement(
        status="gain_confirmed", estimate=estimate, interval=interval, grade="B", method="controls", findings=(),
        effects=effects, rows=effects, arguments={"y": "oee", "level": 0.95, "better": "higher"}, is_ratio=True, scale=0.0071,
        dof=150, windows={"reporting": {"last": "2026-04-16"}},
    )  # fmt: skip
    return dataclasses.replace(plain, **change)


def factor(name, value, **more):
    return Assumption(name, value, "x", "ledger 2026", "controlling", *YEAR, **{"signed_by": "CFO"} | more)


FACTORS = (factor("planned_h_per_month", 520), factor("ideal_rate_per_h", "1000"), factor("contribution_margin", 18_000))


def test_the_bottleneck_whose_pieces_are_sold():
    worth = money(measured(), assumptions=FACTORS)
    assert worth.per_month == Decimal(187_200_000)
    assert worth.interval == (Decimal(56_160_000), Decimal(318_240_000))
    assert worth.benefit(1) == Decimal(2_246_400_000)
    assert worth.p5 < worth.p50 == worth.per_month < worth.p95
    assert worth.p5 == pytest.approx(Decimal("77.2e6"), rel=Decimal("0.01"))
    assert reward(worth, on=dt.date(2026, 5, 1))["gross"].sum() == Decimal(157_248_000)


def test_hours_saved_and_units_saved():
    saved = money(measured(), assumptions=[factor("planned_h_per_month", 520), factor("avoidable_cost_per_h", 900_000)])
    assert (saved.route, saved.per_month) == ("hours_saved", Decimal(9_360_000))
    gas = measured(-800.0, (-1000.0, -600.0), is_ratio=False, arguments={"y": "gas_m3", "level": 0.95, "better": "lower"})
    worth = money(gas, assumptions=[factor("units_per_month", 1), factor("cost_per_unit", 14_500)])
    assert (worth.per_month, worth.interval) == (Decimal(11_600_000), (Decimal(8_700_000), Decimal(14_500_000)))


def test_each_year_counts_its_own_months_and_before_that_is_an_advance():
    worth = money(measured(), assumptions=FACTORS, realised_months={1: Decimal("11.5")})
    assert (worth.is_advance(1), worth.is_advance(2)) == (False, True)
    assert worth.benefit(1) == Decimal(187_200_000) * Decimal("11.5")
    assert worth.benefit(2) == Decimal(2_246_400_000)


@pytest.mark.parametrize("status", ["not_measurable_yet", "not_separable"])
def test_what_cannot_be_told_is_no_zero(status):
    worth = money(measured(status=status), assumptions=FACTORS)
    assert (worth.per_month, worth.interval, worth.benefit(1)) == (None, None, None)
    assert worth.to_dict()["years"]["1"]["benefit"] is None
    assert "effect_not_told" in {item["code"] for item in worth.findings}


def test_a_loss_is_a_loss():
    worth = money(measured(-0.01, (-0.02, -0.004), status="loss_confirmed"), assumptions=FACTORS)
    assert worth.benefit(1) < 0
    assert reward(worth, on=dt.date(2026, 5, 1))["gross"].sum() == 0


def test_an_uncertain_factor_widens_and_an_unsigned_one_is_said():
    wide = money(
        measured(), assumptions=[*FACTORS[:2], factor("contribution_margin", 18_000, low=12_000, high=20_000, signed_by=None)]
    )
    plain = money(measured(), assumptions=FACTORS)
    assert wide.per_month == plain.per_month
    assert plain.p5 - wide.p5 > wide.p95 - plain.p95 > 0
    assert [item["where"] for item in wide.findings if item["code"] == "assumption_unsigned"] == ["contribution_margin"]


@given(st.decimals("0.01", "1e9", places=2), st.integers(1, 10**6))
def test_no_dong_is_lost_in_the_chain(margin, rate):
    worth = money(measured(), assumptions=[FACTORS[0], factor("ideal_rate_per_h", rate), factor("contribution_margin", margin)])
    assert worth.per_month == Decimal("0.02") * 520 * rate * margin


@pytest.mark.parametrize(
    ("assumptions", "message"),
    [
        (FACTORS[:2], "exactly planned_h_per_month"), ([*FACTORS, FACTORS[0]], "twice"), (["x"], "a list of Assumption"),
        ([factor("units_per_month", 1), factor("ideal_rate_per_h", 1)], "exactly"),
    ],
)  # fmt: skip
def test_factors_that_make_no_way_are_refused(assumptions, message):
    with pytest.raises(TableError, match=message):
        money(measured(), assumptions=assumptions)


def test_planned_time_does_not_turn_a_meter_into_money():
    meter = measured(is_ratio=False, arguments={"y": "gas_m3", "level": 0.95, "better": "lower"})
    with pytest.raises(TableError, match="no ratio of planned time"):
        money(meter, assumptions=FACTORS)


def test_a_factor_must_hold_on_the_day():
    with pytest.raises(TableError, match="holds 2026-01-01 … 2026-12-31"):
        money(measured(), assumptions=FACTORS, on=dt.date(2027, 1, 1))


def test_two_kpis_make_no_money_together():
    with pytest.raises(TableError, match="count it twice"):
        money([measured(), measured()], assumptions=FACTORS)


@pytest.mark.parametrize(
    "change",
    [{"value": 0.5}, {"value": "much"}, {"value": "NaN"}, {"value": True}, {"source": " "}, {"owner": ""}, {"low": 1},
     {"low": 600, "high": 700}, {"valid_until": dt.date(2025, 1, 1)}, {"valid_from": "2026-01-01"}],
)  # fmt: skip
def test_a_factor_without_source_owner_time_or_number_is_refused(change):
    with pytest.raises(TableError):
        dataclasses.replace(FACTORS[0], **change)


def test_the_computation_is_kept_whole():
    told = money(measured(), assumptions=FACTORS).to_dict()
    assert told["years"]["1"] == {"benefit": "2246400000", "advance": True}
    assert [item["name"] for item in told["assumptions"]] == ["planned_h_per_month", "ideal_rate_per_h", "contribution_margin"]
