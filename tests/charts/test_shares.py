"""Decimation is honest: no second is lost, none is exaggerated beyond a cell, no stop vanishes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from smartfab.charts.shares import ROWS, column_shares, stacked

KINDS = 4


@st.composite
def accounts(draw):
    lengths = draw(st.lists(st.integers(1, 1000), min_size=1, max_size=30))
    kinds = draw(st.lists(st.integers(0, KINDS - 1), min_size=len(lengths), max_size=len(lengths)))
    limits = np.concatenate(([0], np.cumsum(lengths)))
    kept = np.array(draw(st.lists(st.booleans(), min_size=len(lengths), max_size=len(lengths))))
    order = np.array(draw(st.permutations(range(len(lengths)))))
    order = order[kept[order]]
    return limits[:-1][order], limits[1:][order], np.array(kinds, dtype=np.int64)[order], int(limits[-1])


@given(accounts(), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_columns_hold_what_each_microsecond_says(account, columns):
    start, end, kind, last = account
    edges = np.linspace(0, last, columns + 1)
    slow = np.zeros((columns, KINDS))
    for a, b, k in zip(start, end, kind, strict=True):
        for column in range(columns):
            slow[column, k] += max(0.0, min(b, edges[column + 1]) - max(a, edges[column]))
    np.testing.assert_allclose(column_shares(start, end, kind, edges, KINDS), slow, atol=1e-6)


@given(st.lists(st.lists(st.sampled_from([0.0, 0.0, 0.001, 1.0, 5.0, 30.0]), min_size=KINDS, max_size=KINDS), min_size=1))
@settings(max_examples=60, deadline=None)
def test_cells_follow_the_shares_and_show_every_kind(rows):
    shares = np.array(rows)
    width = float(max(shares.sum(axis=1).max(), 1.0))
    picture = stacked(shares, width)
    assert picture.shape == (ROWS, len(shares))
    for column, share in zip(picture.T, shares, strict=True):
        cells = np.bincount(column[column >= 0], minlength=KINDS)
        assert ((cells > 0) == (share > 0)).all()
        assert (np.abs(cells - share / width * ROWS) <= KINDS + 1).all()


def test_a_stop_shorter_than_a_pixel_is_seen_but_stays_small():
    shares = column_shares(np.array([0, 990]), np.array([990, 1000]), np.array([0, 1]), np.array([0.0, 1000.0]), KINDS)
    assert np.bincount(stacked(shares, 1000.0)[:, 0]).tolist() == [ROWS - 1, 1]
