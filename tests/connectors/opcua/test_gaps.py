"""What is known of each signal: no lost value is outside a gap, and no gap stands where nothing was lost."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smartfab.connectors.opcua.backfill import _outcome, _Progress
from smartfab.connectors.opcua.gaps import Gap, SignalBook, coverage
from smartfab.connectors.opcua.rows import Rows
from smartfab.connectors.opcua.samples import Samples


def samples(*rows):
    """Samples from (index, ts, value) or (index, ts, value, status, text)."""
    index, ts, value, status, text = zip(*((*row, *(0, None)[len(row) - 3 :]) for row in rows), strict=True)
    times = np.array(ts, np.int64)
    texts = pa.array(text, pa.string()) if any(item is not None for item in text) else None
    columns = np.zeros(len(rows), np.uint32), times, times, np.array(status, np.int64), np.array(value, np.float64)
    return Samples(np.array(index, np.intp), times, Rows(*columns, texts))


def take(book, *rows, proves=True, heard=10**9):
    kept, gaps = book.take(samples(*rows), proves=proves, heard=heard)
    return kept.ts.tolist(), [(gap.index, gap.start, gap.end) for gap in gaps]


@pytest.fixture
def book():
    book = SignalBook(["a", "b"])
    take(book, (0, 100, 1.0), (1, 50, 7.0))
    return book


def test_a_value_that_comes_again_proves_that_nothing_changed(book):
    book.open([0, 1], heard=200, late=10, cause="cut")
    assert take(book, (0, 100, 1.0), (1, 300, 8.0)) == ([300], [(1, 190, 300)])


def test_the_last_value_told_once_more_is_no_new_one_without_any_gap(book):
    """As node-opcua does when a session comes back on a new channel."""
    assert take(book, (0, 100, 1.0), (1, 60, 8.0), (0, 110, 2.0)) == ([60, 110], [])
    assert take(book, (0, 110, 2.0), proves=False) == ([110], [])
    assert take(book, (0, 110, 2.0, 7), (0, 110, 3.0)) == ([110, 110], [])


def test_without_a_time_of_the_source_nothing_is_proven(book):
    book.open([1], heard=200, late=10, cause="cut")
    assert take(book, (1, 300, 7.0), proves=False) == ([300], [(1, 190, 300)])


def test_a_gap_never_begins_before_the_last_value(book):
    book.open([0], heard=105, late=50, cause="cut")
    assert take(book, (0, 120, 2.0)) == ([120], [(0, 101, 120)])


def test_a_change_that_was_told_late_is_no_gap(book):
    book.open([0], heard=200, late=10, cause="cut")
    assert take(book, (0, 150, 2.0)) == ([150], [])


def test_a_clock_set_back_leaves_the_whole_gap(book):
    book.open([0], heard=200, late=10, cause="cut")
    assert take(book, (0, 60, 2.0), heard=400) == ([60], [(0, 190, 400)])


def test_another_value_at_the_same_time_is_kept(book):
    book.open([0], heard=200, late=10, cause="cut")
    assert take(book, (0, 100, 2.0)) == ([100], [])


def test_texts_are_compared_too():
    book = SignalBook(["a"])
    take(book, (0, 100, np.nan, 0, "x"))
    book.open([0], None, 0, "cut")
    assert take(book, (0, 100, np.nan, 0, "x")) == ([], [])
    book.open([0], None, 0, "cut")
    assert take(book, (0, 100, np.nan, 0, "y")) == ([100], [])
    take(book, (0, 200, 1.0))
    book.open([0], None, 0, "cut")
    assert take(book, (0, 200, 1.0)) == ([], [])


def test_a_signal_that_never_had_a_value_has_no_gap():
    book = SignalBook(["a"])
    book.open([0], heard=200, late=10, cause="cut")
    assert take(book, (0, 300, 1.0)) == ([300], [])


def test_the_time_alone_is_known_of_an_earlier_run():
    book = SignalBook(["a", "b"], {"a": 100, "b": 100})
    book.open([0, 1], heard=150, late=0, cause="collector_stopped")
    assert take(book, (0, 100, 1.0), (1, 180, 1.0)) == ([100, 180], [(1, 150, 180)])


def test_an_overflow_is_a_gap_between_two_values_of_one_message(book):
    assert take(book, (0, 110, 1.0), (1, 115, 0.0), (0, 150, 2.0, 0x0480)) == ([110, 115, 150], [(0, 111, 150)])


def test_gaps_that_stay_open_are_told_piece_by_piece(book):
    book.open([0, 1], heard=200, late=10, cause="cut")
    assert [(gap.start, gap.end) for gap in book.unclosed([0, 1], 300)] == [(190, 300), (190, 300)]
    assert book.unclosed([0, 1], 300) == []
    assert take(book, (0, 350, 2.0)) == ([350], [(0, 300, 350)])


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=40), st.integers(0, 3))
def test_every_lost_value_lies_in_a_gap_and_no_kept_one_does(story, late):
    """One signal; each value is told after at most `late`; while the link is down values are lost but for the last."""
    book, now, was_up, heard, queue, lost, kept, gaps = SignalBook(["a"]), 0, True, 0, [], [], [], []
    book.take(samples((0, 0, 0.0)), proves=True, heard=0)
    for step, up in [*story, (1, True)]:
        now += step
        if up and not was_up:
            book.open([0], heard, late, "cut")
        if up:
            lost += queue
            stayed, closed = book.take(samples((0, now, float(now))), proves=True, heard=now)
            kept += stayed.ts.tolist()
            gaps += closed
            queue, heard = [], now
        else:
            queue.append(now)
        was_up = up
    assert all(any(gap.start <= ts < gap.end for gap in gaps) for ts in lost)
    assert not any(gap.start <= ts < gap.end for gap in gaps for ts in kept)


def told(gap, **progress):
    return [(row.start, row.end, row.recovered) for row in _outcome(_Progress(gap, gap.since, **progress), STARTED, 0)]


STARTED = 500


@pytest.mark.parametrize(
    ("progress", "rows"),
    [
        ({}, []),
        ({"reaches_back": True}, [(100, 400, True)]),
        ({"reaches_back": True, "first": 150}, [(100, 400, True)]),
        ({"first": 150}, [(100, 400, True), (100, 150, False)]),
    ],
)
def test_what_history_told_of_a_gap_before_the_server_was_restarted(progress, rows):
    assert told(Gap(0, 100, 400, "cut", 90), **progress) == rows


@pytest.mark.parametrize(
    ("progress", "rows"),
    [
        ({"reaches_back": True, "first": 150, "before_restart": 200}, [(100, 900, True), (201, 500, False)]),
        ({"reaches_back": True}, [(100, 900, True), (100, 500, False)]),
        ({"first": 700}, [(100, 900, True), (100, 700, False), (100, 500, False)]),
    ],
)
def test_while_a_server_is_down_nobody_writes_history(progress, rows):
    assert told(Gap(0, 100, 900, "cut", 90), **progress) == rows


def test_rows_of_coverage():
    table = coverage([Gap(1, 1_000_000, 2_000_000, "cut")], ["a", "b"])
    row = table.to_pylist()[0]
    assert (row["signal_id"], row["cause"], row["recovered"]) == ("b", "cut", False)
    assert (row["end"] - row["start"]).total_seconds() == 1
