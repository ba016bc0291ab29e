"""Text as people mean it, whatever keyboard it was typed on: case, accents, Unicode form and blanks do not matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_KEPT = 1 << 14  # a column says few different things many times
_BREAKS = re.compile(r"\s*[\r\n\t\N{NO-BREAK SPACE}]+\s*")
_NOT_A_WORD = re.compile(r"[\W_]+")
_BRACKET = re.compile(r"\s*[\(\[]\s*([^\(\)\[\]]*?)\s*[\)\]]\s*$")

_UNITS = {
    "s": "s giay sec secs second seconds",
    "min": "min mins minute minutes phut ph p",
    "h": "h gio hr hrs hour hours g",
    "ms": "ms",
    "d": "ngay day days",
    "%": "% phan_tram percent pct",
    "1": "1 cai chiec sp pcs pc vien con bo san_pham ea kg g_ tan m m2 m² lit l tam thung pallet",
}
_A_TIME = {"ca": "shift", "shift": "shift"}
_CANONICAL = {name.replace("_", " ").strip(): unit for unit, names in _UNITS.items() for name in names.split()}


@lru_cache(_KEPT)
def plain(text: str) -> str:
    """Return text in small letters without accents; đ is d. Digits and punctuation stay.

    Parameters
    ----------
    text : str
        In any Unicode form.

    Returns
    -------
    str
        ASCII where the text was Vietnamese.
    """
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return bare.replace("đ", "d").replace("Đ", "d").casefold()


@lru_cache(_KEPT)
def fold(text: str) -> str:
    """Return the words of a text: `plain`, with anything that is no letter or digit as one blank.

    Parameters
    ----------
    text : str
        In any Unicode form.

    Returns
    -------
    str
        Words with single blanks between them.

    Examples
    --------
    >>> fold("  Ngày_sản xuất ")
    'ngay san xuat'
    """
    return _NOT_A_WORD.sub(" ", plain(text)).strip()


def trimmed(text: str) -> str | None:
    """Return the text of a cell in NFC, without blanks around it; None if nothing is left.

    Parameters
    ----------
    text : str
        In any Unicode form.

    Returns
    -------
    str or None
        The same words.
    """
    return unicodedata.normalize("NFC", text).strip().strip("\ufeff\u200b").strip() or None


def in_one_line(text: str) -> str:
    """Return a text with line ends, tabs and hard blanks as single blanks.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    str
        One line.
    """
    return _BREAKS.sub(" ", text)


def canonical_unit(text: str) -> str:
    """Return the unit a text names: s, min, h, ms, d, %, 1 for pieces, 1/h and its like; empty if it names none.

    Parameters
    ----------
    text : str
        Such as ``phút``.

    Returns
    -------
    str
        Canonical name.
    """
    said = " ".join(plain(text).replace(".", "").split())
    _, slash, per = (part.strip() for part in said.partition("/"))
    if slash:
        time = _A_TIME.get(per, _CANONICAL.get(per, ""))
        return f"1/{time}" if time not in {"", "%", "1"} else ""
    return _CANONICAL.get(said, "")


def bracketed(header: str) -> str:
    """Return what stands in brackets at the end of a header, plain; empty if nothing does.

    Parameters
    ----------
    header : str
        Such as ``Sản lượng (tấn)``.

    Returns
    -------
    str
        Such as ``tan``.
    """
    match = _BRACKET.search(header)
    return plain(match[1]).strip() if match else ""


def split_unit(header: str) -> tuple[str, str]:
    """Return a header without the unit at its end, and the unit.

    Parameters
    ----------
    header : str
        Such as ``Thời gian dừng (phút)``.

    Returns
    -------
    tuple of str
        The name, and the canonical unit; the header as it is and an empty text if it ends with no unit.
    """
    bare = header.strip()
    if bare.startswith("%") or bare.endswith("%"):
        return bare.strip("% "), "%"
    match = _BRACKET.search(header)
    if match and (unit := canonical_unit(match[1])):
        return header[: match.start()].strip(), unit
    name, comma, last = header.rpartition(",")
    if comma and (unit := canonical_unit(last)):
        return name.strip(), unit
    return header, ""
