"""Each rolling statistic and its equal in other libraries: what tests compare with, and what benchmarks run against.

A peer is a function of (x, y, window, min_periods) that returns one value a row. TA-Lib knows no missing values and no
min_periods; bottleneck and numbagg begin where min_periods values stand in the window, as pandas does.
"""

import math
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import numpy as np
import pandas as pd

Peer = Callable[[np.ndarray, np.ndarray, int, int], object]
PACKAGES = {
    "pandas": "pandas", "bottleneck": "bottleneck", "numbagg": "numbagg", "polars": "polars", "talib": "talib",
    "duckdb": "duckdb",
}  # fmt: skip
BLIND = {"talib"}
"""Peers that take no missing values."""
QUANTILE = 0.9


class _Lazy:
    """A library that is imported when it is first used."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, name: str) -> object:
        module: ModuleType = import_module(self.name)
        return getattr(module, name)


bn, nbg, pl, talib, duckdb = (_Lazy(name) for name in ("bottleneck", "numbagg", "polars", "talib", "duckdb"))


def _frame(x, w, p):
    return pd.Series(x, copy=False).rolling(w, min_periods=p)


def _slope_of(x, w, p):
    t = pd.Series(np.arange(float(len(x)))).where(~np.isnan(x))
    return _frame(x, w, p).cov(t) / t.rolling(w, min_periods=p).var()


def _polars(x):
    return pl.Series(x, nan_to_null=True)


def _polars_pair(function):
    def run(x, y, w, p):
        frame = pl.DataFrame({"x": _polars(x), "y": _polars(y)})
        return frame.select(getattr(pl, function)("x", "y", window_size=w, min_samples=p)).to_series()

    return run


def _sql(expression):
    def run(x, y, w, p):
        table = pd.DataFrame({"i": np.arange(len(x)), "x": x, "y": y}).replace({np.nan: None}).infer_objects()
        over = f"over (order by i rows between {w - 1} preceding and current row)"
        with duckdb.connect() as connection:
            connection.register("t", table)
            query = f"select {expression} {over} r, count(x) {over} n from t order by i"  # noqa: S608 (no outside text)
            found = connection.execute(query).fetchnumpy()
        return np.where(found["n"] >= p, np.ma.filled(found["r"].astype(float), np.nan), np.nan)

    return run


def _unbiased(function, power):
    def run(x, _y, w, _p):
        return getattr(talib, function)(x, w) * math.sqrt(w / (w - 1)) ** power

    return run


COMPARISONS: dict[str, dict[str, Peer]] = {
    name: {
        "pandas": lambda x, _y, w, p, name=name: getattr(_frame(x, w, p), name)(),
        "polars": lambda x, _y, w, p, name=name: getattr(_polars(x), f"rolling_{name}")(w, min_samples=p),
    }
    for name in ("sum", "mean", "var", "std", "min", "max", "median")
}
for _name in ("sum", "mean", "min", "max", "median"):
    COMPARISONS[_name]["bottleneck"] = lambda x, _y, w, p, name=_name: getattr(bn, f"move_{name}")(x, w, min_count=p)
for _name in ("var", "std"):
    COMPARISONS[_name]["bottleneck"] = lambda x, _y, w, p, name=_name: getattr(bn, f"move_{name}")(x, w, min_count=p, ddof=1)
for _name in ("sum", "mean", "var", "std"):
    COMPARISONS[_name]["numbagg"] = lambda x, _y, w, p, name=_name: getattr(nbg, f"move_{name}")(x, window=w, min_count=p)
for _name, _function in {"sum": "SUM", "mean": "SMA", "min": "MIN", "max": "MAX"}.items():
    COMPARISONS[_name]["talib"] = lambda x, _y, w, _p, function=_function: getattr(talib, function)(x, w)
COMPARISONS["var"]["talib"] = _unbiased("VAR", 2)
COMPARISONS["std"]["talib"] = _unbiased("STDDEV", 1)
for _name, _expression in {
    "sum": "sum(x)", "mean": "avg(x)", "var": "var_samp(x)", "std": "stddev_samp(x)", "min": "min(x)", "max": "max(x)",
    "median": "median(x)",
}.items():  # fmt: skip
    COMPARISONS[_name]["duckdb"] = _sql(_expression)
COMPARISONS |= {
    "count": {"pandas": lambda x, _y, w, p: pd.Series(~np.isnan(x)).rolling(w, min_periods=p).sum()},
    "quantile": {
        "pandas": lambda x, _y, w, p: _frame(x, w, p).quantile(QUANTILE),
        "polars": lambda x, _y, w, p: _polars(x).rolling_quantile(QUANTILE, "linear", w, min_samples=p),
        "duckdb": _sql(f"quantile_cont(x, {QUANTILE})"),
    },
    "skew": {
        "pandas": lambda x, _y, w, p: _frame(x, w, p).skew(),
        "polars": lambda x, _y, w, p: _polars(x).rolling_skew(w, bias=False, min_samples=p),
    },
    "kurt": {
        "pandas": lambda x, _y, w, p: _frame(x, w, p).kurt(),
        "polars": lambda x, _y, w, p: _polars(x).rolling_kurtosis(w, fisher=True, bias=False, min_samples=p),
    },
    "slope": {"pandas": lambda x, _y, w, p: _slope_of(x, w, p), "talib": lambda x, _y, w, _p: talib.LINEARREG_SLOPE(x, w)},
    "zscore": {
        "pandas": lambda x, _y, w, p: (pd.Series(x) - _frame(x, w, p).mean()) / _frame(x, w, p).std(),
        "bottleneck": lambda x, _y, w, p: (x - bn.move_mean(x, w, min_count=p)) / bn.move_std(x, w, min_count=p, ddof=1),
    },
    "cov": {
        "pandas": lambda x, y, w, p: _frame(x, w, p).cov(pd.Series(y)),
        "numbagg": lambda x, y, w, p: nbg.move_cov(x, y, window=w, min_count=p),
        "polars": _polars_pair("rolling_cov"),
    },
    "corr": {
        "pandas": lambda x, y, w, p: _frame(x, w, p).corr(pd.Series(y)),
        "numbagg": lambda x, y, w, p: nbg.move_corr(x, y, window=w, min_count=p),
        "polars": _polars_pair("rolling_corr"),
        "talib": lambda x, y, w, _p: talib.CORREL(x, y, w),
    },
    "ewm": {
        "pandas": lambda x, _y, w, _p: pd.Series(x).ewm(span=w).mean(),
        "numbagg": lambda x, _y, w, _p: nbg.move_exp_nanmean(x, alpha=2 / (w + 1)),
        "polars": lambda x, _y, w, _p: _polars(x).ewm_mean(span=w, ignore_nulls=False),
    },
}
