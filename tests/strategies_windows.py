"""Series that rolling statistics are easily wrong on."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

WINDOW = 50


def hard_inputs(rows=1500, window=WINDOW, seed=3):
    """The named hard inputs, each also with the odd element as the first row of a block, and as the last of one."""
    block = window // 8 * 8
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal
    cases = {"far from zero": 1e9 + noise(rows) * 1e-3}
    places = {"": window + window // 3, " at an edge": 2 * block, " before an edge": 2 * block - 1}
    for where, at in places.items():
        outlier = noise(rows)
        outlier[at] = 1e15
        cases[f"outlier{where}"] = outlier
        drop = noise(rows) * 1e8
        drop[at + 1 :] = noise(rows - at - 1) * 1e-3
        cases[f"scale drop{where}"] = drop
        settled = noise(rows) * 1e5
        settled[at + 1 :] = 0.1
        cases[f"noise then a constant{where}"] = settled
        single = np.full(rows, 0.1)
        single[at] = 0.7
        cases[f"constant with one other{where}"] = single
        holes = 1e9 + noise(rows) * 1e-3
        holes[at - window // 4 : at + 1] = np.nan
        cases[f"run of missing{where}"] = holes
    cases["missing at every edge"] = 1e9 + noise(rows) * 1e-3
    cases["missing at every edge"][::block] = np.nan
    cases["some missing"] = noise(rows) + 1e6
    cases["some missing"][rng.random(rows) < 0.05] = np.nan
    cases["drift"] = noise(rows).cumsum() + 1e5
    return cases


@st.composite
def series(draw, *, longest=120, missing=True, infinite=False, widest=8):
    """A short series: an offset and a scale, holes, repeated values, jumps, infs."""
    rows = draw(st.integers(0, longest))
    offset = draw(st.sampled_from([0.0, 1.0, -1e3, 1e9, 1e15]))
    scale = draw(st.sampled_from([10.0**p for p in range(-widest, widest + 1, 4)]))
    element = st.one_of(st.integers(-(2**30), 2**30).map(lambda v: v / 2**30), st.sampled_from([0.0, -0.0, 0.1, 0.7, 1.0]))
    values = np.array(draw(st.lists(element, min_size=rows, max_size=rows)), dtype=float) * scale + offset
    odd = [np.nan] * missing + [np.inf, -np.inf] * infinite + [1e15, 0.1, offset]
    for at in draw(st.lists(st.integers(0, max(rows - 1, 0)), max_size=12)):
        if rows:
            values[at] = draw(st.sampled_from(odd))
    return values


windows = st.integers(1, 40)
"""Short windows, and windows of one block of eight rows and more with every rest."""
