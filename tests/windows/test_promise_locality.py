"""A row depends on its own window alone, whatever stands elsewhere; an inf is a value; NaN is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.oracles_windows import Exact, trailing
from tests.strategies_windows import series, windows

SUMS = ["count", "sum", "mean", "var", "std", "min", "max", "skew", "kurt", "slope", "zscore"]
ALL = [*SUMS, "median", ("quantile", 0.9)]


def bits(frame):
    return frame.to_numpy().view(np.uint64)


@given(series(infinite=True), windows, st.data())
def test_a_changed_value_changes_no_window_without_it(x, window, data):
    if not len(x):
        return
    at = data.draw(st.integers(0, len(x) - 1))
    y = x.copy()
    y[at] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf, 1e15, 0.0, 1e300]))
    periods = data.draw(st.integers(0, window))
    one, two = (bits(sf.rolling(v, window, min_periods=periods).agg(ALL)) for v in (x, y))
    same = (one == two).all(axis=1)
    outside = [not lo <= at < hi for lo, hi in trailing(len(x), window)]
    assert same[outside].all()


@given(series(infinite=True), windows)
def test_an_inf_is_a_value(x, window):
    got = sf.rolling(x, window, min_periods=1).agg(ALL)
    for i, (lo, hi) in enumerate(trailing(len(x), window)):
        seen = x[lo:hi][~np.isnan(x[lo:hi])]
        if not np.isinf(seen).any():
            continue
        row = got.iloc[i]
        both = np.inf in seen and -np.inf in seen
        whole = np.nan if both else (np.inf if np.inf in seen else -np.inf)
        assert row["count"] == len(seen)
        np.testing.assert_equal([row["sum"], row["mean"]], [whole, whole])
        assert (row["min"], row["max"]) == (seen.min(), seen.max())
        assert row[["var", "std", "skew", "kurt", "slope", "zscore"]].isna().all()
        if len(seen) % 2:
            assert row["median"] == np.sort(seen)[len(seen) // 2]


@given(series(infinite=True), series(infinite=True), windows)
def test_an_inf_in_a_pair_leaves_other_windows_alone(x, y, window):
    rows = min(len(x), len(y))
    x, y = x[:rows], y[:rows]
    got = sf.rolling(x, window + 1, min_periods=2).cov(y)
    exact = Exact(x, y)
    both = ~np.isnan(x) & ~np.isnan(y)
    odd = both & (np.isinf(x) | np.isinf(y))
    for i, (lo, hi) in enumerate(trailing(rows, window + 1)):
        if odd[lo:hi].any() or both[lo:hi].sum() < 2:
            assert np.isnan(got[i])
        else:
            assert abs(float(exact.cov(lo, hi)) - got[i]) <= 1e-9 * exact.pair_scale(lo, hi) + 1e-300


@given(series(), windows, st.data())
def test_every_sum_is_the_exact_one_to_rounding(x, window, data):
    periods = data.draw(st.integers(0, window))
    got = sf.rolling(x, window, min_periods=periods).agg(SUMS)
    exact = Exact(x)
    for i, (lo, hi) in enumerate(trailing(len(x), window)):
        n, row = exact.count(lo, hi), got.iloc[i]
        assert np.isnan(row["mean"]) == (n < max(periods, 1))
        assert np.isnan(row["sum"]) == (n < periods)
        if n < max(periods, 1):
            continue
        bound = 2 * window * 2.0**-52 * np.nanmax(np.abs(x[lo:hi]))
        assert abs(float(exact.mean(lo, hi)) - row["mean"]) <= bound
        assert np.isnan(row["var"]) == (n < 2)
        if n < 2:
            continue
        true = float(exact.var(lo, hi))
        assert row["var"] == pytest.approx(true, rel=1e-12, abs=1e-300)
        assert row["var"] > 0 or true < 1e-300
        assert abs(float(exact.slope(lo, hi)) - row["slope"]) <= 1e-9 * exact.slope_scale(lo, hi) + 1e-300


@given(series(infinite=True), windows, st.integers(0, 20))
def test_every_nan_has_the_same_bits(x, window, periods):
    got = bits(sf.rolling(x, window, min_periods=min(periods, window)).agg(ALL))
    values = got.view(np.float64)
    assert set(np.unique(got[np.isnan(values)])) <= {np.array([np.nan]).view(np.uint64)[0]}


@pytest.mark.parametrize("value", [0.1, 1e9, -7.3e-8, 1e150])
@pytest.mark.parametrize("window", [1, 2, 3, 10, 33, 128, 200])
def test_a_constant_has_no_spread_and_is_its_own_mean(value, window):
    x = np.full(500, value)
    x[::7] = np.nan
    got = sf.rolling(x, window, min_periods=1).agg(["mean", "var", "std", "slope", "zscore", "skew", "kurt"])
    there = got[got["mean"].notna()]
    assert (there["mean"] == value).all()
    assert there["var"].isin([0.0, np.nan]).all()
    assert there["slope"].isin([0.0, np.nan]).all()
    assert there[["zscore", "skew", "kurt"]].isna().all().all()
