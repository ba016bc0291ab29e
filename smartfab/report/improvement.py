"""The page of improvements: what was proposed, and what it was worth by measurement, with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from smartfab import __version__
from smartfab.charts.wording import ABSENT, Lang, day, moment
from smartfab.report import blocks
from smartfab.report.environment import pages, short
from smartfab.report.gathering import Window, version_of
from smartfab.report.measured_gain import gain_content, gain_words
from smartfab.report.moved_in_window import title_of, within
from smartfab.report.texts import TEXTS
from smartfab.vocabulary import label

if TYPE_CHECKING:
    from smartfab.improvements import Register
    from smartfab.plant import Plant
    from smartfab.store import Store

_TEXT: dict[str, dict[Lang, str]] = {
    "title": {"en": "What an improvement was worth", "vi": "Báo cáo hiệu quả cải tiến"},
    "none": {
        "en": "No improvement was measured in this time.", "vi": "Không có giải pháp nào được đo trong thời gian này.",
    },
    "not_measured": {
        "en": "Not measured yet; smartfab measure measures what is due.",
        "vi": "Chưa đo; lệnh smartfab measure sẽ đo những giải pháp đến hạn.",
    },
    "state": {"en": "State", "vi": "Trạng thái"},
    "problem": {"en": "Problem", "vi": "Vấn đề"},
    "solution": {"en": "Solution", "vi": "Giải pháp"},
    "authors": {"en": "Authors", "vi": "Tác giả"},
    "applied": {"en": "Applied on", "vi": "Ngày áp dụng"},
    "measured": {"en": "Measured", "vi": "Đo lúc"},
    "measured_by": {"en": "{at} by {by}, number {number}", "vi": "{at} bởi {by}, số {number}"},
    "head": {"en": "Head of the audit chain", "vi": "Đầu chuỗi kiểm toán"},
}  # fmt: skip


def improvement_page(
    store: Store, plant: Plant, window: Window, register: Register, lang: Lang, *, improvement: str | None, by: str | None
) -> str:
    """Return the page.

    Parameters
    ----------
    store : Store
        Whose data it says the age of; a measurement keeps its own rows.
    plant : Plant
        Says the zone.
    window : tuple of Timestamp
        Half-open: what was measured in it is shown, if no improvement is named.
    register : Register
        Where the improvements are kept.
    lang : {"en", "vi"}
        Language.
    improvement : str or None
        Which one.
    by : str or None
        Who prints it.

    Returns
    -------
    str
        HTML that needs no network and no script; every name in it is escaped.

    Raises
    ------
    RegisterError
        If there is no such improvement, or a measurement does not come out again from its rows.
    """
    rows = overview(register)
    if improvement is not None:
        register.get(improvement)
        chosen = [improvement]
    else:
        kept = {name: register.measurements(name) for name in rows}
        chosen = [name for name, some in kept.items() if any(within(one.at, window, plant.timezone) for one in some)]
    found = [idea_content(register, rows[name], plant, lang, n) for n, name in enumerate(chosen)]
    tz = plant.timezone
    told = f"[{moment(window[0], tz, lang, seconds=True)}, {moment(window[1], tz, lang, seconds=True)})"
    return pages().get_template("improvement.html.jinja").render(
        lang=lang, title=_TEXT["title"][lang], plant_id=plant.id, standing="",
        window=f"{moment(window[0], tz, lang)} – {moment(window[1], tz, lang)}",
        facts=[
            (TEXTS["window"][lang], f"{told} {TEXTS['zone'][lang]} {tz}"),
            (TEXTS["data_as_of"][lang], blocks.as_of_text(version_of(store, store), tz, lang)),
            (_TEXT["head"][lang], register.audit.head()),
            (TEXTS["printed"][lang], blocks.printed_text(pd.Timestamp.now(tz="UTC"), by, tz, lang)),
        ],
        i={key: words[lang] for key, words in _TEXT.items()}, g=gain_words(lang), found=found,
        t={key: words[lang] for key, words in TEXTS.items()}, footer=f"smartfab {__version__}",
    )  # fmt: skip


def overview(register: Register) -> dict[str, dict[str, object]]:
    """Return the row of each improvement in the overview of a register.

    Parameters
    ----------
    register : Register
        Where they are kept.

    Returns
    -------
    dict of dict
        By id.
    """
    every = register.overview().set_index("improvement_id", drop=False)
    return {str(name): {str(key): value for key, value in row.items()} for name, row in every.to_dict("index").items()}


def idea_content(register: Register, row: dict[str, object], plant: Plant, lang: Lang, n: int) -> dict[str, object]:
    """Return what a page shows of an improvement: what was proposed, and what it was worth.

    Parameters
    ----------
    register : Register
        Where it is kept.
    row : dict
        Of the overview.
    plant : Plant
        Says the zone.
    lang : {"en", "vi"}
        Language.
    n : int
        Tells the pictures of one page apart [1].

    Returns
    -------
    dict
        Id, title, facts, and the gain; None while there is none.

    Raises
    ------
    RegisterError
        If the measurement does not come out again from its rows.
    """
    kept = register.measurements(str(row["improvement_id"]))
    facts = [
        (_TEXT["state"][lang], label(str(row["state"]), lang)),
        (label("line_id", lang), ABSENT if row["line_id"] is None else short(row["line_id"])),
        (_TEXT["authors"][lang], short(row["authors"], 300)),
        (_TEXT["problem"][lang], str(row["problem"])),
        (_TEXT["solution"][lang], str(row["solution"])),
        (_TEXT["applied"][lang], ABSENT if row["applied_on"] is None else _day(row["applied_on"], lang)),
    ]
    if not kept:
        return {"id": row["improvement_id"], "title": title_of(row, lang), "facts": facts, "gain": None}
    last = kept[-1]
    at = moment(pd.Timestamp(last.at), plant.timezone, lang)
    facts.append((_TEXT["measured"][lang], _TEXT["measured_by"][lang].format(at=at, by=short(last.by), number=last.id)))
    gain = gain_content(register.reproduce(last.id), lang, str(n))
    return {"id": row["improvement_id"], "title": title_of(row, lang), "facts": facts, "gain": gain}


def _day(text: object, lang: Lang) -> str:
    return day(pd.Timestamp(str(text)[:10]), lang)
