"""Everything the page of an idea shows, as far as the visitor may see it."""

from __future__ import annotations

from typing import Any

from smartfab.improvements.register.attaching import ATTACHMENT_KINDS
from smartfab.improvements.register.discussion import REVIEW_KINDS
from smartfab.service.web.page_words import words
from smartfab.service.web.visitors import Visitor

_DEEDS = ("edit", "attach", "comment", "review", "plan", "apply", "measure", "declare", "value", "award", "decide", "meet")
_FINAL = {"refused", "duplicate", "closed"}
_CHANGING = {"accepted", "planned", "trial", "applied", "reverted"}
_EDITABLE = {"draft", "submitted", "screening", "returned", "accepted"}


def facts_of(visitor: Visitor, improvement_id: str) -> dict[str, Any]:
    """Return what the template of an idea asks for.

    Parameters
    ----------
    visitor : Visitor
        Who looks.
    improvement_id : str
        At which one.

    Returns
    -------
    dict
        Records and rows; money only for those who may see it.
    """
    office, word = visitor.office, words(visitor.lang)
    item = office.read(improvement_id)
    can = {deed: office.may(deed, item) and item.state not in _FINAL for deed in _DEEDS}
    can["edit"] &= item.state in _EDITABLE
    can["plan"] &= item.state in _CHANGING
    can["apply"] &= item.state in _CHANGING and item.track == "measured"
    can["review"] &= office.person_id not in item.author_ids
    if item.lane == "small":
        can["award"] = False  # the leader's step does it
    measured = office.measurements(item.id)
    money = office.may("see_money", item)
    decides = can["decide"] and item.state == "verified"
    met = office.register.meetings() if decides else []
    return {
        "item": item, "can": can, "steps": office.steps(item), "names": _names(visitor, item.author_ids),
        "files": office.attachments(item.id), "comments": office.comments(item.id), "reviews": office.reviews(item.id),
        "history": office.history(item.id), "plan": office.frozen(item.id), "changes": office.interventions(item.id),
        "measured": measured[-1] if measured else None, "declared": office.declarations(item.id), "money": money,
        "benefits": office.benefits(item.id) if money else [], "rewards": office.rewards(item.id) if money else [],
        "decision": office.decision(item.id), "votes": office.votes(item.id) if decides else [], "today": office.today(),
        "meetings": [(str(meeting.id), f"{meeting.date} ({meeting.id})") for meeting in met],
        "kinds": [(kind, word[f"kind_{kind}"]) for kind in ATTACHMENT_KINDS],
        "review_kinds": [(kind, word[f"review_{kind}"]) for kind in REVIEW_KINDS],
    }  # fmt: skip


def _names(visitor: Visitor, people: tuple[str, ...]) -> dict[str, str]:
    found = (visitor.office.register.people.person(person) for person in {*people, visitor.office.person_id})
    return {person.person_id: person.name for person in found if person is not None}
