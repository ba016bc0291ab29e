"""Log in, log out, choose the language."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from smartfab.service.office.caller import Hall
from smartfab.service.refusals import TooManyTries
from smartfab.service.web.languages import COOKIE as LANGUAGE_COOKIE
from smartfab.service.web.languages import of_request
from smartfab.service.web.rendering import page
from smartfab.service.web.visitors import COOKIE, Sending, same_site

router = APIRouter(include_in_schema=False)


@router.get("/login")
def login_page(request: Request, to: Annotated[str, Query(max_length=500)] = "/") -> Response:
    """Show the login."""
    return page("login", request, None, of_request(request), to=inside(to), wrong=None, person_id="")


@router.post("/login")
def login(
    request: Request, person_id: Annotated[str, Form(max_length=200)], password: Annotated[str, Form(max_length=1000)],
    to: Annotated[str, Form(max_length=500)] = "/",
) -> Response:  # fmt: skip
    """Check a password; after some wrong ones even the right one has to wait."""
    same_site(request)
    hall: Hall = request.app.state.hall
    limit, lang = request.app.state.login_limit, of_request(request)
    address = request.client.host if request.client is not None else ""
    name = person_id.strip()
    try:
        limit.check(name, address)
    except TooManyTries as refused:
        told = page("login", request, None, lang, status=429, to=inside(to), wrong="too_many", person_id=name)
        told.headers["Retry-After"] = str(refused.wait_s)
        return told
    if not hall.register.access.password_is(name, password):
        limit.wrong(name, address)
        return page("login", request, None, lang, status=401, to=inside(to), wrong="wrong_password", person_id=name)
    limit.right(name)
    _, secret = hall.register.access.open_session(name)
    answer = RedirectResponse(inside(to), status_code=303)
    answer.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=hall.settings.secure, path="/")
    return answer


@router.post("/logout")
def logout(request: Request, visitor: Sending) -> Response:
    """End the session."""
    visitor.office.register.access.close_session(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/language/{lang}")
def choose(request: Request, lang: Literal["vi", "en"], to: Annotated[str, Query(max_length=500)] = "/") -> Response:
    """Remember the language, and go back."""
    answer = RedirectResponse(inside(to), status_code=303)
    secure = request.app.state.hall.settings.secure
    answer.set_cookie(LANGUAGE_COOKIE, lang, max_age=365 * 86400, samesite="lax", secure=secure, httponly=True, path="/")
    return answer


def inside(to: str) -> str:
    """Return an address of this site; anything else becomes the first page.

    Parameters
    ----------
    to : str
        As the form or the link says.

    Returns
    -------
    str
        A path.
    """
    plain = to.isprintable() and to.startswith("/") and not to.startswith(("//", "/\\")) and "\\" not in to
    return to if plain else "/"
