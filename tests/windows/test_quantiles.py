"""Quantiles between two values, by every way to stand between them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.strategies_windows import series

WAYS = ["linear", "lower", "higher", "nearest", "midpoint"]
SHARES = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]


def placed(values, share, way):
    """The quantile of some values, from the definition."""
    values = np.sort(values)
    position = share * (len(values) - 1)
    low = int(position)
    part = position - low
    high = min(low + 1, len(values) - 1)
    if part == 0 or way == "lower":
        return values[low]
    if way == "higher":
        return values[high]
    if way == "nearest":
        return values[high] if part > 0.5 or (part == 0.5 and low % 2) else values[low]
    weight = 0.5 if way == "midpoint" else part
    return (1 - weight) * values[low] + weight * values[high]


@given(series(widest=4), st.integers(1, 40), st.sampled_from(SHARES), st.sampled_from(WAYS), st.integers(1, 3))
def test_every_way_between_two_values(x, window, share, way, step):
    periods = max(window // 2, 1)
    got = sf.rolling(x, window, min_periods=periods, step=step).quantile(share, way)
    for k, i in enumerate(range(0, len(x), step)):
        values = x[max(i - window + 1, 0) : i + 1]
        values = values[~np.isnan(values)]
        if len(values) < periods:
            assert np.isnan(got[k])
        else:
            assert got[k] == pytest.approx(placed(values, share, way), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("window", [5, 16, 17, 64, "9s"])
def test_ways_are_those_of_pandas(way, window):
    rng = np.random.default_rng(8)
    s = pd.Series(rng.integers(-20, 20, 700).astype(float), index=pd.date_range("2026-01-01", periods=700, freq="s"))
    s[rng.random(700) < 0.1] = np.nan
    ours, theirs = sf.rolling(s, window, min_periods=2), s.rolling(window, min_periods=2)
    for share in (*SHARES, 0.37):
        got = ours.quantile(share, interpolation=way)
        pd.testing.assert_series_equal(got, theirs.quantile(share, interpolation=way), rtol=1e-12, check_freq=False)
