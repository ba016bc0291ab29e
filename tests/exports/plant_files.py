"""Files such as plants have them, made byte by byte."""

from __future__ import annotations

import io
import unicodedata

import openpyxl

TZ = "Asia/Ho_Chi_Minh"
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def cp1258(text: str) -> bytes:
    """Vietnamese text as Windows writes it: the tone behind its letter, as a byte of its own, where there is no joint one."""
    written = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            written += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tone = next(part for part in parts if part in _TONES)
            letter = unicodedata.normalize("NFC", parts.replace(tone, ""))
            written += letter.encode("cp1258") + tone.encode("cp1258")
    return written


def workbook(*rows, title="Sheet1", merged=()) -> bytes:
    """One sheet of these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for span in merged:
        sheet.merge_cells(span)
    return saved(book)


def saved(book) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def local(text: str):
    import pandas as pd

    return pd.Timestamp(text, tz=TZ)
