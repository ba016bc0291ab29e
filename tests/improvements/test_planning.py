"""A plan is told from the baseline alone, settles what was open, and knows what it will be able to find."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TableError
from tests.improvements.lines import CHANGE, START, table

ASKED = {"y": "oee", "treated": "L3", "at": CHANGE, "report_days": 45, "expected": 0.02}


@pytest.fixture(scope="module")
def data():
    return table(0.02)


@pytest.fixture(scope="module")
def plan(data):
    return sf.improvements.plan(data[data["production_date"] < CHANGE], **ASKED)


def test_what_was_open_is_settled(plan):
    settled = {name: plan.arguments[name] for name in ("controls", "method", "since", "until", "weight", "categories")}
    assert settled == {
        "controls": ["L1", "L2", "L4", "L5"], "method": "controls", "since": "2025-11-03", "until": "2026-04-16",
        "weight": "planned_s", "categories": ["shift_id", "product_id"],
    }  # fmt: skip
    assert (plan.status, plan.retrospective) == ("adequate", False)


def test_the_plan_is_json_and_measures_as_it_says(plan, data):
    again = sf.improvements.Plan.from_dict(json.loads(json.dumps(plan.to_dict())))
    assert (again, again.digest) == (plan, plan.digest)
    result = sf.improvements.effect(data, **again.arguments)
    assert result.grade == "B"
    assert result.arguments == plan.arguments
    assert result.mde() == pytest.approx(plan.mde(), rel=0.3)


def test_a_plan_does_not_look_beyond_the_change(plan, data):
    late = sf.improvements.plan(data, **ASKED)
    assert late.retrospective
    assert (late.mde(), late.curve) == (plan.mde(), plan.curve)
    assert "planned_after_the_change" in {item["code"] for item in late.findings}
    assert sf.improvements.effect(data, **late.arguments).grade == "C"


def test_more_days_find_smaller_effects(plan):
    least = [mde for _, mde in plan.curve]
    assert least == sorted(least, reverse=True)
    assert dict(plan.curve)[45] == pytest.approx(plan.mde(), rel=1e-5)


def test_too_small_a_hope_is_underpowered_and_costs_a_grade(data):
    asked = ASKED | {"expected": 0.004}
    weak = sf.improvements.plan(data[data["production_date"] < CHANGE], **asked)
    assert weak.status == "underpowered"
    assert weak.mde() > 2 * 0.004
    result = sf.improvements.effect(data, **weak.arguments)
    assert result.grade == "C"
    assert "underpowered_plan" in {item["code"] for item in result.findings}


@pytest.mark.parametrize(
    ("change", "status"),
    [({"expected": None}, "no_expectation"), ({"report_days": 10}, "not_feasible"), ({"at": "2025-11-20"}, "not_feasible"),
     ({"at": START}, "not_feasible"), ({"method": "switchback", "report_days": 20}, "not_feasible")],
)  # fmt: skip
def test_what_cannot_be_planned_is_said(data, change, status):
    asked = ASKED | change
    assert sf.improvements.plan(data, **asked).status == status


def test_a_single_line_is_advised_to_compare_or_to_switch(data):
    alone = sf.improvements.plan(data[data["production_date"] < CHANGE], **ASKED | {"controls": None, "expected": 0.01})
    kinds = {option["kind"]: option["mde"] for option in alone.options}
    assert kinds.keys() == {"switchback", "controls", "longer"}
    assert all(mde < alone.mde() for mde in kinds.values())
    assert all("→" in line for line in alone.suggest())


def test_a_switchback_has_a_random_schedule_that_is_frozen(data):
    before = data[data["production_date"] < CHANGE]
    before = before[before["production_date"].dt.day_of_week < 6]  # Sundays off
    one, two, other = (sf.improvements.plan(before, **ASKED | {"method": "switchback"}, random_state=k) for k in (1, 1, 2))
    assert one == two
    assert one.schedule != other.schedule
    days, states = zip(*one.schedule, strict=True)
    assert all(pd.Timestamp(day).day_of_week < 6 for day in days)
    pairs = np.array(states).reshape(-1, 2)
    assert (pairs.sum(axis=1) == 1).all()
    assert 5 < pairs[:, 0].sum() < len(pairs) - 5


def test_a_switchback_is_measured_on_its_schedule(data):
    plan = sf.improvements.plan(data[data["production_date"] < CHANGE], **ASKED | {"method": "switchback"})
    on = data["production_date"].isin([pd.Timestamp(day) for day, state in plan.schedule if state])
    lifted = table(0.0).assign(oee=lambda frame: frame["oee"] + 0.03 * on * (frame["line_id"] == "L3"))
    result = sf.improvements.effect(lifted, **plan.arguments)
    assert (result.status, result.grade, result.method) == ("gain_confirmed", "A", "switchback")
    assert result.interval[0] < 0.03 < result.interval[1]
    assert "off_schedule" in {item["code"] for item in result.findings}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"until": "2026-05-01"}, "settled by the plan"), ({"weights": "x"}, "no argument 'weights'"),
        ({"report_days": 0}, "report_days"), ({"expected": 2.0}, r"0\.02 \(2 điểm %\)"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(data, change, message):
    with pytest.raises(TableError, match=message):
        sf.improvements.plan(data, **ASKED | change)


def test_what_is_not_given_is_asked_for(data):
    with pytest.raises(TableError, match="3 faults"):
        sf.improvements.plan(data, expected=0.02)


def test_shifts_from_before_anything_was_recorded_are_not_missing():
    full = table(0.0, days=110)
    empty = full["production_date"] < "2025-12-20"
    asked = {"y": "oee", "treated": "L3", "at": CHANGE, "expected": 0.02}
    late = sf.improvements.plan(full.assign(oee=full["oee"].mask(empty)), **asked)
    assert late.arguments["since"] == "2025-12-20"
    assert late.to_dict() == sf.improvements.plan(full[~empty], **asked).to_dict()
    assert late.status != "not_feasible"
