"""Plans before the change, measurements after it: nothing in hindsight without saying so, nothing edited, all of it again."""

from __future__ import annotations

import pytest

from smartfab.errors import RegisterError, StaleVersionError, TransitionRefused
from smartfab.improvements.canonical import canonical_json, plain
from smartfab.improvements.register.proof_tables import contents
from tests.improvements.register.stand_in import FIVE_S, IDEA, accepted, data, measured, plan


def codes(found):
    return [item["code"] for item in found.findings]


def test_the_whole_way_before_and_after(register, clock, engine):
    imp = accepted(register)
    frozen = register.freeze(imp.id, plan(), by="E0123", version=imp.version)
    held = register.plan(imp.id)
    assert (frozen.state, held.plan, held.digest, held.hindsight) == ("planned", plan(), plan().digest, None)
    assert held.mde == pytest.approx(plan().mde(0.8))
    clock.set("2026-04-01")
    assert register.intervened(imp.id, at="2026-04-01", kind="install", by="E0123").state == "applied"
    clock.set("2026-06-01")
    found = register.measure(imp.id, data())
    assert engine.asked == [plan().arguments]
    assert found.to_dict() == engine.effect(data(), **plan().arguments).to_dict()
    assert register.get(imp.id).state == "gain_confirmed"
    (kept,) = register.measurements(imp.id)
    assert (kept.status, kept.grade, kept.by, kept.plan_id, kept.supersedes) == ("gain_confirmed", "B", "engine", 1, None)
    assert kept.result == plain(found.to_dict())


def test_a_plan_after_the_change_is_refused(register, clock):
    imp = accepted(register)
    register.intervened(imp.id, at="2026-03-02", kind="install", by="E0123")
    clock.set("2026-03-20")
    with pytest.raises(TransitionRefused, match="before this plan"):
        register.freeze(imp.id, plan(at="2026-03-02"), by="E0123")
    with pytest.raises(TransitionRefused, match="before this plan"):  # a later date in the plan does not hide the change
        register.freeze(imp.id, plan(at="2026-04-01"), by="E0123")
    assert register.plan(imp.id) is None


def test_a_plan_whose_own_date_is_past_is_refused(register, clock):
    imp = accepted(register)
    clock.set("2026-04-02")
    with pytest.raises(TransitionRefused, match="before this plan"):
        register.freeze(imp.id, plan(at="2026-04-01"), by="E0123")


def test_in_hindsight_the_grade_is_c_at_most_and_it_is_said(register, clock, engine):
    imp = accepted(register)
    register.intervened(imp.id, at="2026-03-02", kind="install", by="E0123")
    clock.set("2026-05-20")
    register.freeze(imp.id, plan(at="2026-03-02"), by="E0123", hindsight="Máy hỏng, phải thay ngay")
    assert register.get(imp.id).state == "applied"
    found = register.measure(imp.id, data())
    assert (found.grade, codes(found)) == ("C", ["planned_after_the_change"])
    engine.grade = "C"
    again = register.measure(imp.id, data())
    assert again.to_dict() == engine.effect(data(), **plan(at="2026-03-02").arguments).to_dict()
    assert register.measurements(imp.id)[-1].remarks["most"] == "C"


def test_a_paper_idea_of_last_year_enters_with_its_own_dates(register, clock):
    imp = register.submit(**IDEA, proposed_on="2025-05-10", applied_on="2025-06-01", paper_no="P-12", entered_by="C001")
    assert (imp.proposed_on, imp.applied_on, imp.late) == ("2025-05-10", "2025-06-01", True)
    register.transition(imp.id, "accepted", by="L001")
    register.intervened(imp.id, at="2025-06-01", kind="install", by="E0123", entered_by="C001")
    register.freeze(imp.id, plan(at="2025-06-01"), by="E0123")
    found = register.measure(imp.id, data("2025-03-01"))
    assert found.grade == "C"
    assert register.plan(imp.id).hindsight == "registered late"


@pytest.mark.parametrize("status", ["underpowered", "not_feasible"])
def test_a_plan_that_can_find_nothing_wants_a_reason(register, clock, status):
    imp = accepted(register)
    weak = plan(status=status)
    with pytest.raises(TransitionRefused, match=f"{status}: the smallest effect it finds is"):
        register.freeze(imp.id, weak, by="E0123")
    register.freeze(imp.id, weak, by="E0123", override="Không có dây chuyền đối chứng")
    assert register.plan(imp.id).override == "Không có dây chuyền đối chứng"


