"""A stub server, a process of its own, that always has the next PublishResponse of 1,000 values ready, encoded before.

    python benchmarks/opcua/ready_server.py VALUES        tells its port on stdout, ends with its stdin

Every message has a number of its own; source times go on from message to message, for 400 of them. The history of the node
``i=N`` has N pages of 1,500 values.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import struct
import sys

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import nodeid_from_binary, struct_from_binary, struct_to_binary, uatcp_to_binary
from messages import FIRST, history_response, publish_response

NO_SECURITY = b"http://opcfoundation.org/UA/SecurityPolicy#None"
_NAMES = {
    446: "OpenSecureChannel", 461: "CreateSession", 467: "ActivateSession", 787: "CreateSubscription", 473: "CloseSession",
    751: "CreateMonitoredItems", 631: "Read", 847: "DeleteSubscriptions", 799: "SetPublishingMode", 793: "ModifySubscription",
}  # fmt: skip
_FACTS = {
    int(ua.ObjectIds.Server_NamespaceArray): ["http://opcfoundation.org/UA/", "urn:bench"],
    int(ua.ObjectIds.Server_ServerStatus_State): 0,
    int(ua.ObjectIds.Server_ServiceLevel): 255,
}
_TICKS_1601 = 116_444_736_000_000_000


def _ticks(at: dt.datetime) -> bytes:
    return struct.pack("<q", int((at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds() * 1e6) * 10 + _TICKS_1601)


class Patched:
    """The same message again and again, each a second later than the one before."""

    def __init__(self, values: int) -> None:
        self.data = bytearray(publish_response(values))
        self.number_at = self.data.index(struct.pack("<I", 5) + _ticks(FIRST))
        step, places, at = dt.timedelta(milliseconds=1), [], 0
        for n in range(values):
            at = self.data.index(_ticks(FIRST + n * step), at if n else self.number_at + 12)
            places.append(at)
            at += 8
        self.places = places
        self.number = 0
        self.base = struct.unpack("<q", _ticks(FIRST))[0]

    def next(self) -> bytes:
        self.number += 1
        shift = self.base + self.number * 10_000_000
        for n, place in enumerate(self.places):
            struct.pack_into("<q", self.data, place, shift + n * 10_000)
        return bytes(self.data)


PAGE = 1_500
_POINT = b"page 0000"


class History:
    """Pages of a history, one second of 1,500 values after the other, each encoded when it is first asked for."""

    def __init__(self) -> None:
        self.forms = [bytearray(history_response(PAGE, point)) for point in (_POINT, None)]
        step, self.places = dt.timedelta(milliseconds=1), list[list[int]]()
        for form in self.forms:
            places, at = list[int](), 0
            for n in range(PAGE):
                at = form.index(_ticks(FIRST + n * step), at)
                places.append(at)
                at += 8
            self.places.append(places)
        self.made: dict[tuple[int, bool], bytes] = {}

    def page(self, number: int, *, last: bool) -> bytearray:
        """A page, by its number from 0 on; all but the last name the next one."""
        if (number, last) not in self.made:
            form = self.forms[last]
            base = struct.unpack("<q", _ticks(FIRST))[0] + number * PAGE * 10_000
            for n, place in enumerate(self.places[last]):
                struct.pack_into("<q", form, place, base + n * 10_000)
            more = b"page %04d" % (number + 1)
            self.made[number, last] = bytes(form) if last else bytes(form).replace(form[form.index(b"page ") :][:9], more)
        return bytearray(self.made[number, last])


class Stub(asyncio.Protocol):
    """One connection."""

    def __init__(self, ahead: list[bytes], number_at: int, port: int, history: History) -> None:
        self.ahead, self.number_at, self.port, self.history = ahead, number_at, port, history
        self.rest, self.sent, self.turn = b"", 1, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while len(self.rest) >= 8 and len(self.rest) >= (size := struct.unpack_from("<I", self.rest, 4)[0]):
            message, self.rest = self.rest[:size], self.rest[size:]
            self.take(message)

    def take(self, message: bytes) -> None:
        if message[:3] == b"HEL":
            self.transport.write(uatcp_to_binary(ua.MessageType.Acknowledge, ua.Acknowledge(0, 65535, 65535, 0, 0)))
            return
        if message[:3] == b"CLO":
            self.transport.close()
            return
        place = 12
        for _ in range(3 if message[:3] == b"OPN" else 0):
            place += 4 + max(struct.unpack_from("<i", message, place)[0], 0)
        place += 4 * (message[:3] != b"OPN")
        request_id = struct.unpack_from("<I", message, place + 4)[0]
        body = Buffer(message[place + 8 :])
        kind = nodeid_from_binary(body).Identifier
        if kind == 826:
            nodeid_from_binary(body)
            body.read(8)
            self.publish(struct.unpack("<I", body.read(4))[0], request_id)
            return
        if kind == 664:
            self.read_history(struct_from_binary(ua.HistoryReadRequest, Buffer(message[place + 8 :])), request_id)
            return
        name = _NAMES[kind]
        self.answer(name, struct_from_binary(getattr(ua, f"{name}Request"), Buffer(message[place + 8 :])), request_id)

    def publish(self, handle: int, request_id: int) -> None:
        data = bytearray(self.ahead[self.turn % len(self.ahead)])
        self.turn += 1
        struct.pack_into("<I", data, 12, handle)
        struct.pack_into("<I", data, self.number_at, self.turn)
        self.send(b"MSG", data, request_id)

    def read_history(self, asked: ua.HistoryReadRequest, request_id: int) -> None:
        (node,) = asked.Parameters.NodesToRead
        number = int(node.ContinuationPoint[5:]) if node.ContinuationPoint else 0
        data = self.history.page(number, last=number + 1 >= node.NodeId.Identifier)
        struct.pack_into("<I", data, 12, asked.RequestHeader.RequestHandle)
        self.send(b"MSG", data, request_id)

    def send(self, kind: bytes, body: bytes, request_id: int) -> None:
        security = struct.pack("<I", 13)
        if kind == b"OPN":
            security = struct.pack("<i", len(NO_SECURITY)) + NO_SECURITY + struct.pack("<ii", -1, -1)
        self.sent += 1
        rest = struct.pack("<I", 9) + security + struct.pack("<II", self.sent, request_id) + bytes(body)
        self.transport.write(kind + b"F" + struct.pack("<I", len(rest) + 8) + rest)

    def answer(self, name: str, request: object, request_id: int) -> None:
        response = getattr(ua, f"{name}Response")()
        response.ResponseHeader.RequestHandle = request.RequestHeader.RequestHandle
        response.ResponseHeader.Timestamp = dt.datetime.now(dt.UTC)
        fill = getattr(self, f"_{name}", None)
        if fill is not None:
            fill(response, getattr(request, "Parameters", request))
        self.send(b"OPN" if name == "OpenSecureChannel" else b"MSG", struct_to_binary(response), request_id)

    def _OpenSecureChannel(self, response: object, _: object) -> None:  # noqa: N802  the service's name
        token = response.Parameters.SecurityToken
        token.ChannelId, token.TokenId, token.RevisedLifetime, token.CreatedAt = 9, 13, 3_600_000, dt.datetime.now(dt.UTC)

    def _CreateSession(self, response: object, _: object) -> None:  # noqa: N802
        told = response.Parameters
        told.SessionId, told.AuthenticationToken, told.RevisedSessionTimeout = ua.NodeId(1, 1), ua.NodeId(77, 1), 3_600_000
        there = ua.EndpointDescription(EndpointUrl=f"opc.tcp://127.0.0.1:{self.port}")
        there.SecurityMode, there.SecurityPolicyUri = ua.MessageSecurityMode.None_, NO_SECURITY.decode()
        there.UserIdentityTokens = [ua.UserTokenPolicy(PolicyId="anyone", TokenType=ua.UserTokenType.Anonymous)]
        told.ServerEndpoints = [there]

    def _CreateSubscription(self, response: object, asked: object) -> None:  # noqa: N802
        told = response.Parameters
        told.SubscriptionId = 77
        told.RevisedPublishingInterval = asked.RequestedPublishingInterval
        told.RevisedLifetimeCount = asked.RequestedLifetimeCount
        told.RevisedMaxKeepAliveCount = asked.RequestedMaxKeepAliveCount

    def _CreateMonitoredItems(self, response: object, asked: object) -> None:  # noqa: N802
        response.Results = [
            ua.MonitoredItemCreateResult(
                MonitoredItemId=n + 1,
                RevisedSamplingInterval=item.RequestedParameters.SamplingInterval,
                RevisedQueueSize=item.RequestedParameters.QueueSize,
            )
            for n, item in enumerate(asked.ItemsToCreate)
        ]

    def _Read(self, response: object, asked: object) -> None:  # noqa: N802
        response.Results = [self._fact(item) for item in asked.NodesToRead]

    @staticmethod
    def _fact(item: ua.ReadValueId) -> ua.DataValue:
        if item.NodeId.NamespaceIndex == 0 and item.NodeId.Identifier == int(ua.ObjectIds.Server_ServerStatus_CurrentTime):
            return ua.DataValue(ua.Variant(dt.datetime.now(dt.UTC)))
        return ua.DataValue(ua.Variant(_FACTS.get(item.NodeId.Identifier, 0)))

    def _DeleteSubscriptions(self, response: object, asked: object) -> None:  # noqa: N802
        response.Results = [ua.StatusCode() for _ in asked.SubscriptionIds]

    def _SetPublishingMode(self, response: object, asked: object) -> None:  # noqa: N802
        response.Parameters.Results = [ua.StatusCode() for _ in asked.SubscriptionIds]


async def serve(values: int, messages: int = 400) -> None:
    """Serve until stdin ends."""
    made = Patched(values)
    ahead = [made.next() for _ in range(messages)]
    history, loop = History(), asyncio.get_running_loop()
    port = 0
    server = await loop.create_server(lambda: Stub(ahead, made.number_at, port, history), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__" and len(sys.argv) > 1:
    asyncio.run(serve(int(sys.argv[1])))
