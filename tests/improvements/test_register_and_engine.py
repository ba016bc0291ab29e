"""The register and the real engine together: the same figures, to the byte, now and again from the stored rows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from smartfab.improvements import Plan, Register, effect
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
