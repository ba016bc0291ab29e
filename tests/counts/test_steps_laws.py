from fractions import Fraction

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.small_plants import at


def slow_steps(times, values, top, rate):
    """The written rule in whole numbers and fractions."""
    steps, events = [0], []
    for (t0, v0), (t1, v1) in zip(zip(times, values, strict=True), list(zip(times, values, strict=True))[1:], strict=False):
        most = None if rate is None else Fraction(rate) * (t1 - t0)
        step, event = v1 - v0, None
        if v1 < v0:
            over = None if top is None or v0 > top or v1 < 0 else top - v0 + v1 + 1
            possible = over is not None and (over <= most if most is not None else 2 * over <= top)
            step, event = (over, "counter_wrap") if possible else (max(v1, 0), "counter_reset")
        if most is not None and step > most:
            step, event = 0, "counter_jump"
        steps.append(step)
        events.append(event)
    return steps, {code: events.count(code) for code in set(events) - {None}}


def told(found):
    return {item["code"]: item["count"] for item in found.attrs["findings"] if item["code"] != "counter_above_max"}


tops = st.sampled_from([None, 9, 255, 4294967295])
rates = st.sampled_from([None, 1, 3, Fraction(1, 4)])
gaps = st.lists(st.integers(1, 100), min_size=1, max_size=30)


@given(gaps, st.data(), tops, rates)
def test_equals_the_rule_in_whole_numbers(gaps, data, top, rate):
    values = data.draw(st.lists(st.integers(-2, top or 2**53), min_size=len(gaps), max_size=len(gaps)))
    times = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    found = sf.counts.counter_steps(
        [at(t) for t in times], values, max_value=top, max_rate=None if rate is None else float(rate)
    )
    steps, events = slow_steps(times, values, top, rate)
    assert [int(step) for step in found] == steps
    assert told(found) == events


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 10), st.booleans()), min_size=1, max_size=60))
def test_true_counts_come_back_through_wraps_and_resets(story):
    """At most one piece a second on a counter to 999, which is only reset where it could not have wrapped in the time."""
    second, reading, times, values, made, known = 0, 0, [0], [0], 0, {"counter_wrap": 0, "counter_reset": 0}
    for gap, pieces, reset in story:
        new = min(pieces, gap)
        second += gap
        if reset and 100 < reading < 900:
            known["counter_reset"] += 1
            reading = new
        else:
            known["counter_wrap"] += reading + new > 999
            reading = (reading + new) % 1000
        made += new
        times.append(second)
        values.append(reading)
    found = sf.counts.counter_steps([at(t) for t in times], values, max_value=999, max_rate=1)
    assert found.sum() == made
    assert told(found) == {code: count for code, count in known.items() if count}


readings = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 255)), min_size=1, max_size=25)


@given(readings, st.randoms(use_true_random=False), tops, rates)
def test_order_and_repetition_never_matter(readings, random, top, rate):
    mixed = [*readings, *random.choices(readings, k=4)]
    random.shuffle(mixed)
    limit = None if rate is None else float(rate)
    one, other = (
        sf.counts.counter_steps([at(t) for t, _ in rows], [v for _, v in rows], max_value=top, max_rate=limit)
        for rows in (readings, mixed)
    )
    pd.testing.assert_series_equal(one, other)
    assert told(one) == told(other)


@given(gaps, st.data(), tops, rates)
def test_a_stream_may_be_cut_anywhere(gaps, data, top, rate):
    values = data.draw(st.lists(st.integers(0, 255), min_size=len(gaps), max_size=len(gaps)))
    cut = data.draw(st.integers(0, len(gaps) - 1))
    times = [at(sum(gaps[: n + 1])) for n in range(len(gaps))]
    limits = {"max_value": top, "max_rate": None if rate is None else float(rate)}
    whole = sf.counts.counter_steps(times, values, **limits)
    first = sf.counts.counter_steps(times[: cut + 1], values[: cut + 1], **limits)
    rest = sf.counts.counter_steps(times[cut:], values[cut:], **limits)
    assert whole.tolist() == [*first, *rest[1:]]