def test_a_plan_is_for_the_line_and_kpi_of_the_proposal(register):
    imp = accepted(register)
    with pytest.raises(RegisterError) as caught:
        register.freeze(imp.id, plan(arguments={"treated": "L9", "y": "quality"}), by="E0123")
    assert len(caught.value.faults) == 2


def test_until_the_change_a_new_plan_takes_the_place_of_the_old(register, clock):
    imp = accepted(register)
    register.freeze(imp.id, plan(), by="E0123")
    register.freeze(imp.id, plan(at="2026-05-01"), by="E0123")
    assert register.plan(imp.id).plan.arguments["at"] == "2026-05-01"
    assert register.get(imp.id).state == "planned"


def test_nothing_is_measured_without_plan_change_or_wish(register, clock):
    imp = accepted(register)
    with pytest.raises(TransitionRefused, match="no frozen plan"):
        register.measure(imp.id, data())
    register.freeze(imp.id, plan(), by="E0123")
    with pytest.raises(TransitionRefused, match="no change yet"):
        register.measure(imp.id, data())
    five_s = register.submit(**FIVE_S)
    with pytest.raises(TransitionRefused, match="no_measurement"):
        register.measure(five_s.id, data())


@pytest.mark.parametrize("at", ["2026-03-03", "2026-03-02T10:00:01+07:00", "2027-01-01"])
def test_a_change_in_the_future_is_refused(register, at):
    imp = accepted(register)
    with pytest.raises(RegisterError, match="lies in the future"):
        register.intervened(imp.id, at=at, kind="install", by="E0123")
    assert register.get(imp.id) == imp


def test_changes_come_in_their_order(register, clock):
    imp = accepted(register)
    clock.set("2026-05-01")
    register.intervened(imp.id, at="2026-04-01", kind="trial", by="E0123")
    with pytest.raises(TransitionRefused, match="before the last one"):
        register.intervened(imp.id, at="2026-03-20", kind="revert", by="E0123")
    assert register.intervened(imp.id, at="2026-04-20", kind="revert", by="E0123").state == "reverted"
    assert register.intervened(imp.id, at="2026-04-25", kind="install", by="E0123").state == "applied"


def test_the_engine_is_given_the_day_the_change_was_really_made(register, clock, engine):
    imp = accepted(register)
    register.freeze(imp.id, plan(arguments={"until": "2026-05-16"}), by="E0123")
    clock.set("2026-04-20")
    register.intervened(imp.id, at="2026-04-03T06:00:00+07:00", kind="install", by="E0123")
    found = register.measure(imp.id, data())
    assert engine.asked[-1] == {**plan().arguments, "at": "2026-04-03", "until": "2026-05-18"}
    assert codes(found) == ["change_date_moved"]


def test_other_changes_on_the_line_are_handed_to_the_engine(register, clock, engine):
    other = accepted(register)
    elsewhere = accepted(register, line_id="L9")
    wide = accepted(register, line_id="L8", scope={"line_id": ["L3"]})
    imp = accepted(register)
    register.freeze(imp.id, plan(), by="E0123")
    clock.set("2026-05-20")
    register.intervened(other.id, at="2026-03-10", kind="trial", by="E0123")
    register.intervened(other.id, at="2026-03-12", kind="install", by="E0123")
    register.intervened(other.id, at="2026-03-20", kind="revert", by="E0123")
    register.intervened(elsewhere.id, at="2026-03-15", kind="install", by="E0123")
    register.intervened(wide.id, at="2026-04-20", kind="install", by="E0123")
    register.intervened(imp.id, at="2026-04-01", kind="install", by="E0123")
    register.measure(imp.id, data())
    assert engine.asked[-1]["others"] == [
        {"id": other.id, "at": "2026-03-10", "until": "2026-03-20"},
        {"id": wide.id, "at": "2026-04-20", "until": None},
    ]


def test_changes_on_lines_it_is_compared_with_are_handed_to_the_engine(register, clock, engine):
    other = accepted(register, line_id="L2")
    imp, alone = accepted(register), accepted(register)
    register.freeze(imp.id, plan(), by="E0123")
    register.freeze(alone.id, plan(arguments={"controls": None}), by="E0123")
    clock.set("2026-05-20")
    register.intervened(other.id, at="2026-03-10", kind="install", by="E0123")
    register.intervened(imp.id, at="2026-04-01", kind="install", by="E0123")
    register.measure(imp.id, data())
    assert engine.asked[-1]["others"] == [{"id": other.id, "at": "2026-03-10", "until": None, "unit": "L2"}]
    register.intervened(alone.id, at="2026-04-01", kind="install", by="E0123")
    register.measure(alone.id, data())
    assert [change["id"] for change in engine.asked[-1]["others"]] == [imp.id]


