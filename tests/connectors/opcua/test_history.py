"""History over the wire: complete, each value once, in bounded pages, and an end when a server goes round in circles."""

import datetime as dt

import pandas as pd
import pytest
from asyncua import ua
from smartfab.connectors.opcua import OpcUaSource, history

from smartfab.errors import SignalNotFound, SourceUnavailable, TimeError
from smartfab.findings import findings_of

START = pd.Timestamp("2026-03-02T06:00:00Z")
SECOND = dt.timedelta(seconds=1)


def at(seconds):
    return START.to_pydatetime() + seconds * SECOND


@pytest.fixture
def kept(live, node):
    """Return the name of a node whose history holds these (seconds, value) pairs."""

    def make(name, pairs):
        full, tag = node(name, 0.0, history=True)
        live.keep(tag, [(at(seconds), float(value)) for seconds, value in pairs])
        return full

    return make


@pytest.fixture
def pages_of(monkeypatch):
    return lambda rows: monkeypatch.setattr(history, "PAGE_ROWS", rows)


def read(source, first=0, last=1000, **options):
    return source.read_history(at(first), at(last), **options)


def test_everything_in_the_interval_once_and_sorted(live, kept, line_of):
    a, b = kept("A", [(n, n) for n in range(100)]), kept("B", [(n + 0.5, -n) for n in range(50)])
    with OpcUaSource(line_of(live.url, {"b": b, "a": a})) as source:
        table = read(source)
    assert table["signal_id"].tolist() == ["Press01/a"] * 100 + ["Press01/b"] * 50
    assert table["value"].tolist() == [*range(100), *(-n for n in range(50))]
    assert (table.query("signal_id == 'Press01/a'")["ts"] == [START + n * SECOND for n in range(100)]).all()


def test_the_interval_is_half_open(live, kept, line_of):
    a = kept("A", [(n, n) for n in range(10)])
    with OpcUaSource(line_of(live.url, {"a": a})) as source:
        assert read(source, 2, 5)["value"].tolist() == [2, 3, 4]
        parts = [read(source, first, first + 1) for first in range(10)]
    assert pd.concat(parts)["value"].tolist() == list(range(10))


