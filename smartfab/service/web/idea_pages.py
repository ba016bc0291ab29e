"""Ideas in the browser: home, search, propose, read, edit, and what is done on an idea's page."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from smartfab.errors import RegisterError, SmartfabError, StaleVersionError
from smartfab.improvements.register import STATES, Improvement
from smartfab.improvements.register.attachments import media_type
from smartfab.service.api.ideas import download
from smartfab.service.office.desk import Office
from smartfab.service.problems import faults_of, status_of
from smartfab.service.web.idea_facts import facts_of
from smartfab.service.web.page_words import words
from smartfab.service.web.proposal_forms import KPIS, blank, fields_of, said_of
from smartfab.service.web.rendering import page
from smartfab.service.web.visitors import Sending, Visiting, Visitor
from smartfab.vocabulary import label

router = APIRouter(include_in_schema=False)
AT_ONCE = 24
Text = Annotated[str, Form(max_length=20_000)]
Brief = Annotated[str, Form(max_length=2000)]
Asked = Annotated[str, Query(max_length=200)]
_QUEUE = {
    "screen": ("submitted", "screening", "accepted"), "verify": ("gain_confirmed", "not_measurable_yet", "applied"),
    "decide": ("verified",), "award": ("recognised",),
}  # fmt: skip
"""Action: the states whose improvements wait for whoever may do it."""


def waiting(office: Office) -> list[Improvement]:
    """Return what waits for somebody; an applied improvement waits for a verifier only where nothing is measured."""
    states = {state for action, held in _QUEUE.items() if office.could(action) for state in held}
    found = office.search(state=sorted(states), limit=100) if states else []
    return [item for item in found if item.state != "applied" or item.track == "no_measurement"]


@router.get("/")
def home(request: Request, visitor: Visiting) -> Response:
    """Show what is one's own and what waits for one."""
    office = visitor.office
    mine = office.search(author=office.person_id, limit=8)
    return page("home", request, visitor, visitor.lang, queue=waiting(office)[:8], mine=mine)


@router.get("/queue")
def queue(request: Request, visitor: Visiting) -> Response:
    """Show everything that waits for the visitor."""
    items, title = waiting(visitor.office), words(visitor.lang)["queue"]
    return page("ideas", request, visitor, visitor.lang, title=title, items=items, searched=None, before=None, after=None)


@router.get("/ideas")
def ideas(
    request: Request, visitor: Visiting, q: Asked = "", state: Asked = "", line_id: Asked = "", author: Asked = "",
    n: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Response:  # fmt: skip
    """Search what the visitor may see."""
    chosen = state if state in STATES else None
    found = visitor.office.search(text=q, state=chosen, line_id=line_id, author=author, limit=AT_ONCE + 1, offset=n)
    asked = {"q": q, "state": state, "line_id": line_id, "author": author}
    word = words(visitor.lang)
    states = [("", word["all"]), *((name, label(name, visitor.lang)) for name in STATES)]
    after = f"/ideas?{urlencode({**asked, 'n': n + AT_ONCE})}" if len(found) > AT_ONCE else None
    before = f"/ideas?{urlencode({**asked, 'n': max(n - AT_ONCE, 0)})}" if n else None
    return page(
        "ideas", request, visitor, visitor.lang, title=word["ideas"], items=found[:AT_ONCE], searched=asked, states=states,
        before=before, after=after,
    )  # fmt: skip


@router.get("/ideas/new")
def new(request: Request, visitor: Visiting) -> Response:
    """Show an empty proposal."""
    return _form(request, visitor, blank(), action="/ideas")


@router.post("/ideas")
async def propose(request: Request, visitor: Sending) -> Response:
    """Enter a proposal with its photos; what is wrong is told beside what was typed."""
    form = await request.form()
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    photos = {}
    for kind in ("before", "after"):
        sent = form.get(kind)
        if sent is not None and not isinstance(sent, str) and sent.filename:
            photos[kind] = (sent.filename, await sent.read())
    return await run_in_threadpool(_enter, request, visitor, said, photos)


def _enter(request: Request, visitor: Visitor, said: dict[str, str], photos: dict[str, tuple[str, bytes]]) -> Response:
    office, once = visitor.office, said.get("once", "")
    try:
        for name, data in photos.values():
            media_type(name, data)
        fields = fields_of(said, office.person_id)
        item = office.propose(fields, on_behalf_of=said.get("on_behalf_of", "").strip() or None, key=visitor.key(once, "new"))
        for kind, (name, data) in photos.items():
            office.attach(item.id, data, name=name, kind=kind, key=visitor.key(once, kind))
    except RegisterError as error:
        return _form(request, visitor, {**blank(), **said}, action="/ideas", refused=error)
    return RedirectResponse(f"/ideas/{item.id}", status_code=303)


@router.get("/ideas/{improvement_id}")
def read(request: Request, visitor: Visiting, improvement_id: str) -> Response:
    """Show an idea with everything that was done and can be done."""
    return page("idea", request, visitor, visitor.lang, notice=None, **facts_of(visitor, improvement_id))


@router.get("/ideas/{improvement_id}/edit")
def edit_form(request: Request, visitor: Visiting, improvement_id: str) -> Response:
    """Show a proposal to be changed."""
    item = visitor.office.read(improvement_id)
    visitor.office.demand("edit", item)
    return _form(request, visitor, said_of(item), action=f"/ideas/{item.id}/edit")


@router.post("/ideas/{improvement_id}/edit")
async def edit(request: Request, visitor: Sending, improvement_id: str) -> Response:
    """Save a change; whoever was too late sees the newer text beside the own one."""
    form = await request.form()
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_save, request, visitor, improvement_id, said)


