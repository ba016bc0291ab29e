"""How each figure of a page was made: its terms put in, every second of its time, and the rows behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.charts.wording import Lang, number, percent
from smartfab.numerals import NARROW
from smartfab.oee.inputs import stamps
from smartfab.oee.layers import NOWHERE
from smartfab.remarks import because
from smartfab.report.environment import short
from smartfab.report.results import WindowResult
from smartfab.report.rows import key_text
from smartfab.report.texts import TEXTS
from smartfab.vocabulary import LOSSES, label

_MOST_PRODUCTS = 4
_KEYS = ("machine_id", "shift_id", "production_date")
_WITHIN = ("no_shift_s", "planned_stop_s", "unknown_s", "planned_s")
_PLANNED = ("breakdown_s", "setup_s", "idle_s", "blocked_starved_s", "minor_stop_s", "run_s")


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


_WORDS: dict[str, dict[Lang, str]] = {
    **{f"{name}_s": {"en": _low(label(name, "en", short=True)), "vi": _low(label(name, "vi", short=True))} for name in LOSSES},
    "calendar_s": {"en": "calendar", "vi": "lịch"},
    "planned_s": {"en": "planned", "vi": "kế hoạch"},
    "ideal_s": {"en": "ideal", "vi": "chuẩn"},
    "good_ideal_s": {"en": "good ideal", "vi": "chuẩn hàng đạt"},
}

_TEXT: dict[str, dict[Lang, str]] = {
    "from": {
        "en": "From {intervals} intervals of the account and {counts} counts of {machines}.",
        "vi": "Từ {intervals} khoảng thời gian và {counts} lần đếm của {machines}.",
    },
    "cycles": {"en": "Ideal cycle: {told}.", "vi": "Chu kỳ chuẩn: {told}."},
    "more": {"en": "{n} more", "vi": "{n} mã khác"},
    "exit": {"en": "good pieces of {machines}", "vi": "sản phẩm đạt của {machines}"},
}


class HowMade(TypedDict):
    """How the figures of one row were made: where a link leads, whose figures they are, and the sums."""

    id: str
    title: str
    lines: list[str]


@dataclass(frozen=True)
class Evidence:
    """The rows behind the figures of a window.

    Attributes
    ----------
    result : WindowResult
        What was computed.
    lang : {"en", "vi"}
        Language.
    """

    result: WindowResult
    lang: Lang

    def of(self, rows: pd.DataFrame, keys: Sequence[str], name: str, *, within: str | None = None) -> list[HowMade]:
        """Return how the figures of some rows were made.

        Parameters
        ----------
        rows : DataFrame
            Table `oee`; rows of a line have the finding that says whose time and whose pieces they hold.
        keys : sequence of str
            Columns that name a row.
        name : str
            What an id begins with.
        within : str, optional
            A line the rows belong to, where no column says so.

        Returns
        -------
        list of HowMade
            In the order of the rows.
        """
        flow = _flow(rows)
        told = []
        for n, named in enumerate(rows.to_dict("records")):
            row = {str(column): value for column, value in named.items()}
            title = " · ".join([*([short(within)] if within else []), *(self._named(key, row) for key in keys)])
            lines = [*_formulas(row, self.lang), *_seconds(row, self.lang), *self._rows_behind(row, keys, flow)]
            told.append(HowMade(id=f"how-{name}-{n}", title=title or self.result.plant.id, lines=lines))
        return told

    def _named(self, key: str, row: dict[str, object]) -> str:
        name = short(key_text(row.get(key), self.lang))
        return f"{TEXTS['week'][self.lang]} {name}" if key == "week" else name

    def _rows_behind(self, row: dict[str, object], keys: Sequence[str], flow: tuple[list[str], list[str]]) -> list[str]:
        pace, leave = flow
        machines = pace or [str(row["machine_id"])]
        counted = list(dict.fromkeys([*machines, *leave]))
        intervals = sum(self._number(self._intervals, name, row, keys) for name in machines)
        counts = sum(self._number(self._counts, name, row, keys) for name in counted)
        names = ", ".join(short(name) for name in machines)
        if leave and leave != pace:
            exits = ", ".join(short(name) for name in leave)
            names = f"{names}; {_TEXT['exit'][self.lang].format(machines=exits)}"
        told = _TEXT["from"][self.lang].format(
            intervals=number(intervals, self.lang), counts=number(counts, self.lang), machines=names
        )
        cycles = self._cycles(machines)
        return [f"{told} {_TEXT['cycles'][self.lang].format(told=cycles)}" if cycles else told]

    def _number(self, groups: pd.Series, machine: str, row: dict[str, object], keys: Sequence[str]) -> int:
        chosen = groups.loc[[machine]] if machine in groups.index.get_level_values(0) else groups.iloc[:0]
        if "week" in row:
            dates = chosen.index.get_level_values("production_date")
            first = pd.Timestamp(str(row["week"]))
            chosen = chosen[(dates >= first) & (dates < first + pd.Timedelta("7D"))]
        for key in ("shift_id", "production_date"):
            if key in keys:
                level, wanted = chosen.index.get_level_values(key), row[key]
                chosen = chosen[level.isna() if pd.isna(wanted) else level == wanted]  # type: ignore[call-overload]
        return int(chosen.sum())

    @cached_property
    def _intervals(self) -> pd.Series:
        return self.result.account.groupby(list(_KEYS), dropna=False, observed=True, sort=True).size()

    @cached_property
    def _counts(self) -> pd.Series:
        counts = self.result.data.counts
        if counts is None or counts.empty:
            return self._intervals.iloc[:0]
        placed = _placed(counts, self.result.account)
        return placed.groupby(list(_KEYS), dropna=False, observed=True, sort=True).size()

    @cached_property
    def _made(self) -> pd.DataFrame | None:
        """Which products each machine counted; None where no count names one."""
        counts = self.result.data.counts
        if counts is None or "product_id" not in counts or counts["product_id"].isna().all():
            return None
        return counts[["machine_id", "product_id"]].dropna().drop_duplicates()

    def _cycles(self, machines: Sequence[str]) -> str:
        products = self.result.data.products
        if products is None or "ideal_cycle_s" not in products:
            return ""
        mine = products
        if "machine_id" in products:
            mine = products[products["machine_id"].isna() | products["machine_id"].isin(machines)]
        if self._made is not None:
            made = self._made
            mine = mine[mine["product_id"].isin(made.loc[made["machine_id"].isin(machines), "product_id"])]
        named = zip(mine["product_id"], mine["ideal_cycle_s"], strict=True)
        told = [
            f"{short(product_id, 40)} {number(float(cycle_s), self.lang, 2)}{NARROW}s"
            for product_id, cycle_s in list(named)[:_MOST_PRODUCTS]
        ]
        more = len(mine) - _MOST_PRODUCTS
        return ", ".join([*told, *([_TEXT["more"][self.lang].format(n=number(more, self.lang))] if more > 0 else [])])


def _flow(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Whose time, and whose good pieces, the rows of a line hold; nothing for rows of machines."""
    for item in rows.attrs.get("findings", []):
        if item["code"] == "line_oee":
            return list(item["evidence"]["constraint"]), list(item["evidence"]["exit"])
    return [], []


