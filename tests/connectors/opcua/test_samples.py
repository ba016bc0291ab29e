"""Values → table `samples`: whose time counts, what is null, what is remarkable."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from smartfab.connectors.opcua.rows import NO_TIME, Rows
from smartfab.connectors.opcua.samples import SCHEMA, Samples, batch, frame, gathered, remarks, stamped

from smartfab.store.layout import layout_of
from smartfab.tables import conform, empty

RECEIVED, SOURCE, SERVER = 1_772_431_200_999_999, 1_772_431_200_123_456, 1_772_431_201_123_456
NAMES = ["Press01/a", "Press01/b"]


def rows_of(*, source=(SOURCE,), server=(SERVER,), status=None, value=None, text=None):
    count = len(source)
    return Rows(
        np.ones(count, np.uint32), np.array(source, np.int64), np.array(server, np.int64),
        np.array([0] * count if status is None else status, np.int64),
        np.array([1.0] * count if value is None else value, np.float64), None if text is None else pa.array(text, pa.string()),
    )  # fmt: skip


def taken(clock, offset=0, **columns):
    rows = rows_of(**columns)
    return stamped(rows, np.zeros(len(rows), np.intp), clock=clock, offset=offset, received=RECEIVED)


@pytest.mark.parametrize(
    ("clock", "source", "server", "ts", "remark"),
    [
        ("source", SOURCE, SERVER, SOURCE, None),
        ("source", NO_TIME, SERVER, SERVER, "no_source_time"),
        ("source", NO_TIME, NO_TIME, RECEIVED, "no_source_time"),
        ("server", SOURCE, SERVER, SERVER, None),
        ("server", SOURCE, NO_TIME, SOURCE, "no_server_time"),
        ("collector", SOURCE, SERVER, RECEIVED, None),
    ],
)
def test_which_time_becomes_ts(clock, source, server, ts, remark):
    samples = taken(clock, source=[source], server=[server])
    assert samples.ts.tolist() == [ts]
    assert [item["code"] for item in remarks(samples, NAMES, clock)] == ([remark] if remark else [])


def test_an_offset_is_taken_off_both_times_and_not_off_no_time():
    samples = taken("source", offset=7, source=[SOURCE, NO_TIME], server=[SERVER, NO_TIME])
    assert samples.ts.tolist() == [SOURCE - 7, RECEIVED]
    assert samples.rows.server.tolist() == [SERVER - 7, NO_TIME]


def test_the_overflow_bit_is_counted_and_kept():
    samples = taken("source", source=[SOURCE] * 3, server=[SERVER] * 3, status=[0x0480, 0x0400, 0x0080])
    assert frame(samples, NAMES)["status"].tolist() == [0x0480, 0x0400, 0x0080]
    found = [(item["code"], item["where"], item["count"]) for item in remarks(samples, NAMES, "source")]
    assert found == [("queue_overflow", "Press01/a", 1)]


def test_a_frame_is_the_declared_table_also_when_empty():
    for table in (frame(None, NAMES), frame(taken("source"), NAMES)):
        assert table.dtypes.to_dict() == empty("samples").dtypes.to_dict()
        pd.testing.assert_frame_equal(conform(table, "samples"), table)


def test_the_arrow_columns_are_those_the_store_declares():
    assert layout_of("samples").declared == SCHEMA


def test_nothing_is_null_that_is_there_and_nothing_there_that_is_null():
    samples = taken("source", source=[SOURCE, SOURCE], server=[SERVER, NO_TIME], value=[2.5, np.nan], text=[None, "Đạt"])
    table = batch(samples, pa.array(NAMES))
    assert table["value"].to_pylist() == [2.5, None]
    assert table["text"].to_pylist() == [None, "Đạt"]
    assert [time is None for time in table["server_ts"].to_pylist()] == [False, True]


def test_messages_are_joined_in_order_with_and_without_texts():
    one, two = taken("source", value=[1.0]), taken("source", value=[np.nan], text=["x"])
    two.index[:] = 1
    whole = frame(gathered([one, two]), NAMES)
    assert whole["signal_id"].tolist() == NAMES
    assert whole["text"].isna().tolist() == [True, False]
    assert isinstance(gathered([one]), Samples)
