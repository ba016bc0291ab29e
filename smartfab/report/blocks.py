"""The parts pages are put together from: what the figures rest on, cards of lines, tables, remarks, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

import pandas as pd
from markupsafe import Markup

from smartfab import __version__
from smartfab.charts import waterfall
from smartfab.charts.wording import Lang, moment
from smartfab.findings import Finding, merged
from smartfab.remarks import sentence
from smartfab.report.environment import short
from smartfab.report.evidence_lines import evidence
from smartfab.report.how_made import Evidence, HowMade
from smartfab.report.period_lines import standing_text
from smartfab.report.pictures import inline_svg
from smartfab.report.results import LineResult, WindowResult
from smartfab.report.rows import Shown, shown
from smartfab.report.texts import METHOD, TEXTS
from smartfab.vocabulary import label


class FigureTable(TypedDict):
    """A table of figures: its rows, and where each row's figures lead."""

    title: str
    heads: list[str]
    columns: list[tuple[str, str]]
    rows: list[Shown]
    hows: list[str]


class Picture(TypedDict):
    """A picture of a page."""

    title: str
    svg: Markup
    caption: str


def frame(result: WindowResult, lang: Lang, title: str) -> dict[str, object]:
    """Return what every page of a window has: words, title, window, facts, method.

    Parameters
    ----------
    result : WindowResult
        What was computed.
    lang : {"en", "vi"}
        Language.
    title : str
        Of the page.

    Returns
    -------
    dict
        For the template.
    """
    return {
        "lang": lang, "t": {key: words[lang] for key, words in TEXTS.items()}, "title": title, "plant_id": result.plant.id,
        "window": f"{moment(result.start, result.tz, lang)} – {moment(result.end, result.tz, lang)}",
        "facts": facts(result, lang), "method": METHOD[lang], "footer": f"smartfab {__version__}",
        "card": [(label(name, lang, short=True), name) for name in ("availability", "performance", "quality", "coverage")],
    }  # fmt: skip


def facts(result: WindowResult, lang: Lang) -> list[tuple[str, str]]:
    """Return what the figures rest on: window, period, data as of, and when, by whom and with what they were printed."""
    window = f"[{_at(result.start, result, lang)}, {_at(result.end, result, lang)}) {TEXTS['zone'][lang]} {result.tz}"
    return [
        (TEXTS["window"][lang], window),
        *((TEXTS["period"][lang], standing_text(item, result.tz, lang)) for item in result.standing),
        (TEXTS["data_as_of"][lang], as_of_text(result.data_as_of, result.tz, lang)),
        (TEXTS["printed"][lang], printed_text(result.printed_at, result.printed_by, result.tz, lang)),
    ]


def as_of_text(as_of: tuple[int, pd.Timestamp] | None, tz: str, lang: Lang) -> str:
    """Return how old the data are."""
    if as_of is None:
        return TEXTS["no_version"][lang]
    return TEXTS["version_of"][lang].format(version=as_of[0], at=moment(as_of[1], tz, lang, seconds=True))


def printed_text(at: pd.Timestamp, by: str | None, tz: str, lang: Lang) -> str:
    """Return when, by whom and with what a page was printed."""
    who = TEXTS["by"][lang].format(who=short(by)) if by else ""
    return f"{moment(at, tz, lang, seconds=True)}{who}, smartfab {__version__}"


def _at(when: pd.Timestamp, result: WindowResult, lang: Lang) -> str:
    return moment(when, result.tz, lang, seconds=True)


def cards(result: WindowResult, told: Evidence) -> tuple[list[dict[str, object]], list[HowMade]]:
    """Return a card for each line, and how its figures were made."""
    made: list[HowMade] = []
    found: list[dict[str, object]] = []
    for n, line in enumerate(result.lines):
        if line.whole is None:
            found.append({"name": short(line.line_id), "failure": line.failure})
            continue
        (how,) = told.of(line.whole, ["line_id"], f"line{n}")
        made.append(how)
        found.append({**_card(line, line.whole, told.lang), "how": how["id"]})
    return found, made


def _card(line: LineResult, whole: pd.DataFrame, lang: Lang) -> dict[str, object]:
    (row,) = shown(whole, [], lang)
    counted = bool(whole["total"].notna().all())
    about = (TEXTS["about_pieces"][lang] if counted else "") + TEXTS["about_line"][lang]
    about = about.format(**row["figures"], planned=row["figures"]["planned_s"], constraint=constraint_of(whole, lang))
    return {"name": short(line.line_id), "failure": "", "row": row, "about": about}


def constraint_of(whole: pd.DataFrame, lang: Lang) -> str:
    """Name the machine that paces a line; several in parallel have no name of their own."""
    paced = whole["machine_id"].iloc[0] if "machine_id" in whole else None
    return short(paced) if isinstance(paced, str) else TEXTS["constraint"][lang]


def waterfalls(result: WindowResult, lang: Lang) -> list[Picture]:
    """Return where the time of each line went."""
    pictures: list[Picture] = []
    for n, line in enumerate(result.lines):
        name = short(line.line_id)
        if line.whole is not None:
            rows = line.whole
            caption = TEXTS["of_line"][lang].format(line=name, constraint=constraint_of(rows, lang))
        else:
            rows = result.machines[result.machines["line_id"] == line.line_id]
            caption = TEXTS["of_machines"][lang].format(line=name)
        if len(rows):
            svg = inline_svg(waterfall(rows, lang=lang), f"waterfall{n}")
            pictures.append(Picture(title=TEXTS["waterfall"][lang], svg=svg, caption=caption))
    return pictures


def columns(lang: Lang, *, of_lines: bool) -> list[tuple[str, str]]:
    """Return the columns of figures: heads and names; what a line lost holds what still lies between its machines."""
    ratios = [("OEE", "oee")]
    ratios += [(label(name, lang, short=True), name) for name in ("availability", "performance", "quality", "coverage")]
    others = {
        "planned": "planned_s",
        "stops": "n_stops",
        "total": "total",
        "good": "good",
        "between" if of_lines else "scrap": "scrap",
    }
    return ratios + [(TEXTS[text][lang], name) for text, name in others.items()]


def figures(title: str, keys: Sequence[str], parts: Iterable[tuple[pd.DataFrame, list[HowMade]]], lang: Lang) -> FigureTable:
    """Return a table of figures, each row with a link to how it was made."""
    rows: list[Shown] = []
    hows: list[str] = []
    for table, made in parts:
        rows += shown(table, list(keys), lang)
        hows += [how["id"] for how in made]
    heads = [TEXTS["week"][lang] if key == "week" else label(key, lang) for key in keys]
    return FigureTable(title=title, heads=heads, columns=columns(lang, of_lines="line_id" in keys), rows=rows, hows=hows)


def remarks(result: WindowResult, lang: Lang) -> list[dict[str, str]]:
    """Return every remark on the data of a window, each once."""
    tables = [result.account, result.machines, result.shifts]
    tables += [table for line in result.lines for table in (line.whole, line.shifts) if table is not None]
    seen: dict[tuple[str, str], Finding] = {}
    for table in tables:
        for item in table.attrs.get("findings", []):
            # the same remark comes with every table made from the same data: once is enough
            seen.setdefault((item["code"], item["where"]), item)
    return [
        {
            "code": item["code"], "sentence": sentence(item["code"], lang), "where": item["where"],
            "count": str(item["count"]), "evidence": evidence(item, result.tz, lang),
        }
        for item in merged(seen.values())
    ]  # fmt: skip
