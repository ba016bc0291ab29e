"""Names as a terminal can show them: nothing in them moves the cursor, changes colours or turns a line around."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """Return a text whose control and direction marks are seen as such.

    Parameters
    ----------
    text : str
        Of any number of lines.

    Returns
    -------
    str
        The same lines; a tab is a blank.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter
        if letter == "\n" or unicodedata.category(letter)[0] != "C"
        else " "
        if letter == "\t"
        else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )
