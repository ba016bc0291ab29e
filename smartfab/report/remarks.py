"""Sentences for the codes of findings and for the reasons of missing figures."""

from __future__ import annotations

import json

from smartfab.charts.wording import Lang
from smartfab.findings import Finding

# code: (English, tiếng Việt)
SENTENCES: dict[str, tuple[str, str]] = {}

# reason as the engine writes it: tiếng Việt
REASONS: dict[str, str] = {
    "no planned time": "không có thời gian kế hoạch",
    "no pieces were counted on this machine": "máy này không có số đếm sản phẩm",
    "pieces without an ideal cycle": "có sản phẩm chưa khai báo chu kỳ chuẩn",
    "the machine never ran": "máy không chạy lần nào",
    "no pieces were made": "không có sản phẩm nào được làm ra",
    "not enough data": "chưa đủ dữ liệu",
}


def sentence(code: str, lang: Lang) -> str:
    """Return what a finding means.

    Parameters
    ----------
    code : str
        Code of a finding.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        A sentence, or the code itself where none is written.
    """
    en, vi = SENTENCES.get(code, (code, code))
    return en if lang == "en" else vi


def because(reason: str, lang: Lang) -> str:
    """Return why a figure is missing.

    Parameters
    ----------
    reason : str
        Column `reason` of table `oee`; several reasons are joined by semicolons.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        The reasons in that language.
    """
    parts = [part.strip() for part in reason.split(";")]
    return "; ".join(part if lang == "en" else REASONS.get(part, part) for part in parts)


def evidence(finding: Finding) -> str:
    """Return the evidence of a finding in one line.

    Parameters
    ----------
    finding : Finding
        As a table carries it.

    Returns
    -------
    str
        ``name=value`` pairs.
    """
    told = ((key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) for key, value in
            finding["evidence"].items())  # fmt: skip
    return ", ".join(f"{key}={value}" for key, value in told)
