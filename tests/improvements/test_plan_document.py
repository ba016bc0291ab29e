"""A plan is a document: what was frozen reads back with the same digest, and any change of it has another."""

from __future__ import annotations

import json

import pytest
from scipy import stats

from smartfab.errors import TableError
from smartfab.improvements import Plan

PLAN = Plan(
    arguments={"y": "oee", "treated": "L3", "at": "2026-03-02", "level": 0.95, "blocks": None},
    status="underpowered", report_days=45, scale=0.0123, dof=150, is_ratio=True,
    options=({"kind": "switchback", "report_days": 45, "mde": 0.028},
             {"kind": "longer", "more_days": 90, "report_days": 135, "mde": 0.03}),
    curve=((14, 0.06), (45, 0.049)), findings=({"code": "x", "where": "L3", "count": 1, "evidence": {}},),
)  # fmt: skip


def test_a_plan_reads_back_from_json():
    again = Plan.from_dict(json.loads(json.dumps(PLAN.to_dict())))
    assert again == PLAN
    assert again.digest == PLAN.digest
    assert again.mde(0.9) == PLAN.mde(0.9)


def test_another_argument_is_another_digest():
    content = PLAN.to_dict()
    content["arguments"]["at"] = "2026-03-03"
    assert Plan.from_dict(content).digest != PLAN.digest


def test_the_smallest_effect_is_both_quantiles_of_t():
    t = stats.t(150)
    assert PLAN.mde(0.9) == pytest.approx((t.ppf(0.975) + t.ppf(0.9)) * 0.0123, rel=1e-12)


def test_advice_names_both_figures():
    assert PLAN.suggest() == ("switchback in 1-day blocks: 3.5 → 2.8 points", "90 more days: 3.5 → 3.0 points")
    assert PLAN.suggest(lang="vi")[1] == "đo thêm 90 ngày: 3,5 → 3,0 điểm %"


def test_a_document_with_a_part_missing_or_strange_is_refused():
    content = PLAN.to_dict()
    del content["status"]
    with pytest.raises(TableError, match="extra, status"):
        Plan.from_dict({**content, "extra": 1})


@pytest.mark.parametrize("power", [0, 1, 80, "0.8"])
def test_a_power_that_is_no_share_is_refused(power):
    with pytest.raises(TableError, match="power"):
        PLAN.mde(power)
