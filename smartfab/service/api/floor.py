"""OEE, stops and reasons; what all improvements come to; the audit; health and metrics."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Query, Request, Response

import smartfab
from smartfab.exports.json_rows import plain_rows
from smartfab.findings import findings_of
from smartfab.service.api.callers import Asking, problems
from smartfab.service.api.fields import DayAsked, Plain
from smartfab.service.api.quick_routes import NO_TOKEN, QuickRoute
from smartfab.service.api.requests import ReasonRequest
from smartfab.service.api.responses_office import AuditOut, Health, Table
from smartfab.service.office.caller import Hall

router = APIRouter(route_class=QuickRoute)


@router.get("/oee", tags=["plant"], responses=problems(409))
def oee(
    office: Asking, start: Annotated[DayAsked, Query(alias="from")], end: Annotated[DayAsked, Query(alias="to")],
    by: Annotated[Literal["line", "day", "shift", "machine"], Query()] = "line",
) -> Table:  # fmt: skip
    """Return the OEE of production dates from `from` to before `to`, with coverage and findings."""
    rows = office.oee(start, end, by)
    return Table(rows=plain_rows(rows), findings=plain_rows(findings_of(rows)))


@router.get("/stops", tags=["plant"], responses=problems(409))
def stops(office: Asking, hours: Annotated[int, Query(ge=1, le=168, description="So far back.")] = 12) -> Table:
    """Return the stops nobody has explained, the longest first."""
    return Table(rows=plain_rows(office.open_stops(hours)))


@router.get("/reasons", tags=["plant"], responses=problems(409))
def reasons(office: Asking) -> list[dict[str, Any]]:
    """Return the reasons of the plant."""
    return [reason.model_dump(mode="json", include={"id", "parent", "name_vi", "name_en", "category"})
            for reason in office.reasons()]  # fmt: skip


@router.post("/stops/reason", status_code=204, tags=["plant"], responses=problems(404, 409))
def give_reason(office: Asking, said: ReasonRequest) -> Response:
    """Say why a machine stood; every entry is kept, and the latest one counts."""
    office.give_reason(said.machine_id, said.start, said.end, said.reason_id)
    return Response(status_code=204)


@router.get("/stats", tags=["statistics"], responses=problems())
def stats(office: Asking) -> dict[str, dict[str, int]]:
    """Return how many improvements are in each state and have each measured status."""
    table = office.overview()
    return {name: {str(word): int(n) for word, n in table[name].dropna().value_counts().sort_index().items()}
            for name in ("state", "status", "grade")}  # fmt: skip


@router.get("/emulation", tags=["statistics"], responses=problems())
def emulation(
    office: Asking, start: Annotated[DayAsked, Query(alias="from")], end: Annotated[DayAsked, Query(alias="to")],
    by: Annotated[Literal["unit", "person", "month", "drive"], Query()] = "unit",
    money: Annotated[bool, Query(description="With benefits and payments; for finance.")] = False,
) -> Table:  # fmt: skip
    """Return what units, people, months or drives proposed, applied, proved and were recognised for."""
    return Table(rows=plain_rows(office.emulation(start, end, by, money=money)))


@router.get("/audit/verify", tags=["audit"], responses=problems())
def audit(
    office: Asking, head: Annotated[str | None, Query(max_length=200, description="A head that was published."), Plain] = None
) -> AuditOut:
    """Verify the chain, every table against it, and every attachment."""
    return AuditOut.model_validate(office.audit(head).to_dict())


@router.get("/health", tags=["service"], responses={503: problems()[503]}, openapi_extra=NO_TOKEN)
def health(request: Request) -> Health:
    """Say whether the register answers; needs no token."""
    hall: Hall = request.app.state.hall
    hall.register.audit.head()
    return Health(status="ok", version=smartfab.__version__, plant=hall.plant is not None)


@router.get(
    "/metrics", tags=["service"], response_class=Response,
    responses={200: {"description": "OpenMetrics text", "content": {"text/plain": {}}}, **problems()},
)  # fmt: skip
def metrics(office: Asking, request: Request) -> Response:
    """Return counts of answers and improvements for Prometheus."""
    office.demand("metrics")
    states: pd.Series[int] = office.register.overview()["state"].value_counts().sort_index()
    lines = [
        "# TYPE smartfab_http_responses_total counter", *request.app.state.tally.lines(),
        "# TYPE smartfab_improvements gauge",
        *(f'smartfab_improvements{{state="{state}"}} {n}' for state, n in states.items()),
    ]  # fmt: skip
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
