"""Moving quantiles against sorted windows and exact fractions."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.order_statistics import bounded_quantiles, rolling_quantiles

NAN = float("nan")
INF = float("inf")
SPECIAL = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.1, 0.7, 5e-324, 1e150, -1e150, 1.7e308, -1.7e308, INF, -INF, NAN, NAN])
QUANTILES = st.one_of(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), st.floats(0.0, 1.0))


def assert_quantile(found, window, q, need):
    """`found` is the order statistic itself, or a + f · (b − a) within 2 ulp of the exact fraction."""
    values = sorted(value for value in window if not math.isnan(value))
    if len(values) < need:
        assert math.isnan(found)
        return
    position = q * (len(values) - 1)
    index = int(position)
    a, b, f = values[index], values[min(index + 1, len(values) - 1)], Fraction(position) - index
    if f == 0 or a == b:
        assert found == a
    elif math.isinf(a) and math.isinf(b):
        assert math.isnan(found)
    elif math.isinf(a) or math.isinf(b):
        assert found == (a if math.isinf(a) else b)
    else:
        exact = Fraction(a) + f * (Fraction(b) - Fraction(a))
        assert abs(Fraction(found) - exact) <= 2 * Fraction(math.ulp(float(exact)))
        assert a <= found <= b


@st.composite
def series(draw, longest=500):
    """Noise, ties, ramps or wild magnitudes, with runs of special values laid over."""
    n = draw(st.integers(1, longest))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["noise", "ties", "rise", "fall", "constant", "wild", "offset", "two levels", "two zeros"]))
    x = {
        "noise": lambda: rng.standard_normal(n),
        "ties": lambda: np.round(rng.standard_normal(n), 1),
        "rise": lambda: np.arange(n) * 0.1,
        "fall": lambda: np.arange(n) * -0.1,
        "constant": lambda: np.full(n, 0.1),
        "wild": lambda: rng.standard_normal(n) * 10.0 ** rng.integers(-150, 150, n),
        "offset": lambda: 1e9 + 1e-3 * rng.standard_normal(n),
        "two levels": lambda: np.where(rng.random(n) < 0.5, -1.0, 1.0) * np.arange(n),
        "two zeros": lambda: np.where(rng.random(n) < 0.5, -0.0, 0.0),
    }[kind]()
    for value, length in draw(st.lists(st.tuples(SPECIAL, st.integers(1, 60)), max_size=4)):
        start = draw(st.integers(0, n - 1))
        x[start : start + length] = value
    x[rng.random(n) < draw(st.sampled_from([0.0, 0.0, 0.02, 0.6]))] = NAN
    return x


def rows_to_check(n):
    return sorted({0, 1, n // 2, n - 2, n - 1, *range(0, n, max(1, n // 25))} & set(range(n)))


@given(st.lists(st.one_of(SPECIAL, st.floats()), min_size=1, max_size=12), st.integers(1, 14), QUANTILES, st.integers(0, 6))
def test_every_row_of_a_short_series(values, window, q, min_periods):
    x, out = np.array(values), np.full((1, len(values)), 7.0)
    rolling_quantiles(x, window, np.array([q]), min_periods, out)
    for row in range(len(values)):
        assert_quantile(out[0, row], values[max(0, row - window + 1) : row + 1], q, max(min_periods, 1))


@given(series(), st.integers(1, 300), st.lists(QUANTILES, min_size=1, max_size=4), st.data())
def test_row_windows(x, window, q, data):
    min_periods = data.draw(st.integers(1, window + 1))
    out = np.full((len(q), len(x)), 7.0)
    rolling_quantiles(x, window, np.array(q), min_periods, out)
    for row in rows_to_check(len(x)):
        for k in range(len(q)):
            assert_quantile(out[k, row], x[max(0, row - window + 1) : row + 1].tolist(), q[k], min_periods)


@given(series(), st.lists(QUANTILES, min_size=1, max_size=4), st.integers(0, 20), st.data())
def test_bounded_windows(x, q, min_periods, data):
    bound = st.integers(0, len(x))
    pairs = data.draw(st.lists(st.tuples(bound, bound), min_size=1, max_size=40))
    lo, hi = (np.sort(np.array(side, np.int64)) for side in zip(*pairs, strict=True))
    out = np.full((len(q), len(lo)), 7.0)
    bounded_quantiles(x, lo, hi, np.array(q), min_periods, out)
    for row in range(len(lo)):
        for k in range(len(q)):
            assert_quantile(out[k, row], x[lo[row] : hi[row]].tolist(), q[k], max(min_periods, 1))


@given(series(), st.integers(1, 300), st.lists(QUANTILES, min_size=1, max_size=4), st.data())
def test_rows_are_bounds_and_any_split_gives_the_same_bits(x, window, q, data):
    n, min_periods = len(x), data.draw(st.integers(1, window))
    whole = np.full((len(q), n), 7.0)
    rolling_quantiles(x, window, np.array(q), min_periods, whole)
    hi = np.arange(1, n + 1)
    lo = np.maximum(hi - window, 0)
    bounded = np.full_like(whole, 7.0)
    bounded_quantiles(x, lo, hi, np.array(q), min_periods, bounded)
    assert bounded.tobytes() == whole.tobytes()
    cut = data.draw(st.integers(0, n))
    for part in (rolling_quantiles, bounded_quantiles):
        pieces = np.full_like(whole, 7.0)
        how = (x, window) if part is rolling_quantiles else (x, lo, hi)
        part(*how, np.array(q), min_periods, pieces, cut, n)
        assert (pieces[:, :cut] == 7.0).all()
        part(*how, np.array(q), min_periods, pieces, 0, cut)
        assert pieces.tobytes() == whole.tobytes()


@given(series(), st.integers(1, 300), QUANTILES, st.data())
def test_a_row_depends_on_its_own_window_alone(x, window, q, data):
    changed = data.draw(st.integers(0, len(x) - 1))
    other = x.copy()
    other[changed] = data.draw(SPECIAL)
    before, after = np.empty((1, len(x))), np.empty((1, len(x)))
    rolling_quantiles(x, window, np.array([q]), 1, before)
    rolling_quantiles(other, window, np.array([q]), 1, after)
    apart = np.r_[0:changed, min(changed + window, len(x)) : len(x)]
    assert before[0, apart].tobytes() == after[0, apart].tobytes()


@given(series(), st.integers(2, 200), st.data())
def test_chunks_with_the_tail_of_the_last_window_give_the_same_bits(x, window, data):
    q = np.array([0.1, 0.5, 0.9])
    whole = np.empty((3, len(x)))
    rolling_quantiles(x, window, q, 2, whole)
    tail, rows = x[:0], []
    edges = sorted({0, len(x), *data.draw(st.lists(st.integers(0, len(x)), max_size=5))})
    for start, stop in pairwise(edges):
        held = np.concatenate([tail, x[start:stop]])
        out = np.empty((3, len(held)))
        rolling_quantiles(held, window, q, 2, out, len(tail))
        rows.append(out[:, len(tail) :])
        tail = held[-(window - 1) :]
    assert np.concatenate(rows, axis=1).tobytes() == whole.tobytes()


@pytest.mark.parametrize("window", [3, 100])
def test_one_zero_and_one_nan(window):
    x = np.concatenate([np.tile([-0.0, 0.0, -0.0], 60), np.full(150, NAN), np.tile([-INF, INF], 90)])
    x[200] = np.frombuffer(np.uint64(0xFFF8000000000001).tobytes())[0]
    out = np.empty((3, len(x)))
    rolling_quantiles(x, window, np.array([0.0, 0.5, 0.8]), window, out)
    assert not np.signbit(out[out == 0.0]).any()
    assert set(out[np.isnan(out)].view(np.uint64)) == {np.float64(NAN).view(np.uint64)}
    assert np.isinf(out[0]).any()


def test_infinite_neighbours():
    def median_of(*values):
        out = np.empty((1, len(values)))
        rolling_quantiles(np.array(values), len(values), np.array([0.5]), 1, out)
        return out[0, -1]

    assert median_of(1.0, INF) == INF
    assert median_of(-INF, 1.0) == -INF
    assert math.isnan(median_of(-INF, INF))
    assert median_of(INF, INF) == INF
    assert median_of(-INF, 3.0, INF) == 3.0
    assert median_of(1.7e308, 1.7e308, 1.6e308, 1.7e308) == 1.7e308


def test_read_only_input_and_untouched_neighbours():
    x = np.arange(50.0)
    x.flags.writeable = False
    q = np.array([0.5])
    q.flags.writeable = False
    out = np.full((2, 60), 7.0)
    rolling_quantiles(x, 5, q, 5, out)
    assert np.isnan(out[0, :4]).all()
    assert out[0, 4:50].tolist() == (np.arange(46) + 2.0).tolist()
    assert (out[0, 50:] == 7.0).all()
    assert (out[1] == 7.0).all()


def test_nothing_to_do():
    out = np.full((1, 3), 7.0)
    none = np.empty(0)
    rolling_quantiles(none, 5, np.array([0.5]), 1, out)
    rolling_quantiles(np.ones(3), 5, none, 1, out)
    bounded_quantiles(np.ones(3), none.astype(np.int64), none.astype(np.int64), np.array([0.5]), 1, out)
    assert (out == 7.0).all()
    bounded_quantiles(none, np.zeros(3, np.int64), np.zeros(3, np.int64), np.array([0.5]), 1, out)
    assert np.isnan(out).all()


def test_an_output_too_small_is_refused():
    x, bounds = np.ones(5), np.arange(5)
    for out in (np.empty((1, 4)), np.empty((0, 5))):
        with pytest.raises(IndexError):
            rolling_quantiles(x, 2, np.array([0.5]), 1, out)
        with pytest.raises(IndexError):
            bounded_quantiles(x, bounds, bounds, np.array([0.5]), 1, out)


@given(st.lists(st.tuples(st.integers(-9, 60), st.integers(-9, 60)), min_size=1, max_size=30), st.integers(-5, 50))
def test_bounds_out_of_all_order_touch_no_other_memory(bounds, window):
    lo, hi = (np.array(side, np.int64) for side in zip(*bounds, strict=True))
    x, out = np.arange(50.0), np.full((2, len(lo)), 99.0)
    bounded_quantiles(x, lo, hi, np.array([NAN, 7.0]), 1, out)
    assert ((out <= 49.0) | np.isnan(out)).all()
    rolling_quantiles(x, window, np.array([-7.0, NAN]), -3, out, 0, min(50, len(lo)))
    assert ((out <= 49.0) | np.isnan(out)).all()
