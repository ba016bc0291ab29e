"""Everything the page of an idea shows, as far as the visitor may see it."""

from __future__ import annotations

from typing import Any

from smartfab.improvements.register import Improvement
from smartfab.improvements.register.attaching import ATTACHMENT_KINDS
from smartfab.improvements.register.discussion import REVIEW_KINDS
from smartfab.service.web.page_words import words
from smartfab.service.web.visitors import Visitor

_DEEDS = ("edit", "attach", "comment", "review", "plan", "apply", "measure", "declare", "value", "award", "decide", "meet")
_FINAL = {"refused", "duplicate", "closed"}
_CHANGING = {"accepted", "planned", "trial", "applied", "reverted"}
_DECIDED = {"recognised", "rewarded", "standardised", "replicated"}
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
    rewards = office.rewards(item.id) if money else []
    return {
        "item": item, "can": can, "steps": office.steps(item), "history": office.history(item.id),
        "papers": _papers(visitor, item, rewards=bool(rewards)), "files": office.attachments(item.id),
        "comments": office.comments(item.id), "reviews": office.reviews(item.id), "plan": office.frozen(item.id),
        "changes": office.interventions(item.id), "measured": measured[-1] if measured else None,
        "declared": office.declarations(item.id), "money": money,
        "benefits": office.benefits(item.id) if money else [], "rewards": rewards, "decision": office.decision(item.id),
        "votes": office.votes(item.id) if decides else [], "today": office.today(),
        "meetings": [(str(meeting.id), f"{meeting.date} ({meeting.id})") for meeting in met],
        "kinds": [(kind, word[f"kind_{kind}"]) for kind in ATTACHMENT_KINDS],
        "review_kinds": [(kind, word[f"review_{kind}"]) for kind in REVIEW_KINDS],
    }  # fmt: skip


def _papers(visitor: Visitor, item: Improvement, *, rewards: bool) -> list[str]:
    """Return the council's papers there are of an improvement and the visitor may see."""
    office, decided = visitor.office, item.state in _DECIDED
    wide = office.may("see_money", item) or office.may("meet", item)
    return [
        name for name, there in (
            ("application", wide), ("scoring", wide and item.state in {"verified", *_DECIDED}), ("minutes", wide and decided),
            ("decision", decided), ("rewards", rewards and office.may("award", item)),
        ) if there
    ]  # fmt: skip
