"""Result rows → what a reader sees: numbers written out, and what is to be said about them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypedDict

import pandas as pd

from smartfab.charts.wording import ABSENT, Lang, day, hours, number, percent
from smartfab.remarks import because
from smartfab.report.texts import TEXTS
from smartfab.vocabulary import label

if TYPE_CHECKING:
    from smartfab.plant import Plant

RATIOS = ("oee", "availability", "performance", "quality", "coverage")
TIMES = ("planned_s",)
PIECES = ("total", "good", "scrap")
_APART = ("total_unknown", "total_planned_stop", "total_no_shift")


class Shown(TypedDict):
    """One row of a table of the page: its keys, its figures by column, the length of its bar, and its notes."""

    keys: list[str]
    figures: dict[str, str]
    share: str
    notes: list[str]


def shown(kpis: pd.DataFrame, keys: list[str], lang: Lang) -> list[Shown]:
    """Return the rows of a table as text.

    Parameters
    ----------
    kpis : DataFrame
        Rows of table `oee`.
    keys : list of str
        Columns that name a row.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    list of Shown
        In the order of the rows.
    """
    return [_row({str(name): value for name, value in row.items()}, keys, lang) for row in kpis.to_dict("records")]


def in_order(table: pd.DataFrame, keys: list[str], plant: Plant) -> pd.DataFrame:
    """Return the rows by production date, shifts and machines in the order the plant lists them.

    Parameters
    ----------
    table : DataFrame
        Any table that has these columns.
    keys : list of str
        Columns to sort by, the foremost first.
    plant : Plant
        Lists the shifts, and the machines in the order of the flow.

    Returns
    -------
    DataFrame
        The same rows.
    """
    listed = {
        "machine_id": [machine.id for _, machine in plant.machines],
        "shift_id": [shift.id for shift in plant.shifts],
        "line_id": [line.id for line in plant.lines],
    }
    places = {
        key: table[key].map({name: n for n, name in reversed(list(enumerate(listed[key])))}) if key in listed else table[key]
        for key in keys
    }
    order = pd.DataFrame(places).reset_index(drop=True).sort_values(keys, kind="stable").index
    return table.iloc[order.to_numpy()]


def _row(row: dict[str, object], keys: list[str], lang: Lang) -> Shown:
    figures = {name: percent(_float(row, name), lang) for name in RATIOS}
    figures |= {name: hours(_float(row, name), lang) for name in TIMES}
    figures |= {name: _pieces(_float(row, name), lang) for name in PIECES}
    figures["n_stops"] = number(_float(row, "n_stops"), lang)
    oee = _float(row, "oee")
    share = f"{100 * min(max(oee, 0.0), 1.0):.1f}" if math.isfinite(oee) else "0"
    return Shown(keys=[key_text(row.get(name), lang) for name in keys], figures=figures, share=share, notes=_notes(row, lang))


def _notes(row: dict[str, object], lang: Lang) -> list[str]:
    reason = row.get("reason")
    thin = isinstance(reason, str) and "not enough data" in reason
    notes = [because(reason, lang)] if isinstance(reason, str) and reason else []
    low, high = _float(row, "oee_low"), _float(row, "oee_high")
    if thin and math.isfinite(low) and math.isfinite(high):
        notes.append(TEXTS["bounds"][lang].format(low=percent(low, lang), high=percent(high, lang)))
    apart = [f"{label(name, lang)}: {_pieces(_float(row, name), lang)}" for name in _APART if _float(row, name) > 0]
    if apart:
        notes.append(TEXTS["pieces_apart"][lang].format(what=", ".join(apart)))
    return ["; ".join(notes)] if notes else []


def key_text(value: object, lang: Lang) -> str:
    """Return what names a row as text.

    Parameters
    ----------
    value : object
        A name or a date.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        A dash where there is none.
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ABSENT
    return day(value, lang) if isinstance(value, pd.Timestamp) else str(value)


def _float(row: dict[str, object], name: str) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, (int, float)) else math.nan


def _pieces(value: float, lang: Lang) -> str:
    return number(value, lang, 0 if abs(value) >= 100 or value == value // 1 else 1)
