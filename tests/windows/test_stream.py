"""A stream has the bits of the batch, however the rows are cut, and goes on after it was pickled."""

import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import TableError, TimeError
from tests.strategies_windows import series, windows

NAMES = ["count", "sum", "mean", "var", "std", "min", "max", "skew", "kurt", "slope", "zscore", "median", ("quantile", 0.9)]


def cut(data, draw, rows):
    """Cut the rows anywhere, in up to ten chunks; some are empty, some one row."""
    cuts = sorted(draw(st.lists(st.integers(0, rows), max_size=9)))
    for start, stop in pairwise([0, *cuts, rows]):
        yield data[start:stop] if isinstance(data, np.ndarray) else data.iloc[start:stop]


def streamed(stream, chunks, draw):
    parts = []
    for chunk in chunks:
        parts.append(stream.push(chunk))
        if draw(st.booleans()):
            stream = pickle.loads(pickle.dumps(stream))
    return parts


@settings(max_examples=30)
@given(series(infinite=True, longest=120), windows, st.sampled_from(["right", "left", "both"]), st.integers(1, 9), st.data())
def test_rows(x, window, closed, step, data):
    periods = data.draw(st.integers(0, window))
    kwargs = {"closed": closed, "step": step, "min_periods": periods}
    stream = sf.RollingStream(window, NAMES, **kwargs)
    parts = streamed(stream, cut(x, data.draw, len(x)), data.draw)
    batch = sf.rolling(x, window, **kwargs).agg(NAMES).to_numpy()
    got = np.concatenate([np.empty((0, len(NAMES))), *[part.to_numpy() for part in parts]])
    assert got.tobytes() == batch.tobytes()


@settings(max_examples=30)
@given(series(infinite=True, longest=120), st.integers(1, 40), st.sampled_from(["right", "left", "both", "neither"]), st.data())
def test_groups_in_time(x, span, closed, data):
    gaps = data.draw(st.lists(st.integers(0, 5), min_size=len(x), max_size=len(x)))
    keys = data.draw(st.lists(st.sampled_from("AB"), min_size=len(x), max_size=len(x)))
    frame = pd.DataFrame(
        {"t": pd.to_datetime(np.cumsum(gaps, dtype=np.int64), unit="s").as_unit("us"), "x": x, "m": pd.Series(keys, dtype=str)}
    )
    kwargs = {"on": "t", "by": "m", "closed": closed, "step": data.draw(st.integers(1, 4))}
    stream = sf.RollingStream(f"{span}s", NAMES, **kwargs)
    parts = streamed(stream, cut(frame, data.draw, len(x)), data.draw)
    batch = sf.rolling(frame, f"{span}s", **kwargs).agg(NAMES)
    got = pd.concat(parts) if parts else batch
    assert got.index.tolist() == batch.index.tolist()
    assert got.columns.tolist() == batch.columns.tolist()
    assert np.ascontiguousarray(got).tobytes() == np.ascontiguousarray(batch).tobytes()


def test_a_long_stream_in_short_chunks():
    x = np.random.default_rng(2).standard_normal(20_000) + 1e9
    x[::97] = np.nan
    stream = sf.RollingStream(500, ["mean", "var", "slope"], min_periods=10)
    got = np.concatenate([stream.push(chunk).to_numpy() for chunk in np.array_split(x, 333)])
    assert got.tobytes() == sf.rolling(x, 500, min_periods=10).agg(["mean", "var", "slope"]).to_numpy().tobytes()


def test_what_is_kept_is_of_the_order_of_the_window():
    stream = sf.RollingStream(100, ["mean", "max", "median"])
    sizes = []
    for _ in range(50):
        stream.push(np.zeros(5000))
        sizes.append(len(pickle.dumps(stream)))
    assert max(sizes[10:]) < 1.2 * max(sizes[:10])


def test_a_centred_window_is_refused():
    with pytest.raises(TableError, match=r"^center"):
        sf.RollingStream(5, ["mean"], center=True)


def test_other_columns_and_times_that_go_back_are_refused():
    stream = sf.RollingStream("5s", ["mean"])
    at = pd.date_range("2026-01-01", periods=4, freq="s", tz="UTC")
    stream.push(pd.DataFrame({"x": [1.0, 2.0]}, index=at[:2]))
    with pytest.raises(TableError, match="chunk"):
        stream.push(pd.DataFrame({"y": [1.0, 2.0]}, index=at[2:]))
    with pytest.raises(TimeError, match="chunk"):
        stream.push(pd.DataFrame({"x": [1.0]}, index=at[:1]))
    assert stream.push(pd.DataFrame({"x": [6.0, 3.0]}, index=at[2:]))["x_mean"].tolist() == [3.0, 3.0]
