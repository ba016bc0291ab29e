"""Statistics at cut-offs against exact sums, and what must not matter: other cut-offs, later samples, where the data begin."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.cutoff_windows import cutoff_windows
from smartfab.features.statistics import STATISTICS
from tests.oracles_cutoffs import window_statistics

WANTED = np.arange(len(STATISTICS), dtype=np.int32)
NEVER = np.iinfo(np.int64).min


def run(ts, x, cutoff, widths):
    out = np.full((len(cutoff), len(widths) * len(WANTED)), np.nan)
    newest = np.full(len(cutoff), NEVER)
    cutoff_windows(
        np.asarray(ts, np.int64),
        np.asarray(x, float),
        np.asarray(cutoff, np.int64),
        np.asarray(widths, np.int64),
        WANTED,
        out,
        newest,
    )
    return out.reshape(len(cutoff), len(widths), len(WANTED)), newest


@st.composite
def streams(draw):
    n = draw(st.integers(0, 60))
    ts = np.sort(draw(st.lists(st.integers(-500, 5000), min_size=n, max_size=n)))
    values = st.one_of(st.just(float("nan")), st.integers(-9, 9).map(float), st.floats(-1e6, 1e6))
    x = draw(st.lists(values, min_size=n, max_size=n))
    cutoff = draw(st.lists(st.integers(-600, 6000), min_size=1, max_size=8))
    widths = sorted(draw(st.sets(st.integers(1, 3000), min_size=1, max_size=3)))
    return ts, x, cutoff, widths


@given(streams())
def test_equal_to_exact_sums(stream):
    ts, x, cutoff, widths = stream
    out, newest = run(ts, x, cutoff, widths)
    for r, t in enumerate(cutoff):
        for k, width in enumerate(widths):
            want = window_statistics(ts.tolist() if len(ts) else [], x, t, width)
            scale = max([1.0, *(abs(v) for v in x if not math.isnan(v))])
            for s, name in enumerate(STATISTICS):
                unit = scale * (1e6 if name == "slope" else 1.0)
                assert out[r, k, s] == pytest.approx(want.get(name, np.nan), rel=1e-9, abs=1e-9 * unit, nan_ok=True), name
        used = [int(s) for s, v in zip(ts, x, strict=True) if t - widths[-1] < s <= t and not math.isnan(v)]
        assert newest[r] == (max(used) if used else NEVER)


@given(streams(), st.integers(0, 5000))
def test_a_row_depends_on_its_own_windows_alone_to_the_bit(stream, pick):
    ts, x, cutoff, widths = stream
    t = cutoff[pick % len(cutoff)]
    whole, _ = run(ts, x, cutoff, widths)
    inside = [(s, v) for s, v in zip(ts, x, strict=True) if t - widths[-1] < s <= t]
    alone, _ = run([s for s, _ in inside], [v for _, v in inside], [t], widths)
    np.testing.assert_array_equal(whole[cutoff.index(t)], alone[0])


def test_hard_windows():
    rng = np.random.default_rng(3)
    ts = np.arange(4000) * 1000
    x = 1e9 + 1e-3 * rng.standard_normal(4000)
    x[-1] = 1e9 + 1.0  # the newest value, which all others are taken from, is the odd one
    out, _ = run(ts, x, [ts[-1]], [3_000_000])
    want = window_statistics(ts.tolist(), x.tolist(), int(ts[-1]), 3_000_000)
    assert out[0, 0, STATISTICS.index("std")] == pytest.approx(want["std"], rel=1e-9)
    assert out[0, 0, STATISTICS.index("slope")] == pytest.approx(want["slope"], rel=1e-6)
    constant, _ = run(ts, np.full(4000, 0.1), [ts[-1]], [3_000_000])
    assert constant[0, 0, STATISTICS.index("std")] == 0.0


def test_inf_and_read_only_and_empty_inputs():
    ts, x = np.arange(5), np.array([1.0, np.inf, 2.0, 3.0, 4.0])
    ts.flags.writeable = x.flags.writeable = False
    out, _ = run(ts, x, [4, 4, -10], [2, 5])
    named = dict(zip(STATISTICS, out[0, 1], strict=True))
    assert (named["mean"], named["max"], named["count"]) == (np.inf, np.inf, 5.0)
    assert np.isnan(named["std"])
    assert out[0, 0, STATISTICS.index("mean")] == 3.5
    assert out[2, 1, STATISTICS.index("count")] == 0.0
    empty, newest = run([], [], [3], [10])
    assert np.isnan(empty[..., :-1]).all()
    assert (empty[..., -1] == 0).all()
    assert newest[0] == NEVER
