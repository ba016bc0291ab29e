"""Reports, council, people and one's own account in the browser."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from smartfab.charts import funnel
from smartfab.exports.json_rows import plain_rows
from smartfab.improvements.register import ROLES, AuditReport, Person, Unit
from smartfab.service.pictures import as_address, drawn
from smartfab.service.refusals import NotAllowed
from smartfab.service.web.idea_pages import Brief, Text
from smartfab.service.web.page_words import words
from smartfab.service.web.rendering import page
from smartfab.service.web.visitors import Sending, Visiting, Visitor

router = APIRouter(include_in_schema=False)
AT_ONCE = 100


@router.get("/reports")
def reports(
    request: Request, visitor: Visiting, first: Annotated[str, Query(alias="from", max_length=10)] = "",
    last: Annotated[str, Query(alias="to", max_length=10)] = "",
) -> Response:  # fmt: skip
    """Show how many ideas came how far, and what the units proposed; this year, if no days are named."""
    return _reports(request, visitor, first, last, None)


@router.post("/reports/verify")
def verify(request: Request, visitor: Sending) -> Response:
    """Verify the chain."""
    return _reports(request, visitor, "", "", visitor.office.audit(None))


def _reports(request: Request, visitor: Visitor, first: str, last: str, audited: AuditReport | None) -> Response:
    office = visitor.office
    today = dt.date.fromisoformat(office.today())
    begin, end = first or today.replace(month=1, day=1).isoformat(), last or (today + dt.timedelta(days=1)).isoformat()
    table = office.overview()
    return page(
        "reports", request, visitor, visitor.lang, first=begin, last=end, audited=audited, head=office.register.audit.head(),
        picture=as_address(drawn(lambda: funnel(table, lang=visitor.lang))),
        rows=plain_rows(office.emulation(begin, end, "unit")),
    )  # fmt: skip


@router.get("/council")
def council(request: Request, visitor: Visiting) -> Response:
    """Show the meetings, and what waits for a decision."""
    office = visitor.office
    return page(
        "council", request, visitor, visitor.lang, meetings=office.meetings()[::-1], today=office.today(),
        waiting=office.search(state="verified", limit=100),
    )  # fmt: skip


@router.post("/council")
def meet(visitor: Sending, date: Brief, members: Brief, minutes: Text, once: Brief = "") -> Response:
    """Write down a meeting."""
    there = [name.strip() for name in members.replace(",", ";").split(";") if name.strip()]
    visitor.office.meet(date=date, members=there, minutes=minutes, key=visitor.key(once, "meet"))
    return RedirectResponse("/council", status_code=303)


@router.get("/people")
def people(
    request: Request, visitor: Visiting, q: Annotated[str, Query(max_length=200)] = "",
    n: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Response:  # fmt: skip
    """Show people, some at a time."""
    visitor.office.demand("manage_people")
    found = visitor.office.people(q, limit=AT_ONCE + 1, offset=n)
    after = f"/people?{urlencode({'q': q, 'n': n + AT_ONCE})}" if len(found) > AT_ONCE else None
    before = f"/people?{urlencode({'q': q, 'n': max(n - AT_ONCE, 0)})}" if n else None
    return page("people", request, visitor, visitor.lang, people=found[:AT_ONCE], q=q, before=before, after=after)


@router.post("/people")
def put_person(visitor: Sending, person_id: Brief, name: Brief, unit_id: Brief = "", job_title: Brief = "") -> Response:
    """Enter somebody, or change what is known."""
    office = visitor.office
    office.demand("manage_people")
    known = office.register.people.person(person_id.strip())
    held: dict[str, Any] = {} if known is None else dict(known.__dict__)
    said = {
        "person_id": person_id.strip(),
        "name": name,
        "unit_id": unit_id.strip() or None,
        "job_title": job_title.strip() or None,
    }
    office.put(people=[Person(**{**held, **said})])
    return RedirectResponse("/people", status_code=303)


@router.post("/units")
def put_unit(visitor: Sending, new_unit: Brief, unit_name: Brief, headcount: Brief = "") -> Response:
    """Enter a unit, or change it."""
    office = visitor.office
    held = next((unit.__dict__ for unit in office.units() if unit.unit_id == new_unit.strip()), {})
    number = int(headcount) if headcount.isascii() and headcount.isdigit() and len(headcount) < 7 else None
    said = {"unit_id": new_unit.strip(), "name_vi": unit_name, "headcount": number}
    office.put(units=[Unit(**{**held, **said})])
    return RedirectResponse("/people", status_code=303)


@router.get("/people/{person_id}")
def person(request: Request, visitor: Visiting, person_id: str) -> Response:
    """Show somebody's roles."""
    office = visitor.office
    office.demand("manage_people")
    return page(
        "person", request, visitor, visitor.lang, person_id=person_id, person=office.register.people.person(person_id),
        granted=office.granted(person_id), roles=[(role, words(visitor.lang)[f"role_{role}"]) for role in ROLES], notice=None,
    )  # fmt: skip


