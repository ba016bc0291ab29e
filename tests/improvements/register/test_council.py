"""The council: who may vote, what carries, and certificates without a gap."""

from __future__ import annotations

import pytest

from smartfab.errors import RegisterError, TransitionRefused
from tests.improvements.register.full import recognised
from tests.improvements.register.stand_in import measured


@pytest.fixture
def verified(register, clock):
    imp = measured(register, clock)
    return register.transition(imp.id, "verified", by="V001")


def decide(register, imp, met=None, **more):
    asked = {"decision_no": "12/QĐ", "decision_date": "2026-06-01", "signer": "D001", "by": "C1", **more}
    return register.decide(imp.id, meeting_id=None if met is None else met.id, **asked)


def test_recognised_it_is_a_sang_kien_with_a_certificate(register, verified):
    met = register.meeting("2026-05-30", ["C1", "C2", "C3"], "Thống nhất")
    for member, vote in (("C1", "for"), ("C2", "for"), ("C3", "against")):
        register.vote(verified.id, met.id, member=member, vote=vote)
    made = decide(register, verified, met, level="cơ sở")
    assert (made.certificate_no, made.decision_no, made.signer, made.pack) == ("001/2026", "12/QĐ", "D001", "VN-2012-13")
    assert register.get(verified.id).noun == "sáng kiến"
    assert register.decision(verified.id) == made
    assert len(register.votes(verified.id)) == 3
    assert register.meetings() == [met]


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ({"C1": "for"}, "1 of 3 members"),
        ({"C1": "for", "C2": "against"}, "1 of 2 votes"),
        ({"C1": "for", "C2": "abstain"}, "1 of 2 votes"),
        ({"C1": "conflict", "C2": "conflict", "C3": "conflict"}, "0 of 0"),
    ],
)
def test_without_quorum_or_majority_nothing_is_recognised(register, verified, votes, said):
    met = register.meeting("2026-05-30", ["C1", "C2", "C3"], "…")
    for member, vote in votes.items():
        register.vote(verified.id, met.id, member=member, vote=vote)
    with pytest.raises(TransitionRefused, match=said):
        decide(register, verified, met)
    assert register.get(verified.id).state == "verified"


def test_a_conflict_of_interest_takes_a_member_out_of_the_count(register, verified):
    met = register.meeting("2026-05-30", ["C1", "C2", "C3", "E0123"], "…")
    with pytest.raises(RegisterError, match="E0123 is an author"):
        register.vote(verified.id, met.id, member="E0123", vote="for")
    register.vote(verified.id, met.id, member="C3", vote="conflict", reason="Anh em ruột")
    register.vote(verified.id, met.id, member="C1", vote="for")
    register.vote(verified.id, met.id, member="C2", vote="for", by="K001")
    with pytest.raises(RegisterError, match="voted already"):
        register.vote(verified.id, met.id, member="C2", vote="against")
    with pytest.raises(RegisterError, match="was not there"):
        register.vote(verified.id, met.id, member="C9", vote="for")
    assert decide(register, verified, met).certificate_no == "001/2026"


def test_an_author_does_not_sign_and_no_date_lies_ahead(register, verified):
    with pytest.raises(TransitionRefused, match="E0456 is an author"):
        decide(register, verified, signer="E0456")
    with pytest.raises(RegisterError, match="lies in the future"):
        decide(register, verified, decision_date="2026-06-02")
    with pytest.raises(RegisterError, match="lies in the future"):
        register.meeting("2026-06-02", ["C1"], "…")
    assert register.decision(verified.id) is None


def test_certificates_have_no_gap_within_a_year(register, clock):
    numbers = []
    for n in range(3):
        clock.set("2026-03-02")
        imp = recognised(register, clock, drive=f"Q{n}")
        numbers.append(register.decision(imp.id).certificate_no)
        with pytest.raises(TransitionRefused):
            decide(register, imp)  # a second decision takes no number
    clock.set("2026-03-02")
    imp = measured(register, clock)
    register.transition(imp.id, "verified", by="V001")
    numbers.append(decide(register, imp, decision_date="2025-12-31").certificate_no)
    assert numbers == ["001/2026", "002/2026", "003/2026", "001/2025"]


def test_the_same_decision_sent_again_takes_no_second_number(register, verified):
    first = decide(register, verified, idempotency_key="d")
    assert decide(register, verified, idempotency_key="d") == first


def test_a_meeting_sent_again_is_written_once(register):
    met = [register.meeting("2026-03-01", ["C1", "C2"], "Thống nhất", idempotency_key="m") for _ in range(2)]
    assert register.meetings() == [met[0]] == [met[1]]
    with pytest.raises(RegisterError, match="used for another request"):
        register.meeting("2026-03-01", ["C1", "C3"], "Thống nhất", idempotency_key="m")
