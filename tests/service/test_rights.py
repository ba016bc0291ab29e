"""The table of rights, cell by cell: as written here by hand, as `Rights` reads it, and as the API lives by it."""

from __future__ import annotations

import pytest

from smartfab.improvements.register import ROLES, STATES, Grant
from smartfab.service import ACTIONS, MATRIX, Rights
from smartfab.service.rights import STEPS, Place

# who may do it to anything in reach, and who only to his own
BY_HAND = {
    "read": ("operator author clerk reviewer verifier finance council admin read", ""),
    "propose": ("clerk", "operator author reviewer verifier finance council admin"),
    "edit": ("clerk", "operator author"), "submit": ("clerk", "operator author"),
    "comment": ("operator author clerk reviewer verifier finance council admin", ""),
    "attach": ("clerk reviewer verifier finance council", "operator author"),
    "review": ("reviewer verifier finance council", ""), "screen": ("reviewer", ""),
    "plan": ("reviewer verifier", "operator author"), "apply": ("clerk reviewer", "operator author"),
    "measure": ("reviewer verifier admin", "operator author"), "declare": ("clerk reviewer", "operator author"),
    "verify": ("verifier", ""), "meet": ("council", ""), "decide": ("council", ""), "value": ("finance", ""),
    "award": ("finance", ""), "award_small": ("reviewer finance", ""), "see_money": ("finance admin", "operator author"),
    "spread": ("reviewer admin", ""), "close": ("reviewer council admin", "operator author"),
    "see_people": ("clerk reviewer verifier finance council admin", ""), "manage_people": ("admin", ""),
    "see_oee": ("operator author clerk reviewer verifier finance council admin read", ""),
    "see_stops": ("operator clerk reviewer verifier admin read", ""), "give_reason": ("operator clerk reviewer", ""),
    "see_statistics": ("author clerk reviewer verifier finance council admin read", ""), "export": ("finance admin", ""),
    "audit": ("verifier finance council admin read", ""), "metrics": ("admin read", ""),
}  # fmt: skip


