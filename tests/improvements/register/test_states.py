"""The way of an improvement: every step there is, every step there is not, and the guards."""

from __future__ import annotations

import pytest

from smartfab.errors import RegisterError, StaleVersionError, TransitionRefused
from smartfab.improvements.register import STATES, Person, Unit, steps_from
from smartfab.improvements.register.states import BY_METHOD
from tests.improvements.register.stand_in import FIVE_S, IDEA, accepted, measured


def test_every_state_can_be_reached_and_is_left_only_by_known_steps():
    edges = {state: set(steps_from(state)) | set(steps_from(state, lane="small")) for state in STATES}
    reached, front = set(), {"draft"}
    while front:
        reached |= front
        front = set().union(*(edges[state] for state in front)) - reached
    assert reached == set(STATES)
    assert {state for state in STATES if not edges[state]} == {"duplicate", "refused", "closed"}


def test_no_step_but_those_of_the_machine(register):
    imp = register.submit(**IDEA)
    for target in STATES:
        if target in {"screening", "accepted", "returned", "duplicate", "refused"}:
            continue
        with pytest.raises(TransitionRefused, match=f"from submitted to {target}"):
            register.transition(imp.id, target, by="L001", reason="x")
    with pytest.raises(TransitionRefused, match="no state 'done'"):
        register.transition(imp.id, "done", by="L001")
    assert register.get(imp.id) == imp


@pytest.mark.parametrize("target", ["returned", "duplicate", "refused"])
def test_a_no_needs_a_reason(register, target):
    imp = register.submit(**IDEA)
    with pytest.raises(TransitionRefused, match="no reason"):
        register.transition(imp.id, target, by="L001", reason="   ")
    assert register.transition(imp.id, target, by="L001", reason="Trùng với CT-2025-0003").state == target
    assert register.history(imp.id)[-1].reason == "Trùng với CT-2025-0003"


def test_what_rests_on_more_than_a_word_is_not_said_by_word(register, clock):
    imp = measured(register, clock)
    assert imp.state == "gain_confirmed"
    for target in ("applied", "reverted", "no_detectable_effect", "loss_confirmed"):
        with pytest.raises(TransitionRefused, match=BY_METHOD[target]):
            register.transition(imp.id, target, by="L001")
    verified = register.transition(imp.id, "verified", by="V001")
    assert verified.state == "verified"
    with pytest.raises(TransitionRefused, match="decide"):
        register.transition(imp.id, "recognised", by="L001")


def test_a_step_from_an_old_version_is_refused(register):
    imp = register.submit(**IDEA)
    register.transition(imp.id, "screening", by="L001", version=1)
    with pytest.raises(StaleVersionError):
        register.transition(imp.id, "accepted", by="L001", version=1)
    assert register.transition(imp.id, "accepted", by="L001", version=2).version == 3


def test_a_verifier_is_no_author_and_of_no_authors_unit(register, clock):
    staff = [Person("E0123", "An", "U1"), Person("E0456", "Bình", "U2"), Person("V1", "Vân", "U1"), Person("V2", "Việt", "U3")]
    register.people.put(units=[Unit("U1"), Unit("U2"), Unit("U3")], people=staff, by="admin")
    imp = measured(register, clock)
    with pytest.raises(TransitionRefused, match="is an author"):
        register.transition(imp.id, "verified", by="E0456")
    with pytest.raises(TransitionRefused, match="belongs to U1"):
        register.transition(imp.id, "verified", by="V1")
    with pytest.raises(RegisterError, match="nobody with id V9"):
        register.transition(imp.id, "verified", by="V9")
    with pytest.raises(TransitionRefused, match="type it in"):
        register.transition(imp.id, "verified", by="V2", entered_by="E0123")
    assert register.transition(imp.id, "verified", by="V2").state == "verified"


def test_5s_needs_no_statistics_in_the_small_lane(register):
    imp = register.submit(**FIVE_S)
    assert (imp.lane, imp.kpi, imp.expected) == ("small", None, None)
    register.transition(imp.id, "accepted", by="L001")
    register.transition(imp.id, "applied", by="E0123")
    with pytest.raises(TransitionRefused, match="is an author"):
        register.transition(imp.id, "rewarded", by="E0123")
    assert register.transition(imp.id, "rewarded", by="L001").state == "rewarded"
    assert [step.to_state for step in register.history(imp.id)] == ["submitted", "accepted", "applied", "rewarded"]
    assert register.interventions(imp.id)[0]["happened_at"] == "2026-03-02"
    assert register.audit.verify().ok


def test_without_a_measurement_a_verifier_wants_evidence(register):
    imp = register.submit(**FIVE_S)
    register.transition(imp.id, "accepted", by="L001")
    register.intervened(imp.id, at="2026-03-01", kind="install", by="E0123")
    with pytest.raises(TransitionRefused, match="no evidence"):
        register.transition(imp.id, "verified", by="V001")
    register.declare(imp.id, basis="Đã kiểm tra tại chỗ", documents=["5S-12"], by="E0123")
    assert register.transition(imp.id, "verified", by="V001").state == "verified"
    assert register.declarations(imp.id)[0]["grade"] == "D"


def test_a_track_without_measurement_is_never_planned_nor_measured():
    for state in STATES:
        assert not {"planned", "gain_confirmed", "not_measurable_yet"} & set(steps_from(state, track="no_measurement"))


def test_a_child_makes_the_parent_replicated(register):
    parent = register.submit(**FIVE_S)
    register.transition(parent.id, "accepted", by="L001")
    for state in ("applied", "rewarded", "standardised"):
        register.transition(parent.id, state, by="L001")
    with pytest.raises(TransitionRefused, match="nothing replicates it"):
        register.transition(parent.id, "replicated", by="L001")
    child = register.submit(**{**FIVE_S, "line_id": "L5"}, parent_id=parent.id)
    assert register.transition(parent.id, "replicated", by="L001").state == "replicated"
    assert [found.id for found in register.search(parent_id=parent.id)] == [child.id]
    assert register.transition(parent.id, "closed", by="L001", reason="xong").noun == "giải pháp"


def test_what_was_returned_is_mended_and_comes_again(register):
    imp = register.submit(**IDEA)
    back = register.transition(imp.id, "returned", by="L001", reason="Thiếu bản vẽ")
    mended = register.edit(imp.id, by="E0123", version=back.version, problem="Có bản vẽ")
    assert register.transition(imp.id, "submitted", by="E0123", version=mended.version).problem == "Có bản vẽ"


def test_a_planned_proposal_is_no_longer_rewritten(register, clock):
    imp = measured(register, clock)
    with pytest.raises(RegisterError, match="state gain_confirmed"):
        register.edit(imp.id, by="E0123", version=imp.version, solution="Khác")


def test_comments_and_reviews_disturb_nobodys_editing(register):
    imp = accepted(register)
    register.comment(imp.id, "Đã xem tại máy", by="L001")
    register.review(imp.id, kind="technical", text="Khả thi", scores={"tính mới": 8}, by="R001")
    assert register.get(imp.id).version == imp.version
    assert [said["text"] for said in register.comments(imp.id)] == ["Đã xem tại máy"]
    assert register.reviews(imp.id)[0]["scores"] == '{"tính mới":8}'
    with pytest.raises(RegisterError, match="is an author"):
        register.review(imp.id, kind="technical", text="Rất tốt", by="E0123")
