"""The live board of a plant as text: what each machine does, its shift so far, the last stops, and how the servers answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from smartfab.charts.wording import Lang, moment, number, percent
from smartfab.cli.messages import MESSAGES
from smartfab.cli.plain_text import plain
from smartfab.cli.tabular import table
from smartfab.plant import Plant
from smartfab.vocabulary import label

_STOPS = 6
_RATIOS = {"oee": "OEE", "availability": "A", "performance": "P", "quality": "Q", "coverage": ""}


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    since: str
    stops: str
    none: str
    waiting: str
    age: str
    states: Mapping[str, str]


WORDS: dict[Lang, Words] = {
    "en": Words(
        since="for", stops="Last stops of the shift", none="none so far", waiting="No value has arrived yet.",
        age="newest value {age} ago",
        states={
            "connecting": "connecting", "collecting": "connected", "reconnecting": "cut off, trying again",
            "failed": "cannot be reached, trying again", "idle": "waiting", "stopping": "ending", "stopped": "ended",
        },
    ),
    "vi": Words(
        since="được", stops="Các lần dừng gần nhất trong ca", none="chưa có", waiting="Chưa nhận được giá trị nào.",
        age="giá trị mới nhất cách đây {age}",
        states={
            "connecting": "đang kết nối", "collecting": "đã kết nối", "reconnecting": "mất kết nối, đang thử lại",
            "failed": "không kết nối được, đang thử lại", "idle": "đang chờ", "stopping": "đang dừng", "stopped": "đã dừng",
        },
    ),
}  # fmt: skip


def board(
    plant: Plant, account: pd.DataFrame | None, kpis: pd.DataFrame | None, health: Mapping[str, Mapping[str, Any]], *,
    lang: Lang, width: int | None = None,
) -> str:  # fmt: skip
    """Return the board.

    Parameters
    ----------
    plant : Plant
        Whose machines.
    account : DataFrame, optional
        Time account of the production date so far; None while nothing is known.
    kpis : DataFrame, optional
        Its OEE by machine and shift.
    health : mapping of str to mapping
        What the source of each line tells of itself; `state`, and `age_s` by signal.
    lang : {"en", "vi"}
        Language.
    width : int, optional
        Characters a line may have [1].

    Returns
    -------
    str
        Lines.
    """
    words = WORDS[lang]
    servers = _servers(health, words, lang)
    if account is None or kpis is None or not len(account):
        return plain("\n".join([f"smartfab · {plant.id}", *servers, "", words.waiting]))
    newest = _by_machine(account.groupby("machine_id", sort=False).tail(1))
    shift = next((row["shift_id"] for row in newest.values() if isinstance(row["shift_id"], str)), None)
    figures = _by_machine(kpis[kpis["shift_id"] == shift])
    now = moment(account["end"].max(), plant.timezone, lang, seconds=True)
    named = label("no_shift", lang) if shift is None else shift
    lines = [f"smartfab · {plant.id} · {now} · {named}", *servers, ""]
    heads = [label("machine_id", lang), label("state", lang), words.since]
    said = MESSAGES[lang]
    heads += [f"{name or said.coverage} %" for name in _RATIOS.values()] + [said.good, said.total]
    rows = [
        _row(machine.id, newest, figures, lang) for line in plant.lines for machine in line.machines if machine.id in newest
    ]
    lines += [table(heads, rows, left=2, width=width), "", f"{words.stops}:"]
    return plain("\n".join([*lines, *_stops(account[account["shift_id"] == shift], plant, words, lang)]))


def _servers(health: Mapping[str, Mapping[str, Any]], words: Words, lang: Lang) -> list[str]:
    lines = []
    for line_id, told in health.items():
        state = str(told.get("state", "idle"))
        parts = [words.states.get(state, state)]
        if ages := [age for age in told.get("age_s", {}).values() if age is not None]:
            parts.append(words.age.format(age=_length(min(ages), lang)))
        lines.append(f"{line_id}: {', '.join(parts)}")
    return lines


def _by_machine(rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["machine_id"]: {str(name): value for name, value in row.items()} for row in rows.to_dict("records")}


def _row(machine_id: str, newest: Mapping[str, Any], figures: Mapping[str, Any], lang: Lang) -> list[str]:
    row = newest[machine_id]
    cells = [machine_id, label(row["category"], lang), _length(row["duration_s"], lang)]
    own = figures.get(machine_id)
    if own is None:
        return cells + ["–"] * (len(_RATIOS) + 2)
    cells += [percent(own[name], lang).removesuffix("%").rstrip() for name in _RATIOS]
    return cells + [number(own[name], lang) for name in ("good", "total")]


def _stops(account: pd.DataFrame, plant: Plant, words: Words, lang: Lang) -> list[str]:
    """The last unplanned stops, the newest first, each with its reason."""
    stops = account[account["category"] == "unplanned_stop"].sort_values("start", ascending=False).head(_STOPS)
    names = {reason.id: getattr(reason, f"name_{lang}") or reason.id for reason in plant.reason}
    lines = []
    for stop in stops.to_dict("records"):
        reason = names.get(stop["reason_id"], stop["reason_id"]) if isinstance(stop["reason_id"], str) else "?"
        at = stop["start"].tz_convert(plant.timezone)
        lines.append(f"  {at:%H:%M}  {stop['machine_id']}  {_length(stop['duration_s'], lang)}  {reason}")
    return lines or [f"  {words.none}"]


def _length(seconds: float, lang: Lang) -> str:
    if seconds < 90:
        return f"{number(seconds, lang)} s"
    minutes = round(seconds / 60)
    hour = "h" if lang == "en" else "giờ"
    minute = "min" if lang == "en" else "ph"
    return f"{minutes} {minute}" if minutes < 90 else f"{minutes // 60} {hour} {minutes % 60:02d} {minute}"
