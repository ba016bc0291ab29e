"""Rewards: signed, awarded once a year of application, paid, and the clocks that run."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

import smartfab as sf
from smartfab.errors import RegisterError, TransitionRefused
from tests.improvements.register.full import BENEFIT, recognised
from tests.improvements.register.stand_in import FIVE_S, accepted

COMPANY = """
id = "COMPANY"
kind = "company"
title_vi = "Quy chế khen thưởng cải tiến"
valid_from = 2025-01-01
reviewer = "Phòng nhân sự"
reviewed_on = 2025-01-01
[company]
per_idea = 50000
classes = [{ name = "A", from_benefit = 100000000, amount = 5000000 }]
"""


@pytest.fixture
def company(tmp_path):
    path = tmp_path / "company.toml"
    path.write_text(COMPANY, encoding="utf-8")
    return path


def test_the_least_sum_by_law_is_divided_exactly(register, clock):
    imp = recognised(register, clock)
    number = register.benefit(imp.id, {"x": 1}, year=1, amount=BENEFIT, by="F001", low=674_000_000, high=3_818_000_000)
    with pytest.raises(TransitionRefused, match="not signed"):
        register.award(imp.id, by="D001")
    with pytest.raises(RegisterError, match="is an author"):
        register.sign(number, by="E0123")
    register.sign(number, by="F001")
    table = register.award(imp.id, by="D001")
    assert table["gross"].tolist() == [Decimal(94_348_800), Decimal(62_899_200)]
    assert table["due"].tolist() == [dt.date(2027, 5, 1)] * 2
    assert register.get(imp.id).state == "rewarded"
    rows = register.rewards(imp.id)
    assert [(row["person_id"], row["gross"], row["tax"], row["net"]) for row in rows] == [
        ("E0123", 94_348_800, 9_434_880, 84_913_920), ("E0456", 62_899_200, 6_289_920, 56_609_280),
    ]  # fmt: skip
    assert register.benefits(imp.id)[0]["signed_by"] == "F001"


def test_an_advance_is_trued_up_by_the_final_sum(register, clock):
    imp = recognised(register, clock)
    register.benefit(imp.id, {}, year=1, amount=1_000_000_000, by="F001")
    register.award(imp.id, by="D001", stage="advance")
    register.sign(register.benefit(imp.id, {}, year=1, amount=BENEFIT, by="F001"), by="F001")
    register.award(imp.id, by="D001")
    rows = register.rewards(imp.id)
    assert sum(row["gross"] for row in rows) == 157_248_000
    assert all(row["gross"] == row["tax"] + row["net"] for row in rows)
    assert [row["stage"] for row in rows] == ["advance", "advance", "final", "final"]
    with pytest.raises(TransitionRefused, match="year 1 has its final award"):
        register.award(imp.id, by="D001")


def test_too_large_an_advance_is_told_and_not_asked_back(register, clock):
    imp = recognised(register, clock)
    register.benefit(imp.id, {}, year=1, amount=BENEFIT, by="F001")
    register.award(imp.id, by="D001", stage="advance")
    register.sign(register.benefit(imp.id, {}, year=1, amount=1_000_000_000, by="F001"), by="F001")
    table = register.award(imp.id, by="D001")
    assert table["gross"].tolist() == [0, 0]
    found = sf.findings_of(table)
    assert found.loc[found["code"] == "advance_above_the_final_sum", "where"].tolist() == ["E0123", "E0456"]


def test_years_two_and_three_follow_and_the_state_stays(register, clock):
    imp = recognised(register, clock)
    for year in (1, 2, 3):
        register.sign(register.benefit(imp.id, {}, year=year, amount=10_000_000 * year, by="F001"), by="F001")
        register.award(imp.id, by="D001", year=year)
        if year == 1:
            register.transition(imp.id, "standardised", by="L001")
    assert register.get(imp.id).state == "standardised"
    assert [row["gross"] for row in register.rewards(imp.id)] == [420_000, 280_000, 840_000, 560_000, 1_260_000, 840_000]


def test_what_cannot_be_computed_takes_the_branch_of_the_pack(register, clock):
    imp = recognised(register, clock)
    table = register.award(imp.id, by="D001")
    assert table["gross"].sum() == 5 * 2_340_000
    assert "benefit_not_computable" in set(sf.findings_of(table)["code"])


def test_in_the_small_lane_the_leader_awards_from_the_companys_table(register, company):
    imp = register.submit(**FIVE_S)
    register.transition(imp.id, "accepted", by="L001")
    register.transition(imp.id, "applied", by="E0123")
    with pytest.raises(TransitionRefused, match="is an author"):
        register.award(imp.id, by="E0123", rules=company)
    with pytest.raises(TransitionRefused, match="not recognised"):
        register.award(imp.id, by="L001")
    table = register.award(imp.id, by="L001", rules=company)
    assert (table["gross"].tolist(), register.get(imp.id).state) == ([50_000], "rewarded")


def test_what_is_neither_recognised_nor_small_is_not_awarded(register, company):
    imp = accepted(register)
    with pytest.raises(TransitionRefused, match="from accepted to rewarded"):
        register.award(imp.id, by="L001", rules=company)


def test_a_payment_is_written_down_once(register, clock):
    imp = recognised(register, clock)
    register.award(imp.id, by="D001", idempotency_key="a")
    register.award(imp.id, by="D001", idempotency_key="a")
    assert len(register.rewards(imp.id)) == 2
    register.pay(1, paid_on="2026-06-01", document="UNC-7", by="F001")
    with pytest.raises(RegisterError, match="paid on 2026-06-01"):
        register.pay(1, paid_on="2026-06-01", document="UNC-8", by="F001")
    with pytest.raises(RegisterError, match="lies in the future"):
        register.pay(2, paid_on="2026-06-02", document="UNC-7", by="F001")
    assert [row["document"] for row in register.rewards(imp.id)] == ["UNC-7", None]


def test_the_clocks_run_and_what_is_overdue_is_listed(register, clock):
    imp = accepted(register, applied_on="2026-01-10")
    silent = register.submit(**FIVE_S)
    clock.set("2026-04-02")
    table = register.deadlines()
    shown = {(row.improvement_id, row.clock): (str(row.due), row.overdue) for row in table.itertuples()}
    assert shown == {
        (imp.id, "first_answer"): ("2026-04-01", False),
        (silent.id, "first_answer"): ("2026-04-01", True),
        (imp.id, "decision"): ("2026-06-02", False),
        (imp.id, "request"): ("2027-01-10", False),
    }
    clock.set("2026-06-03")
    late = register.deadlines(overdue=True)
    assert set(zip(late["improvement_id"], late["clock"], strict=True)) == {(silent.id, "first_answer"), (imp.id, "decision")}


def test_the_request_counts_from_the_change_and_not_from_when_it_was_written_down(register, clock):
    imp = accepted(register)
    clock.set("2026-05-20")
    register.intervened(imp.id, at="2026-04-03", kind="trial", by="E0123")
    table = register.deadlines().set_index("clock")
    assert str(table.loc["request", "due"]) == "2027-04-03"
    assert str(table.loc["first_answer", "done"]) == "2026-03-02"


def test_only_whole_dong_are_amounts(register, clock):
    imp = accepted(register)
    for wrong in (1.5, "1000", Decimal("0.5"), Decimal("NaN"), True, 10**17):
        with pytest.raises(RegisterError, match="whole đồng"):
            register.declare(imp.id, basis="x", benefit=wrong, by="E0123")
    with pytest.raises(RegisterError, match="1, 2, 3"):
        register.benefit(imp.id, {}, year=0, amount=1, by="F001")


def test_what_was_measured_is_not_declared(register, clock):
    imp = recognised(register, clock)
    register.declare(imp.id, basis="An toàn hơn", by="E0123")
    other = accepted(register)
    assert register.declare(other.id, basis="x", benefit=5, by="E0123", idempotency_key="k") == 2
    assert register.declare(other.id, basis="x", benefit=5, by="E0123", idempotency_key="k") == 2
    numbers = {register.benefit(other.id, {"basis": "x"}, year=1, amount=5, by="F001", idempotency_key="b") for _ in range(2)}
    assert {row["benefit_id"] for row in register.benefits(other.id)} == numbers
    with pytest.raises(RegisterError, match="used for another request"):
        register.benefit(other.id, {"basis": "x"}, year=1, amount=6, by="F001", idempotency_key="b")
    assert len(register.declarations(other.id)) == 1
