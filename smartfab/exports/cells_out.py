"""One column of a table as the cells of a sheet: header, values, number format, and what could not be shown as it is."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from smartfab.clock import first_shown, micros, zone
from smartfab.exports.workbooks import is_like_a_formula
from smartfab.findings import Finding, finding
from smartfab.terms import WORDS
from smartfab.vocabulary import COLUMNS, TABLES, label

Value = str | int | float | bool | dt.datetime | None

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_767
_SPOKEN = {"state", "category", "loss", "kind"}
_SHARES = {"share", "cumulative"}
_MOMENT, _DAY, _PERCENT = "dd/mm/yyyy hh:mm:ss", "dd/mm/yyyy", "0.0%"
_FORMATS = {"s": "#,##0.0", "1": "#,##0.###", "1/h": "#,##0.0"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as it is written; None is an empty cell."""

    header: str
    values: list[Value]
    number_format: str
    remarks: list[Finding] = field(default_factory=list)


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, and that a workbook can hold.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        With an apostrophe before what begins like a formula; control characters as U+FFFD; cut to 32,767 characters.
    """
    clean = _CONTROL.sub("\ufffd", unicodedata.normalize("NFC", text))
    return (f"'{clean}" if is_like_a_formula(clean) else clean)[:_LONGEST]


def shown_column(name: str, series: pd.Series, table: str, lang: str, tz: str) -> Shown:
    """Return a column as it is written.

    Parameters
    ----------
    name : str
        Of the column.
    series : Series
        Its values.
    table : str
        Name of the table, for remarks.
    lang : {"vi", "en"}
        Language of the header, and of states and losses.
    tz : str
        IANA zone of local times.

    Returns
    -------
    Shown
        Numbers stay numbers; what is missing is an empty cell.
    """
    column = COLUMNS.get(name)
    unit = column.unit if column is not None and column.unit != "1" else ""
    spoken = label(name, lang) if column is None else column.label(lang)
    header = safe_text(spoken + (f" ({unit})" if unit else ""))
    where = f"{table}.{name}"
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        values, remarks = _local(series, where, tz)
        return Shown(header, values, _MOMENT, remarks)
    if pd.api.types.is_datetime64_dtype(series.dtype):
        return Shown(header, [None if value is pd.NaT else value.to_pydatetime(warn=False) for value in series], _DAY)
    if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
        values, remarks = _numbers(series, where)
        is_ratio = name in _SHARES if column is None else column.is_ratio
        return Shown(header, values, _PERCENT if is_ratio else _FORMATS.get(column.unit if column else "", ""), remarks)
    # a result such as a Pareto names losses among reasons; a table that is read back keeps its ids
    is_spoken = name in _SPOKEN or (name == "reason_id" and table not in TABLES)
    return Shown(header, [_plain(value, lang if is_spoken else None, tz) for value in series], "")


def _local(series: pd.Series, where: str, tz: str) -> tuple[list[Value], list[Finding]]:
    exact = series.dt.tz_convert(zone(tz)).dt.tz_localize(None)
    local = exact.dt.round("ms")
    cut = int((exact.notna() & (local != exact)).sum())
    there = series.notna().to_numpy()
    twice = int((first_shown(exact.to_numpy("datetime64[us]")[there], zone(tz)) != micros(series[there])).sum())
    remarks = [finding("time_cut_to_milliseconds", where, cut)] if cut else []
    if twice:
        remarks.append(finding("time_shown_twice", where, twice, read_back_as="the first"))
    return [None if value is pd.NaT else value.to_pydatetime(warn=False) for value in local], remarks


def _numbers(series: pd.Series, where: str) -> tuple[list[Value], list[Finding]]:
    plain = series.astype(object)
    values = [_number(value) for value in plain]
    lost = sum(1 for value, shown in zip(plain, values, strict=True) if shown is None and not pd.isna(value))
    return values, [finding("non_finite_value", where, lost)] if lost else []


def _number(value: object) -> Value:
    if value is None or value is pd.NA:
        return None
    number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, int):
        return number
    return float(number) if isinstance(number, float) and math.isfinite(number) else None


def _plain(value: object, lang: str | None, tz: str) -> Value:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, pd.Timestamp):
        local = value.tz_convert(zone(tz)).tz_localize(None) if value.tzinfo is not None else value
        return local.to_pydatetime(warn=False)
    if isinstance(value, (int, float, np.number)):
        return _number(value)
    if lang is not None and str(value) in WORDS:
        return label(str(value), lang)
    return safe_text(str(value))
