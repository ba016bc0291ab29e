"""The application: register and plant behind the API and the web page."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

import smartfab
from smartfab.errors import SmartfabError, StaleVersionError
from smartfab.improvements.register import Register
from smartfab.service.api import council, floor, ideas, money, proof, staff
from smartfab.service.api.document import Described
from smartfab.service.api.responses import ImprovementOut
from smartfab.service.bounds import Bounds
from smartfab.service.login_limit import LoginLimit
from smartfab.service.offered import methods_offered
from smartfab.service.office.caller import Hall
from smartfab.service.plant_side import PlantSide
from smartfab.service.problems import MEDIA_TYPE, faults_of, headers_of, problem, status_of
from smartfab.service.settings import Settings
from smartfab.service.tally import Counted, Tally
from smartfab.service.web import floor_pages, idea_pages, plant_pages, proof_pages, sign_in
from smartfab.service.web.languages import of_request
from smartfab.service.web.refused_pages import refused_page

__all__ = ["create_app"]

_LOG = logging.getLogger("smartfab.service")
_ABOUT = """Improvements of a plant, from the idea to the measured gain and the reward.

Send `Authorization: Bearer <token>`. Changes take `If-Match` (or `version`) and an `Idempotency-Key`; errors are RFC 9457
problems with titles in English and Vietnamese. Who may do what is one table of roles and actions; `/v1/me` shows your row.
"""


def create_app(settings: Settings, *, register: Register | None = None, plant: PlantSide | None = None) -> FastAPI:
    """Return the service as an ASGI application.

    Parameters
    ----------
    settings : Settings
        Where the register and the plant are, and what is bounded.
    register : Register, optional
        One that is open already; it stays open when the application ends.
    plant : PlantSide, optional
        One that was read already.

    Returns
    -------
    FastAPI
        With the API under /v1 and the web page beside it.

    Raises
    ------
    SmartfabError
        If the register does not answer, or plant or store are not in order.
    """
    opened = register or Register(
        settings.db, files=settings.files, tz=settings.tz, clock=settings.now, patience_s=settings.patience_s
    )
    side = plant
    if side is None and settings.plant is not None and settings.store is not None:
        side = PlantSide.of(settings.plant, settings.store, settings.now)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if register is None:
            opened.close()

    tally = Tally()
    bounds: dict[str, Any] = {
        "body": settings.body, "upload": settings.upload, "receive_s": settings.receive_s, "secure": settings.secure,
    }  # fmt: skip
    app = Described(
        title="smartfab", version=smartfab.__version__, description=_ABOUT, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/v1/openapi.json", middleware=[Middleware(Counted, tally=tally), Middleware(Bounds, **bounds)],
    )  # fmt: skip
    app.state.hall = Hall(opened, side, settings)
    app.state.tally = tally
    app.state.login_limit = LoginLimit(time.monotonic)
    for part in (ideas, proof, council, money, staff, floor):
        app.include_router(part.router, prefix="/v1")
    for pages in (sign_in, idea_pages, proof_pages, floor_pages, plant_pages):
        app.include_router(pages.router)
    app.mount("/static", StaticFiles(packages=[("smartfab.service.web", "static")]))
    _answer_errors(app)
    return app


def _answer_errors(app: FastAPI) -> None:
    """Answer every error as a problem, or as a page where a browser asked for one."""

    def told(request: Request, status: int, headers: dict[str, str] | None = None, **body: Any) -> Response:  # noqa: ANN401  members of the problem
        content = problem(status, lang=of_request(request), **body)
        if not request.url.path.startswith(("/v1/", "/static/")):
            return refused_page(request, content, headers)
        return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE, headers=headers)

    @app.exception_handler(SmartfabError)
    def ours(request: Request, error: SmartfabError) -> Response:
        status = status_of(error, conditional="if-match" in request.headers)
        more = _newer(request, error) if isinstance(error, StaleVersionError) else {}
        return told(request, status, headers_of(error, status), detail=str(error), faults=faults_of(error), **more)

    @app.exception_handler(RequestValidationError)
    def unread(request: Request, error: RequestValidationError) -> Response:
        status = 400 if any(item["type"] == "json_invalid" for item in error.errors()) else 422
        faults: list[dict[str, str | None]] = [
            {"where": ".".join(map(str, item["loc"])), "found": str(item["msg"]), "expected": None, "remedy": None}
            for item in error.errors()
        ]
        return told(request, status, detail=f"{len(faults)} faults in the request", faults=faults)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        headers = {**(error.headers or {}), **({"Allow": methods_offered(request)} if error.status_code == 405 else {})}
        return told(request, error.status_code, headers, detail=str(error.detail))

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        _LOG.error("%s %s: %s", request.method, request.url.path, type(error).__name__, exc_info=error)
        return told(request, 500, detail="It was logged; try again, or tell an administrator when it happened.")


def _newer(request: Request, error: StaleVersionError) -> dict[str, Any]:
    """Return what is there now, for whoever was too late: the right to read it was asked before."""
    hall: Hall = request.app.state.hall
    return {"current": ImprovementOut.of(hall.register.get(str(error.where))).model_dump(mode="json")}
