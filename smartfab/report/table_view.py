"""A table as a person would look at it in a notebook: coverage and findings first, then labels with units."""

from __future__ import annotations

import math
from html import escape

import pandas as pd

from smartfab.charts.wording import ABSENT, Lang, day, language, moment, number, percent
from smartfab.errors import TableError
from smartfab.findings import findings_of
from smartfab.remarks import sentence
from smartfab.vocabulary import COLUMNS, WORDS, label

__all__ = ["TableView", "show"]

_RATIOS = {name for name, column in COLUMNS.items() if column.is_ratio} | {"share", "cumulative"}
_SPOKEN = {"state", "category", "loss", "kind", "reason_id"}
_STYLE = "border-collapse:collapse;font-variant-numeric:tabular-nums"
_CELL = "padding:2px 8px;border-bottom:1px solid color-mix(in srgb, currentColor 25%, transparent);text-align:"


class TableView:
    """A table with its findings, drawn by notebooks through `_repr_html_`; `print` gives the same as text.

    Parameters
    ----------
    table : DataFrame
        Any table of smartfab.
    lang : {"en", "vi"}
        Language of labels and numbers.
    tz : str
        IANA zone times are shown in.
    rows : int
        At most so many rows are drawn [1].
    """

    def __init__(self, table: pd.DataFrame, lang: Lang, tz: str, rows: int) -> None:
        self.table, self.lang, self.tz, self.rows = table, lang, tz, rows

    def _remarks(self) -> list[str]:
        lines = []
        coverage = self.table["coverage"].dropna() if "coverage" in self.table else pd.Series(dtype=float)
        if len(coverage):
            lines.append(f"{label('coverage', self.lang)}: {percent(float(coverage.min()), self.lang)}"
                         + (f" … {percent(float(coverage.max()), self.lang)}" if coverage.nunique() > 1 else ""))  # fmt: skip
        for _, row in findings_of(self.table).iterrows():
            where = f" ({row['where']})" if row["where"] else ""
            lines.append(f"{number(float(row['count']), self.lang)} × {sentence(str(row['code']), self.lang)}{where}")
        return lines

    def _heads(self) -> list[tuple[str, str]]:
        return [self._head(str(name)) for name in self.table]

    def _head(self, name: str) -> tuple[str, str]:
        if name not in COLUMNS:
            return label(name, self.lang), "%" if name in _RATIOS else ""
        unit = "%" if name in _RATIOS else COLUMNS[name].unit
        return COLUMNS[name].label(self.lang), "" if unit == "1" else unit

    def _cells(self) -> list[list[str]]:
        shown = self.table.iloc[: self.rows]
        columns = [[self._told(str(name), value) for value in shown[name]] for name in shown]
        return [list(row) for row in zip(*columns, strict=True)]

    def _told(self, name: str, value: object) -> str:
        if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
            return ABSENT
        if isinstance(value, pd.Timestamp):
            return day(value, self.lang) if value.tzinfo is None else moment(value, self.tz, self.lang, seconds=True)
        if name in _SPOKEN and str(value) in WORDS:
            return label(str(value), self.lang)
        if isinstance(value, float):
            if name in _RATIOS:
                return percent(value, self.lang)
            return number(value, self.lang, 0 if value == round(value) else 3)
        return number(value, self.lang) if isinstance(value, int) and not isinstance(value, bool) else str(value)

    def __repr__(self) -> str:
        heads = [f"{text} [{unit}]" if unit else text for text, unit in self._heads()]
        body = pd.DataFrame(self._cells(), columns=heads).to_string(index=False) if len(self.table) else ABSENT
        return "\n".join([*self._remarks(), body, *self._rest()])

    def _rest(self) -> list[str]:
        more = len(self.table) - self.rows
        return [f"… + {number(more, self.lang)}"] if more > 0 else []

    def _repr_html_(self) -> str:
        remarks = "".join(f"<li>{escape(line)}</li>" for line in self._remarks())
        heads = "".join(
            f'<th style="{_CELL}left">{escape(text)}<br><small>{escape(unit)}</small></th>' for text, unit in self._heads()
        )
        numeric = [pd.api.types.is_numeric_dtype(self.table[name].dtype) for name in self.table]
        body = "".join(
            "<tr>" + "".join(f'<td style="{_CELL}{"right" if right else "left"}">{escape(cell)}</td>'
                             for cell, right in zip(row, numeric, strict=True)) + "</tr>"
            for row in self._cells()
        )  # fmt: skip
        rest = "".join(f"<p>{escape(line)}</p>" for line in self._rest())
        return f'<ul>{remarks}</ul><table style="{_STYLE}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{rest}'


def show(table: pd.DataFrame, *, lang: str = "en", tz: str = "UTC", rows: int = 50) -> TableView:
    """Return the view of a table for a notebook: coverage and findings first, labels with units, ratios in percent.

    Parameters
    ----------
    table : DataFrame
        Any table of smartfab; not changed.
    lang : {"en", "vi"}
        Language of labels and numbers.
    tz : str
        IANA zone times are shown in.
    rows : int
        At most so many rows are drawn [1].

    Returns
    -------
    TableView
        Drawn by Jupyter; `print` it elsewhere.

    Raises
    ------
    TableError
        If it is no DataFrame.
    """
    if not isinstance(table, pd.DataFrame):
        raise TableError(f"a {type(table).__name__}", where="show", expected="a DataFrame")
    return TableView(table, language(lang), tz, rows)