def test_every_action_is_written_here():
    assert list(BY_HAND) == list(ACTIONS)
    assert set(STEPS) | {"draft", "gain_confirmed", "loss_confirmed", "no_detectable_effect", "not_measurable_yet",
                         "not_separable"} == set(STATES)  # fmt: skip
    assert set(STEPS.values()) <= set(ACTIONS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_cell(action, role):
    anywhere, own = (text.split() for text in BY_HAND[action])
    rights = Rights("E1", [Grant(role, None, None)], {})
    assert rights.may(action, Place(("DAP",), "L3")) is (role in anywhere)
    assert rights.may(action, Place(("DAP",), "L3"), own=True) is (role in [*anywhere, *own])
    assert MATRIX[action][role] == ("reach" if role in anywhere else "own" if role in own else "no")


ABOVE = {"DAP": "XUONG", "XUONG": None, "HAN": "XUONG2", "XUONG2": None}


@pytest.mark.parametrize(
    ("unit", "line", "place", "may"),
    [
        ("DAP", None, Place(("DAP",), "L3"), True), ("DAP", None, Place(("HAN",), "L3"), False),
        ("XUONG", None, Place(("DAP",), None), True), ("DAP", None, Place(("XUONG",), None), False),
        (None, "L3", Place(("HAN",), "L3"), True), (None, "L3", Place(("HAN",), "L4"), False),
        (None, "L3", Place(("HAN",), None), False), ("DAP", "L3", Place(("DAP",), "L4"), False),
        ("DAP", None, Place((), None), False), (None, None, Place((), None), True),
    ],
)  # fmt: skip
def test_a_role_reaches_its_unit_what_is_below_it_and_its_line(unit, line, place, may):
    assert Rights("E1", [Grant("reviewer", unit, line)], ABOVE).may("screen", place) is may


def test_units_in_a_circle_end():
    rights = Rights("E1", [Grant("reviewer", "A", None)], {"A": "B", "B": "A"})
    assert rights.may("screen", Place(("B",), None))
    assert rights.sight().places == ((("A", "B"), None),)


def test_somebody_without_a_role_may_nothing():
    assert not any(Rights("E1", [], {}).may(action, own=True) for action in ACTIONS)


# one request an action: as what the office asks; who lacks the right gets 403 and nothing else
REQUESTS = {
    "read": ("GET", "/improvements/{id}", None),
    "edit": ("PATCH", "/improvements/{id}", {"solution": "Khác"}),
    "submit": ("POST", "/improvements/{id}/transitions", {"state": "submitted"}),
    "comment": ("POST", "/improvements/{id}/comments", {"text": "x"}),
    "review": ("POST", "/improvements/{id}/reviews", {"kind": "technical", "text": "x"}),
    "screen": ("POST", "/improvements/{id}/transitions", {"state": "screening"}),
    "plan": ("POST", "/improvements/{id}/plan", {"at": "2026-03-02"}),
    "apply": ("POST", "/improvements/{id}/interventions", {"at": "2026-02-23", "kind": "trial"}),
    "measure": ("POST", "/improvements/{id}/measurements", None),
    "declare": ("POST", "/improvements/{id}/declarations", {"basis": "x"}),
    "verify": ("POST", "/improvements/{id}/transitions", {"state": "verified"}),
    "meet": ("GET", "/improvements/{id}/votes", None),
    "decide": ("POST", "/improvements/{id}/decision", {"decision_no": "1", "decision_date": "2026-02-23", "signer": "G"}),
    "value": ("POST", "/improvements/{id}/benefits", {"year": 1, "amount": 1}),
    "award": ("POST", "/improvements/{id}/rewards", {}),
    "award_small": ("POST", "/improvements/{id}/transitions", {"state": "rewarded"}),
    "see_money": ("GET", "/improvements/{id}/benefits", None),
    "spread": ("POST", "/improvements/{id}/transitions", {"state": "standardised"}),
    "close": ("POST", "/improvements/{id}/transitions", {"state": "closed", "reason": "x"}),
    "see_people": ("GET", "/people", None),
    "manage_people": ("PUT", "/units/NEU", {}),
    "see_oee": ("GET", "/oee?from=2026-02-20&to=2026-02-21", None),
    "see_stops": ("GET", "/stops", None),
    "give_reason": ("POST", "/stops/reason", {"machine_id": "Press01", "start": "2026-02-23T08:00:00+07:00",
                                              "end": "2026-02-23T09:00:00+07:00", "reason_id": "JAM"}),
    "see_statistics": ("GET", "/stats", None),
    "export": ("GET", "/emulation?from=2026-01-01&to=2027-01-01&money=true", None),
    "audit": ("GET", "/audit/verify", None),
    "metrics": ("GET", "/metrics", None),
}  # fmt: skip
PEOPLE = {"operator": "O001", "author": "E0456", "clerk": "C001", "reviewer": "L001", "verifier": "K007", "finance": "F001",
          "council": "H001", "admin": "A001", "read": "R001"}  # fmt: skip


def test_the_api_lives_by_the_table(house):
    mine = house.idea()["id"]
    for action, (method, path, body) in REQUESTS.items():
        for role, person in PEOPLE.items():
            where = path.replace("{id}", mine)
            answer = house.ask(person, method, where, json=body, headers={"If-Match": '"0"'} if method == "PATCH" else {})
            forbidden = MATRIX[action][role] != "reach"
            assert (answer.status_code == 403) is forbidden, (action, role, answer.status_code, answer.text)


def test_the_file_route_asks_too(house):
    mine = house.idea()["id"]
    for role, person in PEOPLE.items():
        files = {"file": ("a.txt", b"x")}
        answer = house.ask(person, "POST", f"/improvements/{mine}/attachments", files=files)
        assert (answer.status_code == 403) is (MATRIX["attach"][role] != "reach"), role
