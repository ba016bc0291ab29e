"""Routes of the API: whoever asks is known first, the work is done in one thread, and its answer is written once."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, cast, get_type_hints

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from smartfab.service.office.caller import Hall
from smartfab.service.refusals import SignInNeeded

NO_TOKEN: dict[str, Any] = {"security": []}
"""`openapi_extra` of a route that everybody may ask."""


class QuickRoute(APIRoute):
    """A route whose endpoint is a plain function that returns a model, a list of models, or a response."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401  those of APIRoute
        self._asks_who = options.get("openapi_extra") is not NO_TOKEN
        super().__init__(path, _in_a_thread(endpoint, options), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Ask for the token before anything else is looked at."""
        handler = super().get_route_handler()
        if not self._asks_who:
            return handler

        async def signed_in(request: Request) -> Response:
            request.state.owner = await _owner(request)
            return await handler(request)

        return signed_in


async def _owner(request: Request) -> str:
    """Return as whom a request acts; the database is asked in a thread, and only for a token not seen a moment ago."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise SignInNeeded("no token", where="Authorization")
    hall: Hall = request.app.state.hall
    owner = hall.doorman.remembers(secret)
    if owner is None:
        owner = await asyncio.get_running_loop().run_in_executor(hall.readers, hall.doorman.owner, secret)
    if owner is None:
        raise SignInNeeded("no such token, or it holds no more", where="Authorization")
    return owner


def _in_a_thread(endpoint: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    """Return the endpoint as a coroutine: it runs in a thread, which also writes the JSON of its answer."""
    model = options.get("response_model")
    told = model if isinstance(model, type) else get_type_hints(endpoint)["return"]
    writer: TypeAdapter[Any] | None = None if told is Response else TypeAdapter(told)
    status = options.get("status_code") or 200
    writes = options.get("methods") != ["GET"]

    def carried_out(**said: Any) -> Response:  # noqa: ANN401  the arguments of the endpoint
        made = endpoint(**said)
        if isinstance(made, Response) or writer is None:
            return cast("Response", made)
        asked = said.get("response")  # where an endpoint puts its headers
        more = dict(asked.headers) if isinstance(asked, Response) else None
        return Response(writer.dump_json(made), status_code=status, headers=more, media_type="application/json")

    @functools.wraps(endpoint)
    async def prompt(**said: Any) -> Response:  # noqa: ANN401  the arguments of the endpoint
        hall: Hall = said["office"].hall if "office" in said else said["request"].app.state.hall
        pool = hall.writers if writes else hall.readers
        return await asyncio.get_running_loop().run_in_executor(pool, functools.partial(carried_out, **said))

    return prompt
