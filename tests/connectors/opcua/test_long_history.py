"""A million values of history: streamed page by page, in memory bounded by the page."""

import datetime as dt
import tracemalloc

import numpy as np
from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary
from smartfab.connectors.opcua import OpcUaSource, history
from smartfab.connectors.opcua.session import ReadOnlySession

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
VALUES, MOST_BYTES = 1_000_000, 12_000_000


class LongHistory:
    """Answers of a server whose history never fits into one: one encoded page, its times moved on."""

    def __init__(self, page):
        values = [ua.DataValue(ua.Variant(float(n)), SourceTimestamp=START, ServerTimestamp=START) for n in range(page)]
        self.page, self.step = page, 10_000  # 1 ms in 100 ns
        self.told = 0
        self.last = self._encoded(values, None)
        self.open = self._encoded(values, b"more")

    def _encoded(self, values, point):
        result = ua.HistoryReadResult(ContinuationPoint=point, HistoryData=ua.HistoryData(DataValues=values))
        data = bytearray(struct_to_binary(ua.HistoryReadResponse(Results=[result])))
        stamp = int((START - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)).total_seconds()) * 10_000_000
        first = data.index(stamp.to_bytes(8, "little"))
        stride = data.index(stamp.to_bytes(8, "little"), first + 16) - first
        places = first + stride * np.arange(self.page)[:, None] + np.arange(8)
        return data, stamp, places

    async def answer(self, _parameters):
        data, stamp, places = self.open if self.told + self.page < VALUES else self.last
        times = stamp + self.step * (self.told + np.arange(self.page, dtype=np.int64))
        np.frombuffer(data, np.uint8)[places] = times.view(np.uint8).reshape(-1, 8)
        self.told += self.page
        return bytes(data)


def test_a_million_values_stream_in_bounded_memory(live, node, line_of, monkeypatch):
    name, _ = node("Good", 0.0, history=True)
    long = LongHistory(history.PAGE_ROWS // 2)
    monkeypatch.setattr(ReadOnlySession, "history_bytes", long.answer)
    with OpcUaSource(line_of(live.url, {"good": name})) as source:
        source.read()
        tracemalloc.start()
        try:
            last, count = None, 0
            for batch in source.read_history_batches(START, START + dt.timedelta(hours=1)):
                if len(batch):
                    assert batch["ts"].is_monotonic_increasing
                    assert last is None or batch["ts"].iloc[0] - last == dt.timedelta(milliseconds=1)
                    last, count = batch["ts"].iloc[-1], count + len(batch)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert count == VALUES
    assert peak < MOST_BYTES, peak