@router.post("/people/{person_id}/role")
def grant(
    visitor: Sending, person_id: str, role: Brief, unit_id: Brief = "", line_id: Brief = "", valid_from: Brief = "",
    valid_to: Brief = "",
) -> Response:  # fmt: skip
    """Give somebody a role."""
    said = {"unit_id": unit_id, "line_id": line_id, "valid_from": valid_from, "valid_to": valid_to}
    visitor.office.grant(person_id, role, **{name: text.strip() or None for name, text in said.items()})
    return RedirectResponse(f"/people/{person_id}", status_code=303)


@router.post("/people/{person_id}/revoke")
def revoke(visitor: Sending, person_id: str, role_id: Annotated[int, Form(ge=0, le=2**53)]) -> Response:
    """End a role from today on."""
    visitor.office.revoke(person_id, role_id, on=None)
    return RedirectResponse(f"/people/{person_id}", status_code=303)


@router.post("/people/{person_id}/password")
def set_password(visitor: Sending, person_id: str, password: Brief) -> Response:
    """Give somebody a password."""
    visitor.office.set_password(person_id, password)
    return RedirectResponse(f"/people/{person_id}", status_code=303)


@router.get("/account")
def account(request: Request, visitor: Visiting) -> Response:
    """Show one's own roles, deputy and tokens."""
    return _account(request, visitor, None)


def _account(request: Request, visitor: Visitor, secret: str | None) -> Response:
    office = visitor.office
    own = [token for token in office.tokens() if token.person_id == office.person_id]
    return page("account", request, visitor, visitor.lang, tokens=own, secret=secret, today=office.today())


@router.post("/account/password")
def change_password(request: Request, visitor: Sending, old: Brief, password: Brief) -> Response:
    """Change one's own password; the old one is asked for, and counted like a login."""
    office, limit = visitor.office, request.app.state.login_limit
    address = request.client.host if request.client is not None else ""
    limit.check(office.person_id, address)
    if not office.register.access.password_is(office.person_id, old):
        limit.wrong(office.person_id, address)
        raise NotAllowed("the old password is wrong", where="password", expected="the one of today", remedy="Type it again.")
    office.set_password(office.person_id, password)
    return RedirectResponse("/login", status_code=303)


@router.post("/account/deputy")
def deputy(visitor: Sending, deputy_id: Brief, valid_from: Brief, valid_to: Brief, reason: Brief) -> Response:
    """Let somebody stand in for oneself."""
    office = visitor.office
    office.substitute(office.person_id, deputy_id=deputy_id, valid_from=valid_from, valid_to=valid_to, reason=reason)
    return RedirectResponse("/account", status_code=303)


@router.post("/account/token")
def make_token(request: Request, visitor: Sending, token_name: Brief, days: Annotated[int, Form(ge=1, le=366)]) -> Response:
    """Make a token and show it this once."""
    return _account(request, visitor, visitor.office.make_token(token_name, days=days)[1])


@router.post("/account/revoke")
def revoke_token(visitor: Sending, token_id: Annotated[int, Form(ge=0, le=2**53)]) -> Response:
    """End a token."""
    visitor.office.revoke_token(token_id)
    return RedirectResponse("/account", status_code=303)
