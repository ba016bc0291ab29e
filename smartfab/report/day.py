"""The page of one window: OEE of lines, machines and shifts, two pictures, remarks, and how it was made."""

from __future__ import annotations

from dataclasses import dataclass

import jinja2
import pandas as pd

from smartfab import __version__
from smartfab.charts import state_timeline, waterfall
from smartfab.charts.wording import Lang, moment
from smartfab.findings import Finding, merged
from smartfab.pipelines.since_close import SinceClose
from smartfab.remarks import sentence
from smartfab.report.evidence_lines import evidence
from smartfab.report.period_lines import label_of, since_close, standing_text
from smartfab.report.pictures import inline_svg
from smartfab.report.rows import Shown, shown
from smartfab.report.texts import METHOD, TEXTS
from smartfab.vocabulary import label


@dataclass(frozen=True)
class LineResult:
    """OEE of one line: over the window and by shift, or why there is none."""

    line_id: str
    whole: pd.DataFrame | None
    shifts: pd.DataFrame | None = None
    failure: str = ""


@dataclass(frozen=True)
class DayResult:
    """Everything a page shows, before it is written out."""

    plant_id: str
    tz: str
    start: pd.Timestamp
    end: pd.Timestamp
    account: pd.DataFrame
    machines: pd.DataFrame
    shifts: pd.DataFrame
    lines: tuple[LineResult, ...]
    data_as_of: tuple[int, pd.Timestamp] | None
    printed_at: pd.Timestamp
    standing: tuple[SinceClose, ...] = ()
    changed: pd.DataFrame | None = None


def day_page(result: DayResult, lang: Lang) -> str:
    """Return the page.

    Parameters
    ----------
    result : DayResult
        What to show.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        HTML that needs no network and no script; every name in it is escaped.
    """
    text = {key: words[lang] for key, words in TEXTS.items()}
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("smartfab.report", "."), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=False,
    )  # fmt: skip
    window = f"{moment(result.start, result.tz, lang)} – {moment(result.end, result.tz, lang)}"
    return environment.get_template("day.html.jinja").render(
        lang=lang, t=text, plant_id=result.plant_id, window=window, facts=_facts(result, lang),
        standing=label_of(result.standing, lang), since=since_close(result.standing, result.changed, result.tz, lang),
        card=[(label(name, lang, short=True), name) for name in ("availability", "performance", "quality", "coverage")],
        lines=[_card(line, lang) for line in result.lines],
        timeline=inline_svg(state_timeline(result.account, lang=lang, tz=result.tz), "timeline"),
        waterfalls=_waterfalls(result, lang),
        columns=_columns(lang), tables=_tables(result, lang), findings=_findings(result, lang), method=METHOD[lang],
        footer=f"smartfab {__version__}",
    )  # fmt: skip


def _facts(result: DayResult, lang: Lang) -> list[tuple[str, str]]:
    def at(when: pd.Timestamp) -> str:
        return moment(when, result.tz, lang, seconds=True)

    as_of = TEXTS["no_version"][lang]
    if result.data_as_of is not None:
        version, written = result.data_as_of
        as_of = TEXTS["version_of"][lang].format(version=version, at=at(written))
    window = f"[{at(result.start)}, {at(result.end)}) {TEXTS['zone'][lang]} {result.tz}"
    return [
        (TEXTS["window"][lang], window),
        *((TEXTS["period"][lang], standing_text(item, result.tz, lang)) for item in result.standing),
        (TEXTS["data_as_of"][lang], as_of),
        (TEXTS["printed"][lang], f"{at(result.printed_at)}, smartfab {__version__}"),
    ]


def _card(line: LineResult, lang: Lang) -> dict[str, object]:
    if line.whole is None:
        return {"name": line.line_id, "failure": line.failure}
    (row,) = shown(line.whole, [], lang)
    counted = bool(line.whole["total"].notna().all())
    about = (TEXTS["about_pieces"][lang] if counted else "") + TEXTS["about_line"][lang]
    about = about.format(**row["figures"], planned=row["figures"]["planned_s"], constraint=_constraint(line.whole, lang))
    return {"name": line.line_id, "failure": "", "row": row, "about": about}


def _constraint(whole: pd.DataFrame, lang: Lang) -> str:
    """Name the machine that paces the line; several in parallel have no name of their own."""
    paced = whole["machine_id"].iloc[0] if "machine_id" in whole else None
    return paced if isinstance(paced, str) else TEXTS["constraint"][lang]


def _waterfalls(result: DayResult, lang: Lang) -> list[dict[str, str]]:
    pictures: list[dict[str, str]] = []
    for n, line in enumerate(result.lines):
        if line.whole is not None:
            rows = line.whole
            caption = TEXTS["of_line"][lang].format(line=line.line_id, constraint=_constraint(rows, lang))
        else:
            rows = result.machines[result.machines["line_id"] == line.line_id]
            caption = TEXTS["of_machines"][lang].format(line=line.line_id)
        if len(rows):
            pictures.append({"svg": inline_svg(waterfall(rows, lang=lang), f"waterfall{n}"), "caption": caption})
    return pictures


def _columns(lang: Lang) -> list[tuple[str, str]]:
    ratios = [("OEE", "oee")]
    ratios += [(label(name, lang, short=True), name) for name in ("availability", "performance", "quality", "coverage")]
    others = {"planned": "planned_s", "stops": "n_stops", "total": "total", "good": "good", "scrap": "scrap"}
    return ratios + [(TEXTS[text][lang], name) for text, name in others.items()]


def _tables(result: DayResult, lang: Lang) -> list[dict[str, object]]:
    by_line: list[Shown] = []
    for line in result.lines:
        if line.shifts is not None:
            named = line.shifts.assign(line_id=line.line_id)
            by_line += shown(_worked(named), ["line_id", "production_date", "shift_id"], lang)
    machine, shift = ["machine_id"], ["production_date", "shift_id", "machine_id"]
    tables: list[tuple[str, list[str], list[Shown]]] = [
        ("by_line", ["line_id", "production_date", "shift_id"], by_line),
        ("by_machine", machine, shown(result.machines, machine, lang)),
        ("by_shift", shift, shown(_worked(result.shifts), shift, lang)),
    ]
    return [{"title": TEXTS[name][lang], "heads": [label(k, lang) for k in keys], "rows": rows} for name, keys, rows in tables]


def _worked(kpis: pd.DataFrame) -> pd.DataFrame:
    """Leave out time outside every shift, unless pieces were counted in it."""
    idle = kpis["shift_id"].isna() & ~(kpis["total_no_shift"] > 0) & ~(kpis["total_unknown"] > 0)
    return kpis[~idle]


def _findings(result: DayResult, lang: Lang) -> list[dict[str, str]]:
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
