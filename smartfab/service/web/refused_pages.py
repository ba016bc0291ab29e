"""A refusal as a page: what was found and what to do, or the login for whoever is not logged in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from smartfab.errors import SmartfabError
from smartfab.service.refusals import Refusal
from smartfab.service.web.languages import of_request
from smartfab.service.web.rendering import page
from smartfab.service.web.visitors import Visitor, visiting


def refused_page(request: Request, content: Mapping[str, Any], headers: Mapping[str, str] | None) -> Response:
    """Return a problem as a page.

    Parameters
    ----------
    request : Request
        What was asked.
    content : mapping
        The problem.
    headers : mapping, optional
        Such as when to try again.

    Returns
    -------
    Response
        With the problem's status; whoever is not logged in is sent to the login, and back afterwards.
    """
    if content["status"] == 401:
        to = str(request.url.path) if request.method == "GET" else "/"
        return RedirectResponse(f"/login?{urlencode({'to': to})}", status_code=303)
    lang, status = of_request(request), content["status"]
    faults = content.get("faults") or [{"where": None, "found": content.get("detail", ""), "expected": None, "remedy": None}]
    back = request.headers.get("referer", "/")
    to = back if back.startswith(str(request.base_url)) else "/"
    answer = page("message", request, _visitor(request), lang, status=status, title=content["title"], faults=faults, to=to)
    answer.headers.update(headers or {})
    return answer


def _visitor(request: Request) -> Visitor | None:
    """Return who looks, if that can be told: the register itself may be what does not answer."""
    try:
        return visiting(request)
    except (Refusal, SmartfabError):
        return None
