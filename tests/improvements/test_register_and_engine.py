"""The register and the real engine together: the same figures, to the byte, now and again from the stored rows."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from smartfab.errors import RegisterError
from smartfab.improvements import Assumption, Plan, Register, effect, money, plan
from smartfab.improvements.canonical import canonical_json
from smartfab.improvements.request import Request

IDEA = {
    "title_vi": "Gá nhanh", "problem": "Lâu", "solution": "Gá côn", "authors": [("E1", 100)], "kpi": "oee", "expected": 0.02,
    "by": "E1",
}  # fmt: skip
AT = "2026-03-02"


@pytest.fixture(scope="module")
def table():
    """Four lines over 120 days; L3 gains three points from 2 March on."""
    rng = np.random.default_rng(5)
    days = pd.date_range("2025-12-01", periods=140, unit="us")
    plant = rng.normal(0, 0.01, len(days))
    lines = {name: 0.6 + plant + rng.normal(0, 0.01, len(days)) for name in ("L1", "L2", "L3", "L4")}
    lines["L3"] = lines["L3"] + 0.03 * (days >= AT)
    frames = [pd.DataFrame({"production_date": days, "line_id": name, "oee": oee}) for name, oee in lines.items()]
    return pd.concat(frames, ignore_index=True).assign(planned_s=28_800.0)


def planned(**more):
    given = {
        "y": "oee", "time": "production_date", "unit": "line_id", "treated": "L3", "at": AT, "controls": ["L1", "L2", "L4"],
        "categories": None, "covariates": (), "weight": None, "blackout": "0d", "washout": "0d", "since": None,
        "until": "2026-04-20", "exposure": None, "expected": 0.02, "better": None, "grain": "D", "method": "auto",
        "level": 0.95, "tz": None, "others": (), "blocks": None, "planned": None, **more,
    }  # fmt: skip
    arguments = Request.of(given).to_arguments()
    return Plan(arguments=arguments, status="adequate", report_days=49, scale=0.004, dof=100, is_ratio=True)


@pytest.fixture
def register(tmp_path):
    now = [dt.datetime(2026, 2, 20, 3, tzinfo=dt.UTC)]
    with Register(f"sqlite:///{tmp_path / 'plant.db'}", clock=lambda: now[0]) as opened:
        opened.set = lambda day: now.__setitem__(0, dt.datetime.fromisoformat(f"{day}T03:00:00+00:00"))
        yield opened


def installed(register, line="L3", at=AT, plan=None):
    imp = register.submit(**IDEA, line_id=line)
    register.transition(imp.id, "accepted", by="L")
    if plan is not None:
        register.freeze(imp.id, plan, by="E1")
    register.set("2026-04-21")
    register.intervened(imp.id, at=at, kind="install", by="E1")
    return imp.id


def text(measured):
    return canonical_json(measured.to_dict())


def test_what_is_measured_is_what_effect_says_to_the_byte(register, table):
    plan = planned()
    name = installed(register, plan=plan)
    found = register.measure(name, table)
    assert text(found) == text(effect(table, **plan.arguments))
    assert (found.status, register.get(name).state) == ("gain_confirmed", "gain_confirmed")
    assert found.interval[0] < 0.03 < found.interval[1]
    assert text(register.measure(name, table)) == text(found)
    assert text(register.reproduce(1)) == text(found)
    assert register.audit.verify().ok


def test_rows_in_any_order_are_the_same_measurement(register, table):
    name = installed(register, plan=planned())
    found = register.measure(name, table)
    assert text(register.measure(name, table.sample(frac=1, random_state=1))) == text(found)


def test_another_change_on_the_line_and_a_changed_control_are_known_to_the_engine(register, table):
    name = installed(register, plan=planned())
    register.set("2026-04-21")
    same, control = installed(register, at="2026-01-15"), installed(register, line="L2", at="2026-03-20")
    found = register.measure(name, table)
    told = {(change["id"], change["unit"]) for change in found.arguments["others"]}
    assert told == {(same, None), (control, "L2")}
    assert found.status == "gain_confirmed"
    assert text(register.reproduce(1)) == text(found)
    assert any(item["where"] == "L2" or "L2" in str(item["evidence"]) for item in found.findings)


def test_two_changes_too_close_are_not_separable(register, table):
    name = installed(register, plan=planned())
    installed(register, at="2026-03-03")
    assert register.measure(name, table).status == "not_separable"
    assert register.get(name).state == "not_separable"


def test_too_little_data_is_not_measurable_yet_and_no_zero(register, table):
    name = installed(register, plan=planned())
    found = register.measure(name, table[table["production_date"] < "2026-03-08"])
    assert found.status == register.get(name).state == "not_measurable_yet"
    (kept,) = register.measurements(name)
    assert kept.estimate is None or kept.estimate != 0


def test_from_a_plan_to_what_each_author_is_paid(register, table):
    promised = plan(table[table["production_date"] < "2026-02-20"], y="oee", treated="L3", at=AT, report_days=45, expected=0.02)
    imp = register.submit(**{**IDEA, "authors": [("E1", 60), ("E2", 40)]}, line_id="L3")
    register.transition(imp.id, "accepted", by="L1")
    register.freeze(imp.id, promised, by="L1")
    register.set("2026-05-20")
    register.intervened(imp.id, at=AT, kind="install", by="E1")
    found = register.measure(imp.id, table)
    direct = effect(table, **promised.arguments)
    assert json.dumps(found.to_dict()) == json.dumps(direct.to_dict())  # with its keys in the same order, too
    assert (found.status, found.grade) == ("gain_confirmed", "B")

    factors = {"planned_h_per_month": 520, "ideal_rate_per_h": 1000, "contribution_margin": 18_000}
    holds = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    worth = money(found, assumptions=[Assumption(name, v, "u", "sổ", "KT", *holds, "TC") for name, v in factors.items()])
    exact = Decimal(f"{found.estimate:.5e}") * 520 * 1000 * 18_000 * 12
    assert worth.benefit(1) == exact.quantize(Decimal(1))
    low, high = worth.bounds(1)
    assert low < worth.benefit(1) < high

    register.sign(register.benefit(imp.id, worth, year=1, by="F1"), by="F2")
    (kept,) = register.benefits(imp.id)
    assert (kept["amount"], kept["low"], kept["high"]) == (int(worth.benefit(1)), int(low), int(high))
    assert kept["content"] == worth.to_dict()
    register.transition(imp.id, "verified", by="V1")
    met = register.meeting("2026-05-20", ["C1", "C2", "C3"], "Thống nhất")
    for member in ("C1", "C2"):
        register.vote(imp.id, met.id, member=member, vote="for")
    register.decide(
        imp.id, decision_no="1/QĐ", decision_date="2026-05-20", signer="GĐ", by="C1", meeting_id=met.id, level="cơ sở"
    )
    paid = register.award(imp.id, by="D1", year=1, stage="advance")
    least = -(-int(worth.benefit(1)) * 7 // 100)
    assert paid["gross"].sum() == least
    assert all(isinstance(amount, Decimal) for name in ("gross", "tax", "net") for amount in paid[name])
    assert (paid["gross"] - paid["tax"] == paid["net"]).all()
    assert register.get(imp.id).state == "rewarded"
    assert register.audit.verify(head=register.audit.head()).ok


def test_what_cannot_be_told_is_no_benefit_to_write_down(register, table):
    name = installed(register, plan=planned())
    found = register.measure(name, table[table["production_date"] < "2026-03-08"])
    factors = {"planned_h_per_month": 520, "avoidable_cost_per_h": 900_000}
    holds = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    worth = money(found, assumptions=[Assumption(key, v, "u", "sổ", "KT", *holds) for key, v in factors.items()])
    assert (worth.per_month, worth.benefit(1), worth.bounds(1)) == (None, None, None)
    with pytest.raises(RegisterError, match="cannot be told"):
        register.benefit(name, worth, year=1, by="F1")
    assert register.benefits(name) == []
