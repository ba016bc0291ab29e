"""The compiled decoder beside asyncua's: equal on every valid message, a clean error on every other one."""

import contextlib
import datetime as dt
import struct

import numpy as np
import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary, variant_to_binary
from hypothesis import example, given, settings
from hypothesis import strategies as st
from smartfab.connectors.opcua import decoding
from smartfab.connectors.opcua.foreign import is_plain
from smartfab.connectors.opcua.rows import NO_TIME, BrokenMessageError, data_values, event_fields, joined
from smartfab.connectors.opcua.values import micros_of, value_and_text

from smartfab.errors import SourceUnavailable
from tests.connectors.opcua import wire_strategies as wire

PAST = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)


def slow_row(value):
    """What a DataValue decoded by asyncua is as a row."""
    number, text = value_and_text(value.Value.Value if value.Value is not None else None)
    times = [micros_of(time) for time in (value.SourceTimestamp, value.ServerTimestamp)]
    status = int(value.StatusCode.value) if value.StatusCode is not None else 0
    return [repr(number), text, status, *(NO_TIME if time is None else time for time in times)]


def rows_of(rows):
    texts = [None] * len(rows) if rows.text is None else rows.text.to_pylist()
    columns = (map(repr, rows.value.tolist()), texts, rows.status.tolist(), rows.source.tolist(), rows.server.tolist())
    return [list(row) for row in zip(*columns, strict=True)]


def slow(kind, data):
    return struct_from_binary(kind, Buffer(data))


def assert_same_message(ours, theirs):
    parts = theirs.NotificationData or []
    assert ours.sequence == theirs.SequenceNumber
    assert ours.published == micros_of(theirs.PublishTime)
    assert len(ours.parts) == len(parts)
    changes = [part.MonitoredItems or [] for part in parts if isinstance(part, ua.DataChangeNotification)]
    for rows, items in zip(ours.changes(), changes, strict=True):
        rows.text is None or rows.text.validate(full=True)
        assert rows.handle.tolist() == [item.ClientHandle for item in items]
        assert rows_of(rows) == [slow_row(item.Value) for item in items]
        assert rows.undecoded == 0
    codes = [part.Status for part in parts if isinstance(part, ua.StatusChangeNotification)]
    assert ours.ended() == (codes[0].name if codes and codes[0].value else None)
    lists = [part for part in parts if isinstance(part, ua.EventNotificationList)]
    for part, events in zip([part for part in ours.parts if part.kind == decoding.EVENTS], lists, strict=True):
        got = event_fields(ours.data, part.start, part.stop, part.count)
        expected = [(event.ClientHandle, [value_and_text(f.Value) for f in event.EventFields]) for event in events.Events]
        assert repr(got) == repr(expected)


@given(wire.publish_responses())
def test_a_publish_response_is_what_asyncua_decodes(response):
    data = struct_to_binary(response)
    theirs, ours = slow(ua.PublishResponse, data).Parameters, decoding.published(data)
    assert ours.subscription == theirs.SubscriptionId
    assert ours.available.tolist() == list(theirs.AvailableSequenceNumbers)
    assert ours.more == theirs.MoreNotifications
    assert_same_message(ours.notification, theirs.NotificationMessage)


@given(wire.messages)
def test_a_republish_response_is_what_asyncua_decodes(message):
    data = struct_to_binary(ua.RepublishResponse(NotificationMessage=message))
    assert_same_message(decoding.republished(data), slow(ua.RepublishResponse, data).NotificationMessage)


@given(wire.history_responses())
def test_a_history_is_what_asyncua_decodes(response):
    data = struct_to_binary(response)
    theirs = slow(ua.HistoryReadResponse, data).Results
    for page, result in zip(decoding.pages(data, len(theirs)), theirs, strict=True):
        assert page.status == result.StatusCode
        assert page.continuation == (result.ContinuationPoint or None)
        assert rows_of(page.rows) == [slow_row(value) for value in result.HistoryData.DataValues]


@given(wire.read_responses())
def test_current_values_are_what_asyncua_decodes(response):
    data = struct_to_binary(response)
    assert rows_of(decoding.current(data)) == [slow_row(value) for value in slow(ua.ReadResponse, data).Results]


def decode(kind, data):
    """Decode everything there is in a message."""
    if kind == "pages":
        decoding.pages(data, 3)
    elif kind == "current":
        decoding.current(data)
    else:
        got = getattr(decoding, kind)(data)
        notification = got.notification if kind == "published" else got
        notification.changes()
        notification.ended()
        for part in notification.parts:
            if part.kind == decoding.EVENTS:
                event_fields(notification.data, part.start, part.stop, part.count)


@given(wire.encoded, st.data())
def test_a_message_cut_off_anywhere_is_a_clean_error(message, data):
    kind, whole = message
    with pytest.raises((BrokenMessageError, ua.UaError)):
        decode(kind, whole[: data.draw(st.integers(0, len(whole) - 1))])


@settings(max_examples=150)
@given(wire.encoded, st.data())
def test_a_mutated_message_is_read_or_a_clean_error(message, data):
    kind, whole = message
    bent = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(bent) - 1))
        if data.draw(st.booleans()):
            bent[place] = data.draw(st.integers(0, 255))
        else:  # a length that is out of all proportion
            bent[place : place + 4] = struct.pack("<i", data.draw(st.sampled_from([-1, -2, 2**31 - 1, -(2**31), 65536])))
    with contextlib.suppress(SourceUnavailable, ua.UaError):
        decode(kind, bytes(bent))


@given(st.binary(max_size=200), st.sampled_from(["published", "republished", "pages", "current"]))
def test_noise_is_a_clean_error(noise, kind):
    with pytest.raises((BrokenMessageError, ua.UaError)):
        decode(kind, noise)


