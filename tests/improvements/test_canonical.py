"""One content has one text; what JSON cannot say is refused with its place."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab.errors import TableError
from smartfab.improvements.canonical import canonical_json, plain, sha256, significant

NAIVE = dt.datetime(2026, 3, 2, tzinfo=dt.UTC).replace(tzinfo=None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def _nfc_keys_are_distinct(value: object) -> bool:
    if isinstance(value, dict):
        folded = {unicodedata.normalize("NFC", key) for key in value}
        return len(folded) == len(value) and all(_nfc_keys_are_distinct(item) for item in value.values())
    return not isinstance(value, list) or all(_nfc_keys_are_distinct(item) for item in value)


@given(JSON.filter(_nfc_keys_are_distinct))
def test_what_was_written_reads_and_writes_the_same(value):
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text
    assert unicodedata.is_normalized("NFC", text.decode("utf-8"))


def test_the_order_of_keys_and_the_form_of_letters_do_not_matter():
    one = {"tên": "Hiệu suất", "a": [1, 2.5, None, True]}
    other = {
        unicodedata.normalize("NFD", "a"): [1, 2.5, None, True],
        unicodedata.normalize("NFD", "tên"): unicodedata.normalize("NFD", "Hiệu suất"),
    }
    assert canonical_json(one) == canonical_json(other) == '{"a":[1,2.5,null,true],"tên":"Hiệu suất"}'.encode()
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_dates_times_and_money_are_text():
    noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    value = {"at": noon, "day": dt.date(2026, 3, 2), "vnd": Decimal("187200000.00"), "n": np.int64(3), "zero": -0.0}
    assert plain(value) == {"at": "2026-03-02T05:00:00Z", "day": "2026-03-02", "vnd": "187200000.00", "n": 3, "zero": 0.0}
    assert canonical_json(-0.0) == b"0.0"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [1, float("nan")]}, r"\$\.a\[1\]"), ({"a": float("inf")}, r"\$\.a"), ({1: 2}, "keys of text"), (b"x", "a bytes"),
        ({"é": 1, "e\u0301": 2}, "twice"), ({"t": NAIVE}, "naive time"), (["\ud800"], "surrogate"),
    ],
)  # fmt: skip
def test_what_has_no_text_is_refused_with_its_place(value, place):
    with pytest.raises(TableError, match=place):
        canonical_json(value)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (0.1 + 0.2, 0.3),
        (123456789.0, 123457000.0),
        (1e-300, 1e-300),
        (float("nan"), None),
        (np.float64(2 / 3), 0.666667),
        (7, 7),
    ],
)
def test_six_significant_digits(value, rounded):
    assert significant({"x": (value,)}) == {"x": [rounded]}
