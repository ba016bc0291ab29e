"""HistoryRead: half-open both ways, page by page, against a slow reading of Part 11, 6.5.3.2."""

import asyncio
import datetime as dt
from types import SimpleNamespace

import pytest
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as st
from smartfab.connectors.opcua import memory_history
from smartfab.connectors.opcua.memory_history import MemoryHistory
from smartfab.connectors.opcua.simulator import SimulatorServer
from smartfab.connectors.opcua.simulator_tags import make_tags

from smartfab.plant_grammar import Signal
from tests.connectors.opcua import small_line as line

NODE, SILENT, OTHER, ABSENT = (ua.NodeId(name, 2) for name in ("Node", "Silent", "Other", "Absent"))
NOT_FOUND = "no bound"


def history(seconds, served=None):
    """A history of one tag whose values number its samples, `served` of them played."""
    rows = [(at, "M/x", float(n), None, 0) for n, at in enumerate(sorted(seconds))]
    tags = make_tags(line.samples(rows), {"M/x": Signal(node="p;s=x"), "M/y": Signal(node="p;s=y", history="no")})
    for _ in range(len(rows) if served is None else served):
        tags["M/x"].serve_next(dt.datetime.now(dt.UTC))
    known = {NODE: tags["M/x"], SILENT: tags["M/y"], OTHER: None}
    return MemoryHistory(SimpleNamespace(aspace=known), {NODE: known[NODE], SILENT: known[SILENT]})


def at(second):
    return ua.get_win_epoch() if second is None else line.START.to_pydatetime() + dt.timedelta(seconds=second)


def ask(store, start, end, count=0, *, bounds=False, point=None, node=NODE, **other):
    details = ua.ReadRawModifiedDetails(
        IsReadModified=other.get("modified", False), StartTime=at(start), EndTime=at(end), NumValuesPerNode=count,
        ReturnBounds=bounds,
    )  # fmt: skip
    params = ua.HistoryReadParameters(
        HistoryReadDetails=other.get("details", details), ReleaseContinuationPoints=other.get("release", False),
        NodesToRead=[ua.HistoryReadValueId(NodeId=node, ContinuationPoint=point)],
    )  # fmt: skip
    (result,) = asyncio.run(store.read_history(params))
    return result


def told(result):
    return [
        NOT_FOUND if value.StatusCode.value == ua.StatusCodes.BadBoundNotFound else value.Value.Value
        for value in result.HistoryData.DataValues
    ]


def paged(store, start, end, count, *, bounds):
    values, point = [], None
    while True:
        result = ask(store, start, end, count, bounds=bounds, point=point)
        result.StatusCode.check()
        page = told(result)
        assert len(page) <= count or not count
        values += page
        point = result.ContinuationPoint
        if point is None:
            return values


def slow_reading(seconds, start, end, *, bounds):
    """Samples are numbered in time order; written as the standard words it, sample by sample."""
    numbered = list(enumerate(sorted(seconds)))
    backward = start is None or (end is not None and end < start)
    if backward:
        first, last = (end, None) if start is None else (start, end)
        inside = [n for n, t in reversed(numbered) if t <= first and (last is None or t > last)]
        at_or_outside = (
            [n for n, t in numbered if t >= first],
            [n for n, t in reversed(numbered) if last is not None and t <= last],
        )
        on_start = any(t == first for _, t in numbered)
    else:
        first, last = start, end
        one = first == last
        inside = [n for n, t in numbered if t >= first and (last is None or t < last or (one and t == first))]
        at_or_outside = (
            [n for n, t in reversed(numbered) if t <= first],
            [n for n, t in numbered if last is not None and t >= last],
        )
        on_start = any(t == first for _, t in numbered)
    if not bounds:
        return inside
    before = [] if on_start else [at_or_outside[0][0] if at_or_outside[0] else NOT_FOUND]
    no_end = last is None or (not backward and first == last)
    after = [] if no_end else [at_or_outside[1][0] if at_or_outside[1] else NOT_FOUND]
    return [*before, *inside, *after]


TIMES = st.lists(st.integers(0, 12), max_size=12)  # whole seconds, several samples at one of them
INSTANT = st.integers(-1, 13)


@given(TIMES, INSTANT, INSTANT, st.integers(0, 4), st.booleans())
def test_both_times_given(seconds, start, end, count, bounds):
    assert paged(history(seconds), start, end, count, bounds=bounds) == slow_reading(seconds, start, end, bounds=bounds)


