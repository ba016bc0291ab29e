"""A proposal as a form holds it, and as the register takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from smartfab.errors import RegisterError
from smartfab.improvements.register import Improvement

_FIELDS = ("title_vi", "title_en", "problem", "solution", "line_id", "kpi", "expected", "authors", "drive")
_ONLY_NEW = ("track", "paper_no", "proposed_on")
KPIS = (
    "oee", "availability", "performance", "quality", "scrap", "rework", "breakdown_s", "minor_stop_s", "setup_s",
)  # fmt: skip
"""What an idea is offered to move; a plant's own KPIs are typed through the API."""
_PAIR = re.compile(r"^(?P<person>[^:=;]+?)\s*(?:[:=]\s*(?P<share>[\d.,]+)\s*%?)?$")


def blank() -> dict[str, Any]:
    """Return the values of an empty form."""
    names = ("id", "version", *_FIELDS, *_ONLY_NEW, "on_behalf_of", "draft", "more")
    return {**dict.fromkeys(names, ""), "track": "measured"}


def said_of(item: Improvement) -> dict[str, Any]:
    """Return the values of a form that shows an improvement.

    Parameters
    ----------
    item : Improvement
        Which one.

    Returns
    -------
    dict
        Texts.
    """
    authors = "; ".join(f"{person}: {share}" for person, share in item.authors)
    expected = "" if item.expected is None else "; ".join(f"{value:g}" for value in dict.fromkeys(item.expected))
    held = {
        name: getattr(item, name) or "" for name in ("title_vi", "title_en", "problem", "solution", "line_id", "kpi", "drive")
    }
    return {**blank(), **held, "id": item.id, "version": item.version, "authors": authors, "expected": expected,
            "more": bool(item.title_en or item.drive or len(item.authors) > 1)}  # fmt: skip


def fields_of(said: Mapping[str, str], person_id: str, *, whole: bool = True) -> dict[str, Any]:
    """Return the fields of a proposal from a form.

    Parameters
    ----------
    said : mapping
        What was typed.
    person_id : str
        The author, where none is named.
    whole : bool
        A new proposal; else only what may be changed.

    Returns
    -------
    dict
        As `Register.submit` and `edit` take them.

    Raises
    ------
    RegisterError
        If authors or expectation cannot be read.
    """
    fields: dict[str, Any] = {name: said.get(name, "").strip() or None for name in _FIELDS}
    fields["expected"] = _expected(fields["expected"])
    owner = said.get("on_behalf_of", "").strip() or person_id
    authors = _authors(fields.pop("authors"))
    if authors or whole:
        fields["authors"] = authors or [(owner, "100")]
    if whole:
        fields |= {name: said.get(name, "").strip() or None for name in ("paper_no", "proposed_on")}
        fields |= {"track": said.get("track") or "measured", "draft": said.get("draft") == "yes"}
    return fields


def _authors(text: str | None) -> list[tuple[str, str]]:
    """Read "E0123: 60; E0456: 40"; somebody alone has all of it."""
    parts = [part.strip() for part in re.split(r"[;\n]", text or "") if part.strip()]
    found = [_PAIR.match(part) for part in parts]
    if any(pair is None or (pair["share"] is None and len(parts) > 1) for pair in found):
        raise RegisterError(str(text), where="authors", expected="E0123: 60; E0456: 40", remedy="Write each share.")
    return [(pair["person"].strip(), pair["share"] or "100") for pair in found if pair is not None]


def _expected(text: str | None) -> float | tuple[float, ...] | None:
    """Read "0,02" or "0.01; 0.02; 0.03"."""
    if text is None:
        return None
    try:
        values = tuple(float(part.strip().replace(",", ".")) for part in text.split(";"))
    except ValueError as error:
        raise RegisterError(text, where="expected", expected="0.02, or 0.01; 0.02; 0.03") from error
    return values[0] if len(values) == 1 else values
