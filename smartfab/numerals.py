"""How numbers are written for people: 1,234.5 in English, 1.234,5 in Vietnamese."""

from __future__ import annotations

import math
from typing import Literal

from smartfab.errors import SmartfabError

__all__ = ["ABSENT", "NARROW", "Lang", "language", "number", "percent"]

Lang = Literal["en", "vi"]
ABSENT = "–"
"""Stands where there is no figure."""

NARROW = "\N{NO-BREAK SPACE}"
"""Stands between a number and its unit."""


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
        Any; NaN and infinities are written as absent [1].
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
        1 is 100 % [1].
    lang : {"en", "vi"}
        Language.
    digits : int
        Decimal places [1].

    Returns
    -------
    str
        Text.
    """
    return f"{number(ratio * 100, lang, digits)}{NARROW}%" if math.isfinite(ratio) else ABSENT
