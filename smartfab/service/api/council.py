"""Meetings, votes, decisions and papers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from smartfab.service.api.callers import Asking, problems, scoped, wanted_version
from smartfab.service.api.fields import Id, IfMatch, Key
from smartfab.service.api.ideas import download
from smartfab.service.api.quick_routes import QuickRoute
from smartfab.service.api.requests import DecisionRequest, MeetingRequest, VoteRequest
from smartfab.service.api.responses_office import DecisionOut, MeetingOut, VoteOut
from smartfab.service.pictures import PICTURE_POLICY
from smartfab.service.refusals import NotFound

router = APIRouter(route_class=QuickRoute, tags=["council"])
Paper = Literal["application", "scoring", "minutes", "decision", "certificate", "rewards"]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/meetings", responses=problems())
def meetings(office: Asking) -> list[MeetingOut]:
    """Return the meetings of the council."""
    return [MeetingOut.model_validate(met) for met in office.meetings()]


@router.post("/meetings", status_code=201, responses=problems(409))
def meet(office: Asking, said: MeetingRequest, idempotency_key: Key = None) -> MeetingOut:
    """Write down a meeting."""
    return MeetingOut.model_validate(office.meet(**said.model_dump(), key=scoped(idempotency_key, office)))


@router.get("/improvements/{improvement_id}/votes", responses=problems(404))
def votes(office: Asking, improvement_id: Id) -> list[VoteOut]:
    """Return the votes on an improvement."""
    return [VoteOut.model_validate(row) for row in office.votes(improvement_id)]


@router.post("/improvements/{improvement_id}/votes", status_code=201, responses=problems(404))
def vote(office: Asking, improvement_id: Id, said: VoteRequest) -> list[VoteOut]:
    """Write down a vote of somebody who was at the meeting; an author has none."""
    office.vote(improvement_id, meeting_id=said.meeting_id, member=said.member, vote=said.vote, reason=said.reason)
    return [VoteOut.model_validate(row) for row in office.votes(improvement_id)]


@router.get("/improvements/{improvement_id}/decision", responses=problems(404))
def decision(office: Asking, improvement_id: Id) -> DecisionOut:
    """Return the decision, with the number of its certificate."""
    found = office.decision(improvement_id)
    if found is None:
        raise NotFound("no decision", where=improvement_id, expected="an improvement that was recognised")
    return DecisionOut.model_validate(found)


@router.post("/improvements/{improvement_id}/decision", status_code=201, responses=problems(404, 409, 412))
def decide(
    office: Asking, improvement_id: Id, said: DecisionRequest, if_match: IfMatch = None, idempotency_key: Key = None
) -> DecisionOut:
    """Recognise an improvement: it is a sáng kiến from now on."""
    fields = said.model_dump(exclude={"version"})
    made = office.decide(
        improvement_id, key=scoped(idempotency_key, office), **fields,
        version=wanted_version(if_match, said.version, needed=False),
    )  # fmt: skip
    return DecisionOut.model_validate(made)


@router.get(
    "/improvements/{improvement_id}/papers/{name}", response_class=Response,
    responses={200: {"description": "the paper", "content": {"text/html": {}, WORD: {}}}, **problems(404, 409)},
)  # fmt: skip
def paper(
    office: Asking, improvement_id: Id, name: Paper, form: Annotated[Literal["html", "docx"], Query()] = "html"
) -> Response:
    """Return one of the council's papers, with the head of the chain."""
    made = office.paper(improvement_id, name)
    if form == "html":
        return Response(made.html, media_type="text/html", headers=PICTURE_POLICY)
    with tempfile.TemporaryDirectory() as scratch:
        data = made.save(Path(scratch) / "paper.docx").read_bytes()
    return Response(data, media_type=WORD, headers=download(f"{improvement_id}-{name}.docx"))
