"""Bytes of a text file → text: UTF-8 with or without mark, UTF-16, or Windows Vietnamese."""

from __future__ import annotations

import codecs
import unicodedata

from smartfab.errors import TableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16 LE, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_TAKES_A_TONE = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")


def decoded(data: bytes, file: str) -> tuple[str, str]:
    """Return the text of a file and the encoding it was in.

    A mark at the beginning decides; else UTF-8 if every byte fits it; else UTF-16 if every other byte is zero; else
    cp1258, in which Vietnamese tones are marks of their own, here joined to their letters (NFC).

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for the error.

    Returns
    -------
    tuple of str
        Text in NFC; name of the encoding.

    Raises
    ------
    TableError
        If it is in none of these.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _tried(data, encoding, file), encoding
    if b"\0" in data[:4096]:
        even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        return _tried(data, encoding, file), encoding
    try:
        return unicodedata.normalize("NFC", data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        text = _tried(data, "cp1258", file)
    for before, char in zip(" " + text, text, strict=False):
        if char in _TONES and before not in _TAKES_A_TONE:
            raise _unreadable(file, f"no Vietnamese text in cp1258 (a tone on {before!r})")
    return unicodedata.normalize("NFC", text), "cp1258"


def _tried(data: bytes, encoding: str, file: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(file, f"not {encoding}: byte {error.start}: {error.reason}") from error
    return text if encoding == "cp1258" else unicodedata.normalize("NFC", text)


def _unreadable(file: str, found: str) -> TableError:
    return TableError(
        found, where=file, expected="UTF-8, UTF-16 or cp1258", remedy='Save it in Excel as "CSV UTF-8" or as .xlsx.'
    )
