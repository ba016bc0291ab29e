"""Who looks at a page: the session of the cookie, the key its forms must bear, and the language."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request

from smartfab.service.office.caller import Hall
from smartfab.service.office.desk import Office
from smartfab.service.refusals import NotAllowed, SignInNeeded
from smartfab.service.web.languages import Lang, of_request

COOKIE = "smartfab_session"


@dataclass(frozen=True)
class Visitor:
    """Somebody who is logged in, looking at a page.

    Attributes
    ----------
    office : Office
        What the visitor can do.
    form_key : str
        What the visitor's forms bear, so that no other site can send them.
    lang : {"vi", "en"}
        Language of the page.
    """

    office: Office
    form_key: str
    lang: Lang

    def key(self, once: str, deed: str) -> str | None:
        """Return the idempotency key of a form: sent twice, it is carried out once.

        Parameters
        ----------
        once : str
            What the form bears; nothing where it was sent without.
        deed : str
            What it does, as one form may do several things.

        Returns
        -------
        str or None
            Of this visitor alone.
        """
        return f"{self.office.person_id[:90]} {once[:60]} {deed}" if once else None


def visiting(request: Request) -> Visitor:
    """Return who looks at a page; whoever is not logged in is sent to the login."""
    hall: Hall = request.app.state.hall
    session = hall.register.access.session(request.cookies.get(COOKIE, ""))
    if session is None:
        raise SignInNeeded("nobody is logged in", where="page", remedy="Log in.")
    return Visitor(Office(hall, session.person_id), session.form_key, of_request(request))


Visiting = Annotated[Visitor, Depends(visiting)]


def sending(request: Request, visitor: Visiting, form_key: Annotated[str, Form(max_length=200)] = "") -> Visitor:
    """Return who sends a form, if it is a form of this site."""
    same_site(request)
    if not secrets.compare_digest(form_key.encode(), visitor.form_key.encode()):
        raise NotAllowed("a form without its key", where="form", expected="a form of this page", remedy="Load the page again.")
    return visitor


Sending = Annotated[Visitor, Depends(sending)]


def same_site(request: Request) -> None:
    """Refuse what a page of another site sends.

    Parameters
    ----------
    request : Request
        With its Origin, where the browser says one.

    Raises
    ------
    NotAllowed
        If it is not this site's.
    """
    origin = request.headers.get("origin")
    strange = origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    if strange or request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowed("a form of another site", where="Origin", expected="this site", remedy="Use the form of this page.")


def once() -> str:
    """Return a new idempotency key for a form: sent twice, it is carried out once.

    Returns
    -------
    str
        Random.
    """
    return secrets.token_urlsafe(12)
