"""The page of a measured gain opens with its sentence, escapes every name, and needs nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

import smartfab as sf
from smartfab.improvements.measurement import STATUSES
from smartfab.remarks import SENTENCES
from smartfab.vocabulary import WORDS, label
from tests.improvements.lines import CHANGE, table

ASKED = {"y": "oee", "at": CHANGE, "expected": 0.02}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def measured():
    hostile = table(0.03).replace({"line_id": {"L3": HOSTILE}})
    return sf.improvements.effect(hostile, treated=HOSTILE, **ASKED, others=[{"id": HOSTILE, "at": "2026-03-03"}])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_is_whole_and_nothing_in_it_runs(measured, lang):
    page = measured.to_html(lang=lang)
    assert "<script" not in page
    assert re.search(r"""(?:src|href)=["']?https?:""", page) is None
    HTMLParser().feed(page)
    title = re.search(r"<h1>(.*?)</h1>", page, flags=re.DOTALL)[1]
    assert "&lt;script&gt;" in title
    assert label("not_separable", lang) in page
    assert page.count("<svg") == 2
    assert measured.digest in page


def test_the_notebook_shows_the_sentence_and_runs_nothing(measured):
    shown = measured._repr_html_()
    assert shown.startswith("<p><strong>Không tách riêng được")
    assert "<script" not in shown


def test_a_measurement_without_a_figure_has_a_page_too():
    page = sf.improvements.effect(table(0.0, days=125), treated="L3", **ASKED).to_html(lang="en")
    assert "OEE not measurable yet: the data do not suffice" in page
    assert "too few periods after the change" in page


def test_every_word_and_every_remark_has_its_sentence(measured):
    assert set(STATUSES) <= set(WORDS)
    assert {item["code"] for item in measured.findings} <= set(SENTENCES)
