import datetime as dt

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import ColumnTypeError, TableError, TimeError
from tests.small_plants import EPOCH, at

TOP32 = 4294967295


def steps(values, *, every=10.0, **limits):
    return sf.counts.counter_steps([at(n * every) for n in range(len(values))], values, **limits)


def codes(found):
    return {item["code"]: item["count"] for item in found.attrs["findings"]}


def test_a_counter_that_falls_was_reset():
    found = steps([0, 10, 20, 20, 50, 10])
    assert found.tolist() == [0, 10, 10, 0, 30, 10]
    assert found.sum() == 60
    assert codes(found) == {"counter_reset": 1}
    assert found.attrs["findings"][0]["evidence"] == {"first": at(50).isoformat(), "was": 50.0, "now": 10.0}


@pytest.mark.parametrize(
    ("values", "top", "expected", "what"),
    [
        ([TOP32 - 5, 4], TOP32, 10, "counter_wrap"),
        ([TOP32, 0], TOP32, 1, "counter_wrap"),
        ([65535, 0], 65535, 1, "counter_wrap"),
        ([40000, 0], 65535, 25536, "counter_wrap"),
        ([30000, 0], 65535, 0, "counter_reset"),  # over the top would be more than half the range
        ([51, 0], 100, 50, "counter_wrap"),
        ([50, 0], 100, 0, "counter_reset"),
        ([90, 5], None, 5, "counter_reset"),
    ],
)
def test_wrap_or_reset_by_the_shorter_way(values, top, expected, what):
    found = steps(values, max_value=top)
    assert found.tolist() == [0, expected]
    assert codes(found) == {what: 1}


@pytest.mark.parametrize(
    ("values", "expected", "what"),
    [
        ([95, 4], 10, {"counter_wrap": 1}),  # 10 pieces in 10 s at 1/s
        ([94, 4], 4, {"counter_reset": 1}),  # 11 would be too fast, so it began at zero
        ([90, 11], 0, {"counter_jump": 1}),  # too fast both ways
        ([20, 30], 10, {}),
        ([20, 31], 0, {"counter_jump": 1}),
    ],
)
def test_what_is_possible_is_known_by_the_fastest_rate(values, expected, what):
    found = steps(values, max_value=100, max_rate=1)
    assert found.tolist() == [0, expected]
    assert codes(found) == what


@pytest.mark.parametrize("rate", [0.1, 0.3, 1 / 3, 3, 7, 1e-3, 123.456])
def test_counting_at_exactly_the_fastest_rate_is_no_jump(rate):
    seconds = 3000
    found = sf.counts.counter_steps([at(0), at(seconds)], [0, rate * seconds], max_rate=rate)
    assert codes(found) == {}


def test_after_a_jump_counting_goes_on_from_there():
    found = steps([0, 5, 100_000, 100_005], max_rate=1)
    assert found.tolist() == [0, 5, 0, 5]
    assert codes(found) == {"counter_jump": 1}


def test_a_counter_below_zero_was_reset_and_adds_nothing():
    assert steps([5, -3, -1], max_value=255).tolist() == [0, 0, 2]


def test_a_reading_above_the_top_is_told():
    assert codes(steps([250, 300, 310], max_value=255)) == {"counter_above_max": 2}


def test_the_index_is_time_and_the_first_step_zero():
    found = steps([7, 8])
    pd.testing.assert_index_equal(found.index, pd.DatetimeIndex([at(0), at(10)], name="ts").as_unit("us"))
    assert found.dtype == np.float64
    assert steps([]).tolist() == []
    assert steps([7]).tolist() == [0]


@pytest.mark.parametrize(
    "times",
    [
        ["2026-03-02T00:00:00Z", "2026-03-02T00:01:00.5Z"],
        pd.Series(["2026-03-02T07:00:00+07:00", "2026-03-02T07:01:00.500+07:00"], index=[7, 3]),
        pd.DatetimeIndex([at(0), at(60.5)]),
        pd.Series([at(0), at(60.5)]).dt.tz_convert("Asia/Ho_Chi_Minh"),
        [dt.datetime(2026, 3, 2, tzinfo=dt.UTC), at(60.5)],
    ],
)
@pytest.mark.parametrize("values", [[1, 4], (1.0, 4.0), np.array([1, 4], dtype=np.uint32), pd.Series([1, 4], index=[9, 8])])
def test_times_and_values_may_come_in_many_forms(times, values):
    found = sf.counts.counter_steps(times, values)
    assert found.index.tolist() == [at(0), at(60.5)]
    assert found.tolist() == [0, 3]


def test_missing_readings_are_left_out_and_told():
    found = steps([1, None, float("nan"), 4, float("inf")])
    assert found.tolist() == [0, 3]
    assert found.index.tolist() == [at(0), at(30)]
    assert codes(found) == {"counter_missing": 3}


def test_of_different_readings_at_one_time_the_highest_is_taken():
    times, values = [at(0), at(10), at(10), at(10), at(20)], [1, 5, 3, 5, 6]
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1]):
        found = sf.counts.counter_steps([times[n] for n in order], [values[n] for n in order])
        assert found.tolist() == [0, 4, 1]
        assert codes(found) == {"conflicting_samples": 1}


def test_faults_are_typed():
    with pytest.raises(TimeError, match="naive"):
        sf.counts.counter_steps([pd.Timestamp("2026-03-02")], [1])
    with pytest.raises(TableError, match="2 times for 1 values"):
        sf.counts.counter_steps([EPOCH, EPOCH], [1])
    with pytest.raises(ColumnTypeError):
        sf.counts.counter_steps([EPOCH], ["many"])
    for limit in ({"max_value": 0}, {"max_value": float("nan")}, {"max_rate": -1}, {"max_rate": float("inf")}):
        with pytest.raises(TableError, match="positive"):
            sf.counts.counter_steps([EPOCH], [1], **limit)
