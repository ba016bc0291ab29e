"""The shop floor in the browser: an operator's stops in two taps, OEE of the lines."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from smartfab.clock import instant
from smartfab.exports.json_rows import plain_rows
from smartfab.service.web.idea_pages import Brief
from smartfab.service.web.rendering import page
from smartfab.service.web.visitors import Sending, Visiting

router = APIRouter(include_in_schema=False)
HOURS = 12
"""How far back an operator is asked [h]: the own shift, and what the one before left."""
RATIOS = ("oee", "availability", "performance", "quality", "coverage")
Short = Annotated[str, Query(max_length=60)]


@router.get("/stops")
def stops(request: Request, visitor: Visiting, done: Annotated[bool, Query()] = False) -> Response:
    """Show the stops nobody explained, those of this shift first, the longest ones before the others."""
    rows = plain_rows(visitor.office.open_stops(HOURS))
    for row in rows:
        row["to"] = "/stops/explain?" + urlencode({name: row[name] for name in ("machine_id", "start", "end")})
    groups = {
        "this_shift": [row for row in rows if row["this_shift"]],
        "earlier": [row for row in rows if not row["this_shift"]],
    }
    return page("stops", request, visitor, visitor.lang, groups=groups, notice="thanks" if done else None)


@router.get("/stops/explain")
def explain(request: Request, visitor: Visiting, machine_id: Short, start: Short, end: Short) -> Response:
    """Show the reasons there are, each one a button."""
    for name, text in (("start", start), ("end", end)):
        instant(text, what=name)
    vi = visitor.lang == "vi"
    reasons = [
        (item.id, (item.name_vi if vi else item.name_en) or item.name_vi or item.id) for item in visitor.office.reasons()
    ]
    return page("stop_reason", request, visitor, visitor.lang, machine_id=machine_id, start=start, end=end, reasons=reasons)


@router.post("/stops/reason")
def give_reason(visitor: Sending, machine_id: Brief, start: Brief, end: Brief, reason_id: Brief) -> Response:
    """Enter the reason that was tapped."""
    visitor.office.give_reason(machine_id, start, end, reason_id)
    return RedirectResponse("/stops?done=true", status_code=303)


@router.get("/lines")
def lines(
    request: Request, visitor: Visiting, first: Annotated[str, Query(alias="from", max_length=10)] = "",
    last: Annotated[str, Query(alias="to", max_length=10)] = "",
) -> Response:  # fmt: skip
    """Show the OEE of the lines over some production dates: the last seven, if none are named."""
    today = dt.date.fromisoformat(visitor.office.today())
    begin, end = first or (today - dt.timedelta(days=7)).isoformat(), last or today.isoformat()
    rows = plain_rows(visitor.office.oee(begin, end, "line"))
    return page("lines", request, visitor, visitor.lang, first=begin, last=end, rows=rows, ratios=RATIOS)
