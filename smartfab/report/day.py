"""The page of a day: OEE of lines, machines and shifts, two pictures, remarks, and how it was made."""

from __future__ import annotations

import pandas as pd

from smartfab.charts import state_timeline
from smartfab.charts.wording import Lang
from smartfab.report import blocks
from smartfab.report.environment import pages
from smartfab.report.how_made import Evidence, HowMade
from smartfab.report.period_lines import label_of, since_close
from smartfab.report.pictures import inline_svg
from smartfab.report.results import WindowResult
from smartfab.report.texts import TEXTS


def day_page(result: WindowResult, lang: Lang) -> str:
    """Return the page.

    Parameters
    ----------
    result : WindowResult
        What to show.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        HTML that needs no network and no script; every name in it is escaped.
    """
    told = Evidence(result, lang)
    cards, made = blocks.cards(result, told)
    tables = day_tables(result, told, made)
    timeline = inline_svg(state_timeline(result.account, lang=lang, tz=result.tz), "timeline")
    return pages().get_template("day.html.jinja").render(
        **blocks.frame(result, lang, TEXTS["title"][lang]),
        standing=label_of(result.standing, lang), since=since_close(result.standing, result.changed, result.tz, lang),
        lines=cards, timeline=timeline, pictures=blocks.waterfalls(result, lang),
        tables=tables, findings=blocks.remarks(result, lang), made=made,
    )  # fmt: skip


def day_tables(result: WindowResult, told: Evidence, made: list[HowMade]) -> list[blocks.FigureTable]:
    """Return the tables of lines by shift, machines, and machines by shift.

    Parameters
    ----------
    result : WindowResult
        What to show.
    told : Evidence
        Tells how figures were made.
    made : list of HowMade
        Takes what it told.

    Returns
    -------
    list of FigureTable
        Each figure leads to how it was made.
    """

    def table(name: str, keys: list[str], rows: list[pd.DataFrame]) -> blocks.FigureTable:
        parts = [(part, told.of(part, keys, f"{name}{n}")) for n, part in enumerate(rows)]
        made.extend(how for _, hows in parts for how in hows)
        return blocks.figures(TEXTS[name][told.lang], keys, parts, told.lang)

    of_lines = [worked(line.shifts).assign(line_id=line.line_id) for line in result.lines if line.shifts is not None]
    return [
        table("by_line", ["line_id", "production_date", "shift_id"], of_lines),
        table("by_machine", ["machine_id"], [result.machines]),
        table("by_shift", ["production_date", "shift_id", "machine_id"], [worked(result.shifts)]),
    ]


def worked(kpis: pd.DataFrame) -> pd.DataFrame:
    """Leave out time outside every shift, unless pieces were counted in it.

    Parameters
    ----------
    kpis : DataFrame
        Table `oee` by shift.

    Returns
    -------
    DataFrame
        The other rows.
    """
    idle = kpis["shift_id"].isna() & ~(kpis["total_no_shift"] > 0) & ~(kpis["total_unknown"] > 0)
    return kpis[~idle]
