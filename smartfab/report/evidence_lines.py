"""The evidence of a finding as a line of text."""

from __future__ import annotations

import re

import pandas as pd

from smartfab.charts.wording import Lang, moment
from smartfab.findings import Finding

_UTC = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?\+00:00")


def evidence(finding: Finding, tz: str, lang: Lang) -> str:
    """Return the evidence of a finding in one line.

    Parameters
    ----------
    finding : Finding
        As a table carries it.
    tz : str
        IANA zone for its times.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        ``name=value`` pairs.
    """
    return ", ".join(f"{name}={_told(value, tz, lang)}" for name, value in finding["evidence"].items())


def _told(value: object, tz: str, lang: Lang) -> str:
    if isinstance(value, str):
        return moment(pd.Timestamp(value), tz, lang, seconds=True) if _UTC.fullmatch(value) else value
    if isinstance(value, list):
        return ", ".join(_told(item, tz, lang) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
