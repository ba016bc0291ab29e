"""Each status is earned by a line, and none is said without its line."""

from __future__ import annotations

import math

import pytest

import smartfab as sf
from tests.improvements.lines import CHANGE, table


def measured(gain, *, expected=0.03, **options):
    arguments = {"y": "oee", "treated": "L3", "at": CHANGE, "expected": expected} | options
    return sf.improvements.effect(table(gain), **arguments)


@pytest.mark.parametrize(
    ("gain", "options", "status"),
    [
        (0.05, {}, "gain_confirmed"),
        (-0.05, {}, "loss_confirmed"),
        (0.0, {}, "no_detectable_effect"),
        (0.0, {"expected": 0.001}, "not_measurable_yet"),
        (0.0, {"expected": None}, "not_measurable_yet"),
        (0.05, {"others": [{"id": "IMP-7", "at": "2026-03-04"}]}, "not_separable"),
        (-0.05, {"expected": -0.03}, "gain_confirmed"),
        (0.05, {"expected": -0.03}, "loss_confirmed"),
        (0.05, {"expected": None, "better": "lower"}, "loss_confirmed"),
    ],
)
def test_a_line_earns_its_word(gain, options, status):
    result = measured(gain, **options)
    assert result.status == status
    low, high = result.interval
    assert low < result.estimate < high


def test_what_cannot_be_told_is_no_zero():
    result = sf.improvements.effect(table(0.05, days=125), y="oee", treated="L3", at=CHANGE, expected=0.03)
    assert result.status == "not_measurable_yet"
    assert math.isnan(result.estimate)
    assert all(math.isnan(end) for end in result.interval)
    told = result.to_dict()
    assert (told["estimate"], told["interval"]) == (None, [None, None])
    assert "gate_reporting_periods" in {item["code"] for item in result.findings}
    assert result.sentence("vi") == "OEE: chưa đủ cơ sở kết luận, dữ liệu chưa đủ"
    assert result.sentence("en") == "OEE not measurable yet: the data do not suffice"


def test_a_change_that_lies_in_the_future_is_not_measured_yet():
    result = sf.improvements.effect(table(), y="oee", treated="L3", at="2027-01-01")
    assert result.status == "not_measurable_yet"
    assert math.isnan(result.estimate)


def test_two_changes_at_once_are_told_together():
    result = measured(0.05, others=[{"id": "IMP-7", "at": "2026-03-04"}])
    assert result.joint == ("IMP-7",)
    assert result.estimate == pytest.approx(0.05, abs=0.02)
    assert result.sentence("en").startswith("Not separable from IMP-7: together OEE rose by")


@pytest.mark.parametrize(
    ("gain", "lang", "begins"),
    [
        (0.05, "vi", "OEE tăng"),
        (-0.05, "vi", "OEE giảm"),
        (0.0, "vi", "Chưa phát hiện được hiệu quả với OEE"),
        (0.05, "en", "OEE rose by"),
    ],
)
def test_the_sentence_says_what_the_interval_says(gain, lang, begins):
    sentence = measured(gain).sentence(lang)
    assert sentence.startswith(begins)
    assert ("khoảng tin cậy 95\N{NO-BREAK SPACE}%" if lang == "vi" else "95\N{NO-BREAK SPACE}% confidence interval") in sentence
