"""Whether the figures of a page are final, and what came or changed since they were."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from smartfab.charts.wording import ABSENT, Lang, day, hours, moment, number, percent
from smartfab.pipelines.since_close import SinceClose
from smartfab.report.texts import TEXTS
from smartfab.vocabulary import label

_MOST = 60


def label_of(standing: Sequence[SinceClose], lang: Lang) -> str:
    """Return the one word for a window.

    Parameters
    ----------
    standing : sequence of SinceClose
        Its months.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        "đã chốt" or "closed" if every month is; else "tạm tính" or "provisional".
    """
    provisional = [item.period for item in standing if not item.period.closed]
    return (provisional or [item.period for item in standing])[0].label(lang) if standing else ""


def standing_text(item: SinceClose, tz: str, lang: Lang) -> str:
    """Return how a month stands, with who decided it and when.

    Parameters
    ----------
    item : SinceClose
        The month.
    tz : str
        IANA zone of the plant.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        Such as "03/2026: đã chốt (Lan, 02/04/2026 08:00)".
    """
    year, month = item.period.month.split("-")
    name = f"{month}/{year}" if lang == "vi" else item.period.month
    said = f"{name}: {item.period.label(lang)}"
    if item.period.at is None:
        return said
    who = f"{item.period.by}, {moment(pd.Timestamp(item.period.at), tz, lang)}"
    return f"{said} ({who})" if item.period.closed else f"{said} ({TEXTS['reopened'][lang]} {who})"


def since_close(standing: Sequence[SinceClose], changed: pd.DataFrame | None, tz: str, lang: Lang) -> list[str] | None:
    """Return what came and what changed since the months of a window were closed.

    Parameters
    ----------
    standing : sequence of SinceClose
        Its months.
    changed : DataFrame or None
        From `smartfab.pipelines.since_close.changed_figures`.
    tz : str
        IANA zone of the plant.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    list of str or None
        A line each; None if no month was ever closed.
    """
    if all(item.close is None for item in standing):
        return None
    lines = [
        TEXTS["came_late" if item.period.closed else "came_since"][lang].format(
            table=late.table, count=number(late.count, lang), first=moment(late.first, tz, lang),
            last=moment(late.last, tz, lang),
        )
        for item in standing for late in item.late
    ]  # fmt: skip
    rows = [] if changed is None else changed.to_dict("records")
    for row in rows[:_MOST]:
        name = str(row["figure"])
        keys = [ABSENT if pd.isna(row[key]) else str(row[key]) for key in ("shift_id", "machine_id")]
        at = " · ".join([day(row["production_date"], lang), *keys])
        was, now = (_figure(name, float(row[which]), lang) for which in ("closed", "now"))
        lines.append(f"{at}: {label(name, lang, short=True)} {was} → {now}")
    if len(rows) > _MOST:
        lines.append(TEXTS["and_more"][lang].format(count=number(len(rows) - _MOST, lang)))
    return lines


def _figure(name: str, value: float, lang: Lang) -> str:
    if not math.isfinite(value):
        return ABSENT
    if name == "oee":
        return percent(value, lang)
    return hours(value, lang, 2) if name.endswith("_s") else number(value, lang)
