"""Words as people type them: folded for search, amounts with dots."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab.improvements.register import dong, folded


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


def test_dong():
    assert (dong(157_248_000), dong(-5), dong(0)) == (
        "157.248.000\N{NO-BREAK SPACE}đ",
        "−5\N{NO-BREAK SPACE}đ",
        "0\N{NO-BREAK SPACE}đ",
    )
