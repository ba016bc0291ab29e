"""Proposals: what goes in comes out, what is wrong is refused at once, nobody's text is lost."""

from __future__ import annotations

import unicodedata

import pytest

from smartfab.errors import RegisterError, StaleVersionError
from tests.improvements.register.stand_in import IDEA


def test_what_goes_in_comes_out(register):
    imp = register.submit(**IDEA, title_en="Quick clamp", scope={"machine_id": ["M1", "M2"]}, drive="Q1", entered_by="C001")
    assert register.get(imp.id) == imp
    assert (imp.id, imp.version, imp.state, imp.noun) == ("CT-2026-0001", 1, "submitted", "giải pháp")
    assert imp.authors == (("E0123", "60"), ("E0456", "40"))
    assert (imp.expected, imp.scope) == ((0.01, 0.02, 0.03), {"machine_id": ("M1", "M2")})
    assert (imp.by, imp.entered_by, imp.proposed_on, imp.late) == ("E0123", "C001", "2026-03-02", False)
    (step,) = register.history(imp.id)
    assert (step.action, step.by, step.entered_by, step.to_state) == ("submit", "E0123", "C001", "submitted")


def test_a_draft_stays_one_until_it_is_submitted(register):
    imp = register.submit(**IDEA, draft=True)
    assert imp.state == "draft"
    assert register.transition(imp.id, "submitted", by="E0123").state == "submitted"


