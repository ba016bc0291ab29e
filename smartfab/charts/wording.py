"""How durations and times are written for people, in English and Vietnamese; numbers as `smartfab.numerals` writes them."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd

from smartfab.clock import zone
from smartfab.numerals import ABSENT, NARROW, Lang, language, number, percent

__all__ = ["ABSENT", "Lang", "day", "hours", "language", "moment", "number", "percent"]


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
    return f"{number(seconds / 3600, lang, digits)}{NARROW}h" if math.isfinite(seconds) else ABSENT


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
