"""Result rows for a terminal and for other programs."""

from __future__ import annotations

import pandas as pd

from smartfab.charts.wording import Lang, language, number
from smartfab.cli.line_width import fitted, terminal_width
from smartfab.cli.messages import MESSAGES
from smartfab.cli.plain_text import plain
from smartfab.cli.tabular import table
from smartfab.findings import Finding
from smartfab.plant import Plant
from smartfab.remarks import sentence
from smartfab.report.evidence_lines import evidence
from smartfab.report.rows import Shown, in_order, shown
from smartfab.vocabulary import label

_RATIOS = {"oee": "OEE", "availability": "A", "performance": "P", "quality": "Q"}
_PIECES = ("total", "good")
_REMARKS = 12
_NAMED = 3


def oee_table(kpis: pd.DataFrame, keys: list[str], plant: Plant, lang: str) -> str:
    """Return rows of table `oee` as a table of text with notes and remarks below; 80 columns wide on a terminal.

    Parameters
    ----------
    kpis : DataFrame
        Rows of table `oee`, with findings.
    keys : list of str
        Columns that name a row, the foremost first.
    plant : Plant
        Says their order, and the zone of times.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        Lines.
    """
    spoken = language(lang)
    worked = kpis[(kpis["planned_s"] > 0) | (kpis["unknown_s"] > 0) | kpis["total_no_shift"].gt(0)]
    rows = shown(in_order(worked, keys, plant), keys, spoken)
    words = MESSAGES[spoken]
    heads = [label(key, spoken) for key in keys]
    heads += [f"{head}\N{NO-BREAK SPACE}%" for head in _RATIOS.values()]
    heads += [f"{words.coverage}\N{NO-BREAK SPACE}%", f"{words.planned}\N{NO-BREAK SPACE}h", words.total, words.good]
    cells = [[*row["keys"], *_figures(row)] for row in rows]
    parts = [table(heads, cells, left=len(keys), width=terminal_width()) if rows else words.no_rows]
    told = [*_notes(rows), *_remarks(kpis.attrs.get("findings", []), plant.timezone, spoken)]
    return plain("\n".join([*parts, *map(fitted, told)]))


def _notes(rows: list[Shown]) -> list[str]:
    """Tell each note once, with the rows it is about."""
    about: dict[str, list[str]] = {}
    for row in rows:
        for note in row["notes"]:
            about.setdefault(note, []).append(" ".join(row["keys"]))
    lines = []
    for note, names in about.items():
        more = f", … (+{len(names) - _NAMED})" if len(names) > _NAMED else ""
        lines.append(f"  {', '.join(names[:_NAMED])}{more}: {note}")
    return lines


def _figures(row: Shown) -> list[str]:
    figures = row["figures"]
    bare = [figures[name].removesuffix("\N{NO-BREAK SPACE}%") for name in (*_RATIOS, "coverage")]
    return [*bare, figures["planned_s"].removesuffix("\N{NO-BREAK SPACE}h"), *(figures[name] for name in _PIECES)]


def _remarks(findings: list[Finding], tz: str, lang: Lang) -> list[str]:
    if not findings:
        return []
    words = MESSAGES[lang]
    lines = [f"{words.remarks}:"]
    for item in findings[:_REMARKS]:
        place = f" {item['where']}" if item["where"] else ""
        told = f" ({evidence(item, tz, lang)})" if item["evidence"] else ""
        lines.append(f"  {number(item['count'], lang)} ×{place}: {sentence(item['code'], lang)}{told}")
    if len(findings) > _REMARKS:
        lines.append(words.more_remarks.format(count=len(findings) - _REMARKS))
    return lines