def test_measured_again_the_old_one_stays_and_is_superseded(register, clock, engine):
    imp = measured(register, clock)
    engine.status = "no_detectable_effect"
    register.measure(imp.id, data(days=160), by="V001")
    assert register.get(imp.id).state == "no_detectable_effect"
    first, second = register.measurements(imp.id)
    assert (first.status, second.status, second.supersedes, second.by) == (
        "gain_confirmed",
        "no_detectable_effect",
        first.id,
        "V001",
    )


def test_measured_after_it_was_verified_the_state_stays(register, clock, engine):
    imp = measured(register, clock)
    register.transition(imp.id, "verified", by="V001")
    engine.status = "loss_confirmed"
    register.measure(imp.id, data())
    assert register.get(imp.id).state == "verified"
    assert register.measurements(imp.id)[-1].status == "loss_confirmed"


def test_computed_twice_and_from_stored_rows_alone_it_is_the_same_to_the_byte(register, clock):
    imp = accepted(register)
    register.freeze(imp.id, plan(), by="E0123")
    clock.set("2026-04-03")
    register.intervened(imp.id, at="2026-04-02", kind="install", by="E0123")
    one, two = register.measure(imp.id, data()), register.measure(imp.id, data())
    again = register.reproduce(1)
    texts = {canonical_json(plain(found.to_dict())) for found in (one, two, again)}
    assert len(texts) == 1
    with register._ledger.database.reading() as connection:
        assert len(connection.execute(contents.select()).all()) == 1  # the same rows are kept once


def test_damaged_rows_or_another_result_are_told(register, clock, engine):
    imp = measured(register, clock)
    (kept,) = register.measurements(imp.id)
    engine.grade = "A"
    with pytest.raises(RegisterError, match="comes out differently"):
        register.reproduce(kept.id)
    with register._ledger.database.writing() as connection:
        connection.execute(contents.update().values(data=b"nothing"))
    with pytest.raises(RegisterError, match="missing or damaged"):
        register.reproduce(kept.id)
    with pytest.raises(RegisterError, match="no measurement 99"):
        register.reproduce(99)


def test_what_changes_while_the_engine_works_is_not_overlooked(register, clock, engine, monkeypatch):
    imp, other = accepted(register), accepted(register)
    register.freeze(imp.id, plan(), by="E0123")
    clock.set("2026-04-10")
    register.intervened(imp.id, at="2026-04-01", kind="install", by="E0123")

    def meanwhile(frame, **arguments):
        register.intervened(other.id, at="2026-04-05", kind="install", by="E0456")
        return type(engine)().effect(frame, **arguments)

    monkeypatch.setattr("smartfab.improvements.measuring.effect", meanwhile)
    with pytest.raises(StaleVersionError, match="while it was measured"):
        register.measure(imp.id, data())
    assert register.measurements(imp.id) == []


def test_a_plan_edited_in_the_database_is_not_used(register, clock):
    imp = accepted(register)
    register.freeze(imp.id, plan(), by="E0123")
    with register._ledger.database.writing() as connection:
        connection.exec_driver_sql("UPDATE plans SET plan = replace(plan, '2026-04-01', '2026-04-02')")
    with pytest.raises(RegisterError, match="changed after it was frozen"):
        register.plan(imp.id)


def test_what_is_due(register, clock):
    imp = accepted(register)
    register.freeze(imp.id, plan(), by="E0123")
    clock.set("2026-04-01")
    register.intervened(imp.id, at="2026-04-01", kind="install", by="E0123")
    clock.set("2026-05-15")
    assert register.due() == []
    clock.set("2026-05-16")
    assert register.due() == [imp.id]
    register.measure(imp.id, data())
    assert register.due() == []


def test_a_read_out_moves_with_the_change(register, clock):
    imp = accepted(register)
    register.freeze(imp.id, plan(arguments={"until": "2026-05-01"}), by="E0123")
    clock.set("2026-04-11")
    register.intervened(imp.id, at="2026-04-11", kind="install", by="E0123")
    for day, due in (("2026-05-10", []), ("2026-05-11", [imp.id])):
        clock.set(day)
        assert register.due() == due
