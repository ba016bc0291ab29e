"""The improvements of a window as a page tells them: what moved in it, and how far all of them came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from smartfab.charts import funnel
from smartfab.charts.wording import ABSENT, Lang, day, moment
from smartfab.report.environment import short
from smartfab.report.gathering import Window
from smartfab.report.pictures import inline_svg
from smartfab.report.results import WindowResult
from smartfab.vocabulary import label

if TYPE_CHECKING:
    from smartfab.improvements import Register
    from smartfab.improvements.register.results import StoredMeasurement

_DATES = ("proposed_on", "answered_on", "applied_on", "recognised_on")

_TEXT: dict[str, dict[Lang, str]] = {
    "title": {"en": "Improvements", "vi": "Cải tiến và sáng kiến"},
    "none": {
        "en": "No improvement was proposed, applied, measured or recognised in this time.",
        "vi": "Không có giải pháp nào được đề xuất, áp dụng, đo hay công nhận trong thời gian này.",
    },
    "name": {"en": "Title", "vi": "Tên"},
    "state": {"en": "State", "vi": "Trạng thái"},
    "applied": {"en": "Applied on", "vi": "Ngày áp dụng"},
    "gain": {"en": "Measured", "vi": "Kết quả đo"},
    "grade": {"en": "Grade", "vi": "Hạng"},
    "caption": {
        "en": "All improvements of the register, as of {at}; the table has those that moved in this time.",
        "vi": "Mọi giải pháp trong sổ, tính đến {at}; bảng chỉ gồm những giải pháp có thay đổi trong thời gian này.",
    },
}


def improvements_told(register: Register, result: WindowResult, lang: Lang) -> dict[str, object]:
    """Return the section of a page about improvements.

    Parameters
    ----------
    register : Register
        Where they are kept.
    result : WindowResult
        Whose window it is.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    dict
        Title, table of those that moved in the window, picture of all.
    """
    every = register.overview()
    last = {name: register.measurements(name)[-1:] for name in every["improvement_id"]}
    window = (result.start, result.end)
    moved = [
        row for row in _rows(every)
        if any(within(row[name], window, result.tz) for name in _DATES)
        or any(within(kept.at, window, result.tz) for kept in last[row["improvement_id"]])
    ]  # fmt: skip
    heads = [label("improvement_id", lang), *(_TEXT[name][lang] for name in ("name", "state", "applied", "gain", "grade"))]
    rows = [
        [
            str(row["improvement_id"]), short(title_of(row, lang)), label(str(row["state"]), lang),
            ABSENT if row["applied_on"] is None else day(pd.Timestamp(str(row["applied_on"])[:10]), lang),
            gain_text(last[row["improvement_id"]], lang),
            *([str(kept.grade) for kept in last[row["improvement_id"]]] or [ABSENT]),
        ]
        for row in moved
    ]  # fmt: skip
    return {
        "title": _TEXT["title"][lang], "none": _TEXT["none"][lang],
        "table": {"title": "", "heads": heads, "rows": rows, "left": 6},
        "svg": inline_svg(funnel(every, lang=lang), "funnel"),
        "caption": _TEXT["caption"][lang].format(at=moment(result.printed_at, result.tz, lang)),
    }  # fmt: skip


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def title_of(row: dict[str, object], lang: Lang) -> str:
    """Return the title of an improvement in a language, else in Vietnamese."""
    named = row.get("title_en") if lang == "en" else None
    return str(named or row["title_vi"])


def within(at: object, window: Window, tz: str) -> bool:
    """Return whether a day or an instant of the register lies in a window."""
    if not isinstance(at, str):
        return False
    when = pd.Timestamp(at)
    when = when.tz_localize(tz) + pd.Timedelta("12h") if when.tzinfo is None else when
    return bool(window[0] <= when < window[1])


def gain_text(kept: list[StoredMeasurement], lang: Lang) -> str:
    """Return the sentence of the measurement that holds."""
    return str(kept[0].result["sentence"][lang]) if kept else ABSENT
