"""A digest of what the window kernels give on random inputs: the same for every build, vector width and number of threads.

python benchmarks/kernels/bits.py
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

import smartfab as sf

CASES = 400
WINDOWS = [1, 2, 3, 7, 8, 12, 23, 24, 25, 63, 64, 65, 100, 511, 1000]
STATISTICS = ["count", "sum", "mean", "var", "std", "min", "max", "median", "skew", "kurt", "slope", "zscore"]


def drawn(rng: np.random.Generator, case: int) -> np.ndarray:
    """Values with offsets, scales, missing ones, infinite ones, outliers, in both widths."""
    size = int(rng.integers(1, 3000))
    x = rng.normal(rng.choice([0, 1e3, 1e9]), rng.choice([1e-3, 1, 1e6]), size)
    if case % 3 == 0:
        x[rng.random(size) < 0.1] = np.nan
    if case % 7 == 0 and size > 5:
        x[rng.integers(0, size, 3)] = [np.inf, -np.inf, 1e15]
    return x.astype(np.float32) if case % 5 == 0 else x


def main() -> None:
    rng = np.random.default_rng(0)
    digest = hashlib.sha256()
    for case in range(CASES):
        x, window = drawn(rng, case), int(rng.choice(WINDOWS))
        series, other = pd.Series(x), pd.Series(rng.normal(size=len(x)))
        rolled = sf.rolling(series, window, min_periods=1)
        told = [getattr(rolled, name)() for name in STATISTICS]
        told += [rolled.quantile(0.9), rolled.corr(other), rolled.cov(other), sf.ewm(series, span=10).mean()]
        for column in told:
            digest.update(np.ascontiguousarray(column.to_numpy()).tobytes())
    print(digest.hexdigest())


if __name__ == "__main__":
    main()
