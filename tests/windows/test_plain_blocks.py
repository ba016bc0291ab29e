"""Blocks that are written from edge to edge have the bits of those that go tile by tile, which every other step asks for."""

import numpy as np
import pytest

import smartfab as sf
from tests.strategies_windows import hard_inputs

NAMES = ["count", "sum", "mean", "var", "std", "min", "max", "zscore", "slope"]
TOGETHER = [NAMES, NAMES[:-1], ["mean"], ["sum", "std"], ["min"], ["max", "count"], ["count"], ["zscore"], ["slope", "min"]]
INPUTS = hard_inputs(rows=2000, window=100)


def odd_inputs():
    rng = np.random.default_rng(6)
    for share in (0.0, 0.001, 0.02, 0.5):
        x = rng.standard_normal(3000) + 20
        x[rng.random(3000) < share] = np.nan
        yield f"{share} missing", x
    x = rng.standard_normal(3000)
    x[[500, 501, 1503]] = [np.inf, np.nan, -np.inf]
    yield "infs", x
    yield "beyond the largest float", rng.uniform(-1.7, 1.7, 3000) * 1e308
    yield "squares beyond it", rng.standard_normal(3000) * 1e160
    yield "squares below the least", rng.standard_normal(3000) * 1e-170
    yield "zeros of both signs", rng.choice([0.0, -0.0], 3000)


INPUTS |= dict(odd_inputs())


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("window", [24, 31, 100, 133, 256])
def test_the_same_bits_tile_by_tile(name, window):
    x = INPUTS[name]
    for names in TOGETHER:
        for periods in (1, window):
            rolled = [sf.rolling(x, window, min_periods=periods, step=step).agg(names).to_numpy() for step in (1, 3)]
            assert np.ascontiguousarray(rolled[0][::3]).tobytes() == np.ascontiguousarray(rolled[1]).tobytes(), names


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("window", [24, 100, 133])
def test_the_same_bits_of_a_pair(name, window):
    x = INPUTS[name]
    y = x[::-1] * 0.5 + np.random.default_rng(7).standard_normal(len(x))
    for pair in ("corr", "cov"):
        rolled = [getattr(sf.rolling(x, window, min_periods=2, step=step), pair)(y) for step in (1, 3)]
        assert rolled[0][::3].tobytes() == rolled[1].tobytes()
