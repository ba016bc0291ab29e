"""What can be done at an address: several routes share a path, and a 405 names the methods of all (RFC 9110, 15.5.6)."""

from __future__ import annotations

from fastapi import Request
from starlette.routing import Match

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def methods_offered(request: Request) -> str:
    """Return the methods that the address of a request takes.

    Parameters
    ----------
    request : Request
        Whose address is looked at; its own method does not count.

    Returns
    -------
    str
        For the header Allow.
    """
    routes = request.app.router.routes
    takes = [
        name for name in _METHODS if any(route.matches({**request.scope, "method": name})[0] is Match.FULL for route in routes)
    ]
    return ", ".join(takes)
