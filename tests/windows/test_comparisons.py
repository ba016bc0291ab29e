"""On benign data every statistic is that of every other library."""

import importlib.util
import warnings

import numpy as np
import pytest

import smartfab as sf
from benchmarks.kernels.comparisons import BLIND, COMPARISONS, PACKAGES, QUANTILE

RNG = np.random.default_rng(11)
X = RNG.standard_normal(600) + 3
Y = 0.5 * X + RNG.standard_normal(600)
PAIRS = [(statistic, peer) for statistic, peers in COMPARISONS.items() for peer in peers]


def ours(statistic, x, y, window, periods):
    if statistic == "ewm":
        return sf.ewm(x, span=window).mean()
    r = sf.rolling(x, window, min_periods=periods)
    if statistic in {"cov", "corr"}:
        return getattr(r, statistic)(y)
    return r.quantile(QUANTILE) if statistic == "quantile" else getattr(r, statistic)()


@pytest.mark.parametrize(("statistic", "peer"), PAIRS)
@pytest.mark.parametrize("missing", [False, True])
def test_equal_to(statistic, peer, missing):
    if importlib.util.find_spec(PACKAGES[peer]) is None:
        pytest.skip(f"{peer} is not installed")
    if missing and peer in BLIND:
        pytest.skip(f"{peer} takes no missing values")
    x, y = X.copy(), Y.copy()
    if missing:
        x[RNG.random(len(x)) < 0.05] = np.nan
        if statistic in {"cov", "corr"}:
            y[np.isnan(x)] = np.nan
    periods = 10 if missing else 20
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the peers' own
        theirs = np.asarray(COMPARISONS[statistic][peer](x, y, 20, periods), dtype=float)
    got = ours(statistic, x, y, 20, periods)
    rows = slice(19, None) if peer in BLIND else ~np.isnan(x)
    np.testing.assert_allclose(got[rows], theirs[rows], rtol=1e-9, atol=1e-9)
