"""One page for the shift meeting: OEE, the longest stops, those nobody explained, NG, and a box to write in."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from smartfab.charts import state_timeline
from smartfab.charts.wording import Lang, hours, moment, number, percent
from smartfab.report import blocks
from smartfab.report.environment import pages, short
from smartfab.report.how_made import Evidence, HowMade
from smartfab.report.period_lines import label_of, since_close
from smartfab.report.pictures import inline_svg
from smartfab.report.results import WindowResult
from smartfab.report.shift_stops import stops_of, undeclared
from smartfab.vocabulary import label

_TOP = 5
_MOST_MACHINES = 10
_MOST_STRIPS = 4

TEXTS: dict[str, dict[Lang, str]] = {
    "title": {"en": "Shift report", "vi": "Báo cáo ca"},
    "top": {"en": "Top 5 stops", "vi": "5 lần dừng lâu nhất"},
    "reason": {"en": "Reason", "vi": "Lý do"},
    "begin": {"en": "From", "vi": "Từ"},
    "until": {"en": "To", "vi": "Đến"},
    "minutes": {"en": "min", "vi": "phút"},
    "goes_on": {"en": "goes on", "vi": "đang dừng"},
    "no_stops": {"en": "No stop in this time.", "vi": "Không có lần dừng nào."},
    "beside": {
        "en": "Not among them: waiting for another machine {waiting}, minor stops {minor} in {times} times.",
        "vi": "Không kể trên: chờ máy khác {waiting}, dừng vặt {minor} trong {times} lần.",
    },
    "undeclared": {"en": "Undeclared stops", "vi": "Dừng chưa khai báo lý do"},
    "undeclared_sum": {
        "en": "{count} breakdowns without a reason, {minutes} min in all.",
        "vi": "{count} lần dừng máy chưa có lý do, tổng {minutes} phút.",
    },
    "none_undeclared": {"en": "Every breakdown has its reason.", "vi": "Mọi lần hỏng máy đều đã có lý do."},
    "more": {"en": "and {n} more", "vi": "và {n} lần nữa"},
    "ng": {"en": "NG", "vi": "Hàng lỗi (NG)"},
    "share": {"en": "of total", "vi": "trên tổng"},
    "codes": {"en": "By defect: {told}.", "vi": "Theo mã lỗi: {told}."},
    "machines": {"en": "Machines", "vi": "Theo máy"},
    "worst": {
        "en": "Machines: the {n} lowest in OEE of {of}", "vi": "Theo máy: {n} máy có OEE thấp nhất trên {of} máy",
    },
    "actions": {"en": "What we do now", "vi": "Việc cần làm"},
    "action": {"en": "Action", "vi": "Biện pháp"},
    "owner": {"en": "Owner", "vi": "Người phụ trách"},
    "due": {"en": "Due", "vi": "Hạn"},
    "how_stop": {
        "en": "{first} to {last}: {seconds} s booked as {loss}, in {n} intervals of the account (source: {sources}).",
        "vi": "{first} đến {last}: {seconds} s tính vào {loss}, gồm {n} khoảng thời gian (nguồn: {sources}).",
    },
    "on_screen": {
        "en": "Evidence of the remarks, and how each figure was made, stand in the file of this page.",
        "vi": "Chi tiết ghi chú và cách tính từng con số có trong tệp của trang này.",
    },
}  # fmt: skip


def shift_page(result: WindowResult, lang: Lang) -> str:
    """Return the page.

    Parameters
    ----------
    result : WindowResult
        What to show; of more than ten machines those with the lowest OEE.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        HTML that prints on one page of A4; every name in it is escaped.
    """
    told = Evidence(result, lang)
    words = {key: text[lang] for key, text in TEXTS.items()}
    cards, made = blocks.cards(result, told)
    machines, title = _machines(result, lang)
    every = result.machines
    hows = told.of(every, ["machine_id"], "machine")
    of_shown = [how for how, name in zip(hows, every["machine_id"], strict=True) if (machines["machine_id"] == name).any()]
    stops = stops_of(result.account)
    open_ones = undeclared(stops)
    timeline = inline_svg(state_timeline(result.account, lang=lang, tz=result.tz), "timeline")
    of_stops = [_how_stop(stop, n, result, lang) for n, stop in enumerate(stops.head(_TOP).to_dict("records"))]
    of_open = [_how_stop(stop, _TOP + n, result, lang) for n, stop in enumerate(open_ones.head(_TOP).to_dict("records"))]
    return pages().get_template("shift.html.jinja").render(
        **blocks.frame(result, lang, words["title"]),
        s=words, standing=label_of(result.standing, lang),
        since=since_close(result.standing, result.changed, result.tz, lang),
        lines=cards, machines=blocks.figures(title, ["machine_id"], [(machines, of_shown)], lang),
        timeline=timeline, many=len(result.machines) > _MOST_STRIPS,
        top=_stop_table(stops.head(_TOP), of_stops, result, lang), beside=_beside(result.account, lang),
        undeclared=_stop_table(open_ones.head(_TOP), of_open, result, lang, reasons=False),
        undeclared_sum=_undeclared_sum(open_ones, lang),
        ng=_ng(result, {str(name): how["id"] for name, how in zip(every["machine_id"], hows, strict=True)}, lang),
        codes=_codes(result, lang), findings=blocks.remarks(result, lang), made=[*made, *hows, *of_stops, *of_open],
    )  # fmt: skip


def _machines(result: WindowResult, lang: Lang) -> tuple[pd.DataFrame, str]:
    every = result.machines
    if len(every) <= _MOST_MACHINES:
        return every, TEXTS["machines"][lang]
    worst = every.sort_values("oee", kind="stable").head(_MOST_MACHINES)
    title = TEXTS["worst"][lang].format(n=number(len(worst), lang), of=number(len(every), lang))
    return every[every.index.isin(worst.index)], title


def _how_stop(stop: Mapping[Hashable, Any], n: int, result: WindowResult, lang: Lang) -> HowMade:
    first, last = (moment(stop[name], result.tz, lang, seconds=True) for name in ("start", "end"))
    rows = result.account
    mine = rows[(rows["machine_id"] == stop["machine_id"]) & (rows["start"] >= stop["start"]) & (rows["end"] <= stop["end"])]
    line = TEXTS["how_stop"][lang].format(
        first=first, last=last, seconds=number(stop["duration_s"], lang, 1), loss=label(stop["loss"], lang),
        n=number(len(mine), lang), sources=", ".join(sorted(set(mine["source"].dropna().astype("str")))),
    )  # fmt: skip
    return HowMade(id=f"how-stop-{n}", title=short(stop["machine_id"]), lines=[line])


def _stop_table(
    stops: pd.DataFrame, hows: list[HowMade], result: WindowResult, lang: Lang, *, reasons: bool = True
) -> dict[str, object]:
    heads = [label("machine_id", lang), TEXTS["reason"][lang], TEXTS["begin"][lang], TEXTS["until"][lang],
             TEXTS["minutes"][lang]]  # fmt: skip
    rows = [
        [
            short(stop["machine_id"], 40), short(reason_name(stop["reason_id"], stop["loss"], result, lang), 60),
            _clock(stop["start"], result, lang), TEXTS["goes_on"][lang] if stop["open"] else _clock(stop["end"], result, lang),
            _minutes(stop["duration_s"], lang),
        ]
        for stop in stops.to_dict("records")
    ]  # fmt: skip
    if not reasons:
        heads, rows = [heads[0], *heads[2:]], [[row[0], *row[2:]] for row in rows]
    return {"title": "", "heads": heads, "rows": rows, "left": 2 if reasons else 1, "hows": [how["id"] for how in hows]}


def reason_name(reason_id: object, loss: str, result: WindowResult, lang: Lang) -> str:
    """Return what a stop is called: its reason, or the loss it is; a breakdown without a reason is not declared.

    Parameters
    ----------
    reason_id : object
        Of the stop; may be missing.
    loss : str
        Its bucket.
    result : WindowResult
        Its reasons have names.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        In the language, where the reason has a name in it.
    """
    if not isinstance(reason_id, str):
        return label("not_declared" if loss == "breakdown" else loss, lang)
    reasons = result.data.reasons
    if reasons is not None and f"name_{lang}" in reasons:
        names = reasons.loc[reasons["reason_id"] == reason_id, f"name_{lang}"].dropna()
        if len(names):
            return str(names.iloc[-1])
    return reason_id


def _clock(at: pd.Timestamp, result: WindowResult, lang: Lang) -> str:
    """Return the time of day, with its date where the window is longer than a day."""
    text = moment(at, result.tz, lang)
    return text if result.end - result.start > pd.Timedelta("1D") else text.rpartition(" ")[2]


def _minutes(seconds: float, lang: Lang) -> str:
    return number(seconds / 60, lang, 1)


def _beside(account: pd.DataFrame, lang: Lang) -> str:
    waiting, minor = (stops_of(account, [loss])["duration_s"] for loss in ("blocked_starved", "minor_stop"))
    return TEXTS["beside"][lang].format(
        waiting=hours(float(waiting.sum()), lang, 2), minor=hours(float(minor.sum()), lang, 2), times=number(len(minor), lang)
    )


def _undeclared_sum(stops: pd.DataFrame, lang: Lang) -> str:
    if stops.empty:
        return TEXTS["none_undeclared"][lang]
    text = TEXTS["undeclared_sum"][lang].format(
        count=number(len(stops), lang), minutes=_minutes(float(stops["duration_s"].sum()), lang)
    )
    more = len(stops) - _TOP
    return text if more <= 0 else f"{text} {TEXTS['more'][lang].format(n=number(more, lang))}."


def _ng(result: WindowResult, hows: Mapping[str, str], lang: Lang) -> dict[str, object]:
    heads = [label("machine_id", lang), label("scrap", lang, short=True), label("rework", lang, short=True),
             TEXTS["share"][lang]]  # fmt: skip
    counted = result.machines[result.machines["total"].notna()].sort_values("scrap", ascending=False, kind="stable")
    rows = [
        [
            short(row["machine_id"], 40), _pieces(float(row["scrap"]), lang), _pieces(float(row["rework"]), lang),
            percent((row["scrap"] + row["rework"]) / row["total"] if row["total"] > 0 else float("nan"), lang, 2),
        ]
        for _, row in counted.head(_TOP).iterrows()
    ]  # fmt: skip
    links = [hows[str(name)] for name in counted["machine_id"].head(_TOP)]
    return {"title": "", "heads": heads, "rows": rows, "left": 1, "hows": links}


def _codes(result: WindowResult, lang: Lang) -> str:
    counts = result.data.counts
    if counts is None or "defect_code" not in counts or "ts" not in counts:
        return ""
    bad = counts[counts["defect_code"].notna() & counts["ts"].between(result.start, result.end, inclusive="left")]
    if bad.empty:
        return ""
    pieces = bad["scrap"].fillna(0) + (bad["rework"].fillna(0) if "rework" in bad else 0)
    most = pieces.groupby(bad["defect_code"].astype("str")).sum().sort_values(ascending=False, kind="stable").head(_TOP)
    told = ", ".join(f"{short(code, 40)} {_pieces(float(n), lang)}" for code, n in most.items())
    return TEXTS["codes"][lang].format(told=told)


def _pieces(value: float, lang: Lang) -> str:
    return number(value, lang, 0 if abs(value) >= 100 or value == value // 1 else 1)
