"""Words as people type them: folded for search, harmless in spreadsheets, amounts with dots."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab.improvements.register import dong, folded, harmless


@pytest.mark.parametrize(
    ("text", "right"),
    [("Đường hàn  CẠNH", "duong han canh"), ("ĐẶNG\tVĂN", "dang van"), ("Ưu tiên số 1", "uu tien so 1"), ("ﬁ", "fi"), ("", "")],
)
def test_folding(text, right):
    assert folded(text) == right


@given(st.text())
def test_folding_twice_is_folding_once_and_composition_does_not_matter(text):
    assert folded(folded(text)) == folded(text)
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@x", "\t=1", "\r=1", "  =1", "\n=1"])
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Gá nhanh", "a=b", "1-2", "", "'=1"])
def test_other_text_stays(text):
    assert harmless(text) == text


def test_dong():
    assert (dong(157_248_000), dong(-5), dong(0)) == (
        "157.248.000\N{NO-BREAK SPACE}đ",
        "−5\N{NO-BREAK SPACE}đ",
        "0\N{NO-BREAK SPACE}đ",
    )
