"""The sums of charts with a memory against their recursions written out."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.control_sums import cusum, ewma

VALUES = st.lists(st.one_of(st.floats(-100, 100), st.just(math.nan)), max_size=30)


@given(VALUES, st.floats(-10, 10), st.floats(0.01, 1))
def test_ewma_is_the_weighted_sum_of_all_that_came_before(values, start, lam):
    out = np.empty(len(values))
    ewma(np.array(values, float), start, lam, out)
    seen = []
    for value, got in zip(values, out.tolist(), strict=True):
        if math.isnan(value):
            assert math.isnan(got)
            continue
        seen.append(value)
        weights = [lam * (1 - lam) ** k for k in range(len(seen))]
        slow = math.fsum(w * v for w, v in zip(weights, reversed(seen), strict=True)) + (1 - lam) ** len(seen) * start
        assert math.isclose(got, slow, rel_tol=1e-9, abs_tol=1e-9)


@given(VALUES, st.floats(-10, 10), st.floats(0, 5))
def test_cusum_is_the_largest_sum_that_ends_here(values, centre, slack):
    high, low = np.empty(len(values)), np.empty(len(values))
    cusum(np.array(values, float), centre, slack, high, low)
    seen = []
    for value, up, down in zip(values, high.tolist(), low.tolist(), strict=True):
        if math.isnan(value):
            assert math.isnan(up)
            assert math.isnan(down)
            continue
        seen.append(value - centre)
        ends = range(len(seen) + 1)
        assert math.isclose(up, max(math.fsum(v - slack for v in seen[k:]) for k in ends), rel_tol=1e-9, abs_tol=1e-9)
        assert math.isclose(down, min(math.fsum(v + slack for v in seen[k:]) for k in ends), rel_tol=1e-9, abs_tol=1e-9)
