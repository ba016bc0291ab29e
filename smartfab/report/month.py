"""The page of a month: trend, weeks, losses, machines by shift, reliability, improvements, remarks, how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from smartfab import oee
from smartfab.charts import heat_map, oee_trend, pareto
from smartfab.charts.wording import Lang, hours, number
from smartfab.report import blocks
from smartfab.report.day import worked
from smartfab.report.environment import pages, short
from smartfab.report.how_made import Evidence, HowMade
from smartfab.report.moved_in_window import improvements_told
from smartfab.report.period_lines import label_of, since_close
from smartfab.report.pictures import inline_svg
from smartfab.report.results import LineResult, WindowResult
from smartfab.vocabulary import label

if TYPE_CHECKING:
    from smartfab.improvements import Register

TEXTS: dict[str, dict[Lang, str]] = {
    "title": {"en": "Monthly OEE report", "vi": "Báo cáo OEE tháng"},
    "trend": {"en": "OEE day by day", "vi": "OEE theo ngày"},
    "trend_caption": {
        "en": "One bar a production date; the sums of a date are made first, its ratio last.",
        "vi": "Mỗi cột là một ngày sản xuất; cộng trước, chia sau.",
    },
    "weeks": {"en": "Lines by week", "vi": "Dây chuyền theo tuần"},
    "dates": {"en": "Lines by production date", "vi": "Dây chuyền theo ngày sản xuất"},
    "machines": {"en": "Machines", "vi": "Theo máy"},
    "pareto": {"en": "What lost most", "vi": "Tổn thất lớn nhất"},
    "pareto_caption": {
        "en": "Losses of planned time on all machines, breakdowns nobody explained first.",
        "vi": "Tổn thất trong thời gian kế hoạch của mọi máy; hỏng máy chưa khai báo đứng đầu.",
    },
    "heat": {"en": "Machines by shift", "vi": "Máy theo ca"},
    "heat_caption": {"en": "All dates of a shift added up.", "vi": "Cộng mọi ngày của mỗi ca."},
    "reliability": {"en": "Reliability", "vi": "Độ tin cậy"},
    "mtbf": {"en": "MTBF", "vi": "MTBF (giữa hai lần hỏng)"},
    "mttr": {"en": "MTTR", "vi": "MTTR (thời gian sửa)"},
    "how_reliable": {
        "en": "MTBF = (run {run_s} s + setup {setup_s} s + breakdown {breakdown_s} s) / {n_failures}; "
        "MTTR = {breakdown_s} s / {n_failures}",
        "vi": "MTBF = (chạy {run_s} s + chuyển đổi {setup_s} s + hỏng máy {breakdown_s} s) / {n_failures}; "
        "MTTR = {breakdown_s} s / {n_failures}",
    },
    "at_least": {"en": "more than {length}", "vi": "hơn {length}"},
}


def month_page(result: WindowResult, lang: Lang, register: Register | None) -> str:
    """Return the page.

    Parameters
    ----------
    result : WindowResult
        What to show.
    lang : {"en", "vi"}
        Language.
    register : Register or None
        Whose improvements are told.

    Returns
    -------
    str
        HTML that needs no network and no script; every name in it is escaped.
    """
    told = Evidence(result, lang)
    cards, made = blocks.cards(result, told)
    daily = [_by_date(result, line) for line in result.lines if line.shifts is not None]
    weekly = [_by_week(result, rows) for rows in daily]
    machines = told.of(result.machines, ["machine_id"], "machine")
    made += machines
    week = _figures("weeks", ["line_id", "week"], weekly, told, made)
    dates = _figures("dates", ["line_id", "production_date"], daily, told, made)
    improved = None if register is None else improvements_told(register, result, lang)
    return pages().get_template("month.html.jinja").render(
        **blocks.frame(result, lang, TEXTS["title"][lang]),
        standing=label_of(result.standing, lang), since=since_close(result.standing, result.changed, result.tz, lang),
        lines=cards, trend=_trend(result, lang), weeks=week, waterfalls=blocks.waterfalls(result, lang),
        pareto=_pareto(result, lang), heat=_heat(result, lang),
        machines=blocks.figures(TEXTS["machines"][lang], ["machine_id"], [(result.machines, machines)], lang),
        reliability=_reliability(result, machines, lang), dates=dates, improved=improved,
        findings=blocks.remarks(result, lang), made=made,
    )  # fmt: skip


def _by_date(result: WindowResult, line: LineResult) -> pd.DataFrame:
    assert line.shifts is not None  # noqa: S101  asked before
    return _rolled(result, line.shifts, line.shifts.assign(line_id=line.line_id), ["line_id", "production_date"])


def _by_week(result: WindowResult, daily: pd.DataFrame) -> pd.DataFrame:
    """Add up the dates of each week; a week begins on Monday and is named by it."""
    monday = daily["production_date"] - pd.to_timedelta(daily["production_date"].dt.day_of_week, unit="D")
    return _rolled(result, daily, daily.assign(week=monday), ["line_id", "week"])


def _rolled(result: WindowResult, known: pd.DataFrame, rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    dated = worked(rows) if "shift_id" in rows else rows
    made = oee.rollup(dated.drop(columns="machine_id", errors="ignore"), by=keys, min_coverage=result.plant.plant.min_coverage)
    made = made.sort_values(keys, kind="stable").reset_index(drop=True)
    made.attrs["findings"] = known.attrs.get("findings", [])  # whose time and whose pieces a line's rows hold
    return made


def _figures(name: str, keys: list[str], parts: list[pd.DataFrame], told: Evidence, made: list[HowMade]) -> blocks.FigureTable:
    hows = [told.of(part, keys, f"{name}{n}") for n, part in enumerate(parts)]
    made.extend(how for part in hows for how in part)
    return blocks.figures(TEXTS[name][told.lang], keys, zip(parts, hows, strict=True), told.lang)


def _trend(result: WindowResult, lang: Lang) -> blocks.Picture:
    lines = [line.shifts.assign(line_id=line.line_id) for line in result.lines if line.shifts is not None]
    rows = pd.concat(_bare(lines)).drop(columns="machine_id", errors="ignore") if lines else result.shifts
    drawn = oee_trend(worked(rows), lang=lang, min_coverage=result.plant.plant.min_coverage)
    return _picture("trend", inline_svg(drawn, "trend"), lang)


def _pareto(result: WindowResult, lang: Lang) -> blocks.Picture:
    drawn = pareto(oee.pareto(result.account), lang=lang, reasons=result.data.reasons)
    return _picture("pareto", inline_svg(drawn, "pareto"), lang)


def _heat(result: WindowResult, lang: Lang) -> blocks.Picture:
    drawn = heat_map(worked(result.shifts), lang=lang, min_coverage=result.plant.plant.min_coverage)
    return _picture("heat", inline_svg(drawn, "heat"), lang)


def _picture(name: str, svg: Markup, lang: Lang) -> blocks.Picture:
    return blocks.Picture(title=TEXTS[name][lang], svg=svg, caption=TEXTS[f"{name}_caption"][lang])


def _bare(parts: list[pd.DataFrame]) -> list[pd.DataFrame]:
    for part in parts:
        part.attrs = {}
    return parts


def _reliability(result: WindowResult, hows: list[HowMade], lang: Lang) -> dict[str, object]:
    known = oee.reliability(result.account).set_index("machine_id")
    heads = [label("machine_id", lang), label("n_failures", lang), TEXTS["mtbf"][lang], TEXTS["mttr"][lang]]
    rows = []
    for machine_id, how in zip(result.machines["machine_id"], hows, strict=True):
        row = known.loc[machine_id]
        how["lines"].append(TEXTS["how_reliable"][lang].format(**{
            name: number(float(row[name]), lang, 0) for name in ("run_s", "setup_s", "breakdown_s", "n_failures")
        }))  # fmt: skip
        between = hours(float(row["mtbf_s"]), lang)
        if not row["n_failures"]:
            between = TEXTS["at_least"][lang].format(length=hours(float(row["mtbf_low_s"]), lang))
        mended = hours(float(row["mttr_s"]), lang, 2)
        rows.append([short(machine_id, 40), number(int(row["n_failures"]), lang), between, mended])
    links = [how["id"] for how in hows]
    return {"title": TEXTS["reliability"][lang], "heads": heads, "rows": rows, "left": 1, "hows": links}
