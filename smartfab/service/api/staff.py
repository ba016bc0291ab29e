"""People, units, roles, stand-ins, passwords, tokens."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from smartfab.improvements.register import Person, Unit
from smartfab.service.api.callers import Asking, problems
from smartfab.service.api.fields import Limit, Offset, PersonId, RowId, Searched
from smartfab.service.api.quick_routes import QuickRoute
from smartfab.service.api.requests import (
    PasswordRequest,
    PersonRequest,
    RoleRequest,
    SubstitutionRequest,
    TokenRequest,
    UnitRequest,
)  # fmt: skip
from smartfab.service.api.responses import Made
from smartfab.service.api.responses_office import Changed, Me, NewToken, PersonOut, RoleOut, TokenOut, UnitOut
from smartfab.service.rights import ACTIONS

router = APIRouter(route_class=QuickRoute, tags=["people"])


@router.get("/me", responses=problems())
def me(office: Asking) -> Me:
    """Return as whom the token acts, and what it may do at all."""
    return Me(
        person_id=office.person_id, roles=list(office.rights.roles), actions={name: office.could(name) for name in ACTIONS}
    )


@router.get("/people", responses=problems())
def people(
    office: Asking, response: Response, request: Request, q: Searched = None, limit: Limit = 200, offset: Offset = 0
) -> list[PersonOut]:
    """Return the people, some at a time; the header Link leads to the next ones."""
    found = office.people(q or "", limit=limit + 1, offset=offset)
    if len(found) > limit:
        response.headers["Link"] = f'<{request.url.include_query_params(offset=offset + limit)}>; rel="next"'
    return [PersonOut.model_validate(person) for person in found[:limit]]


@router.put("/people/{person_id}", responses=problems())
def put_person(office: Asking, person_id: PersonId, said: PersonRequest) -> Changed:
    """Enter somebody, or change what is known of that person."""
    return Changed(changed=office.put(people=[Person(person_id=person_id, **said.model_dump())]))


@router.get("/units", responses=problems())
def units(office: Asking) -> list[UnitOut]:
    """Return every unit."""
    return [UnitOut.model_validate(unit) for unit in office.units()]


@router.put("/units/{unit_id}", responses=problems())
def put_unit(office: Asking, unit_id: PersonId, said: UnitRequest) -> Changed:
    """Enter a unit, or change it."""
    return Changed(changed=office.put(units=[Unit(unit_id=unit_id, **said.model_dump())]))


@router.get("/people/{person_id}/roles", responses=problems())
def roles(office: Asking, person_id: PersonId) -> list[RoleOut]:
    """Return the roles somebody was ever given."""
    return [RoleOut.model_validate(row) for row in office.granted(person_id)]


@router.post("/people/{person_id}/roles", status_code=201, responses=problems())
def grant(office: Asking, person_id: PersonId, said: RoleRequest) -> Made:
    """Give somebody a role, for a unit, a line, or everywhere."""
    return Made(id=office.grant(person_id, **said.model_dump()))


@router.delete("/people/{person_id}/roles/{number}", status_code=204, responses=problems(404))
def revoke(office: Asking, person_id: PersonId, number: RowId) -> Response:
    """End a role from today on."""
    office.revoke(person_id, number, on=None)
    return Response(status_code=204)


@router.post("/people/{person_id}/substitutions", status_code=201, responses=problems())
def substitute(office: Asking, person_id: PersonId, said: SubstitutionRequest) -> Made:
    """Let somebody stand in for a person who is away; people may name their own deputy."""
    return Made(id=office.substitute(person_id, **said.model_dump()))


@router.put("/people/{person_id}/password", status_code=204, responses=problems())
def set_password(office: Asking, person_id: PersonId, said: PasswordRequest) -> Response:
    """Give somebody a password for the web page; that person is logged out everywhere."""
    office.set_password(person_id, said.password)
    return Response(status_code=204)


@router.get("/tokens", responses=problems())
def tokens(office: Asking) -> list[TokenOut]:
    """Return one's tokens, or everybody's for administrators; never their secrets."""
    return [TokenOut.model_validate(token) for token in office.tokens()]


@router.post("/tokens", status_code=201, responses=problems())
def make_token(office: Asking, said: TokenRequest, response: Response) -> NewToken:
    """Make a token; its secret is told this once."""
    token, secret = office.make_token(said.name, days=said.days, person_id=said.person_id)
    response.headers["Cache-Control"] = "no-store"
    return NewToken(**token.__dict__, secret=secret)


@router.delete("/tokens/{number}", status_code=204, responses=problems(404))
def revoke_token(office: Asking, number: RowId) -> Response:
    """End a token now."""
    office.revoke_token(number)
    return Response(status_code=204)
