"""What cannot be right is refused with the name of the argument or column."""

import re

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import ColumnTypeError, MissingColumnError, TableError, TimeError

X = np.arange(5.0)
TIMES = pd.date_range("2026-01-01", periods=5, freq="s", tz="UTC")


@pytest.mark.parametrize(
    "window", [0, -1, 2**40, 2.5, True, None, "rows", "-3s", "0s", np.nan, "NaT", pd.offsets.MonthEnd(1), np.timedelta64("NaT")]
)
def test_window(window):
    with pytest.raises(TableError, match=r"^window"):
        sf.rolling(X, window)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("min_periods", 6), ("min_periods", -1), ("min_periods", 1.5), ("min_periods", np.timedelta64(2, "s")),
        ("closed", "up"), ("step", 0), ("step", True),
        ("threads", 0), ("threads", "two"), ("center", "yes"), ("on", "t"), ("by", "m"),
    ],
)  # fmt: skip
def test_argument(argument, value):
    with pytest.raises(TableError, match=argument):
        sf.rolling(X, 5, **{argument: value})


def test_all_faults_at_once():
    with pytest.raises(TableError) as caught:
        sf.rolling(X, 0, step=0, closed="up")
    assert {fault.where for fault in caught.value.faults} == {"window", "step", "closed"}


def test_a_window_that_holds_no_row():
    with pytest.raises(TableError, match="window"):
        sf.rolling(X, 1, closed="neither")


@pytest.mark.parametrize("values", [list("abcde"), pd.Categorical(list("abcde")), TIMES, [1, "a", None, 2, 3], [1j] * 5])
def test_a_column_without_numbers(values):
    with pytest.raises(ColumnTypeError, match="state"):
        sf.rolling(pd.DataFrame({"x": X, "state": values}), 2)


@pytest.mark.parametrize("data", [[1, 2, 3], np.zeros((2, 2, 2)), "text", None])
def test_data(data):
    with pytest.raises(TableError, match="data"):
        sf.rolling(data, 2)


def test_columns_that_are_not_there():
    frame = pd.DataFrame({"x": X})
    for argument in ("on", "by"):
        with pytest.raises(MissingColumnError, match=argument):
            sf.rolling(frame, "2s" if argument == "on" else 2, **{argument: "nowhere"})


def test_a_column_named_twice_cannot_tell_times_or_groups():
    frame = pd.DataFrame([[1.0, "A", "B"]], columns=["x", "m", "m"])
    with pytest.raises(TableError, match=r"by: several columns 'm'"):
        sf.rolling(frame, 2, by="m")


def test_times_at_the_ends_of_what_can_be_told():
    for at, window in (
        (pd.Timestamp.min, "1s"),
        (pd.Timestamp.max, "1s"),
        (pd.Timestamp("1960-01-01").as_unit("ns"), "106000D"),
    ):
        with pytest.raises(TimeError, match="index: a window that reaches beyond"):
            sf.rolling(pd.Series([1.0], index=pd.DatetimeIndex([at])), window)


def test_times():
    falling = pd.Series(X, index=TIMES[::-1])
    with pytest.raises(TimeError, match="row 1"):
        sf.rolling(falling, "2s")
    with pytest.raises(TimeError, match="window"):
        sf.rolling(pd.Series(X), "2s")
    with pytest.raises(TimeError, match="window"):
        sf.rolling(X, "2s")
    holes = pd.DataFrame({"x": X, "t": TIMES.where(X != 2)})
    with pytest.raises(TimeError, match="t: 1 rows"):
        sf.rolling(holes, "2s", on="t")


@pytest.mark.parametrize("statistics", [[], "mean", ["mode"], ["mean", "mean"], [("quantile", 1.2)], [("quantile",)], [3]])
def test_statistics(statistics):
    with pytest.raises(TableError, match="statistics"):
        sf.rolling(X, 2).agg(statistics)
    with pytest.raises(TableError, match="statistics"):
        sf.RollingStream(2, statistics)


def test_quantile_and_ddof():
    with pytest.raises(TableError, match=r"^q"):
        sf.rolling(X, 2).quantile(-0.1)
    for method in ("var", "std"):
        with pytest.raises(TableError, match=r"^ddof"):
            getattr(sf.rolling(X, 2), method)(ddof=-1)


@pytest.mark.parametrize(
    "out", [np.empty((1, 5)), np.empty((5, 2)), np.empty((2, 5), np.float32), np.empty((5, 2)).T, [[0.0] * 5] * 2]
)
def test_out(out):
    with pytest.raises(TableError, match=re.escape("(2, 5)")):
        sf.rolling(X, 2).agg(["mean", "max"], out=out)


def test_the_other_of_a_pair():
    series = pd.Series(X, index=TIMES)
    for other in (X[:4], np.zeros((5, 2)), pd.Series(X), 3.0, pd.DataFrame({"y": X}, index=TIMES)):
        with pytest.raises(TableError, match="other"):
            sf.rolling(series, 2).corr(other)


@pytest.mark.parametrize(
    ("kwargs", "name"),
    [({}, "span, alpha, halflife, com"), ({"span": 0.5}, "span"), ({"alpha": 1.1}, "alpha"), ({"alpha": 0.0}, "alpha"),
     ({"halflife": -1.0}, "halflife"), ({"span": 3, "alpha": 0.5}, "span, alpha"), ({"span": "3"}, "span"),
     ({"span": 3, "min_periods": -1}, "min_periods"), ({"span": np.nan}, "span"), ({"com": -0.5}, "com"),
     ({"halflife": "soon"}, "halflife"), ({"halflife": "0s"}, "halflife"), ({"halflife": "2s"}, "window"),
     ({"span": 3, "times": TIMES}, "times"), ({"halflife": "2s", "times": TIMES[:3]}, "times"),
     ({"span": 3, "adjust": 1}, "adjust"), ({"span": 3, "ignore_na": None}, "ignore_na"),
     ({"halflife": "2s", "times": X}, "times")],
)  # fmt: skip
def test_weights(kwargs, name):
    with pytest.raises(TableError, match=rf"^{name}"):
        sf.ewm(X, **kwargs)


@pytest.mark.parametrize("method", ["var", "std"])
def test_bias(method):
    with pytest.raises(TableError, match=r"^bias"):
        getattr(sf.ewm(X, span=3), method)(bias=1)


def test_interpolation():
    with pytest.raises(TableError, match=r"^interpolation"):
        sf.rolling(X, 2).quantile(0.5, "nearby")
