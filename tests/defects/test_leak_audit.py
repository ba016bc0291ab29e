"""Semantic 15: every planted leak is found, and nothing is found where there is none."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import KFold, LeaveOneGroupOut

import smartfab as sf
from tests.defects.conftest import made_parts


def codes(*args, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sf.defects.LeakWarning)
        table = sf.defects.audit_leaks(*args, **more)
    return set(table.loc[table["verdict"] == "leak", "code"])


def test_15_clean_sets_are_clean(shift):
    sim, win, X, y, meta = shift
    assert sf.defects.audit_leaks(X, y, meta, sf.defects.LineSplit(n_splits=3), samples=sim.samples, win=win).empty
    assert sf.defects.audit_leaks(*made_parts(), sf.defects.LineSplit()).empty


def test_15_random_rows():
    assert "not_forward" in codes(*made_parts(), KFold(5, shuffle=True, random_state=0))


def test_15_shuffled_lots():
    X, y, meta = made_parts()
    lots = meta.assign(lot_id=np.random.default_rng(0).permutation(meta["lot_id"]))
    assert "group_on_both_sides" in codes(X, y, lots, sf.defects.LineSplit(group=None))


def test_15_labels_not_known_when_the_test_began():
    assert codes(*made_parts(), sf.defects.LineSplit(purge=None, group=None)) >= {"purge"}


def test_15_a_column_of_a_later_station():
    X, y, meta = made_parts()
    X["inspection"] = y + np.random.default_rng(0).normal(0, 0.01, len(y))
    cv = sf.defects.LineSplit()
    assert codes(X, y, meta, cv, columns={"inspection": "Inspection"}) == {"available_later"}
    assert codes(X, y, meta, cv, columns={"inspection": "M"}) == set()
    with pytest.warns(sf.defects.LeakWarning, match="inspection"):
        table = sf.defects.audit_leaks(X, y, meta, cv)
    assert table[["code", "verdict", "where"]].values.tolist() == [["suspicious_column", "suspicion", "inspection"]]


def test_15_a_file_sorted_by_label():
    X, y, meta = made_parts()
    order = np.argsort(y, kind="stable")
    assert "label_sorted" in codes(X.iloc[order], y.iloc[order], meta, sf.defects.LineSplit())


def test_15_a_window_into_the_future(shift):
    sim, win, _X, y, meta = shift
    cv = sf.defects.LineSplit(n_splits=3)
    late = sim.parts.assign(end=sim.parts["end"] + pd.Timedelta("90s"))
    leaked, _, told = win.build(sim.samples, late, sim.data.states)
    assert "not_rebuilt" in codes(leaked, y, meta, cv, samples=sim.samples, win=win)
    assert "future_sample" in codes(leaked, y, meta.assign(last_sample=told["last_sample"]), cv)


def test_15_duplicate_rows():
    X, y, meta = made_parts()
    X.iloc[300:320] = X.iloc[:20].to_numpy()
    assert codes(X, y, meta, sf.defects.LineSplit()) == {"identical_rows"}


def test_labels_of_whole_lots_are_in_no_order():
    """Worn and unworn tools, a run each: the label stands in one stretch of rows, and no split learns from that."""
    X, _, meta = made_parts()
    runs = meta["lot_id"].astype("category").cat.codes
    y = pd.Series((runs >= 10).astype(int))
    untimed = meta[["lot_id"]].assign(cutoff=pd.Series(pd.NaT, index=meta.index, dtype="datetime64[us, UTC]"))
    assert codes(X, y, untimed, LeaveOneGroupOut()) == set()
    assert "label_sorted" in codes(X, y, untimed.assign(lot_id=np.arange(len(y)) % 20), KFold(5))


def test_rows_of_unknown_time_are_in_no_order():
    X, y, meta = made_parts()
    late = meta["cutoff"].mask(np.arange(len(meta)) % 2 == 0)
    mixed = KFold(5, shuffle=True, random_state=0)
    assert "not_forward" in codes(X, y, meta.assign(cutoff=late), mixed)
    assert "not_forward" not in codes(X, y, meta.assign(cutoff=meta["cutoff"].mask(meta["cutoff"].notna())), mixed)
