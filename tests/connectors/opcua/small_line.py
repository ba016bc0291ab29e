"""A line small enough to be checked by eye: every kind of tag, repeated values, bad and uncertain samples."""

import asyncio
from dataclasses import dataclass

import pandas as pd
from asyncua import Client, ua

from smartfab.plant import Plant

START = pd.Timestamp("2026-03-02T06:00:00Z")
PLC, DRYER = "urn:plant:press-1", "urn:plant:dryer"
DRYER_RUN = '"DB_Dryer"."Run"'


@dataclass
class SmallLine:
    plant: Plant
    samples: pd.DataFrame


def plant(**line):
    press = {
        "state": {"node": "plc;s=Press01.State", "role": "state", "map": {"3": "running"}},
        "good": {"node": "plc;s=Press01.Good", "role": "good_count"},
        "area": {"node": "plc;s=Press01.Area", "role": "total_count"},
        "temperature": {"node": "plc;i=4711", "role": "process_value", "unit": "degC"},
        "product": {"node": "plc;s=Press01.Product", "role": "product_id", "history": "no"},
    }
    dryer = {
        "run": {"node": f"dry;s={DRYER_RUN}", "role": "flag"},
        "spare": {"node": "dry;s=Dryer01.Spare", "role": "process_value"},
        "state": {"rules": [{"when": "run", "is": "running"}], "otherwise": "idle", "role": "state"},
    }
    machines = [
        {"id": "Press01", "signals": press},
        {"id": "Dryer01", "namespaces": {"dry": DRYER}, "signals": dryer, "endpoint": "opc.tcp://10.0.0.9:4840",
         "security": {"allow_insecure": "bench"}, "queue": 3},
    ]  # fmt: skip
    lines = [{"id": "press-1", "namespaces": {"plc": PLC}, "machine": machines, **line}]
    return Plant.model_validate({"plant": {"id": "small", "timezone": "Asia/Ho_Chi_Minh"}, "line": lines})


ROWS = [  # seconds, signal, value, text, status
    (0, "Press01/state", 3, None, 0),
    (0, "Press01/good", 4_294_967_290, None, 0),
    (0.000001, "Press01/temperature", 81.25, None, 0),
    (0.5, "Press01/product", None, "Gạch 60×60", 0),
    (1, "Press01/area", 0.36, None, 0),
    (1, "Press01/temperature", 81.25, None, 0),  # the same value, measured again
    (1.000001, "Dryer01/run", 1, None, 0),
    (2, "Press01/temperature", None, None, 0x80310000),  # Bad_NoCommunication
    (2, "Press01/good", 4_294_967_295, None, 0),
    (3, "Press01/good", 4, None, 0),
    (3, "Press01/state", -5, None, 0),
    (3.25, "Press01/temperature", -0.5, None, 0x40000000),  # Uncertain
    (4, "Dryer01/run", 0, None, 0),
    (4, "Press01/product", None, "", 0),
    (5, "Press01/area", 0.72, None, 0),
    (6, "Press01/temperature", -0.5, None, 0),
]


def samples(rows=ROWS):
    frame = pd.DataFrame(rows, columns=["seconds", "signal_id", "value", "text", "status"])
    frame["ts"] = (START + pd.to_timedelta(frame.pop("seconds"), unit="s")).dt.as_unit("us")
    kinds = {"signal_id": "str", "value": float, "text": "str", "status": "int64"}
    return frame.astype(kinds)[["signal_id", "ts", *list(kinds)[1:]]]


def small_line():
    return SmallLine(plant(), samples())


def many(count, machine="Press01", signal="temperature", step_s=0.25):
    """The small line, with `count` more samples of one signal; every third repeats the value before it."""
    rows = [*ROWS, *((10 + step_s * n, f"{machine}/{signal}", float(n - n % 3), None, 0) for n in range(count))]
    return SmallLine(plant(), samples(rows))


def rows_of(frame, columns=("signal_id", "ts", "value", "text", "status")):
    """The rows as a set to compare, null as None."""
    plain = frame[list(columns)].astype(object)
    return sorted(map(repr, plain.where(plain.notna(), None).itertuples(index=False, name=None)))


class Heard:
    """A stock asyncua subscription to every tag of the line, and the samples it was told, in order of arrival."""

    def __init__(self, server):
        self.server = server
        self.told = []

    def datachange_notification(self, node, value, data):
        self.told.append((self.names[node.nodeid], data.monitored_item.Value))

    async def connect(self, client=None):
        self.client = client or Client(self.server.endpoint)
        self.client.session_timeout = 60_000
        await self.client.connect()
        array = await self.client.get_namespace_array()
        self.names = {}
        for line in self.server.plant.lines:
            for endpoint in line.endpoints():
                for name, signal in endpoint.signals.items():
                    alias, rest = signal.node.split(";", 1)
                    index = array.index(endpoint.namespaces[alias])
                    self.names[ua.NodeId.from_string(f"ns={index};{rest}")] = name
        self.nodes = {name: self.client.get_node(node) for node, name in self.names.items()}

    async def subscribe(self, queue=1000, wanted=None, every_ms=20):
        subscription = await self.client.create_subscription(every_ms, self)
        requests = [
            ua.MonitoredItemCreateRequest(
                ItemToMonitor=ua.ReadValueId(NodeId=node.nodeid, AttributeId=ua.AttributeIds.Value),
                MonitoringMode=ua.MonitoringMode.Reporting,
                RequestedParameters=ua.MonitoringParameters(ClientHandle=n, QueueSize=queue, Filter=wanted),
            )
            for n, node in enumerate(self.nodes.values(), 1)
        ]
        await subscription.create_monitored_items(requests)
        return subscription

    def frame(self):
        rows = []
        for name, told in self.told:
            value = told.Value.Value
            text = value if isinstance(value, str) else None
            number = None if value is None or text is not None else float(value)
            rows.append((name, told.SourceTimestamp, number, text, told.StatusCode.value))
        frame = pd.DataFrame(rows, columns=["signal_id", "ts", "value", "text", "status"])
        frame = frame[frame["signal_id"] != "Dryer01/spare"]  # it has no samples: only "waiting for initial data"
        kinds = {"signal_id": "str", "value": float, "text": "str", "status": "int64"}
        return frame.assign(ts=pd.to_datetime(frame["ts"], utc=True).dt.as_unit("us")).astype(kinds)


def hear(server, *, queue=1000, wanted=None, every_ms=20, meanwhile=None):
    """Subscribe, play all, and return the `Heard` when everything is acknowledged."""

    async def listen():
        heard = Heard(server)
        await heard.connect()
        await heard.subscribe(queue, wanted, every_ms)
        server.play()
        if meanwhile is not None:
            meanwhile()  # in the client's own loop, which stands still as long as it takes
        assert await asyncio.to_thread(server.wait_acknowledged, 60)
        await heard.client.disconnect()
        return heard

    return asyncio.run(listen())