@given(TIMES, INSTANT, st.booleans(), st.integers(1, 4), st.booleans())
def test_one_time_and_a_number_given(seconds, time, forward, count, bounds):
    start, end = (time, None) if forward else (None, time)
    assert paged(history(seconds), start, end, count, bounds=bounds) == slow_reading(seconds, start, end, bounds=bounds)


@given(TIMES, st.integers(0, 12))
def test_only_what_was_served_is_history(seconds, served):
    served = min(served, len(seconds))
    assert told(ask(history(seconds, served), -1, 99)) == list(range(served))


def test_a_worked_example():
    store = history([0, 1, 2, 3, 4])
    assert told(ask(store, 1, 3)) == [1, 2]
    assert told(ask(store, 3, 1)) == [3, 2]
    assert told(ask(store, 2, 2)) == [2]
    assert told(ask(store, None, 3, 2)) == [3, 2]
    assert told(ask(store, 1.5, 2.5, bounds=True)) == [1, 2, 3]
    assert told(ask(store, -1, 9, bounds=True)) == [NOT_FOUND, 0, 1, 2, 3, 4, NOT_FOUND]
    bound = ask(store, -1, 9, bounds=True).HistoryData.DataValues
    assert (bound[0].SourceTimestamp, bound[-1].SourceTimestamp) == (at(-1), at(9))


def test_no_data_is_good_and_says_so():
    result = ask(history([0]), 5, 6)
    assert (result.StatusCode.value, told(result)) == (ua.StatusCodes.GoodNoData, [])


def test_a_page_is_never_longer_than_the_server_allows(monkeypatch):
    monkeypatch.setattr(memory_history, "MOST_VALUES", 5)
    store = history(range(12))
    first = ask(store, 0, 99)
    assert len(told(first)) == 5
    assert told(ask(store, 0, 99, point=first.ContinuationPoint)) == [5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"node": ABSENT}, "BadNodeIdUnknown"),
        ({"node": OTHER}, "BadHistoryOperationUnsupported"),
        ({"node": SILENT}, "BadHistoryOperationUnsupported"),
        ({"modified": True}, "BadHistoryOperationUnsupported"),
        ({"details": ua.ReadAtTimeDetails()}, "BadHistoryOperationUnsupported"),
        ({"point": b"elsewhere"}, "BadContinuationPointInvalid"),
        ({"point": b"\x01" * 40}, "BadContinuationPointInvalid"),
    ],
)
def test_what_cannot_be_read_is_refused(asked, code):
    assert ask(history([0, 1]), 0, 9, **asked).StatusCode.name == code


@pytest.mark.parametrize(("start", "end", "count"), [(None, None, 5), (0, None, 0), (None, 9, 0)])
def test_two_of_the_three_must_be_given(start, end, count):
    assert ask(history([0, 1]), start, end, count).StatusCode.name == "BadHistoryOperationInvalid"


def test_continuation_points_are_released_without_a_value():
    result = ask(history([0, 1]), 0, 9, release=True, point=b"x")
    assert result.StatusCode.is_good()


def test_over_the_wire_history_is_what_was_played():
    async def read(server):
        heard = line.Heard(server)
        await heard.connect()
        for name in ("Press01/temperature", "Press01/good", "Dryer01/run"):
            values = await heard.nodes[name].read_raw_history(at(0), at(9_999), return_bounds=False)
            heard.told += [(name, value) for value in values]
        asked = heard.nodes["Press01/product"].read_raw_history(at(0), at(9), return_bounds=False)
        with pytest.raises(ua.uaerrors.BadHistoryOperationUnsupported):
            await asked
        historizing = [
            await heard.nodes[name].read_attribute(ua.AttributeIds.Historizing) for name in ("Press01/good", "Press01/product")
        ]
        await heard.client.disconnect()
        return heard.frame(), [value.Value.Value for value in historizing]

    with SimulatorServer(line.many(12_500), speed=float("inf")) as server:  # more than one page holds
        assert server.wait(60)
        frame, historizing = asyncio.run(read(server))
        played = server.played()
    assert historizing == [True, False]
    wanted = played[played["signal_id"].isin(["Press01/temperature", "Press01/good", "Dryer01/run"])]
    assert line.rows_of(frame) == line.rows_of(wanted)