def _save(request: Request, visitor: Visitor, improvement_id: str, said: dict[str, str]) -> Response:
    office, theirs = visitor.office, None
    version = int(said["version"]) if said.get("version", "").isdigit() else -1
    try:
        changes = fields_of(said, office.person_id, whole=False)
        office.edit(improvement_id, changes, version=version, key=visitor.key(said.get("once", ""), "edit"))
    except RegisterError as error:
        if isinstance(error, StaleVersionError):
            theirs = office.read(improvement_id)
            said["version"] = str(theirs.version)
        shown = {**blank(), **said, "id": improvement_id}
        return _form(request, visitor, shown, action=f"/ideas/{improvement_id}/edit", refused=error, theirs=theirs)
    return RedirectResponse(f"/ideas/{improvement_id}", status_code=303)


@router.post("/ideas/{improvement_id}/step")
def step(
    visitor: Sending, improvement_id: str, state: Brief, version: Annotated[int, Form(ge=0, le=10**9)], reason: Brief = "",
    once: Brief = "",
) -> Response:  # fmt: skip
    """Bring an idea on."""
    office = visitor.office
    office.step(improvement_id, state, reason=reason.strip() or None, version=version, key=visitor.key(once, "step"))
    return RedirectResponse(f"/ideas/{improvement_id}", status_code=303)


@router.post("/ideas/{improvement_id}/comment")
def comment(visitor: Sending, improvement_id: str, text: Text, once: Brief = "") -> Response:
    """Add a comment."""
    visitor.office.comment(improvement_id, text, key=visitor.key(once, "comment"))
    return RedirectResponse(f"/ideas/{improvement_id}", status_code=303)


@router.post("/ideas/{improvement_id}/review")
def review(visitor: Sending, improvement_id: str, review_kind: Brief, review_text: Text, once: Brief = "") -> Response:
    """Write down a review."""
    office = visitor.office
    office.review(improvement_id, kind=review_kind, text=review_text, scores=None, key=visitor.key(once, "review"))
    return RedirectResponse(f"/ideas/{improvement_id}", status_code=303)


@router.post("/ideas/{improvement_id}/attach")
def attach(
    visitor: Sending, improvement_id: str, file: Annotated[UploadFile, File()], kind: Brief = "document", once: Brief = ""
) -> Response:
    """Attach a file."""
    office = visitor.office
    office.attach(improvement_id, file.file.read(), name=file.filename or "", kind=kind, key=visitor.key(once, "attach"))
    return RedirectResponse(f"/ideas/{improvement_id}", status_code=303)


@router.get("/ideas/{improvement_id}/files/{number}")
def show_file(visitor: Visiting, improvement_id: str, number: int) -> Response:
    """Return a file: a photo is shown, anything else is saved; neither is run."""
    file, data = visitor.office.attachment(improvement_id, number)
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=86400, immutable"}
    if not file.media_type.startswith("image/"):
        headers |= download(file.name)
    return Response(data, media_type=file.media_type, headers=headers)


def _form(
    request: Request, visitor: Visitor, said: dict[str, Any], *, action: str, refused: SmartfabError | None = None,
    theirs: Improvement | None = None,
) -> Response:  # fmt: skip
    office, word = visitor.office, words(visitor.lang)
    side, own = office.hall.plant, [said["kpi"]] if said["kpi"] else []
    lines = [] if side is None else [("", "–"), *((line.id, line.id) for line in side.plant.lines)]
    return page(
        "idea_form", request, visitor, visitor.lang, status=200 if refused is None else status_of(refused),
        title=word["edit"] if said.get("id") else word["new_idea"], said=said, action=action, theirs=theirs, lines=lines,
        faults=[] if refused is None else faults_of(refused), clerk=office.may("propose"),
        kpis=[("", "–"), *((name, label(name, visitor.lang)) for name in dict.fromkeys((*KPIS, *own)))],
    )  # fmt: skip
