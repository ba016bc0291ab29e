"""Semantic 3: forward in time, lots on one side, nothing trained on that overlaps the test or was not known by then."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import InsufficientDataError, MissingColumnError, TableError
from tests.defects.conftest import made_parts


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_03_folds_are_forward_disjoint_in_lots_and_purged(seed, folds):
    X, y, meta = made_parts(200, seed % 1000)
    turned = np.random.default_rng(seed).permutation(200)
    X, y, meta = (thing.iloc[turned].reset_index(drop=True) for thing in (X, y, meta))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sf.defects.LeakWarning)
        told = list(sf.defects.LineSplit(n_splits=folds).split(X, y, groups=meta))
    assert len(told) == folds
    seen = np.concatenate([test for _, test in told])
    assert len(np.unique(seen)) == len(seen)
    for train, test in told:
        assert meta["cutoff"][train].max() < meta["cutoff"][test].min()
        assert not set(meta["lot_id"][train]) & set(meta["lot_id"][test])
        assert meta["known_at"][train].max() < meta["window_start"][test].min()


def told(X, y, meta):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        list(sf.defects.LineSplit().split(X, y, groups=meta))
    assert all(item.category is sf.defects.LeakWarning for item in caught)
    return " / ".join(str(item.message) for item in caught)


def test_03_what_makes_a_score_better_than_it_is_warns():
    X, y, meta = made_parts(200)
    assert told(X, y, meta) == ""
    assert "sorted by label" in told(X, y.sort_values().to_numpy(), meta)
    twice = X.copy()
    twice.iloc[150] = twice.iloc[5]
    assert "1 tested rows stand in the training rows" in told(twice, y, meta)
    assert "the tested rows have one class only" in told(X, np.where(np.arange(200) > 100, 0, y), meta)


def test_a_pause_or_no_purge_may_be_asked_for():
    X, y, meta = made_parts(120)
    for purge, least in (("20min", pd.Timedelta("20min")), (None, pd.Timedelta(0))):
        for train, test in sf.defects.LineSplit(n_splits=2, group=None, purge=purge).split(X, y, groups=meta):
            assert meta["cutoff"][test].min() - meta["cutoff"][train].max() > least


def test_what_cannot_be_split_is_told():
    X, y, meta = made_parts(100)
    with pytest.raises(InsufficientDataError, match="no row to train on"):
        list(sf.defects.LineSplit().split(X, y, groups=meta.assign(lot_id="one")))
    with pytest.raises(MissingColumnError, match="lot_id"):
        list(sf.defects.LineSplit().split(X, y, groups=meta.drop(columns="lot_id")))
    with pytest.raises(TableError):
        list(sf.defects.LineSplit().split(X, y))
    with pytest.raises(TableError):
        sf.defects.LineSplit(n_splits=0)
    with pytest.raises(InsufficientDataError):
        list(sf.defects.LineSplit().split(X[:5], y[:5], groups=meta[:5]))
