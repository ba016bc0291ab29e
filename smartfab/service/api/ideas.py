"""Improvements: search, propose, read, change, bring on, discuss, attach."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Header, Query, Request, Response, UploadFile

from smartfab.service.api.callers import Asking, answered, etag, problems, scoped, wanted_version
from smartfab.service.api.fields import Id, IfMatch, Key, Limit, Name, Offset, Plain, RowId, Searched
from smartfab.service.api.quick_routes import QuickRoute
from smartfab.service.api.requests import Changes, Proposal, Remark, ReviewRequest, StepRequest
from smartfab.service.api.responses import AttachmentOut, CommentOut, ImprovementOut, Made, Page, ReviewOut, StepOut

router = APIRouter(route_class=QuickRoute, tags=["improvements"])
Word = Annotated[str | None, Query(max_length=200), Plain]


@router.get("/improvements", responses=problems())
def search(
    office: Asking, response: Response, request: Request, q: Searched = None,
    state: Annotated[list[Name] | None, Query(max_length=30)] = None, line_id: Word = None, unit_id: Word = None,
    author: Word = None,
    drive: Word = None, limit: Limit = 50, offset: Offset = 0,
) -> Page:  # fmt: skip
    """List the improvements the caller may see, the newest first."""
    found = office.search(
        text=q, state=state, line_id=line_id, unit_id=unit_id, author=author, drive=drive, limit=limit + 1, offset=offset
    )
    more = offset + limit if len(found) > limit else None
    if more is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(offset=more)}>; rel="next"'
    return Page(items=[ImprovementOut.of(item) for item in found[:limit]], next_offset=more)


@router.post("/improvements", status_code=201, responses=problems(409))
def propose(office: Asking, said: Proposal, response: Response, idempotency_key: Key = None) -> ImprovementOut:
    """Enter a proposal; a clerk may do so on behalf of somebody."""
    fields = _authored(said.model_dump(exclude={"on_behalf_of"}))
    item = office.propose(fields, on_behalf_of=said.on_behalf_of, key=scoped(idempotency_key, office))
    response.headers["Location"] = f"/v1/improvements/{item.id}"
    return answered(item, response)


@router.get("/improvements/{improvement_id}", responses={304: {"description": "unchanged"}, **problems(404)},
            response_model=ImprovementOut)  # fmt: skip
def read(
    office: Asking, improvement_id: Id, response: Response,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match", max_length=200)] = None,
) -> ImprovementOut | Response:  # fmt: skip
    """Return an improvement, with its version as ETag."""
    item = office.read(improvement_id)
    if if_none_match is not None and if_none_match.strip() == etag(item):
        return Response(status_code=304, headers={"ETag": etag(item)})
    return answered(item, response)


@router.patch("/improvements/{improvement_id}", responses=problems(404, 409, 412, 428))
def edit(
    office: Asking, improvement_id: Id, changes: Changes, response: Response, if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> ImprovementOut:  # fmt: skip
    """Change a proposal that is not planned yet; the version that was read is asked for."""
    version = wanted_version(if_match, None)
    version = office.read(improvement_id).version if version is None else version
    fields = _authored(changes.model_dump(exclude_unset=True))
    item = office.edit(improvement_id, fields, version=version, key=scoped(idempotency_key, office))
    return answered(item, response)


@router.post("/improvements/{improvement_id}/transitions", responses=problems(404, 409, 412))
def step(
    office: Asking, improvement_id: Id, asked: StepRequest, response: Response, if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> ImprovementOut:  # fmt: skip
    """Bring an improvement into a state."""
    version = wanted_version(if_match, asked.version, needed=False)
    item = office.step(improvement_id, asked.state, reason=asked.reason, version=version, key=scoped(idempotency_key, office))
    return answered(item, response)


@router.get("/improvements/{improvement_id}/history", responses=problems(404))
def history(office: Asking, improvement_id: Id) -> list[StepOut]:
    """Return every deed on it, from the chain."""
    return [StepOut.model_validate(row) for row in office.history(improvement_id)]


@router.get("/improvements/{improvement_id}/comments", responses=problems(404))
def comments(office: Asking, improvement_id: Id) -> list[CommentOut]:
    """Return what people said of it."""
    return [CommentOut.model_validate(row) for row in office.comments(improvement_id)]


@router.post("/improvements/{improvement_id}/comments", status_code=201, responses=problems(404, 409))
def comment(office: Asking, improvement_id: Id, said: Remark, idempotency_key: Key = None) -> Made:
    """Add a comment."""
    return Made(id=office.comment(improvement_id, said.text, key=scoped(idempotency_key, office)))


@router.get("/improvements/{improvement_id}/reviews", responses=problems(404))
def reviews(office: Asking, improvement_id: Id) -> list[ReviewOut]:
    """Return its reviews."""
    return [ReviewOut.model_validate({**row, "scores": json.loads(row["scores"])}) for row in office.reviews(improvement_id)]


@router.post("/improvements/{improvement_id}/reviews", status_code=201, responses=problems(404, 409))
def review(office: Asking, improvement_id: Id, said: ReviewRequest, idempotency_key: Key = None) -> Made:
    """Write down a review; an author cannot review his own."""
    number = office.review(
        improvement_id, kind=said.kind, text=said.text, scores=said.scores, key=scoped(idempotency_key, office)
    )
    return Made(id=number)


@router.get("/improvements/{improvement_id}/attachments", responses=problems(404))
def attachments(office: Asking, improvement_id: Id) -> list[AttachmentOut]:
    """Return its files, without their content."""
    return [AttachmentOut.model_validate(file) for file in office.attachments(improvement_id)]


@router.post("/improvements/{improvement_id}/attachments", status_code=201, responses=problems(404, 409))
def attach(
    office: Asking, improvement_id: Id, file: Annotated[UploadFile, File(description="A photo, PDF, DOCX, XLSX, TXT or CSV.")],
    kind: Annotated[Literal["before", "after", "checklist", "document", "scan"], Form()] = "document",
    name: Annotated[Name | None, Form(description="Its name, if not that of the file.")] = None, idempotency_key: Key = None,
) -> AttachmentOut:  # fmt: skip
    """Attach a file of at most 25 MiB."""
    made = office.attach(
        improvement_id, file.file.read(), name=name or file.filename or "", kind=kind, key=scoped(idempotency_key, office)
    )
    return AttachmentOut.model_validate(made)


@router.get(
    "/improvements/{improvement_id}/attachments/{number}", response_class=Response,
    responses={200: {"description": "the file", "content": {"application/octet-stream": {}}}, **problems(404)},
)  # fmt: skip
def attachment(office: Asking, improvement_id: Id, number: RowId) -> Response:
    """Return a file as it was attached, checked against its hash."""
    file, data = office.attachment(improvement_id, number)
    return Response(data, media_type="application/octet-stream", headers=download(file.name))


def download(name: str) -> dict[str, str]:
    """Return the headers under which a browser saves a file and never runs it (RFC 6266)."""
    from urllib.parse import quote

    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def _authored(said: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a proposal as the register takes them: authors as pairs, an expectation as a tuple."""
    fields = dict(said)
    if fields.get("authors") is not None:
        fields["authors"] = [(author["person_id"], author["share"]) for author in fields["authors"]]
    if isinstance(fields.get("expected"), list):
        fields["expected"] = tuple(fields["expected"])
    return fields
