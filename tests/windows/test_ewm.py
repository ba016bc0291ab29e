"""Exponential weights, against their definition and against pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import TimeError
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


def weighted_pairs(x, ages, alpha, *, adjust, ignore_na):
    """Weights and values behind every row, from the definition; `ages` tells how much older each row is than the last."""
    weights, values = np.empty(0), np.empty(0)
    for value, age in zip(x, ages, strict=True):
        here = np.isfinite(value)
        if here or not ignore_na:
            weights = weights * (1 - alpha) ** age
        if here:
            own = 1.0 if adjust or not len(weights) else alpha
            weights, values = np.append(weights, own), np.append(values, value)
        if here and not adjust:
            weights = weights / weights.sum()
        yield weights, values


@given(series(infinite=True, widest=4, longest=40), st.sampled_from([0.02, 0.5, 0.9, 0.999]), st.booleans(), st.booleans())
def test_every_kind_of_weight_is_its_definition(x, alpha, adjust, ignore_na):
    weights = sf.ewm(x, alpha=alpha, adjust=adjust, ignore_na=ignore_na)
    mean, var, plain = weights.mean(), weights.var(), weights.var(bias=True)
    np.testing.assert_array_equal(weights.std(), np.sqrt(var))
    size = np.nanmax(np.abs(np.where(np.isfinite(x), x, 0)), initial=0)
    for i, (w, v) in enumerate(weighted_pairs(x, np.ones(len(x)), alpha, adjust=adjust, ignore_na=ignore_na)):
        if not len(v):
            assert np.isnan([mean[i], var[i], plain[i]]).all()
            continue
        true = (w * v).sum() / w.sum()
        assert mean[i] == pytest.approx(true, rel=1e-9, abs=1e-13 * size)
        spread = (w * (v - true) ** 2).sum() / w.sum()
        assert plain[i] == pytest.approx(spread, rel=1e-6, abs=1e-13 * size**2)
        pairs = w.sum() ** 2 - (w**2).sum()
        if len(v) < 2:
            assert np.isnan(var[i])
        elif pairs > 1e-6 * w.sum() ** 2:
            assert var[i] == pytest.approx(spread * w.sum() ** 2 / pairs, rel=1e-6, abs=1e-12 * size**2)


@pytest.mark.parametrize("adjust", [True, False])
@pytest.mark.parametrize("ignore_na", [True, False])
@pytest.mark.parametrize("rate", [{"com": 0.0}, {"com": 9.0}, {"span": 7}, {"halflife": 2.5}, {"alpha": 0.4}])
def test_weights_of_every_kind_are_those_of_pandas(adjust, ignore_na, rate):
    rng = np.random.default_rng(6)
    s = pd.Series(rng.standard_normal(400) + 3)
    s[rng.random(400) < 0.2] = np.nan
    ours, theirs = (f(adjust=adjust, ignore_na=ignore_na, **rate) for f in (lambda **kw: sf.ewm(s, **kw), s.ewm))
    pd.testing.assert_series_equal(ours.mean(), theirs.mean(), rtol=1e-9)
    if rate != {"com": 0.0}:
        for bias in (True, False):
            pd.testing.assert_series_equal(ours.std(bias=bias), theirs.std(bias=bias), rtol=1e-6, atol=1e-9)


def test_half_lives_in_time():
    rng = np.random.default_rng(6)
    at = pd.Timestamp("2026-01-01", tz="Asia/Ho_Chi_Minh") + pd.to_timedelta(rng.integers(0, 9, 200).cumsum(), unit="s")
    s = pd.Series(rng.standard_normal(200), index=at)
    s[rng.random(200) < 0.2] = np.nan
    for adjust in (True, False):
        want = s.ewm(halflife="5s", times=at, adjust=adjust).mean()
        frame = pd.DataFrame({"t": at, "x": s.to_numpy(), "m": "A"})
        pd.testing.assert_series_equal(sf.ewm(s, halflife="5s", adjust=adjust).mean(), want, check_freq=False)
        for times in ("t", at, pd.Series(at), at.as_unit("ns").tz_convert(None).to_numpy()):
            given_times = frame if isinstance(times, str) else frame[["x", "m"]]
            got = sf.ewm(given_times, halflife=pd.Timedelta("5s"), times=times, by="m", adjust=adjust).mean()["x"]
            np.testing.assert_allclose(got, want, rtol=1e-12)


def test_each_group_has_times_of_its_own():
    frame = pd.DataFrame({"x": [1.0, 5.0, 2.0, 6.0], "m": list("ABAB"), "t": pd.to_datetime([10, 0, 12, 4], unit="s")})
    got = sf.ewm(frame, halflife="2s", times="t", by="m").mean()
    assert got["x"].tolist() == pytest.approx([1.0, 5.0, 2.5 / 1.5, (5 * 0.25 + 6) / 1.25])
    with pytest.raises(TimeError, match="t: time goes back at row 1"):
        sf.ewm(frame.drop(columns="m"), halflife="2s", times="t")


def test_a_variance_of_weights_that_are_nearly_one_value():
    alpha = 1 - 2.0**-30  # all but a billionth of the weight is the newest value's
    x = np.array([1000.0, 1001.0, 1003.0])
    assert sf.ewm(x, alpha=alpha).var()[1] == pytest.approx(0.5, rel=1e-11)
