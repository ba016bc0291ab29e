"""People and units: entered once, known by day, with roles of limited reach and dated substitutes."""

from __future__ import annotations

import pytest

from smartfab.errors import RegisterError
from smartfab.improvements.register import Grant, Person, Unit
from tests.improvements.register.stand_in import IDEA

STAFF = [Person("E0123", "Nguyễn Văn An", "U1"), Person("E0456", "Trần Thị Bình", "U1", birth_date="1990-05-01")]


def test_the_same_list_again_changes_nothing(register):
    units = [Unit("U1", "Xưởng dập", headcount=40)]
    assert register.people.put(units=units, people=STAFF, by="admin") == 3
    assert register.people.put(units=units, people=STAFF, by="admin") == 0
    assert register.people.put(people=[Person("E0123", "Nguyễn Văn An", "U1", job_title="Tổ trưởng")], by="admin") == 1
    assert register.people.all()[0].job_title == "Tổ trưởng"
    assert register.people.units() == (Unit("U1", "Xưởng dập", headcount=40),)
    assert register.people.person("E0456") == STAFF[1]
    assert register.audit.verify().rows == 2


def test_every_fault_of_a_list_is_told_and_nothing_is_entered(register):
    units = [Unit("U1", headcount=-1), Unit("U2", parent_id="U9")]
    people = [
        Person("E1", ""),
        Person("E2", "B", "U7"),
        Person("E3", "C", birth_date="1.5.1990"),
        Person("E4", "D"),
        Person("E4", "D"),
    ]
    with pytest.raises(RegisterError) as caught:
        register.people.put(units=units, people=people, by="admin")
    assert len(caught.value.faults) == 6
    assert register.people.all() == ()


def test_once_people_are_known_an_author_must_be_one(register):
    register.submit(**IDEA)
    register.people.put(people=STAFF[:1], units=[Unit("U1")], by="admin")
    with pytest.raises(RegisterError, match="nobody with id E0456"):
        register.submit(**IDEA)


def test_a_role_reaches_as_far_as_it_says(register):
    people = register.people
    people.grant("V1", "verifier", by="admin", unit_id="U1", line_id="L3")
    people.grant("V1", "read", by="admin")
    assert people.may("V1", "verifier", on="2026-03-02", unit_id="U1", line_id="L3")
    assert not people.may("V1", "verifier", on="2026-03-02", unit_id="U1", line_id="L4")
    assert not people.may("V1", "verifier", on="2026-03-02")
    assert people.may("V1", "read", on="2026-03-02", unit_id="U9")
    assert not people.may("V1", "finance", on="2026-03-02")


def test_a_role_holds_on_its_days(register):
    number = register.people.grant("V1", "verifier", by="admin", valid_from="2026-02-01", valid_to="2026-03-01")
    days = ["2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"]
    assert [register.people.may("V1", "verifier", on=day) for day in days] == [False, True, True, False]
    register.people.revoke(number, on="2026-02-10", by="admin")
    assert [register.people.may("V1", "verifier", on=day) for day in days] == [False, True, False, False]


def test_a_substitute_holds_the_roles_for_those_days_and_hands_none_on(register):
    people = register.people
    people.grant("V1", "verifier", by="admin", unit_id="U1")
    people.grant("V1", "finance", by="admin")
    people.substitute("V1", "V2", valid_from="2026-03-01", valid_to="2026-03-08", reason="UQ-15", by="admin", role="verifier")
    people.substitute("V2", "V3", valid_from="2026-03-01", valid_to="2026-03-08", reason="UQ-16", by="admin")
    assert people.grants("V2", on="2026-03-07") == (Grant("verifier", "U1", None, "V1"),)
    assert people.grants("V2", on="2026-03-08") == people.grants("V3", on="2026-03-07") == ()


def test_roles_and_days_that_are_none_are_refused(register):
    with pytest.raises(RegisterError, match="no role"):
        register.people.grant("V1", "king", by="admin")
    with pytest.raises(RegisterError, match="is not after"):
        register.people.grant("V1", "read", by="admin", valid_from="2026-03-01", valid_to="2026-03-01")
    with pytest.raises(RegisterError, match="for himself"):
        register.people.substitute("V1", "V1", valid_from="2026-03-01", valid_to="2026-03-02", reason="x", by="admin")
