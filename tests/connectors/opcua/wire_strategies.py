"""Messages of OPC UA for Hypothesis, made by asyncua's own encoder."""

from __future__ import annotations

import datetime as dt

from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary
from hypothesis import strategies as st

SPACES = st.integers(0, 65535)

KINDS = ua.VariantType
EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
times = st.integers(0, 265046774399000000).map(lambda micros: EPOCH + dt.timedelta(microseconds=micros))
strings = st.none() | st.text(max_size=12)
node_ids = st.one_of(
    st.builds(lambda n: ua.NodeId(ua.Int32(n), ua.Int16(0), ua.NodeIdType.TwoByte), st.integers(0, 255)),
    st.builds(
        lambda n, s: ua.NodeId(ua.Int32(n), ua.Int16(s), ua.NodeIdType.FourByte), st.integers(0, 65535), st.integers(0, 255)
    ),
    st.builds(lambda n, s: ua.NodeId(ua.Int32(n), ua.Int16(s), ua.NodeIdType.Numeric), st.integers(0, 2**32 - 1), SPACES),
    st.builds(lambda n, s: ua.NodeId(ua.String(n), ua.Int16(s), ua.NodeIdType.String), st.text(max_size=8), SPACES),
    st.builds(lambda n, s: ua.NodeId(n, ua.Int16(s), ua.NodeIdType.Guid), st.uuids(), st.integers(0, 65535)),
    st.builds(lambda n, s: ua.NodeId(n, ua.Int16(s), ua.NodeIdType.ByteString), st.binary(max_size=8), st.integers(0, 65535)),
)
expanded = st.one_of(
    node_ids,
    st.builds(
        lambda n, uri, server: ua.ExpandedNodeId(ua.Int32(n), ua.Int16(0), ua.NodeIdType.Numeric, uri, server),
        st.integers(0, 99), st.text(min_size=1, max_size=5), st.integers(1, 9),
    ),
)  # fmt: skip
structures = st.one_of(
    st.builds(ua.Range, Low=st.floats(-9, 9), High=st.floats(-9, 9)),
    st.builds(
        lambda uri, number, text: ua.EUInformation(uri, number, ua.LocalizedText(text), ua.LocalizedText(text, "vi")),
        st.text(max_size=5), st.integers(-(2**31), 2**31 - 1), st.text(max_size=5),
    ),
    st.builds(lambda body: ua.ExtensionObject(ua.NodeId(4711, 3), body), st.binary(min_size=1, max_size=9)),
)  # fmt: skip

SCALARS = {
    KINDS.Boolean: st.booleans(),
    KINDS.SByte: st.integers(-128, 127),
    KINDS.Byte: st.integers(0, 255),
    KINDS.Int16: st.integers(-(2**15), 2**15 - 1),
    KINDS.UInt16: st.integers(0, 2**16 - 1),
    KINDS.Int32: st.integers(-(2**31), 2**31 - 1),
    KINDS.UInt32: st.integers(0, 2**32 - 1),
    KINDS.Int64: st.integers(-(2**63), 2**63 - 1),
    KINDS.UInt64: st.integers(0, 2**64 - 1),
    KINDS.Float: st.floats(width=32),
    KINDS.Double: st.floats(),
    KINDS.String: strings,
    KINDS.DateTime: times,
    KINDS.Guid: st.uuids(),
    KINDS.ByteString: st.none() | st.binary(max_size=9),
    KINDS.XmlElement: st.builds(ua.XmlElement, st.text(max_size=5)),
    KINDS.NodeId: node_ids,
    KINDS.ExpandedNodeId: expanded,
    KINDS.StatusCode: st.builds(ua.StatusCode, st.integers(0, 2**32 - 1).map(ua.UInt32)),
    KINDS.QualifiedName: st.builds(ua.QualifiedName, strings, st.integers(0, 32767)),
    KINDS.LocalizedText: st.builds(ua.LocalizedText, strings, strings),
    KINDS.ExtensionObject: structures,
}
"""Values of each built-in type that is a scalar."""