def _placed(counts: pd.DataFrame, account: pd.DataFrame) -> pd.DataFrame:
    """The shift and the production date of each count that lies in the account, after the interval it lies in."""
    at = stamps(counts)
    parts = []
    machines, known = counts["machine_id"].to_numpy(), at != NOWHERE
    for machine_id, mine in account.groupby("machine_id", observed=True, sort=False):
        ordered = mine.sort_values("start", kind="stable")
        start, end = clock.micros(ordered["start"]), clock.micros(ordered["end"])
        chosen = np.flatnonzero((machines == machine_id) & known)
        place = np.searchsorted(start, at[chosen], side="right") - 1
        inside = (place >= 0) & (at[chosen] < end[np.maximum(place, 0)])
        parts.append(ordered.iloc[place[inside]][list(_KEYS)])
    if {"shift_id", "production_date"} <= set(counts):
        parts.append(counts.loc[~known, list(_KEYS)])  # of totals, which name their shift
    return pd.concat(parts, ignore_index=True)


def _formulas(row: dict[str, object], lang: Lang) -> list[str]:
    def term(name: str) -> str:
        return f"{_WORDS[name][lang]} {_length(_float(row, name), lang)}"

    working = f"({term('run_s')} + {term('minor_stop_s')})"
    ratios = {
        "availability": f"{working} / {term('planned_s')}", "performance": f"{term('ideal_s')} / {working}",
        "quality": f"{term('good_ideal_s')} / {term('ideal_s')}", "oee": f"{term('good_ideal_s')} / {term('planned_s')}",
    }  # fmt: skip
    lines = [
        f"{'OEE' if name == 'oee' else label(name, lang, short=True)} = {sums} = {percent(_float(row, name), lang, 2)}"
        for name, sums in ratios.items()
    ]
    reason = row.get("reason")
    return [*lines, because(reason, lang)] if isinstance(reason, str) and reason else lines


def _seconds(row: dict[str, object], lang: Lang) -> list[str]:
    """Every second of the row: that of the window, then that of planned time."""
    sums = []
    for whole, parts in (("calendar_s", _WITHIN), ("planned_s", _PLANNED)):
        told = [f"{_WORDS[name][lang]} {_length(_float(row, name), lang)}" for name in parts if _float(row, name) > 0]
        sums.append(f"{_WORDS[whole][lang].capitalize()} {_length(_float(row, whole), lang)} = {' + '.join(told) or 0}")
    return sums


def _length(seconds: float, lang: Lang) -> str:
    return f"{number(seconds, lang, 1)}{NARROW}s" if math.isfinite(seconds) else number(seconds, lang)


def _float(row: dict[str, object], name: str) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, (int, float)) else math.nan
