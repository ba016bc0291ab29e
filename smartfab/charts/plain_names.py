"""Names of machines, reasons and products as a picture can show them: one line, in letters its font has, not too long."""

from __future__ import annotations

import functools
import unicodedata

MOST = 40
"""Longest name a picture shows [letters]."""

_UNSHOWN = "\N{REPLACEMENT CHARACTER}"


def drawn(name: object, most: int = MOST) -> str:
    """Return a name for a picture: control and direction marks, and letters the font lacks, are shown as such.

    Parameters
    ----------
    name : object
        As it stands in the table.
    most : int
        So many letters are shown; of a longer name the beginning and the end [1].

    Returns
    -------
    str
        One line.
    """
    known = _letters()
    seen = "".join(
        letter if ord(letter) in known and unicodedata.category(letter)[0] != "C" else " " if letter in "\t\n\r" else _UNSHOWN
        for letter in unicodedata.normalize("NFC", str(name))
    )
    if len(seen) <= most:
        return seen
    head = (most - 1) * 2 // 3
    return f"{seen[:head]}…{seen[head + 1 - most :]}"


@functools.cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties(family=["DejaVu Sans"]))).get_charmap())
