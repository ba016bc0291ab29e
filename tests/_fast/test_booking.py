"""The booking kernel against what it says of itself."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.booking import book_pieces


def book(ts, pieces, where, start, cell, late=None, evenly=False):
    """One kind; returns [cell, 7] in pieces."""
    ts, start = np.array(ts, np.int64), np.array(start, np.int64)
    booked = np.zeros((max(cell) + 1, 1, 7), np.int64)
    flag = np.array(late, np.int8) if late else None
    book_pieces(
        ts, *np.array(pieces, float), np.zeros(1, np.int64), np.zeros(1, np.int32), flag, evenly, start,
        np.array(where, np.int8), np.arange(len(start), dtype=np.int32), np.array(cell, np.int32), booked,
    )  # fmt: skip
    return booked[:, 0] / 1e6


NONE = [np.nan]


def test_pieces_lie_in_the_segment_of_their_stamp_half_open():
    booked = book([10, 19, 20], [[1, 2, 4], NONE * 3, NONE * 3], [0, 1], [10, 20], [0, 1])
    assert booked[0, 0] == 3
    assert booked[1, [0, 3]].tolist() == [4, 4]


def test_a_quantity_is_shared_since_it_was_read_before_itself():
    # good is read at 0 and 40, scrap at 0, 30 and 40; unknown on [10, 30)
    pieces = [[0, np.nan, 40], [0, 9, 1], NONE * 3]
    booked = book([0, 30, 40], pieces, [0, 4, 0], [0, 10, 30], [0, 0, 0])
    assert booked[0, 0] == 20
    assert booked[0, 1] == 9 - 6 + 1
    assert booked[0, 6] == 20 + 6


def test_a_late_correction_is_not_shared_and_does_not_shorten_the_next_span():
    pieces = [[0, 5, 30], NONE * 3, NONE * 3]
    shared = book([0, 25, 30], pieces, [0, 4, 0], [0, 10, 20], [0, 0, 0], late=[0, 1, 0])
    assert shared[0, 0] == 5 + 20
    assert shared[0, 6] == 10


def test_segments_outside_the_window_take_nothing():
    booked = book([5, 15], [[1, 2], NONE * 2, NONE * 2], [0, 0], [0, 10], [-1, 0])
    assert booked[0, 0] == 2


def spread_slowly(count: int, last: int, now: int, running: list[bool], start: list[int]) -> list[int]:
    """Whole pieces of each segment: the k-th at the first instant with k/n of the running time behind it."""
    up = [t for t in range(last, now) if running[max(n for n, s in enumerate(start) if s <= t)]]
    out = [0] * len(start)
    for k in range(1, count + 1):
        instant: Fraction | int = now
        if up:
            passed = Fraction(k * len(up), count)
            whole = int(passed)
            # up seconds are [t, t + 1): after `whole` of them and a part of the next
            instant = up[whole] + (passed - whole) if passed > whole else up[whole - 1] + 1
        out[max(n for n, s in enumerate(start) if s <= instant)] += 1
    return out


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.data())
def test_even_attribution_puts_each_piece_where_its_share_of_the_run_ended(running: list[bool], data):
    start = [0, *sorted(data.draw(st.sets(st.integers(1, 60), min_size=len(running) - 1, max_size=len(running) - 1)))]
    last, now = sorted(data.draw(st.sets(st.integers(0, 70), min_size=2, max_size=2)))
    count = data.draw(st.integers(1, 30))
    cells = list(range(len(start)))
    booked = book([last, now], [[0, count], NONE * 2, NONE * 2], [0 if r else 1 for r in running], start, cells, evenly=True)
    assert booked[:, 0].tolist() == spread_slowly(count, last, now, running, start)


def test_even_attribution_spreads_fractions_by_time():
    booked = book([0, 40], [[0, 1.5], NONE * 2, NONE * 2], [0, 1, 0], [0, 10, 30], [0, 1, 2], evenly=True)
    assert booked[:, 0].tolist() == [0.75, 0, 0.75]


def test_rows_that_are_not_used_are_passed_over():
    booked = book([0, 10, 20], [[0, 5, 7], NONE * 3, NONE * 3], [0], [0], [0], late=[0, 2, 0])
    assert booked[0, 0] == 7


def book_slowly(ts, pieces, where, start, cell, late=None, evenly=False):
    """Row by row and reading by reading, each with a look back over all rows and a walk over all time."""
    out = np.zeros((max(cell) + 1, 7), np.int64)
    flags = late or [0] * len(ts)
    segment = [max(n for n, s in enumerate(start) if s <= t) for t in ts]

    def dark(first, last):
        spans = [
            (max(a, first), min(b, last)) for a, b, w in zip(start, [*start[1:], ts[-1] + 1], where, strict=True) if w == 4
        ]
        return sum(max(b - a, 0) for a, b in spans)

    def put(s, q, amount):
        if cell[s] < 0:
            return
        out[cell[s], {2: 4, 3: 5, 4: 6}.get(where[s], q)] += amount
        if where[s] == 1:
            out[cell[s], 3] += amount

    def last_segment(s, unknown):
        return max((k for k in range(s + 1) if (where[k] == 4) == unknown), default=s)

    for q in range(3):
        for i, now in enumerate(ts):
            value = pieces[q][i]
            if np.isnan(value) or flags[i] & 2:
                continue
            read = [t for t, v, f in zip(ts[: i + 1], pieces[q], flags, strict=False) if not np.isnan(v) and not f and t < now]
            amount = round(value * 1e6)
            late_row = bool(flags[i] & 1)
            share = float(where[segment[i]] == 4) if late_row or not read else dark(read[-1], now) / (now - read[-1])
            lost = amount if share >= 1 else int(np.rint(amount * share))
            put(last_segment(segment[i], True), q, lost) if lost else None
            put(last_segment(segment[i], False), q, amount - lost)
    return out / 1e6


@st.composite
def books(draw):
    """Counters read together and apart, twice at one instant, before and after unknown time; late and unused rows."""
    start = [0, *sorted(draw(st.sets(st.integers(1, 60), max_size=9)))]
    where = [draw(st.sampled_from([0, 0, 1, 2, 3, 4])) for _ in start]
    cell = [draw(st.integers(-1, 2)) for _ in start]
    ts = sorted(draw(st.lists(st.integers(0, 70), min_size=1, max_size=25)))
    reading = st.one_of(st.integers(0, 9), st.just(np.nan), st.floats(0, 3).map(lambda x: round(x, 6)))
    pieces = [[draw(reading) for _ in ts] if draw(st.booleans()) else [np.nan] * len(ts) for _ in range(3)]
    flags = [draw(st.sampled_from([0] * 9 + [1, 2, 3])) for _ in ts] if draw(st.booleans()) else None
    return ts, pieces, where, start, [*cell[:-1], max(cell[-1], 0)], flags


@given(books())
def test_stretches_book_what_a_walk_row_by_row_books(case):
    *tables, flags = case
    assert book(*tables, late=flags).tolist() == book_slowly(*tables, late=flags).tolist()


@given(books(), st.data())
def test_kinds_and_cuts_change_no_sum(case, data):
    """Rows of several kinds are those of one, told apart; and so with pieces spread over time."""
    ts, pieces, where, start, cell, flags = case
    runs = [0, *sorted(data.draw(st.sets(st.integers(1, max(len(ts) - 1, 1)), max_size=4)) if len(ts) > 1 else [])]
    evenly = data.draw(st.booleans())
    booked = np.zeros((max(cell) + 1, 2, 7), np.int64)
    book_pieces(
        np.array(ts, np.int64), *np.array(pieces, float), np.array(runs, np.int64), np.arange(len(runs), dtype=np.int32) % 2,
        None if flags is None else np.array(flags, np.int8), evenly, np.array(start, np.int64), np.array(where, np.int8),
        np.arange(len(start), dtype=np.int32), np.array(cell, np.int32), booked,
    )  # fmt: skip
    assert (booked.sum(axis=1) / 1e6).tolist() == book(*case[:5], late=flags, evenly=evenly).tolist()
