"""The languages a command may answer in."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Language of labels and reports."""

    vi = "vi"
    en = "en"