@pytest.mark.parametrize("rows", [7, 10, 11, 100])
def test_pages_cut_off_without_a_continuation_point_lose_and_repeat_nothing(live, kept, line_of, pages_of, rows):
    """asyncua's own history cuts a page off at the number asked for and does not say so."""
    pairs = [(n // 3, n) for n in range(100)]  # three values at each instant
    a = kept("A", pairs)
    pages_of(rows)
    with OpcUaSource(line_of(live.url, {"a": a})) as source:
        assert read(source)["value"].tolist() == list(range(100))


def test_continuation_points_are_followed(live, kept, line_of, monkeypatch):
    monkeypatch.setattr(live.server.iserver.history_manager.storage, "max_history_data_response_size", 9)
    a = kept("A", [(n // 2, n) for n in range(100)])
    with OpcUaSource(line_of(live.url, {"a": a})) as source:
        table = read(source)
    assert table["value"].tolist() == list(range(100))


def test_batches_keep_the_order_of_each_signal_and_carry_findings_last(live, kept, node, line_of, pages_of):
    pages_of(40)
    names = {f"s{n}": kept(f"S{n}", [(k, k) for k in range(60)]) for n in range(12)}
    with OpcUaSource(line_of(live.url, {**names, "lost": "nowhere"})) as source:
        *frames, last = source.read_history_batches(at(0), at(1000))
    assert max(len(frame) for frame in frames) <= 40
    whole = pd.concat(frames)
    for name in names:
        assert whole.query("signal_id == @name", local_dict={"name": f"Press01/{name}"})["value"].tolist() == list(range(60))
    assert last.empty
    assert findings_of(last)["code"].tolist() == ["signal_not_found"]
    assert source.health()["not_found"] == {"Press01/lost": "the server knows no such node"}


def test_stopping_early_releases_continuation_points(live, kept, line_of, monkeypatch, until):
    monkeypatch.setattr(live.server.iserver.history_manager.storage, "max_history_data_response_size", 5)
    a = kept("A", [(n, n) for n in range(100)])
    live.released.clear()
    with OpcUaSource(line_of(live.url, {"a": a})) as source:
        batches = source.read_history_batches(at(0), at(1000))
        assert next(batches)["value"].tolist() == [0, 1, 2, 3, 4]
        batches.close()
        assert len(live.released) == 1
        assert live.released[0]
        until(lambda: live.sessions == 0)


def test_closing_the_source_ends_a_history_under_way(live, kept, line_of, monkeypatch, until):
    monkeypatch.setattr(live.server.iserver.history_manager.storage, "max_history_data_response_size", 5)
    a = kept("A", [(n, n) for n in range(100)])
    source = OpcUaSource(line_of(live.url, {"a": a}))
    batches = source.read_history_batches(at(0), at(1000))
    next(batches)
    source.close()
    until(lambda: live.sessions == 0)
    with pytest.raises(SourceUnavailable, match="closed"):
        list(batches)


def test_a_server_that_goes_round_in_circles_is_left(live, kept, line_of, monkeypatch):
    a = kept("A", [(n, n) for n in range(10)])
    same = [ua.DataValue(ua.Variant(float(n)), SourceTimestamp=at(n), ServerTimestamp=at(n)) for n in range(3)]

    async def again(params):
        return [ua.HistoryReadResult(ContinuationPoint=b"more", HistoryData=ua.HistoryData(same)) for _ in params.NodesToRead]

    monkeypatch.setattr(live.server.iserver.history_manager, "read_history", again)
    with (
        OpcUaSource(line_of(live.url, {"a": a})) as source,
        pytest.raises(SourceUnavailable, match="Press01/a does not get on"),
    ):
        read(source)


def test_a_signal_without_history_is_a_finding_and_the_others_are_read(live, kept, line_of, monkeypatch):
    names = {name: kept(name.upper(), [(n, n) for n in range(5)]) for name in "abc"}
    inner = live.server.iserver.history_manager.read_history

    async def unwilling(params):
        results = await inner(params)
        for node, result in zip(params.NodesToRead, results, strict=True):
            if node.NodeId.Identifier == names["b"]:
                result.StatusCode, result.HistoryData = (
                    ua.StatusCode(ua.StatusCodes.BadHistoryOperationUnsupported),
                    ua.HistoryData(),
                )
        return results

    monkeypatch.setattr(live.server.iserver.history_manager, "read_history", unwilling)
    with OpcUaSource(line_of(live.url, names)) as source:
        table = read(source)
    assert table["value"].tolist() == [0, 1, 2, 3, 4] * 2
    found = findings_of(table).query("code == 'no_history'")
    assert found["where"].tolist() == ["Press01/b"]
    assert found["evidence"].tolist() == [{"reason": "BadHistoryOperationUnsupported"}]


@pytest.mark.parametrize("status", ["BadHistoryOperationUnsupported", "BadNoContinuationPoints"])
def test_one_signal_at_a_time_where_the_server_takes_no_more(live, kept, line_of, monkeypatch, status):
    names = {name: kept(name.upper(), [(n, n) for n in range(5)]) for name in "abc"}
    inner = live.server.iserver.history_manager.read_history

    async def one_by_one(params):
        if len(params.NodesToRead) > 1:
            raise ua.UaStatusCodeError(getattr(ua.StatusCodes, status))
        return await inner(params)

    monkeypatch.setattr(live.server.iserver.history_manager, "read_history", one_by_one)
    with OpcUaSource(line_of(live.url, names)) as source:
        table = read(source)
    assert table["value"].tolist() == [0, 1, 2, 3, 4] * 3
    assert findings_of(table).empty


def test_a_history_that_breaks_off_is_no_complete_history(live, kept, line_of, pages_of, monkeypatch):
    a = kept("A", [(n, n) for n in range(100)])
    pages_of(10)
    inner, asked = live.server.iserver.history_manager.read_history, []

    async def breaking(params):
        asked.append(1)
        if len(asked) > 3:
            return [
                ua.HistoryReadResult(StatusCode=ua.StatusCode(ua.StatusCodes.BadDataUnavailable)) for _ in params.NodesToRead
            ]
        return await inner(params)

    monkeypatch.setattr(live.server.iserver.history_manager, "read_history", breaking)
    with OpcUaSource(line_of(live.url, {"a": a})) as source, pytest.raises(SourceUnavailable, match="broke off"):
        read(source)


def test_only_the_signals_asked_for(live, kept, line_of):
    names = {name: kept(name.upper(), [(1, 1)]) for name in "ab"}
    signals = {"a": names["a"], "b": {"node": f"plc;s={names['b']}", "history": "no"}}
    with OpcUaSource(line_of(live.url, signals)) as source:
        assert read(source)["signal_id"].tolist() == ["Press01/a"]
        assert read(source, signals=["Press01/b"])["signal_id"].tolist() == ["Press01/b"]
        with pytest.raises(SignalNotFound, match=r"(?s)Press01/x.*Press01/y"):
            read(source, signals=["Press01/x", "Press01/a", "Press01/y"])


def test_naive_and_reversed_times_are_refused_at_once(live, line_of):
    with OpcUaSource(line_of(live.url, {"a": "x"})) as source:
        with pytest.raises(TimeError, match="naive"):
            source.read_history_batches("2026-03-02T06:00", "2026-03-02T07:00")
        with pytest.raises(TimeError, match="not after"):
            source.read_history("2026-03-02T08:00+07:00", "2026-03-02T01:00Z")


def test_no_history_at_all_is_an_empty_table(live, node, line_of):
    name, _ = node("A", 0.0, history=True)
    with OpcUaSource(line_of(live.url, {"a": name})) as source:
        table = read(source)
    assert table.empty
    assert str(table["ts"].dtype) == "datetime64[us, UTC]"
