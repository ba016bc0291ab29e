"""Who asks, which version they read, and how an improvement is answered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from smartfab.improvements.register import Improvement
from smartfab.service.api.responses import ImprovementOut, Problem
from smartfab.service.office.desk import Office
from smartfab.service.problems import TITLES
from smartfab.service.refusals import VersionNeeded

_BEARER = HTTPBearer(auto_error=False, description="A token of the register; smartfab serve prints the first one.")


async def asking(request: Request, _given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Office:
    """Return the office of whoever's token the request bears; the route has asked for it already."""
    return Office(request.app.state.hall, request.state.owner)


Asking = Annotated[Office, Depends(asking)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how a route's refusals are documented; every route may refuse whoever has no token, or is busy."""
    every = sorted({400, 401, 403, 408, 413, 422, 429, 503, *statuses})
    return {
        status: {"model": Problem, "description": " · ".join(TITLES[status]), "content": {"application/problem+json": {}}}
        for status in every
    }


def etag(item: Improvement) -> str:
    """Return the ETag of an improvement: its version."""
    return f'"{item.version}"'


def wanted_version(if_match: str | None, version: int | None, *, needed: bool = True) -> int | None:
    """Return the version a change was made from; `*` takes whichever there is."""
    if if_match is not None:
        text = if_match.strip().removeprefix("W/").strip('"')
        if text == "*":
            return None
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # no version is -1: it is stale
    if version is None and needed:
        raise VersionNeeded("no version", where="If-Match", expected="the version that was read")
    return version


def answered(item: Improvement, response: Response) -> ImprovementOut:
    """Return an improvement as an answer, with its version as ETag."""
    response.headers["ETag"] = etag(item)
    return ImprovementOut.of(item)


def scoped(key: str | None, office: Office) -> str | None:
    """Return an idempotency key as the register keeps it: of this caller alone."""
    return None if key is None else f"{office.person_id[:90]} {key}"
