"""Windows in time: bounds, against asking every row, and against pandas."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.oracles_windows import Exact, in_time
from tests.strategies_windows import series

SIDES = ["right", "left", "both", "neither"]


@st.composite
def stamped(draw):
    x = draw(series())
    gaps = draw(st.lists(st.integers(0, 9), min_size=len(x), max_size=len(x)))
    return x, np.cumsum(gaps, dtype=np.int64)


def with_times(x, seconds, unit="us"):
    return pd.Series(x, index=pd.to_datetime(np.asarray(seconds, dtype=np.int64), unit="s", utc=True).as_unit(unit))


@given(stamped(), st.integers(1, 30), st.sampled_from(SIDES), st.booleans())
def test_a_window_holds_the_rows_of_its_time(case, span, closed, center):
    x, t = case
    got = sf.rolling(with_times(x, t), f"{span * 2}s", closed=closed, center=center).agg(
        ["count", "mean", "var", "min", "slope"]
    )
    left, right = (span, span) if center else (2 * span, 0)
    for i in range(len(x)):
        rows = in_time(t, i, left, right, closed)
        if not center and closed in {"right", "both"}:
            rows = [j for j in rows if j <= i]  # a trailing window does not wait for rows of the same time
        lo, hi = (rows[0], rows[-1] + 1) if rows else (0, 0)
        exact = Exact(x, t.astype(float))
        n = exact.count(lo, hi)
        row = got.iloc[i]
        assert row["count"] == n if rows else np.isnan(row["count"])
        assert np.isnan(row["mean"]) == (n == 0)
        if n == 0:
            continue
        assert row["min"] == np.nanmin(x[lo:hi])
        assert abs(float(exact.mean(lo, hi)) - row["mean"]) <= 2 * n * 2.0**-52 * np.nanmax(np.abs(x[lo:hi]))
        if n > 1:
            assert row["var"] == pytest.approx(float(exact.var(lo, hi)), rel=1e-12, abs=1e-300)
            _, xy, xx, tt = exact._pair(lo, hi)
            assert np.isnan(row["slope"]) == (tt == 0)
            if tt:
                assert abs(float(xy / tt) - row["slope"]) <= 1e-9 * float(xx / tt) ** 0.5 + 1e-300


@pytest.mark.parametrize("closed", SIDES)
@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_equal_to_pandas_on_benign_data(closed, center, unit):
    rng = np.random.default_rng(7)
    s = with_times(rng.random(400), np.cumsum(rng.integers(0, 5, 400)), unit)
    for name in ("count", "sum", "mean", "var", "std", "min", "max", "median"):
        ours = getattr(sf.rolling(s, "20s", closed=closed, center=center), name)()
        theirs = getattr(s.rolling("20s", closed=closed, center=center), name)()
        pd.testing.assert_series_equal(ours, theirs, rtol=1e-9, check_freq=False)


@pytest.mark.parametrize("step", [2, 7, 100])
@pytest.mark.parametrize("closed", SIDES)
def test_a_step_leaves_the_bits_of_the_rows_it_keeps(step, closed):
    rng = np.random.default_rng(7)
    s = with_times(rng.random(500), np.cumsum(rng.integers(0, 5, 500)))
    names = ["mean", "std", "kurt", "slope", ("quantile", 0.1)]
    whole = sf.rolling(s, "30s", closed=closed).agg(names)
    assert sf.rolling(s, "30s", closed=closed, step=step).agg(names).equals(whole.iloc[::step])
    rows = sf.rolling(s, 30, closed=closed).agg(names)
    assert sf.rolling(s, 30, closed=closed, step=step).agg(names).equals(rows.iloc[::step])


def test_times_in_a_column_and_in_groups():
    rng = np.random.default_rng(9)
    frame = pd.DataFrame({"t": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(200), unit="s"), "x": rng.random(200),
                          "m": rng.choice(list("AB"), 200)})  # fmt: skip
    got = sf.rolling(frame, "9s", on="t", by="m").mean()
    for _, part in frame.groupby("m"):
        alone = part.set_index("t")["x"].rolling("9s").mean()
        np.testing.assert_allclose(got.loc[part.index, "x"], alone, rtol=1e-12)


def test_a_slope_is_per_second():
    s = with_times(np.arange(50.0) * 3, np.arange(50) * 2)
    assert sf.rolling(s, "20s").slope().iloc[-1] == pytest.approx(1.5, rel=1e-12)
    assert sf.rolling(s, 10).slope().iloc[-1] == pytest.approx(3.0, rel=1e-12)


@pytest.mark.parametrize("closed", SIDES)
@pytest.mark.parametrize(("span", "unit"), [(1, "ns"), (3, "ns"), (1, "us"), (7, "us"), (1500, "ns")])
def test_half_of_an_odd_span_is_not_rounded(span, unit, closed):
    t = np.cumsum(np.random.default_rng(3).integers(0, 3, 60)) * (500 if span == 1500 else 1)
    s = pd.Series(1.0, index=pd.DatetimeIndex(t.astype(f"M8[{unit}]")))
    got = sf.rolling(s, pd.Timedelta(span, unit=unit), closed=closed, center=True).sum()
    near = np.abs(t[:, None] - t) * 2
    inside = near < span if span != 1500 or closed == "neither" else near <= span
    if span == 1500 and closed in {"left", "right"}:
        inside = (near < span) | ((near == span) & ((t < t[:, None]) == (closed == "left")))
    assert got.tolist() == inside.sum(axis=1).tolist()


def test_periods_are_the_times_they_begin():
    s = pd.Series(np.arange(9.0), index=pd.period_range("2026-01-01 08:00", periods=9, freq="30min"))
    got = sf.rolling(s, "1h", closed="left").sum()
    assert got.index.equals(s.index)
    np.testing.assert_array_equal(got, s.rolling("1h", closed="left").sum())


def test_where_there_is_no_row_there_need_be_no_times():
    for empty in (pd.DataFrame(), pd.DataFrame({"x": []}), pd.DataFrame({"x": []}, index=pd.DatetimeIndex([]))):
        pd.testing.assert_frame_equal(sf.rolling(empty, "5s").mean(), empty.rolling("5s").mean())
    stream = sf.RollingStream("5s", ["mean"])
    assert stream.push(pd.DataFrame({"x": []})).columns.tolist() == ["x_mean"]
    later = pd.DataFrame({"x": [1.0, 2.0]}, index=pd.date_range("2026-01-01", periods=2, freq="s", unit="ns"))
    assert stream.push(later)["x_mean"].tolist() == [1.0, 1.5]


@pytest.mark.parametrize("window", [pd.Timedelta("2s"), np.timedelta64(2, "s"), pd.offsets.Second(2), timedelta(seconds=2)])
def test_every_form_of_a_length_of_time(window):
    assert sf.rolling(with_times([1.0, 2.0, 4.0], [0, 1, 2]), window).sum().tolist() == [1.0, 3.0, 6.0]
