"""Moving quantiles of long series that are hard on sorting, searching and following, against numpy."""

import numpy as np
import pytest

from smartfab._fast.order_statistics import bounded_quantiles, rolling_quantiles

N = 30_000
Q = np.array([0.1, 0.5, 0.9])
ROW = np.arange(N)
RNG = np.random.default_rng(11)
SIDES = np.where(RNG.random(N) < 0.5, -1.0, 1.0)
HARD = {
    "noise": RNG.standard_normal(N),
    "offset 1e9": 1e9 + 1e-3 * RNG.standard_normal(N),
    "one outlier": np.where(ROW == N // 2, 1e15, RNG.standard_normal(N)),
    "outliers": np.where(RNG.random(N) < 0.01, 1e6, 1.0) * (20 + RNG.standard_normal(N)),
    "fine and coarse": np.where(ROW % 97 == 0, 1e300, 1.0 + ROW * 2.0**-50),
    "scale drop": np.where(ROW < N // 2, 1e8, 1e-3) * RNG.standard_normal(N),
    "noise, then constant": np.where(ROW < N // 2, RNG.standard_normal(N), 0.25),
    "constant": np.full(N, 0.1),
    "constant with odd ones": np.where(ROW % 5000 == 4999, 0.7, 0.1),
    "few levels": RNG.integers(0, 4, N) * 0.1,
    "rise": ROW * 0.1,
    "fall": ROW * -0.1,
    "saw": (ROW % 1500) * 0.1,
    "two levels that part": SIDES * (1e6 + ROW),
    "two levels that meet": SIDES * (1e6 - ROW),
    "all magnitudes": RNG.standard_normal(N) * 10.0 ** RNG.integers(-150, 150, N),
    "next to each other": 1.0 + RNG.integers(0, 8, N) * 2.0**-52,
}
WINDOWS = [2, 16, 17, 64, 500, 5001, 20_000]


def wanted(x, lo, hi, q):
    return np.array([np.sort(x[a:b])[int(q * (b - a - 1))] for a, b in zip(lo, hi, strict=True)])


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", HARD)
def test_full_windows(name, window):
    x, out = HARD[name], np.empty((3, N))
    rolling_quantiles(x, window, Q, window, out)
    rows = np.unique(RNG.integers(window - 1, N, 40))
    assert np.isnan(out[:, : window - 1]).all()
    for k in range(3):
        sides = [
            np.quantile(np.sort(x[row - window + 1 : row + 1]), Q[k], method=m) for row in rows for m in ("lower", "higher")
        ]
        low, high = np.array(sides).reshape(-1, 2).T
        position = Q[k] * (window - 1)
        between = low + (position - int(position)) * (high - low)
        assert ((low <= out[k, rows]) & (out[k, rows] <= high)).all()
        np.testing.assert_allclose(out[k, rows], between, rtol=0, atol=4e-16 * np.maximum(abs(low), abs(high)).max())


@pytest.mark.parametrize("name", HARD)
def test_one_quantile_and_several_give_the_same_bits(name):
    x = HARD[name].copy()
    for missing in (0.0, 0.02):
        x[RNG.random(N) < missing] = np.nan
        for window in (10, 100, 3000):
            together, alone = np.empty((10, N)), np.empty((10, N))
            q = np.array([0.5, 0.1, 0.9, 0.0, 1.0, 0.5, 0.25, 0.75, 0.01, 0.99])
            rolling_quantiles(x, window, q, window // 2, together)
            for k in range(10):
                rolling_quantiles(x, window, q[k : k + 1], window // 2, alone[k : k + 1])
            assert together.tobytes() == alone.tobytes()


@pytest.mark.parametrize("window", [1, 16, 17, 31, 32, 63, 64, 255, 256, 512])
def test_ends_at_the_edges_of_blocks(window):
    lengths = {window, window + 1, *(k * rows + window - 1 for rows in (128, 512, 8 * window, 16 * window) for k in (1, 2))}
    for n in {length + more for length in lengths for more in (-1, 0, 1) if 0 < length + more <= N}:
        x, out = HARD["noise"][:n], np.empty((1, n))
        rolling_quantiles(x, window, np.array([0.0]), window, out)
        assert np.isnan(out[0, : window - 1]).all()
        if n >= window:
            views = np.lib.stride_tricks.sliding_window_view(x, window)
            assert out[0, window - 1 :].tolist() == views.min(axis=1).tolist()


@pytest.mark.parametrize("name", ["noise", "two levels that part", "few levels", "rise"])
@pytest.mark.parametrize("widest", [30, 3000])
def test_windows_that_swell_and_shrink_and_jump(name, widest):
    x = HARD[name]
    lo = np.sort(RNG.integers(0, N, 2000))
    hi = np.minimum(np.maximum.accumulate(lo + 1 + RNG.integers(0, widest, 2000)), N)
    out = np.empty((1, 2000))
    bounded_quantiles(x, lo, hi, np.array([0.0]), 1, out)
    assert out[0].tolist() == wanted(x, lo, hi, 0.0).tolist()
    burst = np.maximum.accumulate(np.where(np.arange(2000) == 1000, np.minimum(lo + 20_000, N), hi))
    bounded_quantiles(x, lo, burst, np.array([1.0]), 1, out)
    assert out[0].tolist() == wanted(x, lo, burst, 1.0).tolist()


def test_a_pointer_crosses_wide_gaps_of_ranks():
    n, window = 120_000, 20_001
    rows = np.arange(n)
    x = np.where(np.random.default_rng(3).random(n) < 0.5, -1.0, 1.0) * (1e6 + rows)
    out = np.empty((1, n))
    rolling_quantiles(x, window, np.array([0.5]), window, out)
    positive = np.cumsum(np.r_[0, x > 0])
    majority = positive[window:] - positive[:-window] > window // 2
    assert (np.sign(out[0, window - 1 :]) == np.where(majority, 1.0, -1.0)).all()
    for row in (window - 1, 50_000, 99_999, n - 1):
        assert out[0, row] == np.median(x[row - window + 1 : row + 1])