def test_thirds_may_be_written_exactly(register):
    imp = register.submit(**{**IDEA, "authors": [("a", "33,33"), ("b", 33.33), ("c", "33.34")]})
    assert imp.authors == (("a", "33.33"), ("b", "33.33"), ("c", "33.34"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"authors": [("a", 60), ("b", 30)]}, "sum to 90"),
        ({"authors": [("a", 60), ("a", 40)]}, "twice"),
        ({"authors": [("a", 0), ("b", 100)]}, "share 0"),
        ({"authors": []}, "sum to 0"),
        ({"authors": [("a", float("nan"))]}, "share nan"),
        ({"expected": 2.0}, r"Did you mean 0.02 \(2 điểm %\)\?"),
        ({"expected": (0.03, 0.02, 0.01)}, "least ≤ likely ≤ greatest"),
        ({"expected": "much"}, "one number or three"),
        ({"title_vi": "x" * 1_000_000}, "1000000 characters"),
        ({"problem": "x" * 1_000_000}, "1000000 characters"),
        ({"title_vi": "  "}, "title_vi: nothing"),
        ({"solution": "a\x00b"}, r"U\+0000"),
        ({"solution": "a\u202eb"}, r"U\+202E"),
        ({"proposed_on": "2026-03-03"}, "lies in the future"),
        ({"applied_on": "2030-01-01"}, "lies in the future"),
        ({"proposed_on": "02/03/2026"}, "a date such as"),
        ({"track": "fast"}, "no track 'fast'"),
        ({"parent_id": "CT-2020-0001"}, "no improvement"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_entered(register, changes, said):
    with pytest.raises(RegisterError, match=said):
        register.submit(**{**IDEA, **changes})
    assert register.search() == []
    assert register.audit.verify().rows == 0


def test_every_fault_is_told_at_once(register):
    with pytest.raises(RegisterError) as caught:
        register.submit(**{**IDEA, "title_vi": "", "authors": [("a", 1)], "expected": 7, "proposed_on": "2099-01-01"})
    assert {fault.where for fault in caught.value.faults} == {"title_vi", "authors", "expected", "proposed_on"}


def test_an_effect_in_minutes_may_be_above_one(register):
    assert register.submit(**{**IDEA, "kpi": "setup_s", "expected": -240}).expected == (-240, -240, -240)


def test_vietnamese_is_kept_composed(register):
    apart = unicodedata.normalize("NFD", "Cải tiến đồ gá")
    imp = register.submit(**{**IDEA, "title_vi": apart})
    assert imp.title_vi == "Cải tiến đồ gá" != apart


def test_a_formula_stays_text(register):
    assert register.submit(**{**IDEA, "title_vi": "=cmd|' /C calc'!A0"}).title_vi == "=cmd|' /C calc'!A0"


def test_who_was_slower_is_told_and_overwrites_nothing(register):
    imp = register.submit(**IDEA)
    mine = register.edit(imp.id, by="E0123", version=imp.version, solution="Gá từ", authors=[("E0123", 100)])
    assert (mine.version, mine.solution, mine.authors) == (2, "Gá từ", (("E0123", "100"),))
    with pytest.raises(StaleVersionError, match="version 1, and the record is at 2"):
        register.edit(imp.id, by="E0456", version=imp.version, solution="Gá khí nén")
    assert register.get(imp.id) == mine
    assert register.audit.verify().ok


def test_what_was_said_of_reach_and_expectation_can_be_taken_back(register):
    imp = register.submit(**IDEA, scope={"machine_id": "M1"})
    after = register.edit(imp.id, by="E0123", version=1, scope={}, expected=None, line_id=None)
    assert (after.scope, after.expected, after.line_id) == ({}, None, None)
    assert after.solution == imp.solution


def test_what_is_no_field_is_not_edited(register):
    imp = register.submit(**IDEA)
    with pytest.raises(RegisterError, match="state"):
        register.edit(imp.id, by="E0123", version=1, state="rewarded")


def test_the_same_request_again_is_the_same_improvement(register):
    first = register.submit(**IDEA, idempotency_key="k1")
    assert register.submit(**IDEA, idempotency_key="k1") == first
    assert len(register.search()) == 1
    with pytest.raises(RegisterError, match="another request"):
        register.submit(**{**IDEA, "solution": "x"}, idempotency_key="k1")


def test_a_repeated_edit_or_step_does_nothing_more(register):
    imp = register.submit(**IDEA)
    for _ in range(2):
        register.edit(imp.id, by="E0123", version=1, solution="Gá từ", idempotency_key="e")
    for _ in range(2):
        register.transition(imp.id, "accepted", by="L001", version=2, idempotency_key="t")
    assert (register.get(imp.id).version, len(register.history(imp.id))) == (3, 3)


@pytest.mark.parametrize("asked", ["gá nhanh", "GA NHANH", "khuon may dap", "bu long", "may   dập"])
def test_search_does_not_mind_diacritics(register, asked):
    imp = register.submit(**IDEA)
    register.submit(**{**IDEA, "title_vi": "Đèn báo", "problem": "Tối", "solution": "Đèn"})
    assert [found.id for found in register.search(text=asked)] == [imp.id]


def test_search_by_everything_else(register):
    one = register.submit(**IDEA, drive="Q1", unit_id="U1")
    two = register.submit(**{**IDEA, "line_id": "L4", "authors": [("E9", 100)]})
    register.transition(two.id, "accepted", by="L001")
    ids = lambda **asked: [found.id for found in register.search(**asked)]  # noqa: E731
    assert ids() == [two.id, one.id]
    assert (
        ids(state="submitted") == ids(line_id="L3") == ids(drive="Q1") == ids(unit_id="U1") == ids(author="E0456") == [one.id]
    )
    assert ids(state=["submitted", "accepted"], limit=1, offset=1) == [one.id]
    assert ids(text="100%") == ids(text="_") == []
    with pytest.raises(RegisterError, match="no state"):
        register.search(state="lost")


def test_a_paper_number_is_taken_once(register):
    register.submit(**IDEA, paper_no="P-7")
    with pytest.raises(RegisterError, match="P-7 is CT-2026-0001 already"):
        register.submit(**IDEA, paper_no="P-7")


def test_an_id_nobody_has_is_told(register):
    with pytest.raises(RegisterError, match="no improvement 'CT-1'"):
        register.get("CT-1")


def test_ids_go_on_after_nine_thousand(register, clock):
    from smartfab.improvements.register.idea_tables import improvements

    imp = register.submit(**IDEA)
    with register._ledger.database.writing() as connection:
        connection.execute(improvements.update().values(improvement_id="CT-2026-9999"))
    assert imp.id == "CT-2026-0001"
    assert register.submit(**IDEA).id == "CT-2026-10000"
    assert register.submit(**IDEA).id == "CT-2026-10001"
    clock.set("2027-01-04")
    assert register.submit(**IDEA).id == "CT-2027-0001"
