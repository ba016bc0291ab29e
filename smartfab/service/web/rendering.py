"""Templates → pages, with words, labels and numbers in the visitor's language; everything is escaped."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd
from fastapi.responses import HTMLResponse

from smartfab.charts.wording import day, hours, moment, number, percent
from smartfab.improvements.register import dong
from smartfab.improvements.sentences import in_unit, unit_of
from smartfab.service.office.desk import Office
from smartfab.service.web.languages import Lang
from smartfab.service.web.page_words import words
from smartfab.service.web.visitors import Visitor, once
from smartfab.vocabulary import COLUMNS, label

if TYPE_CHECKING:
    from starlette.requests import Request

MENU = (
    ("ideas", "/ideas", "read"), ("queue", "/queue", "review"), ("stops", "/stops", "see_stops"),
    ("lines", "/lines", "see_oee"), ("reports", "/reports", "see_statistics"), ("council", "/council", "meet"),
    ("people", "/people", "manage_people"),
)  # fmt: skip
"""Word, address, and the action somebody must be able to do to see it."""


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("smartfab.service.web"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def page(
    name: str, request: Request, visitor: Visitor | None, lang: Lang, *, status: int = 200, **facts: Any  # noqa: ANN401  what a template asks for
) -> HTMLResponse:  # fmt: skip
    """Return a page.

    Parameters
    ----------
    name : str
        Of the template, without its suffix.
    request : Request
        What was asked.
    visitor : Visitor, optional
        Who looks; nobody at the login.
    lang : {"vi", "en"}
        Language.
    status : int
        Of HTTP [1].
    **facts
        What the template shows.

    Returns
    -------
    HTMLResponse
        Never kept by a cache on the way.
    """
    tz = request.app.state.hall.settings.tz
    office = None if visitor is None else visitor.office
    html = _environment().get_template(f"{name}.html.jinja").render(
        t=words(lang), lang=lang, office=office, form_key="" if visitor is None else visitor.form_key, once=once(),
        here=request.url.path, back=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        menu=[] if office is None else [(word, to) for word, to, action in MENU if office.could(action)],
        label=lambda term: label(str(term), lang), day=lambda text: _day(text, lang), at=lambda text: _at(text, tz, lang),
        dong=dong, number=lambda value, digits=0: number(float(value), lang, digits),
        percent=lambda value: percent(float(value), lang), hours=lambda value: hours(float(value), lang),
        effect=lambda value, kpi: _effect(float(value), str(kpi), lang), who=_names(office), status=status,
        name_of=lambda item: (item.title_en if lang == "en" and item.title_en else item.title_vi), **facts,
    )  # fmt: skip
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def _effect(value: float, kpi: str, lang: Lang) -> str:
    """An effect on a KPI in its unit: points for a ratio."""
    column = COLUMNS.get(kpi)
    ratio = column is not None and column.is_ratio
    return f"{in_unit(value, lang, ratio=ratio)} {unit_of(kpi, lang, ratio=ratio)}".strip()


def _names(office: Office | None) -> Callable[[str], str]:
    """Return what tells somebody's name by the number; the number itself where the register knows none."""

    @functools.cache
    def name(person_id: str) -> str:
        person = None if office is None else office.register.people.person(person_id)
        return person_id if person is None else person.name

    return name


def _day(text: str | None, lang: Lang) -> str:
    return "–" if not text else day(dt.date.fromisoformat(str(text)[:10]), lang)


def _at(text: object, tz: str, lang: Lang) -> str:
    """A moment on the plant's clock; a bare date stays a date."""
    if text is None or len(str(text)) == 10:
        return _day(None if text is None else str(text), lang)
    return moment(pd.Timestamp(str(text)), tz, lang)
