"""How numbers, durations and times are written for people, in English and Vietnamese."""

from __future__ import annotations

import datetime as dt
import math
from typing import Literal

import pandas as pd

from smartfab.clock import zone
from smartfab.errors import SmartfabError

Lang = Literal["en", "vi"]
ABSENT = "–"
"""Stands where there is no figure."""

_NARROW = "\N{NO-BREAK SPACE}"


def language(lang: str) -> Lang:
    """Return `lang` if smartfab speaks it.

    Parameters
    ----------
    lang : str
        Code of a language.

    Returns
    -------
    {"en", "vi"}
        The same.

    Raises
    ------
    SmartfabError
        If it is neither.
    """
    if lang == "vi":
        return "vi"
    if lang == "en":
        return "en"
    raise SmartfabError(f"no language {lang!r}", where="lang", expected="'vi' or 'en'", remedy="Use one of them.")


def number(value: float, lang: Lang, digits: int = 0) -> str:
    """Return a number with its separators: 1,234.5 in English, 1.234,5 in Vietnamese.

    Parameters
    ----------
    value : float
        NaN and infinities are written as absent.
    lang : {"en", "vi"}
        Language.
    digits : int
        Decimal places [1].

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> number(1234.5, "vi", 1)
    '1.234,5'
    """
    if not math.isfinite(value):
        return ABSENT
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    text = text.replace("-", "\N{MINUS SIGN}")
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def percent(ratio: float, lang: Lang, digits: int = 1) -> str:
    """Return a ratio as a percentage.

    Parameters
    ----------
    ratio : float
        1 is 100 %.
    lang : {"en", "vi"}
        Language.
    digits : int
        Decimal places [1].

    Returns
    -------
    str
        Text.
    """
    return f"{number(ratio * 100, lang, digits)}{_NARROW}%" if math.isfinite(ratio) else ABSENT


def hours(seconds: float, lang: Lang, digits: int = 1) -> str:
    """Return a length of time in hours.

    Parameters
    ----------
    seconds : float
        Length [s].
    lang : {"en", "vi"}
        Language.
    digits : int
        Decimal places [1].

    Returns
    -------
    str
        Text.
    """
    return f"{number(seconds / 3600, lang, digits)}{_NARROW}h" if math.isfinite(seconds) else ABSENT


def moment(at: pd.Timestamp, tz: str, lang: Lang, *, seconds: bool = False) -> str:
    """Return an instant as the plant's clock shows it.

    Parameters
    ----------
    at : Timestamp
        Aware time.
    tz : str
        IANA zone of the plant.
    lang : {"en", "vi"}
        Language: 2026-03-02 06:00 in English, 02/03/2026 06:00 in Vietnamese.
    seconds : bool
        Show the seconds too.

    Returns
    -------
    str
        Text.
    """
    return at.tz_convert(zone(tz)).strftime(f"{_DAY[lang]} %H:%M" + (":%S" if seconds else ""))


def day(date: dt.date, lang: Lang) -> str:
    """Return a production date.

    Parameters
    ----------
    date : date
        A date or a naive midnight.
    lang : {"en", "vi"}
        Language: 2026-03-02 in English, 02/03/2026 in Vietnamese.

    Returns
    -------
    str
        Text.
    """
    return date.strftime(_DAY[lang])


_DAY: dict[Lang, str] = {"en": "%Y-%m-%d", "vi": "%d/%m/%Y"}
