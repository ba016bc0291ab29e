"""What a measurement and a plan say in one sentence, in Vietnamese and English."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from smartfab.numerals import NARROW, Lang, number
from smartfab.vocabulary import COLUMNS, label

if TYPE_CHECKING:
    from smartfab.improvements.measurement import Measurement
    from smartfab.improvements.plan_document import Plan

_POINTS: dict[Lang, str] = {"en": "points", "vi": "điểm %"}
_SENTENCES: dict[str, dict[Lang, str]] = {
    "rises": {"en": "{what} rose by {size}", "vi": "{what} tăng {size}"},
    "falls": {"en": "{what} fell by {size}", "vi": "{what} giảm {size}"},
    "no_detectable_effect": {
        "en": "No detectable effect on {what}: {size}",
        "vi": "Chưa phát hiện được hiệu quả với {what}: {size}",
    },
    "not_measurable_yet": {
        "en": "{what} not measurable yet: between {low} and {high}{unit} so far",
        "vi": "{what}: chưa đủ cơ sở kết luận, hiện từ {low} đến {high}{unit}",
    },
    "no_figure": {"en": "{what} not measurable yet: {why}", "vi": "{what}: chưa đủ cơ sở kết luận, {why}"},
    "joint": {
        "en": "Not separable from {others}: together {sentence}",
        "vi": "Không tách riêng được với {others}: tính chung, {sentence}",
    },
    "interval": {
        "en": "({level} % confidence interval: {low} to {high})",
        "vi": "(khoảng tin cậy {level} %: {low} đến {high})",
    },
    "too_little": {"en": "the data do not suffice", "vi": "dữ liệu chưa đủ"},
}
_PLANS: dict[str, dict[Lang, str]] = {
    "finds": {
        "en": "{what} of {unit}: {days} days after {at} find an effect of {mde} or more with 80 % power",
        "vi": "{what} của {unit}: {days} ngày sau {at} phát hiện được thay đổi từ {mde} trở lên với xác suất 80 %",
    },
    "not_feasible": {
        "en": "{what} of {unit}: {days} days after {at} cannot be measured, the data before or the days after do not suffice",
        "vi": "{what} của {unit}: {days} ngày sau {at} không đo được, dữ liệu trước hoặc số ngày sau thay đổi chưa đủ",
    },
    "adequate": {"en": "{expected} expected: adequate", "vi": "kỳ vọng {expected}: đủ"},
    "underpowered": {"en": "{expected} expected: underpowered", "vi": "kỳ vọng {expected}: chưa đủ lực"},
    "no_expectation": {"en": "nothing expected", "vi": "chưa nêu kỳ vọng"},
}
_ADVICE: dict[str, dict[Lang, str]] = {
    "switchback": {"en": "switchback in 1-day blocks", "vi": "bật/tắt luân phiên theo khối 1 ngày"},
    "longer": {"en": "{more} more days", "vi": "đo thêm {more} ngày"},
    "controls": {"en": "compare with {n} control lines", "vi": "so với {n} dây chuyền đối chứng"},
}


def unit_of(y: str, lang: Lang, *, ratio: bool) -> str:
    """Return the unit an effect on y is told in: points for a ratio, else the unit of the column.

    Parameters
    ----------
    y : str
        Column.
    lang : {"en", "vi"}
        Language.
    ratio : bool
        y lies in 0…1.

    Returns
    -------
    str
        Empty where none is known.
    """
    if ratio:
        return _POINTS[lang]
    column = COLUMNS.get(y)
    return column.unit if column is not None and column.unit != "1" else ""


def in_unit(value: float, lang: Lang, *, ratio: bool) -> str:
    """Return an effect as a number in its unit: points with one decimal, else four significant digits.

    Parameters
    ----------
    value : float
        Effect [y].
    lang : {"en", "vi"}
        Language.
    ratio : bool
        y lies in 0…1.

    Returns
    -------
    str
        Without the unit.

    Examples
    --------
    >>> in_unit(0.0204, "vi", ratio=True), in_unit(1234.5, "en", ratio=False)
    ('2,0', '1,234')
    """
    if ratio:
        return number(value * 100, lang, 1)
    if not math.isfinite(value) or value == 0:
        return number(value, lang)
    return number(value, lang, max(0, 3 - math.floor(math.log10(abs(value)))))


def result_sentence(measured: Measurement, lang: Lang) -> str:
    """Return what was measured in one sentence; what cannot be told yet is never told as zero.

    Parameters
    ----------
    measured : Measurement
        Result.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        Without a full stop.
    """
    what = label(measured.arguments["y"], lang, short=True)
    if not math.isfinite(measured.estimate):
        return _SENTENCES["no_figure"][lang].format(what=what, why=_SENTENCES["too_little"][lang])
    if measured.status == "not_measurable_yet":
        low, high = (in_unit(end, lang, ratio=measured.is_ratio) for end in measured.interval)
        return _SENTENCES["not_measurable_yet"][lang].format(what=what, low=low, high=high, unit=_unit(measured, lang))
    if measured.status == "no_detectable_effect":
        size = f"{in_unit(measured.estimate, lang, ratio=measured.is_ratio)}{_unit(measured, lang)}"
        told = _SENTENCES["no_detectable_effect"][lang].format(what=what, size=size)
        return f"{told} {_interval(measured, lang, sign=1)}"
    told = _moved(measured, what, lang)
    if measured.status == "not_separable":
        return _SENTENCES["joint"][lang].format(others=", ".join(measured.joint), sentence=told)
    return told


def _moved(measured: Measurement, what: str, lang: Lang) -> str:
    sign = 1 if measured.estimate >= 0 else -1
    size = f"{in_unit(abs(measured.estimate), lang, ratio=measured.is_ratio)}{_unit(measured, lang)}"
    told = _SENTENCES["rises" if sign > 0 else "falls"][lang].format(what=what, size=size)
    return f"{told} {_interval(measured, lang, sign=sign)}"


def _unit(measured: Measurement, lang: Lang) -> str:
    unit = unit_of(measured.arguments["y"], lang, ratio=measured.is_ratio)
    return f" {unit}" if unit else ""


def _interval(measured: Measurement, lang: Lang, *, sign: int) -> str:
    ends = sorted(sign * end for end in measured.interval)
    low, high = (in_unit(end, lang, ratio=measured.is_ratio) for end in ends)
    level = f"{100 * measured.level:g}".replace(".", "," if lang == "vi" else ".")
    return _SENTENCES["interval"][lang].format(level=level, low=low, high=high).replace(" %", f"{NARROW}%")


def advice(option: Mapping[str, Any], now: float, lang: Lang, *, ratio: bool) -> str:
    """Return one suggestion: the other design, and what it would find instead.

    Parameters
    ----------
    option : mapping
        Of `Plan.options`.
    now : float
        Smallest effect the plan finds as it is [y].
    lang : {"en", "vi"}
        Language.
    ratio : bool
        y lies in 0…1.

    Returns
    -------
    str
        Such as "switchback in 1-day blocks: 4.9 → 2.8 points".
    """
    what = _ADVICE[option["kind"]][lang].format(more=option.get("more_days"), n=option.get("controls"))
    unit = f" {_POINTS[lang]}" if ratio else ""
    return f"{what}: {in_unit(now, lang, ratio=ratio)} → {in_unit(option['mde'], lang, ratio=ratio)}{unit}"


def plan_sentence(plan: Plan, lang: Lang) -> str:
    """Return the smallest effect a plan will find beside the expected one, in one sentence.

    Parameters
    ----------
    plan : Plan
        Made.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        Without a full stop.
    """
    y, expected, unit = plan.arguments["y"], plan.arguments["expected"], unit_of(plan.arguments["y"], lang, ratio=plan.is_ratio)

    def size(value: float) -> str:
        return f"{in_unit(abs(value), lang, ratio=plan.is_ratio)} {unit}".strip()

    kind = "not_feasible" if plan.status == "not_feasible" else "finds"
    said = {"what": label(y, lang, short=True), "unit": plan.arguments["treated"], "days": plan.report_days}
    told = _PLANS[kind][lang].format(**said, at=plan.arguments["at"], mde=size(plan.mde()))
    if kind == "finds":
        told = f"{told}; {_PLANS[plan.status][lang].format(expected=size(expected or 0.0))}"
    return told.replace("80 %", f"80{NARROW}%")
