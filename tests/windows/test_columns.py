"""What comes in and in which form it goes out: types, labels, groups, steps, buffers."""

import tracemalloc
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TableError

VALUES = [1, 0, 4, 2, 2, 7]
EXPECTED = pd.Series(VALUES, dtype=float).rolling(3).mean().to_numpy()


@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "int64", "int8", "uint16", "Int64", "Float32", "int64[pyarrow]", "double[pyarrow]"]
)
def test_every_type_of_number(dtype):
    got = sf.rolling(pd.Series(VALUES, dtype=dtype, name="v"), 3).mean()
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, EXPECTED, rtol=1e-15)


@pytest.mark.parametrize("dtype", ["bool", "boolean", "bool[pyarrow]"])
def test_truth_values(dtype):
    assert sf.rolling(pd.Series([True, False, True], dtype=dtype), 2).sum().tolist()[1:] == [1.0, 1.0]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "int64[pyarrow]", "double[pyarrow]"])
def test_a_mask_is_missing(dtype):
    got = sf.rolling(pd.Series([1, None, 3], dtype=dtype), 2, min_periods=1)
    assert got.mean().tolist() == [1.0, 1.0, 3.0]
    assert got.count().iloc[1:].tolist() == [1.0, 1.0]


def test_read_only_strided_and_reversed_input():
    x = np.arange(20.0)
    x.flags.writeable = False
    for view in (x, x[::3], x[::-2], np.broadcast_to(5.0, 8)):
        np.testing.assert_array_equal(sf.rolling(view, 2).sum()[1:], (view + np.roll(view, 1))[1:])


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
@pytest.mark.parametrize("window", [1, 3, 1000])
def test_empty_and_short_input(rows, window):
    frame = pd.DataFrame({"a": np.arange(float(rows))})
    got = sf.rolling(frame, window).agg(["mean", "std", "median", "count"])
    assert got.shape == (rows, 4)
    pd.testing.assert_frame_equal(sf.rolling(frame, window).mean(), frame.rolling(window).mean())


def test_the_form_of_the_input_is_kept():
    index = pd.date_range("2026-01-01", periods=6, tz="UTC")
    series = pd.Series(VALUES, index=index, name="temp")
    assert sf.rolling(series, 2).mean().name == "temp"
    assert sf.rolling(series, 2).mean().index.equals(index)
    frame = pd.DataFrame({"temp": VALUES, 7: VALUES}, index=index)
    assert sf.rolling(frame, 2).mean().columns.tolist() == ["temp", 7]
    assert sf.rolling(np.ones(5), 2).mean().shape == (5,)
    assert sf.rolling(np.ones((5, 2)), 2).mean().shape == (5, 2)


@pytest.mark.parametrize(
    "columns",
    [["a", "b", "a"], pd.MultiIndex.from_tuples([("p", 1), ("p", 2), ("q", 1)], names=["machine", None]),
     pd.CategoricalIndex(list("xyx")), pd.Index([3, 1, 2], name="channel"), pd.to_datetime(["2026-01-01"] * 3)],
)  # fmt: skip
def test_columns_are_labelled_as_they_were(columns):
    frame = pd.DataFrame(np.arange(12.0).reshape(4, 3), columns=columns)
    for rows in (4, 0):
        part = frame.iloc[:rows]
        pd.testing.assert_frame_equal(sf.rolling(part, 2).mean(), part.rolling(2).mean())
        pd.testing.assert_frame_equal(sf.ewm(part, span=2).mean(), part.ewm(span=2).mean())
    np.testing.assert_array_equal(sf.rolling(frame, 2).cov(frame), sf.rolling(frame, 2).var())
    assert sf.rolling(frame, 2).agg(["min", "max"]).shape == (4, 6)


def test_columns_of_pairs_that_cannot_be_told_apart():
    frame = pd.DataFrame(np.ones((3, 2)), columns=["a", "a"])
    with pytest.raises(TableError, match="other: two columns of one name"):
        sf.rolling(frame, 2).cov(pd.DataFrame(np.ones((3, 3)), columns=["a", "a", "b"]))


@pytest.mark.parametrize(
    "values", [[1, None, 3], [1.5, 2, None], [Decimal("0.1"), pd.NA, Decimal(3)], [True, None, False], [None] * 3, []]
)
def test_objects_that_are_numbers(values):
    column = pd.Series(values, dtype=object)
    expected = pd.Series([np.nan if pd.isna(v) else float(v) for v in values], dtype=float)
    pd.testing.assert_series_equal(sf.rolling(column, 2, min_periods=1).sum(), sf.rolling(expected, 2, min_periods=1).sum())
    np.testing.assert_array_equal(
        sf.rolling(column.to_numpy(), 2, min_periods=1).sum(), sf.rolling(expected, 2, min_periods=1).sum()
    )


def test_what_an_array_masks_and_what_arrow_knows_nothing_of_is_missing():
    masked = np.ma.array([1, 2, 3], mask=[False, True, False])
    assert sf.rolling(masked, 2, min_periods=1).sum().tolist() == [1.0, 1.0, 3.0]
    assert sf.rolling(pd.Series([None, None], dtype="null[pyarrow]"), 1, min_periods=0).sum().tolist() == [0.0, 0.0]


