"""What people type: NFC, of bearable length, without control characters; folded for search."""

from __future__ import annotations

import unicodedata

from smartfab.errors import RegisterError

TITLE = 300
LONG = 20_000
NAME = 200
"""Most characters of a title, of a longer text, and of a name or id [1]."""


def clean_text(value: object, what: str, *, most: int = LONG, optional: bool = False) -> str | None:
    """Return a text in NFC without blanks around it, refused where it is empty, too long or holds control characters."""
    if value is None or (isinstance(value, str) and not value.strip()):
        if optional:
            return None
        raise RegisterError("nothing", where=what, expected="a text", remedy="Write it.")
    if not isinstance(value, str):
        raise RegisterError(f"a {type(value).__name__}", where=what, expected="a text", remedy="Write it as text.")
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n").strip())
    if len(text) > most:
        raise RegisterError(
            f"{len(text)} characters", where=what, expected=f"at most {most}", remedy="Shorten it, or attach it as a file."
        )
    strange = next((letter for letter in text if _is_strange(letter)), None)
    if strange is not None:
        raise RegisterError(f"character U+{ord(strange):04X}", where=what, expected="letters, digits, signs and line breaks")
    return text


def _is_strange(letter: str) -> bool:
    return (unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t") or letter in "\u202a\u202b\u202d\u202e"


def full_text(value: object, what: str, *, most: int = LONG) -> str:
    """Return a text that must be there."""
    text = clean_text(value, what, most=most)
    assert text is not None  # noqa: S101  for the type checker: clean_text refuses nothing at all
    return text


def name_text(value: object, what: str) -> str:
    """Return an id or a name: a text of one line."""
    text = full_text(value, what, most=NAME)
    if "\n" in text:
        raise RegisterError("a line break", where=what, expected="one line")
    return text


def folded(text: str) -> str:
    """Return a text as search compares it: lower case, without diacritics, đ as d.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Words with one blank between them.

    Examples
    --------
    >>> folded("Đường hàn  CẠNH máy")
    'duong han canh may'
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).replace("đ", "d")
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


def dong(amount: int) -> str:
    """Return đồng with dots, such as ``157.248.000 đ``.

    Parameters
    ----------
    amount : int
        Amount [VND].

    Returns
    -------
    str
        With a no-break space before the sign.
    """
    return f"{amount:,}".replace(",", ".").replace("-", "\N{MINUS SIGN}") + "\N{NO-BREAK SPACE}đ"
