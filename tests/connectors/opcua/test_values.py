"""A value as asyncua decodes it → a number and a text."""

import datetime as dt
import json
import math
import uuid

import pandas as pd
import pytest
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as st
from smartfab.connectors.opcua.values import value_and_text

NOW = dt.datetime(2026, 3, 2, 6, 0, 0, 123456, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        (5, 5.0, None),
        (2.5, 2.5, None),
        (True, 1.0, None),
        (False, 0.0, None),
        (2**53, float(2**53), None),
        (2**53 + 1, float(2**53), str(2**53 + 1)),
        (-(2**63), -float(2**63), str(-(2**63))),
        (None, math.nan, None),
        (math.inf, math.nan, "Infinity"),
        (-math.inf, math.nan, "-Infinity"),
        (math.nan, math.nan, "NaN"),
        ("Đạt", math.nan, "Đạt"),
        ("", math.nan, ""),
        ("3", math.nan, "3"),
        ("bad\udcff", math.nan, "bad\ufffd"),
        (NOW, math.nan, "2026-03-02T06:00:00.123456+00:00"),
        (b"\x00\xff", math.nan, "AP8="),
        (uuid.UUID(int=7), math.nan, "00000000-0000-0000-0000-000000000007"),
        (ua.NodeId("a;b", 3), math.nan, "ns=3;s=a;b"),
        (ua.QualifiedName("Good", 2), math.nan, "2:Good"),
        (ua.LocalizedText("Máy dập"), math.nan, "Máy dập"),
        (ua.LocalizedText(None), math.nan, None),
        (ua.StatusCode(ua.StatusCodes.BadTimeout), 2148139008.0, None),
        ([1, 2.5, None, "ạ"], math.nan, '[1, 2.5, null, "ạ"]'),
        ([[1, 2], [3, 4]], math.nan, "[[1, 2], [3, 4]]"),
        ([math.nan], math.nan, '["NaN"]'),
        ([], math.nan, "[]"),
        (ua.Range(1.0, 2.0), math.nan, '{"Low": 1.0, "High": 2.0}'),
    ],
)
def test_worked_examples(value, number, text):
    found = value_and_text(value)
    assert found[1] == text
    assert found[0] == number or (math.isnan(found[0]) and math.isnan(number))


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(), st.lists, max_leaves=8))
def test_any_text_can_be_stored_and_any_structure_is_json(value):
    _, text = value_and_text(value)
    if text is not None:
        assert pd.Series([text], dtype="str").iloc[0] == text
        assert text.encode("utf-8").decode("utf-8") == text
    if isinstance(value, list):
        assert isinstance(json.loads(text), list)
