"""Exponential weights, against their definition and against pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.strategies_windows import series


def weighted(x, alpha):
    """Weighted mean of every row's past, from the definition."""
    out = np.full(len(x), np.nan)
    for i in range(len(x)):
        seen = np.flatnonzero(np.isfinite(x[: i + 1]))
        if len(seen):
            weights = (1 - alpha) ** (seen[-1] - seen)
            out[i] = np.sum(weights * x[seen]) / weights.sum()
    return out


@given(series(infinite=True, widest=4), st.sampled_from([0.02, 0.3, 0.9, 1.0]))
def test_mean_is_the_weighted_one_and_an_inf_is_missing(x, alpha):
    got = sf.ewm(x, alpha=alpha).mean()
    size = np.nanmax(np.abs(np.where(np.isfinite(x), x, 0)), initial=0)
    np.testing.assert_allclose(got, weighted(x, alpha), rtol=1e-9, atol=1e-13 * size)


@pytest.mark.parametrize("kwargs", [{"span": 1}, {"span": 20}, {"alpha": 0.001}, {"halflife": 3.5}])
@pytest.mark.parametrize("missing", [0.0, 0.02, 0.6])
@pytest.mark.parametrize("min_periods", [0, 5])
def test_equal_to_pandas_on_benign_data(kwargs, missing, min_periods):
    rng = np.random.default_rng(5)
    s = pd.Series(rng.standard_normal(5000) + 20)
    s[rng.random(5000) < missing] = np.nan
    ours, theirs = sf.ewm(s, min_periods=min_periods, **kwargs), s.ewm(min_periods=min_periods, **kwargs)
    pd.testing.assert_series_equal(ours.mean(), theirs.mean(), rtol=1e-9)
    first = s.notna().cumsum() >= 2
    pd.testing.assert_series_equal(ours.var()[first], theirs.var()[first], rtol=1e-6)


def test_a_constant_has_no_variance():
    assert sf.ewm(np.full(50, 0.1), span=9).var()[1:].tolist() == [0.0] * 49


def test_groups_and_frames():
    frame = pd.DataFrame({"x": np.arange(8.0), "y": np.arange(8.0) ** 2, "m": list("ABABABAB")})
    got = sf.ewm(frame, span=3, by="m").mean()
    for _, part in frame.groupby("m"):
        pd.testing.assert_frame_equal(got.loc[part.index], sf.ewm(part[["x", "y"]], span=3).mean())


def test_threads_change_no_bit():
    x = np.random.default_rng(5).standard_normal((9000, 3))
    assert sf.ewm(x, span=30, threads=1).mean().tobytes() == sf.ewm(x, span=30, threads=2).mean().tobytes()


def test_a_long_gap_ends():
    x = np.r_[1e9, np.full(50_000, np.nan), 3.0, 4.0]
    got = sf.ewm(x, span=9).mean()
    assert got[-3] == 1e9
    assert got[-2] == 3.0
