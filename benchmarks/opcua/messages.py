"""Responses of a server, encoded by asyncua itself: what both contenders decode."""

from __future__ import annotations

import datetime as dt

from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary

FIRST = dt.datetime(2026, 3, 2, 1, 0, 0, 123_457, tzinfo=dt.UTC)
_STEP = dt.timedelta(milliseconds=1)


def _value(n: int, kind: str) -> ua.Variant:
    if kind == "doubles":
        return ua.Variant(n * 1.25, ua.VariantType.Double)
    return [
        ua.Variant(n * 1.25, ua.VariantType.Double), ua.Variant(n, ua.VariantType.Int32),
        ua.Variant(n % 2 == 0, ua.VariantType.Boolean), ua.Variant(f"P{n}", ua.VariantType.String),
        ua.Variant(float(n), ua.VariantType.Float),
    ][n % 5]  # fmt: skip


def _data_value(n: int, kind: str) -> ua.DataValue:
    at = FIRST + n * _STEP
    return ua.DataValue(_value(n, kind), ua.StatusCode(0), SourceTimestamp=at, ServerTimestamp=at + _STEP / 2)


def publish_response(values: int, kind: str = "doubles") -> bytes:
    """A PublishResponse with one change of each of `values` items, both time stamps with each."""
    items = [ua.MonitoredItemNotification(ClientHandle=n + 1, Value=_data_value(n, kind)) for n in range(values)]
    response = ua.PublishResponse()
    response.Parameters.SubscriptionId = 77
    response.Parameters.NotificationMessage.SequenceNumber = 5
    response.Parameters.NotificationMessage.PublishTime = FIRST
    response.Parameters.NotificationMessage.NotificationData = [ua.DataChangeNotification(MonitoredItems=items)]
    return struct_to_binary(response)


def history_response(values: int, more: bytes | None = None) -> bytes:
    """A HistoryReadResponse with `values` Doubles of one node; `more` is its continuation point."""
    data = ua.HistoryData(DataValues=[_data_value(n, "doubles") for n in range(values)])
    return struct_to_binary(ua.HistoryReadResponse(Results=[ua.HistoryReadResult(ContinuationPoint=more, HistoryData=data)]))
