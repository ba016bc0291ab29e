"""Which language a visitor reads: what was chosen, else what the browser asks for, else Vietnamese."""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request

Lang = Literal["vi", "en"]
COOKIE = "lang"


def of_request(request: Request) -> Lang:
    """Return the language of a request.

    Parameters
    ----------
    request : Request
        With its cookie and Accept-Language.

    Returns
    -------
    {"vi", "en"}
        The first of the two the browser names.
    """
    chosen = request.cookies.get(COOKIE)
    if chosen == "en":
        return "en"
    if chosen == "vi":
        return "vi"
    for part in request.headers.get("accept-language", "").split(","):
        name = part.split(";")[0].strip().lower()[:2]
        if name == "en":
            return "en"
        if name == "vi":
            return "vi"
    return "vi"
