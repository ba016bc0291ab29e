"""The promise of accuracy, against exact arithmetic, on inputs that rolling statistics are easily wrong on."""

import math

import numpy as np
import pytest

import smartfab as sf
from tests.oracles_windows import Exact, trailing
from tests.strategies_windows import WINDOW, hard_inputs

EPS = 2.0**-52
HARD = hard_inputs()


@pytest.fixture(scope="module", params=HARD)
def case(request):
    x = HARD[request.param]
    names = ["count", "sum", "mean", "var", "std", "min", "max", "median", "skew", "kurt", "slope", "zscore"]
    got = sf.rolling(x, WINDOW, min_periods=2).agg(names)
    exact = Exact(x)
    windows = [(i, lo, hi) for i, (lo, hi) in enumerate(trailing(len(x), WINDOW)) if exact.count(lo, hi) >= 2]
    return x, got, exact, windows[::5]


def spread(exact, lo, hi):
    return exact.central(2, lo, hi)


def test_mean_within_two_w_eps_of_the_largest(case):
    x, got, exact, windows = case
    for i, lo, hi in windows:
        bound = 2 * WINDOW * EPS * np.nanmax(np.abs(x[lo:hi]))
        assert abs(float(exact.mean(lo, hi)) - got["mean"][i]) <= bound
        assert abs(float(exact.sum(lo, hi)) - got["sum"][i]) <= bound * WINDOW


def test_variance_to_1e_12_never_negative_and_0_when_constant(case):
    _, got, exact, windows = case
    for i, lo, hi in windows:
        true = float(exact.var(lo, hi))
        assert got["var"][i] == pytest.approx(true, rel=1e-12, abs=0)
        assert got["std"][i] == pytest.approx(math.sqrt(true), rel=1e-12, abs=0)
    assert not (got["var"] < 0).any()


def test_counts_and_extremes_are_exact(case):
    x, got, exact, windows = case
    for i, lo, hi in windows:
        assert got["count"][i] == exact.count(lo, hi)
        assert got["min"][i] == np.nanmin(x[lo:hi])
        assert got["max"][i] == np.nanmax(x[lo:hi])


def test_zscore_and_slope_to_1e_9(case):
    x, got, exact, windows = case
    for i, lo, hi in windows:
        if spread(exact, lo, hi) == 0:
            assert math.isnan(got["zscore"][i])
            assert got["slope"][i] == 0
            continue
        assert abs(float(exact.slope(lo, hi)) - got["slope"][i]) <= 1e-9 * exact.slope_scale(lo, hi)
        if not math.isnan(x[i]):
            assert abs(exact.zscore(lo, hi) - got["zscore"][i]) <= 1e-9 * max(1, abs(exact.zscore(lo, hi)))


def test_skew_and_kurt_to_1e_9_and_nan_when_constant(case):
    _, got, exact, windows = case
    for i, lo, hi in windows:
        if exact.count(lo, hi) < 4:
            continue
        if spread(exact, lo, hi) == 0:
            assert math.isnan(got["skew"][i])
            assert math.isnan(got["kurt"][i])
            continue
        assert got["skew"][i] == pytest.approx(exact.skew(lo, hi), rel=1e-9, abs=1e-9)
        assert got["kurt"][i] == pytest.approx(exact.kurt(lo, hi), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", HARD)
def test_covariance_and_correlation_to_1e_9_and_within_1(name):
    x = HARD[name]
    y = 0.5 * x + np.random.default_rng(8).standard_normal(len(x)) * 1e-3
    r = sf.rolling(x, WINDOW, min_periods=2)
    corr, cov, exact = r.corr(y), r.cov(y), Exact(x, y)
    assert not (np.abs(corr) > 1).any()
    for i, (lo, hi) in list(enumerate(trailing(len(x), WINDOW)))[::3]:
        if exact.count(lo, hi) < 2:
            continue
        scale = exact.pair_scale(lo, hi)
        assert abs(float(exact.cov(lo, hi)) - cov[i]) <= 1e-9 * scale
        if scale == 0:
            assert math.isnan(corr[i])
        else:
            assert abs(exact.corr(lo, hi) - corr[i]) <= 1e-9


@pytest.mark.parametrize("name", ["far from zero", "outlier at an edge", "scale drop at an edge", "run of missing at an edge"])
def test_variance_to_1e_12_over_100_000_rows(name):
    x = hard_inputs(rows=230_000, window=100_000, seed=5)[name]
    got = sf.rolling(x, 100_000, min_periods=2, step=4_999).agg(["mean", "var"])
    exact = Exact(x)
    for i in got.index[1:]:
        lo, hi = max(0, i + 1 - 100_000), i + 1
        assert got["var"][i] == pytest.approx(float(exact.var(lo, hi)), rel=1e-12, abs=0)
        assert abs(float(exact.mean(lo, hi)) - got["mean"][i]) <= 2e5 * EPS * np.nanmax(np.abs(x[lo:hi]))


def test_three_million_rows_of_drift_end_as_exact_as_they_began():
    x = np.random.default_rng(1).standard_normal(3_000_000) * 1e3 + 1e5
    got = sf.rolling(x, 1000).agg(["mean", "var"]).iloc[-40:].to_numpy()
    exact = Exact(x[-1039:])
    for i, (mean, var) in enumerate(got):
        assert mean == pytest.approx(float(exact.mean(i, i + 1000)), rel=1e-14)
        assert var == pytest.approx(float(exact.var(i, i + 1000)), rel=1e-12)


@pytest.mark.parametrize(("scale", "wrong"), [(1e-170, 0.0), (1e-158, 0.0), (1e200, np.inf)])
def test_beyond_the_domain_a_spread_is_0_or_inf_or_nan(scale, wrong):
    x = np.random.default_rng(2).standard_normal(400) * scale
    got = sf.rolling(x, 20).agg(["var", "skew", "kurt"]).iloc[19:]
    assert ((got["var"] == wrong) | got["var"].isna()).all()
    assert not np.isfinite(got[["skew", "kurt"]]).any().any()


@pytest.mark.parametrize("scale", [1e-149, 1e148])
def test_at_the_border_of_the_domain_a_variance_is_right(scale):
    x = np.random.default_rng(2).standard_normal(200) * scale
    got = sf.rolling(x, 20).std()
    exact = Exact(x / scale)
    for i in range(19, 200):
        assert got[i] / scale == pytest.approx(exact.std(i - 19, i + 1), rel=1e-11)