def _scalar(kind):
    return SCALARS[kind].map(lambda value: ua.Variant(value, kind))


def _array(kind):
    return st.lists(SCALARS[kind], max_size=4).map(lambda values: ua.Variant(values, kind, is_array=True))


@st.composite
def _matrix(draw):
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kind = draw(st.sampled_from([KINDS.Double, KINDS.Int32, KINDS.String]))
    values = draw(st.lists(SCALARS[kind], min_size=rows * columns, max_size=rows * columns))
    shaped = [values[n * columns : (n + 1) * columns] for n in range(rows)]
    return ua.Variant(shaped, kind, [rows, columns], is_array=True)


kinds = st.sampled_from(list(SCALARS))
scalars = st.just(ua.Variant(None, KINDS.Null)) | kinds.flatmap(_scalar)
variants = scalars | kinds.flatmap(_array) | _matrix()
nested = variants | st.lists(scalars, max_size=3).map(lambda inner: ua.Variant(inner, KINDS.Variant, is_array=True))
"""Everything a tag may hold."""

data_values = st.builds(
    ua.DataValue,
    Value=nested,
    StatusCode=st.none() | st.integers(0, 2**32 - 1).map(lambda code: ua.StatusCode(ua.UInt32(code))),
    SourceTimestamp=st.none() | times,
    ServerTimestamp=st.none() | times,
)
notifications = st.builds(
    ua.MonitoredItemNotification, ClientHandle=st.integers(0, 2**32 - 1).map(ua.IntegerId), Value=data_values
)
changes = st.builds(ua.DataChangeNotification, MonitoredItems=st.lists(notifications, max_size=5))
events = st.builds(
    ua.EventNotificationList,
    Events=st.lists(
        st.builds(ua.EventFieldList, ClientHandle=st.integers(0, 99), EventFields=st.lists(nested, max_size=4)), max_size=3
    ),
)
endings = st.builds(ua.StatusChangeNotification, Status=st.integers(0, 2**32 - 1).map(lambda c: ua.StatusCode(ua.UInt32(c))))
messages = st.builds(
    ua.NotificationMessage,
    SequenceNumber=st.integers(0, 2**32 - 1),
    PublishTime=times,
    NotificationData=st.lists(changes | changes | events | endings, max_size=5),
)


@st.composite
def publish_responses(draw):
    response = ua.PublishResponse()
    response.ResponseHeader.RequestHandle = draw(st.integers(0, 99))
    response.ResponseHeader.StringTable = draw(st.lists(st.text(max_size=3), max_size=2))
    response.Parameters.SubscriptionId = draw(st.integers(0, 2**32 - 1))
    response.Parameters.AvailableSequenceNumbers = draw(st.lists(st.integers(0, 2**32 - 1), max_size=3))
    response.Parameters.MoreNotifications = draw(st.booleans())
    response.Parameters.NotificationMessage = draw(messages)
    response.Parameters.Results = [ua.StatusCode() for _ in range(draw(st.integers(0, 2)))]
    return response


@st.composite
def history_responses(draw):
    response = ua.HistoryReadResponse()
    for _ in range(draw(st.integers(0, 3))):
        result = ua.HistoryReadResult(ContinuationPoint=draw(st.none() | st.binary(max_size=5)))
        result.HistoryData = ua.HistoryData(DataValues=draw(st.lists(data_values, max_size=5)))
        response.Results.append(result)
    return response


@st.composite
def read_responses(draw):
    response = ua.ReadResponse()
    response.Results = draw(st.lists(data_values, max_size=5))
    return response


encoded = st.one_of(
    publish_responses().map(lambda response: ("published", struct_to_binary(response))),
    messages.map(lambda message: ("republished", struct_to_binary(ua.RepublishResponse(NotificationMessage=message)))),
    history_responses().map(lambda response: ("pages", struct_to_binary(response))),
    read_responses().map(lambda response: ("current", struct_to_binary(response))),
)
"""Every kind of response, with the name of what decodes it."""