def test_names_of_many_results():
    frame = pd.DataFrame({"temp": VALUES, "vib": VALUES})
    names = sf.rolling(frame, 3).agg(["mean", ("quantile", 0.9)]).columns.tolist()
    assert names == ["temp_mean", "temp_quantile_0.9", "vib_mean", "vib_quantile_0.9"]
    assert sf.rolling(frame["temp"], 3).agg(["min", "slope"]).columns.tolist() == ["min", "slope"]


def test_one_pass_has_the_bits_of_single_calls():
    x = np.random.default_rng(0).standard_normal(3000) + 1e6
    x[::41] = np.nan
    names = ["count", "sum", "mean", "var", "std", "min", "max", "skew", "kurt", "slope", "zscore", "median"]
    r = sf.rolling(x, 100, min_periods=20)
    many = r.agg(names)
    for name in names:
        assert many[name].to_numpy().tobytes() == getattr(r, name)().tobytes()


def test_groups_begin_anew_wherever_their_rows_stand():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.random(300), "m": rng.choice(list("ABC"), 300)})
    got = sf.rolling(frame, 7, by="m", min_periods=2).std()
    assert got.columns.tolist() == ["x"]
    for _, part in frame.groupby("m"):
        np.testing.assert_array_equal(got.loc[part.index, "x"], sf.rolling(part["x"], 7, min_periods=2).std())
    together = frame.sort_values("m", kind="stable")
    np.testing.assert_array_equal(sf.rolling(together, 7, by="m", min_periods=2).std().loc[got.index, "x"], got["x"])


def test_rows_without_a_group_have_no_result():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "m": ["A", None, "A"]})
    assert sf.rolling(frame, 1, by="m").sum()["x"].tolist()[::2] == [1.0, 3.0]
    assert sf.rolling(frame, 1, by="m").sum()["x"].isna().tolist() == [False, True, False]


def test_one_group_among_rows_without_a_group():
    frame = pd.DataFrame({"x": [1.0, 2.0, 4.0, 8.0], "m": ["A", None, "A", "A"]})
    assert sf.rolling(frame, 2, by="m", min_periods=1, step=2).sum()["x"].to_dict() == {0: 1.0, 3: 12.0}
    assert sf.ewm(frame, alpha=0.5, by="m").mean()["x"].fillna(-1).tolist() == [1.0, -1.0, 3.0, 6 - 1 / 7]


def test_a_step_is_counted_in_each_group():
    frame = pd.DataFrame({"x": np.arange(10.0), "m": list("AABBABABAB")})
    whole = sf.rolling(frame, 2, by="m").mean()
    got = sf.rolling(frame, 2, by="m", step=2).mean()
    kept = sorted(i for _, part in frame.groupby("m") for i in part.index[::2])
    assert got.index.tolist() == kept
    pd.testing.assert_frame_equal(got, whole.loc[kept])


def test_a_buffer_is_used_as_it_is():
    x, out = np.arange(50.0), np.zeros((2, 50))
    got = sf.rolling(x, 5).agg(["mean", "max"], out=out)
    assert np.shares_memory(got.to_numpy(), out)
    np.testing.assert_array_equal(out[1, 4:], x[4:])


@pytest.mark.parametrize("kwargs", [{}, {"closed": "left"}, {"center": True}, {"step": 7}, {"closed": "both", "step": 3}])
@pytest.mark.parametrize("window", [1000, 100_000])
def test_threads_change_no_bit(kwargs, window):
    x = np.random.default_rng(6).standard_normal(600_001)
    x[::1003] = np.nan
    names = ["mean", "std", "min", "kurt", "slope", "median"]
    one, two = (sf.rolling(x, window, min_periods=9, threads=n, **kwargs).agg(names) for n in (1, 2))
    assert one.to_numpy().tobytes() == two.to_numpy().tobytes()


def most_memory(mark=None):
    """The most memory this process ever held [kB], and the start of a new count where a mark is given."""
    if mark is not None:
        Path("/proc/self/clear_refs").write_text(mark, encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the kernel does not tell the most memory held")
@pytest.mark.parametrize("threads", [1, 2])
def test_kernels_hold_no_more_than_the_window_beside_input_and_outputs(threads):
    x = np.random.default_rng(6).standard_normal(2_000_000)
    names = ["mean", "std", "min", "slope"]
    out = np.ones((len(names), len(x)))  # written once, so that its memory is there
    sf.rolling(x[:10_000], 1000, threads=threads).agg(names)
    before = most_memory("5")
    sf.rolling(x, 1000, threads=threads).agg(names, out=out)
    assert most_memory() - before < 4_000


def test_extra_memory_is_of_the_order_of_the_window():
    x = np.random.default_rng(6).standard_normal(1_000_000)
    out = np.empty((5, len(x)))
    tracemalloc.start()
    sf.rolling(x, 100, threads=1).agg(["mean", "std", "min", "max", "slope"], out=out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000
