"""The page of one measured gain: its sentence first, then remarks, pictures, checks, and how it was made."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping
from typing import Any

from smartfab.charts import counterfactual, placebo_strip
from smartfab.charts.wording import Lang, day, number
from smartfab.findings import Finding
from smartfab.improvements.canonical import canonical_json
from smartfab.improvements.measurement import Check, Measurement
from smartfab.improvements.moments import read_moment
from smartfab.improvements.sentences import in_unit, unit_of
from smartfab.remarks import sentence
from smartfab.report.environment import pages
from smartfab.report.evidence_lines import evidence
from smartfab.report.gain_texts import CHECKS, GRADES, HELD, METHOD, TEXTS
from smartfab.report.pictures import inline_svg
from smartfab.vocabulary import label


def gain_page(measured: Measurement, lang: Lang) -> str:
    """Return the page of a measurement.

    Parameters
    ----------
    measured : Measurement
        What to show.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        HTML that needs no network and no script; every name in it is escaped.
    """
    return pages().get_template("gain.html.jinja").render(
        lang=lang, g=gain_words(lang), gain=gain_content(measured, lang), treated=measured.arguments["treated"],
        footer=f"smartfab {measured.version}",
    )  # fmt: skip


def gain_words(lang: Lang) -> dict[str, str]:
    """Return the fixed words of a measured gain.

    Parameters
    ----------
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    dict of str
        By name.
    """
    return {key: words[lang] for key, words in TEXTS.items()}


def gain_content(measured: Measurement, lang: Lang, name: str = "") -> dict[str, Any]:
    """Return what a page shows of a measurement.

    Parameters
    ----------
    measured : Measurement
        What to show.
    lang : {"en", "vi"}
        Language.
    name : str
        Tells the pictures of one page apart.

    Returns
    -------
    dict
        Sentence, word, grade, facts, remarks, pictures, checks, method.
    """
    text = gain_words(lang)
    return {
        "sentence": measured.sentence(lang), "status": label(measured.status, lang), "grade": measured.grade,
        "grade_means": GRADES[measured.grade][lang], "facts": _facts(measured, lang),
        "findings": [_finding(item, measured, lang) for item in measured.findings],
        "picture": inline_svg(counterfactual(measured, lang=lang), f"gain{name}"),
        "strip": inline_svg(placebo_strip(measured, lang=lang), f"placebo{name}") if len(measured.placebos) else None,
        "tables": [(text["gates"], _checks(measured.gates, lang)), (text["checks"], _checks(measured.checks, lang))],
        "method": f"{METHOD[measured.method][lang]} {HELD[lang]}",
        "arguments": canonical_json(_brief(measured.arguments)).decode(),
    }  # fmt: skip


def gain_summary(measured: Measurement, lang: Lang) -> str:
    """Return what a notebook shows: the sentence, the word, the grade, and the remarks.

    Parameters
    ----------
    measured : Measurement
        What to show.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        HTML; every name in it is escaped.
    """
    remarks = "".join(f"<li>{html.escape(sentence(item['code'], lang))}</li>" for item in measured.findings)
    word = f"{label(measured.status, lang)} · {TEXTS['grade'][lang]} {measured.grade}"
    return f"<p><strong>{html.escape(measured.sentence(lang))}</strong><br>{html.escape(word)}</p><ul>{remarks}</ul>"


def _facts(measured: Measurement, lang: Lang) -> list[tuple[str, str]]:
    arguments = measured.arguments
    windows = [(TEXTS[name][lang], _window(measured.windows[name], lang)) for name in ("baseline", "reporting")]
    least = in_unit(measured.mde(), lang, ratio=measured.is_ratio)
    unit = unit_of(arguments["y"], lang, ratio=measured.is_ratio)
    controls = arguments["controls"]
    named = ", ".join(controls) if isinstance(controls, list) else controls or TEXTS["none"][lang]
    return [
        (TEXTS["treated"][lang], str(arguments["treated"])), (TEXTS["at"][lang], _moment(arguments["at"], lang)), *windows,
        (TEXTS["mde"][lang], f"{least} {unit}".strip()), (TEXTS["controls"][lang], str(named)),
        (TEXTS["rows"][lang], measured.digest),
    ]  # fmt: skip


def _window(window: Mapping[str, Any], lang: Lang) -> str:
    if window["first"] is None:
        return TEXTS["none"][lang]
    first, last = (_moment(window[end], lang) for end in ("first", "last"))
    return TEXTS["periods"][lang].format(first=first, last=last, n=window["periods"])


def _moment(text: str, lang: Lang) -> str:
    at = read_moment(text, "at", None)
    return day(at.date, lang) if at.axis == "date" else text


def _finding(item: Finding, measured: Measurement, lang: Lang) -> dict[str, str]:
    told = evidence(item, measured.arguments["tz"] or "UTC", lang)
    return {"sentence": sentence(item["code"], lang), "where": item["where"], "evidence": told}


def _checks(checks: Iterable[Check], lang: Lang) -> list[dict[str, Any]]:
    return [
        {"name": CHECKS[check.name][lang], "found": _figure(check.found, lang), "limit": _figure(check.limit, lang),
         "passed": check.passed, "word": TEXTS["yes" if check.passed else "no"][lang]}
        for check in checks
    ]  # fmt: skip


def _figure(value: float, lang: Lang) -> str:
    return number(value, lang, 0 if math.isfinite(value) and float(value).is_integer() else 2)


def _brief(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value not in (None, [], {}) and name != "blocks"}
