"""Laws of the numbers of notification messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smartfab.connectors.opcua.sequence import LAST, Gap, SequenceTracker, following

starts = st.one_of(st.just(1), st.integers(1, LAST), st.integers(LAST - 20, LAST))


def numbers(start, count):
    found = [start]
    while len(found) < count:
        found.append(found[-1] % LAST + 1)
    return found


@st.composite
def overtaken(draw, window):
    """Arrivals of consecutive numbers, in which no message is overtaken by more than `window` others."""
    start, count = draw(starts), draw(st.integers(1, 30))
    waiting, order, delayed = numbers(start, count), [], 0
    while waiting:
        late = draw(st.integers(0, min(1, len(waiting) - 1))) if delayed < window else 0
        order.append(waiting.pop(late))
        delayed = delayed + 1 if late else 0
    return start, order


def test_the_worked_example_of_a_wrap():
    assert following(LAST) == 1
    tracker = SequenceTracker(0, LAST)
    assert [tracker.message(number, number) for number in (LAST, 1, 2)] == [[LAST], [1], [2]]
    assert tracker.gap is None


@given(overtaken(window=4), st.data())
def test_every_message_comes_out_once_and_in_order(arrivals, data):
    start, order = arrivals
    tracker, out, seen = SequenceTracker(4, start), [], 0
    for number in order:
        out += tracker.message(number, number)
        if data.draw(st.booleans()):
            again = data.draw(st.sampled_from(order[: order.index(number) + 1]))
            before = tracker.gap
            tracker_copy_waits = tracker._waited
            out += tracker.message(again, again)
            tracker._waited = tracker_copy_waits
            assert tracker.gap == before
            seen += 1
    assert out == numbers(start, len(order))
    assert tracker.duplicates == seen
    assert tracker.gap is None


@given(starts, st.integers(1, 20), st.integers(1, 3), st.integers(0, 4))
def test_a_lost_message_is_named_after_the_window(start, before, lost, window):
    everything = numbers(start, before + lost + window + 2)
    tracker = SequenceTracker(window, start)
    for number in everything[:before]:
        tracker.message(number, number)
    out = []
    for number in everything[before + lost :][: window + 1]:
        assert tracker.gap is None
        out += tracker.message(number, number)
    assert out == []
    assert tracker.gap == Gap(everything[before], everything[before + lost - 1])


@given(starts, st.integers(1, 20), st.integers(1, 3), st.integers(0, 4))
def test_a_keep_alive_says_what_was_sent(start, before, lost, window):
    everything = numbers(start, before + lost + 1)
    tracker = SequenceTracker(window, start)
    for number in everything[:before]:
        tracker.message(number, number)
    for _ in range(window + 1):
        assert tracker.gap is None
        tracker.keep_alive(everything[before + lost])
    assert tracker.gap == Gap(everything[before], everything[before + lost - 1])


@given(starts, st.lists(st.sampled_from(["data", "quiet"]), max_size=40))
def test_keep_alives_of_a_server_that_lost_nothing_change_nothing(start, story):
    tracker, next_, out = SequenceTracker(0, start), start, 0
    for event in story:
        if event == "quiet":
            tracker.keep_alive(next_)
        else:
            out += len(tracker.message(next_, next_))
            next_ = following(next_)
        assert tracker.gap is None
    assert out == story.count("data")


def test_a_keep_alive_that_was_overtaken_is_no_gap():
    tracker = SequenceTracker(0)
    tracker.message(1, "a")
    tracker.message(2, "b")
    tracker.keep_alive(2)
    assert tracker.gap is None


def test_a_gap_before_messages_already_held_ends_where_they_begin():
    tracker = SequenceTracker(1)
    assert tracker.message(4, "d") == []
    assert tracker.message(3, "c") == []
    assert tracker.gap == Gap(1, 2)


@pytest.mark.parametrize("number", [LAST, 1])
def test_the_end_of_a_gap_at_the_wrap(number):
    tracker = SequenceTracker(0, LAST - 1)
    tracker.message(number, number)
    assert tracker.gap == Gap(LAST - 1, LAST - 1 if number == LAST else LAST)
