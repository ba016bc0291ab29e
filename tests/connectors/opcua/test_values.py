"""OPC UA values → columns."""

import datetime as dt
import json
import math
import uuid

import numpy as np
import pandas as pd
import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary
from hypothesis import given
from hypothesis import strategies as st
from smartfab.connectors.opcua.values import SampleColumns, value_and_text

from smartfab.tables import conform, empty

NOW = dt.datetime(2026, 3, 2, 6, 0, 0, 123456, tzinfo=dt.UTC)
RECEIVED = 1_772_431_200_999_999


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


def taken(clock, **fields):
    columns = SampleColumns(clock)
    columns.add("Press01/a", ua.DataValue(ua.Variant(1.0), **fields), RECEIVED)
    return columns


SOURCE, SERVER = NOW, NOW + dt.timedelta(seconds=1)
NEVER = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("clock", "source", "server", "ts", "remark"),
    [
        ("source", SOURCE, SERVER, SOURCE, None),
        ("source", None, SERVER, SERVER, "no_source_time"),
        ("source", NEVER, SERVER, SERVER, "no_source_time"),
        ("source", None, None, None, "no_source_time"),
        ("server", SOURCE, SERVER, SERVER, None),
        ("server", SOURCE, None, SOURCE, "no_server_time"),
        ("collector", SOURCE, SERVER, None, None),
    ],
)
def test_which_time_becomes_ts(clock, source, server, ts, remark):
    columns = taken(clock, SourceTimestamp=source, ServerTimestamp=server)
    received = pd.Timestamp(RECEIVED, unit="us", tz="UTC")
    assert columns.frame()["ts"].tolist() == [received if ts is None else pd.Timestamp(ts)]
    assert [item["code"] for item in columns.findings()] == ([remark] if remark else [])


def test_a_null_server_time_is_null():
    assert taken("source", SourceTimestamp=SOURCE, ServerTimestamp=NEVER).frame()["server_ts"].isna().all()


def test_the_overflow_bit_is_counted_and_kept():
    columns = taken("source", SourceTimestamp=SOURCE, StatusCode=ua.StatusCode(0x0480))
    columns.add("Press01/a", ua.DataValue(ua.Variant(1.0), ua.StatusCode(0x0400), SourceTimestamp=SOURCE), RECEIVED)
    columns.add("Press01/a", ua.DataValue(ua.Variant(1.0), ua.StatusCode(0x0080), SourceTimestamp=SOURCE), RECEIVED)
    assert columns.frame()["status"].tolist() == [0x0480, 0x0400, 0x0080]
    assert [(item["code"], item["where"], item["count"]) for item in columns.findings()] == [("queue_overflow", "Press01/a", 1)]


def test_a_frame_is_the_declared_table_also_when_empty():
    for frame in (SampleColumns("source").frame(), taken("source", SourceTimestamp=SOURCE).frame()):
        assert frame.dtypes.to_dict() == empty("samples").dtypes.to_dict()
        pd.testing.assert_frame_equal(conform(frame, "samples"), frame)


KINDS = {
    ua.VariantType.Boolean: st.booleans(),
    ua.VariantType.Byte: st.integers(0, 255),
    ua.VariantType.Int16: st.integers(-(2**15), 2**15 - 1),
    ua.VariantType.UInt32: st.integers(0, 2**32 - 1),
    ua.VariantType.Int64: st.integers(-(2**63), 2**63 - 1),
    ua.VariantType.UInt64: st.integers(0, 2**64 - 1),
    ua.VariantType.Float: st.floats(width=32, allow_nan=False, allow_infinity=False),
    ua.VariantType.Double: st.floats(allow_nan=False, allow_infinity=False),
}


@given(st.sampled_from(list(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind])))
def test_numbers_survive_the_wire(pair):
    kind, value = pair
    wire = struct_to_binary(ua.DataValue(ua.Variant(value, kind), SourceTimestamp=NOW))
    columns = SampleColumns("source")
    columns.add("a/b", struct_from_binary(ua.DataValue, Buffer(wire)), RECEIVED)
    row = columns.frame().iloc[0]
    assert row["ts"] == pd.Timestamp(NOW)
    assert row["value"] == np.float64(value)
    assert (int(row["text"]) == value) if isinstance(row["text"], str) else abs(value) <= 2**53 or isinstance(value, float)