def values_in(*encoded, handles=False):
    data = b"".join(encoded)
    return data_values(data, 0, len(data), len(encoded), with_handles=handles)


def test_picoseconds_stand_where_the_standard_puts_them():
    """OPC 10000-6, table 24: each beside its time stamp. asyncua 2.1 expects both at the end."""
    ticks = 134_000_000_000_000_000
    wire_bytes = bytes([0x3D]) + variant_to_binary(ua.Variant(1.5)) + struct.pack("<qHqH", ticks, 7, ticks + 10, 9)
    row = values_in(wire_bytes)
    micros = ticks // 10 - 11_644_473_600_000_000
    assert (row.source.tolist(), row.server.tolist(), row.value.tolist()) == ([micros], [micros + 1], [1.5])


def test_times_are_cut_to_whole_microseconds_and_zero_is_no_time():
    stamps = [0, 9, 10, 19, 116_444_736_000_000_009, -5, 2**63 - 1]
    rows = values_in(*(bytes([0x04]) + struct.pack("<q", ticks) for ticks in stamps))
    origin = -11_644_473_600_000_000
    assert rows.source.tolist() == [NO_TIME, NO_TIME, origin + 1, origin + 1, 0, NO_TIME, 253_402_300_799_000_000]
    assert (rows.server == NO_TIME).all()


NO_UTF8 = [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"ab\xe2\x82", b"\xf4\x90\x80\x80"]


@pytest.mark.parametrize("text", NO_UTF8)
def test_bytes_that_are_no_utf8_become_replacement_characters(text):
    rows = values_in(bytes([0x01, 12]) + struct.pack("<i", len(text)) + text)
    assert rows.text.to_pylist() == [text.decode("utf-8", "replace")]
    rows.text.validate(full=True)


@given(st.binary(max_size=8) | st.text(max_size=6).map(str.encode))
@example("ấ€😀".encode())
def test_utf8_is_told_from_what_is_none(text):
    rows = values_in(bytes([0x01, 12]) + struct.pack("<i", len(text)) + text)
    rows.text.validate(full=True)
    assert rows.text.to_pylist() == [text.decode("utf-8", "replace")]


@pytest.mark.parametrize(
    "encoded",
    [
        bytes([0x01, 0x80]) + struct.pack("<i", 2**31 - 1),  # two thousand million nothings
        bytes([0x01, 0x86 | 0x40]) + struct.pack("<iiiii", 1, 7, 2, 1000, 1000),  # a matrix of one value, said to be a million
        bytes([0x01, 0x46]) + struct.pack("<ii", 7, 0),  # a scalar with dimensions
        bytes([0x01, 0x98] + [0x98, 1, 0, 0, 0] * 70),  # arrays in arrays in arrays
        bytes([0xC0]),
        bytes([0x01, 0x2A]),
    ],
)
def test_what_would_blow_up_is_refused(encoded):
    with pytest.raises(BrokenMessageError):
        values_in(encoded + bytes(16))


def test_a_value_nobody_can_decode_is_kept_as_its_bytes():
    half_a_range = bytes([0x01, 22, 1, 0]) + struct.pack("<HBi", ua.ObjectIds.Range_Encoding_DefaultBinary, 1, 3) + bytes(3)
    rows = values_in(bytes([0x01, 1, 1]), half_a_range)
    assert rows.undecoded == 1
    assert '"Encoded"' in rows.text.to_pylist()[1]


def test_a_structure_that_could_hold_anything_stays_as_its_bytes():
    assert is_plain(ua.Range)
    assert is_plain(ua.EUInformation)
    assert not is_plain(ua.DataChangeNotification)
    assert not is_plain(ua.LiteralOperand)
    assert not is_plain(ua.HistoryData)
    holds = ua.LiteralOperand(ua.Variant(5))
    rows = values_in(bytes([0x01]) + variant_to_binary(ua.Variant(holds, ua.VariantType.ExtensionObject)))
    assert '"Body"' in rows.text.to_pylist()[0]


def test_more_parts_than_are_usual():
    message = ua.NotificationMessage(SequenceNumber=3)
    message.NotificationData = [
        ua.DataChangeNotification([ua.MonitoredItemNotification(n, ua.DataValue(ua.Variant(float(n)), SourceTimestamp=PAST))])
        for n in range(9)
    ]
    got = decoding.republished(struct_to_binary(ua.RepublishResponse(NotificationMessage=message)))
    assert joined(got.changes()).value.tolist() == list(range(9))


def test_rows_can_be_taken_and_joined():
    texts = values_in(*(bytes([0x01]) + variant_to_binary(ua.Variant(text)) for text in "abc"))
    numbers = values_in(*(bytes([0x01]) + variant_to_binary(ua.Variant(float(n))) for n in range(3)))
    whole = joined([numbers, texts])
    assert whole.text.to_pylist() == [None, None, None, "a", "b", "c"]
    some = whole.taken(np.array([False, True, False, False, True, False]))
    assert (some.value.tolist()[0], some.text.to_pylist()) == (1.0, [None, "b"])
    assert joined([numbers]) is numbers


def test_a_service_fault_is_the_fault_of_the_service():
    response = ua.ReadResponse()
    response.ResponseHeader.ServiceResult = ua.StatusCode(ua.StatusCodes.BadNothingToDo)
    with pytest.raises(ua.uaerrors.BadNothingToDo):
        decoding.current(struct_to_binary(response))


def test_a_history_for_other_nodes_than_asked_is_not_believed():
    with pytest.raises(ua.UaError, match="0 results for 2"):
        decoding.pages(struct_to_binary(ua.HistoryReadResponse()), 2)
