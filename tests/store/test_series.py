"""One array of times and one of values for each signal, as views into what was read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def test_each_signal_has_its_rows_in_the_order_of_time(store, samples):
    store.append("samples", pd.concat([samples(4, signal="b/y", value=9), samples(3, signal="a/x")]).iloc[::-1])
    store.append("samples", samples(2, signal="a/x", start="2026-03-02T05:00Z", value=-2))
    series = store.series("2026-03-02T00:00Z", "2026-03-03T00:00Z")
    assert list(series) == ["a/x", "b/y"]
    ts, value = series["a/x"]
    assert ts.tolist() == pd.to_datetime(
        ["2026-03-02T05:00:00", "2026-03-02T05:00:01", "2026-03-02T06:00:00", "2026-03-02T06:00:01", "2026-03-02T06:00:02"]
    ).to_pydatetime().tolist()  # fmt: skip
    assert value.tolist() == [-2, -1, 0, 1, 2]


def test_views_share_one_array_and_cannot_be_written(store, samples):
    store.append("samples", pd.concat([samples(3, signal=f"a/{k}") for k in range(5)]))
    series = store.series("2026-03-02T00:00Z", "2026-03-03T00:00Z")
    addresses = [value.__array_interface__["data"][0] for _, value in series.values()]
    assert np.diff(addresses).tolist() == [24] * 4
    with pytest.raises(ValueError, match="read-only"):
        series["a/0"][1][0] = 5
    assert {(ts.dtype, value.dtype) for ts, value in series.values()} == {(np.dtype("M8[us]"), np.dtype("f8"))}


def test_text_and_missing_values_are_nan(store, samples):
    store.append("samples", samples(2).assign(value=[1.0, None]))
    store.append("samples", samples(1, signal="a/product").assign(value=None, text="P-100"))
    series = store.series("2026-03-02T00:00Z", "2026-03-03T00:00Z")
    assert np.isnan(series["a/product"][1]).tolist() == [True]
    assert np.isnan(series["Press01/good"][1]).tolist() == [False, True]


def test_signals_window_and_version_are_those_of_read(store, samples):
    assert store.series("2026-03-02T00:00Z", "2026-03-03T00:00Z") == {}
    store.append("samples", pd.concat([samples(5), samples(5, signal="x/y")]))
    store.append("samples", samples(5, start="2026-03-02T07:00Z"))
    assert list(store.series("2026-03-02T06:00:01Z", "2026-03-02T06:00:03Z", signals=["x/y"])) == ["x/y"]
    assert len(store.series("2026-03-02T06:00:01Z", "2026-03-02T06:00:03Z")["x/y"][0]) == 2
    assert len(store.series("2026-03-02T06:00Z", "2026-03-02T08:00Z", as_of=1)["Press01/good"][0]) == 5
