"""Proof, money and decisions in the browser: plan, change, measure, declare, value, decide, papers."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from smartfab.errors import RegisterError, SmartfabError
from smartfab.improvements import Plan
from smartfab.service.pictures import PICTURE_POLICY, REPORT_POLICY, as_address, as_svg, drawn
from smartfab.service.problems import faults_of
from smartfab.service.refusals import NotFound
from smartfab.service.web.idea_pages import Brief, Text
from smartfab.service.web.rendering import page
from smartfab.service.web.visitors import Sending, Visiting

router = APIRouter(include_in_schema=False)
PAPER_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals"}
"""A paper has its style inside, and nothing else."""
Days = Annotated[int, Form(ge=1, le=3660)]
Method = Literal["auto", "controls", "series", "switchback"]


def _there(improvement_id: str, part: str = "") -> Response:
    return RedirectResponse(f"/ideas/{improvement_id}{part}", status_code=303)


@router.get("/ideas/{improvement_id}/plan")
def plan_page(
    request: Request, visitor: Visiting, improvement_id: str, at: Annotated[str, Query(max_length=10)] = "",
    report_days: Annotated[int, Query(ge=1, le=3660)] = 45, method: Annotated[Method, Query()] = "auto",
) -> Response:  # fmt: skip
    """Show what a measurement would be able to find."""
    office = visitor.office
    item = office.read(improvement_id)
    office.demand("plan", item)
    asked = {"at": at, "report_days": report_days, "method": method}
    made: Plan | None = None
    faults = []
    if at:
        try:
            made = office.draft_plan(improvement_id, asked)
        except SmartfabError as error:
            faults = faults_of(error)
    changed = bool(office.interventions(improvement_id))
    picture = None if made is None else as_address(drawn(lambda: made.plot(lang=visitor.lang)))
    return page(
        "plan", request, visitor, visitor.lang, item=item, asked=asked, made=made, faults=faults, picture=picture,
        advice=() if made is None else made.suggest(lang=visitor.lang), late=changed,
    )  # fmt: skip


@router.post("/ideas/{improvement_id}/plan")
def freeze(
    visitor: Sending, improvement_id: str, at: Brief, report_days: Days, digest: Brief,
    version: Annotated[int, Form(ge=0, le=10**9)], method: Annotated[Method, Form()] = "auto", override: Brief = "",
    hindsight: Brief = "", once: Brief = "",
) -> Response:  # fmt: skip
    """Freeze the plan that was shown."""
    asked = {"at": at, "report_days": report_days, "method": method}
    visitor.office.freeze(
        improvement_id, asked, digest=digest, override=override.strip() or None, hindsight=hindsight.strip() or None,
        version=version, key=visitor.key(once, "freeze"),
    )  # fmt: skip
    return _there(improvement_id)


@router.post("/ideas/{improvement_id}/change")
def change(
    visitor: Sending, improvement_id: str, changed_at: Brief, change_kind: Brief,
    version: Annotated[int, Form(ge=0, le=10**9)], once: Brief = "",
) -> Response:  # fmt: skip
    """Say when the change was made."""
    office = visitor.office
    office.intervene(improvement_id, at=changed_at, kind=change_kind, version=version, key=visitor.key(once, "change"))
    return _there(improvement_id)


@router.post("/ideas/{improvement_id}/measure")
def measure(visitor: Sending, improvement_id: str) -> Response:
    """Let the engine measure."""
    visitor.office.measure(improvement_id)
    return _there(improvement_id, "#gain")


@router.get("/ideas/{improvement_id}/gain.svg")
def gain(visitor: Visiting, improvement_id: str) -> Response:
    """Return the picture of the measured gain."""
    measured = visitor.office.measured(improvement_id)
    if measured is None:
        raise NotFound("no measurement", where=improvement_id, expected="one that was made")
    data = drawn(lambda: measured.plot(lang=visitor.lang))
    return Response(
        as_svg(data), media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600", **PICTURE_POLICY}
    )


@router.get("/ideas/{improvement_id}/report")
def report(visitor: Visiting, improvement_id: str) -> Response:
    """Return the printed page of what it was worth."""
    return Response(visitor.office.report(improvement_id, visitor.lang), media_type="text/html", headers=REPORT_POLICY)


@router.post("/ideas/{improvement_id}/declare")
def declare(
    visitor: Sending, improvement_id: str, basis: Text, benefit: Brief = "", documents: Brief = "", once: Brief = ""
) -> Response:
    """Declare a benefit that was not measured."""
    papers = [paper.strip() for paper in documents.replace(";", ",").split(",") if paper.strip()]
    office = visitor.office
    amount = None if not benefit.strip() else dong_of(benefit, "benefit")
    office.declare(improvement_id, basis=basis, benefit=amount, documents=papers, key=visitor.key(once, "declare"))
    return _there(improvement_id)


@router.post("/ideas/{improvement_id}/value")
def value(
    visitor: Sending, improvement_id: str, year: Annotated[int, Form(ge=1, le=100)], amount: Brief, value_basis: Text,
    low: Brief = "", high: Brief = "", once: Brief = "",
) -> Response:  # fmt: skip
    """Write down the benefit of a year."""
    ends = [None if not text.strip() else dong_of(text, name) for name, text in (("low", low), ("high", high))]
    visitor.office.value(
        improvement_id, year=year, amount=dong_of(amount, "amount"), low=ends[0], high=ends[1], content={"basis": value_basis},
        key=visitor.key(once, "value"),
    )  # fmt: skip
    return _there(improvement_id)


@router.post("/ideas/{improvement_id}/sign")
def sign(visitor: Sending, improvement_id: str, benefit_id: Annotated[int, Form(ge=0, le=2**53)]) -> Response:
    """Sign a benefit for finance."""
    visitor.office.sign(improvement_id, benefit_id)
    return _there(improvement_id)


@router.post("/ideas/{improvement_id}/award")
def award(visitor: Sending, improvement_id: str, award_year: Annotated[int, Form(ge=1, le=100)], once: Brief = "") -> Response:
    """Award what is due."""
    visitor.office.award(improvement_id, year=award_year, key=visitor.key(once, "award"))
    return _there(improvement_id)


@router.post("/ideas/{improvement_id}/pay")
def pay(visitor: Sending, improvement_id: str, reward_id: Annotated[int, Form(ge=0, le=2**53)], document: Brief) -> Response:
    """Write down that a reward was paid today."""
    visitor.office.pay(improvement_id, reward_id, paid_on=visitor.office.today(), document=document)
    return _there(improvement_id)


@router.post("/ideas/{improvement_id}/vote")
def vote(
    visitor: Sending, improvement_id: str, vote_meeting: Annotated[int, Form(ge=0, le=2**53)], member: Brief, vote: Brief
) -> Response:
    """Write down a vote."""
    visitor.office.vote(improvement_id, meeting_id=vote_meeting, member=member.strip() or None, vote=vote, reason=None)
    return _there(improvement_id)


@router.post("/ideas/{improvement_id}/decide")
def decide(
    visitor: Sending, improvement_id: str, decision_no: Brief, decision_date: Brief, signer: Brief,
    version: Annotated[int, Form(ge=0, le=10**9)], level: Brief = "", meeting_id: Brief = "", once: Brief = "",
) -> Response:  # fmt: skip
    """Recognise an improvement."""
    meeting = int(meeting_id) if meeting_id.isascii() and meeting_id.isdigit() and len(meeting_id) < 16 else None
    visitor.office.decide(
        improvement_id, decision_no=decision_no, decision_date=decision_date, signer=signer, level=level.strip() or None,
        meeting_id=meeting, version=version, key=visitor.key(once, "decide"),
    )  # fmt: skip
    return _there(improvement_id)


@router.get("/ideas/{improvement_id}/papers/{name}")
def paper(
    visitor: Visiting, improvement_id: str,
    name: Literal["application", "scoring", "minutes", "decision", "certificate", "rewards"],
) -> Response:  # fmt: skip
    """Show one of the papers, ready to be printed."""
    return Response(visitor.office.paper(improvement_id, name).html, media_type="text/html", headers=PAPER_POLICY)


def dong_of(text: str, where: str) -> int:
    """Return đồng as somebody types them: 187.200.000 or 187200000.

    Parameters
    ----------
    text, where : str
        What was typed, and in which field.

    Returns
    -------
    int
        Amount [VND].

    Raises
    ------
    RegisterError
        If it is no whole amount.
    """
    bare = text.replace(".", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "").removesuffix("đ")
    digits = bare.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 16):
        raise RegisterError(repr(text[:40]), where=where, expected="whole đồng, such as 187.200.000")
    return int(bare)
