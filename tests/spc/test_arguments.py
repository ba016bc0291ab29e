"""Every fault of a call is told at once, with the argument it is in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf


def faults(*args, **options):
    with pytest.raises(sf.errors.TableError) as caught:
        sf.spc.control_chart(*args, **options)
    return [(fault.where, fault.found) for fault in caught.value.faults]


def test_all_faults_at_once():
    x = pd.Series([3, -1, 2.5, np.inf, 99], index=pd.date_range("2026-03-02", periods=5, freq="D"))
    assert faults(x, "p", n=[10, 2.5, -3, 10, 10], width=-1, lam=0.5, reference=[11, 1], reference_n=[10, 1]) == [
        ("lam", "given for kind 'p'"),
        ("width", "-1"),
        ("x.index", "times without a zone"),
        ("x", "1 of 5 values not right, first at position 3: np.float64(inf)"),
        ("n", "1 of 5 not right, first at position 2: -3"),
        ("n", "1 of 5 not right, first at position 1: 2.5"),
        ("x", "1 of 5 not right, first at position 1: -1"),
        ("x", "1 of 5 not right, first at position 2: 2.5"),
        ("x", "2 of 5 not right, first at position 2: 2.5"),
        ("reference", "1 of 2 not right, first at position 0: 11"),
    ]


@pytest.mark.parametrize(
    ("x", "options", "where", "found"),
    [
        ([1.0], {"kind": "xbar"}, "kind", "'xbar'"),
        (np.ones((2, 2)), {}, "x", "an array of 2 dimensions"),
        (pd.DataFrame({"a": [1.0]}), {}, "x", "a DataFrame"),
        (5, {}, "x", "a int"),
        ("text", {}, "x", "a str"),
        (None, {}, "x", "a NoneType"),
        (["1", "2"], {}, "x", "values of type str"),
        ([1j], {}, "x", "values of type complex128"),
        (pd.to_datetime(["2026-03-02"]).to_series(index=[0]), {}, "x", "values of type datetime64[us]"),
        (np.array([1.0, "a"], object), {}, "x", "1 of 2 values not right, first at position 1: 'a'"),
        ([1.0, 2.0], {"kind": "p"}, "n", "not given"),
        ([1.0, 2.0], {"kind": "u", "n": [1, 2, 3]}, "n", "3 sizes for 2 points"),
        ([1.0, 2.0], {"kind": "np", "n": 1}, "x", "1 of 2 not right, first at position 1: 2"),
        ([1.0, 2.0], {"kind": "xbar_r"}, "x", "no subgroups"),
        ([1.0, 2.0], {"kind": "xbar_s", "subgroup": 1}, "subgroup", "1"),
        (np.ones((3, 26)), {"kind": "xbar_r"}, "x", "subgroups of 26"),
        (np.ones((3, 1)), {"kind": "xbar_r"}, "x", "a table of 1 columns"),
        (np.ones((3, 2)), {"kind": "xbar_r", "subgroup": 2}, "subgroup", "2, and x is a table"),
        (pd.DataFrame({"a": [1.0], "b": ["?"]}), {"kind": "xbar_r"}, "x, column b", "values of type str"),
        ([1.0, 2.0], {"sigma": 0}, "sigma", "0"),
        ([1.0, 2.0], {"centre": np.nan}, "centre", "nan"),
        ([1.0, 2.0], {"kind": "ewma", "lam": 1.5}, "lam", "1.5"),
        ([1.0, 2.0], {"kind": "cusum", "k": -1}, "k", "-1"),
        ([1.0, 2.0], {"kind": "cusum", "h": True}, "h", "True"),
        ([1.0, 2.0], {"kind": "p", "n": 5, "centre": 2}, "centre", "2"),
        ([1.0, 2.0], {"kind": "c", "centre": -2}, "centre", "-2"),
        ([1.0, 2.0], {"reference": "data"}, "reference", "a str"),
    ],
)
def test_each_fault_names_its_argument(x, options, where, found):
    assert faults(x, **options) == [(where, found)]


@pytest.mark.parametrize(
    ("times", "found"),
    [(["2026-03-02T07:00", "2026-03-02T06:00"], "times out of order"), (["2026-03-02T07:00", None], "1 missing times")],
)
def test_times_are_in_order(times, found):
    index = pd.DatetimeIndex(times, tz="UTC")
    with pytest.raises(sf.errors.TimeError, match=found):
        sf.spc.control_chart(pd.Series([1.0, 2.0], index=index))


def test_the_largest_range_and_wider_standard_deviations_are_fine():
    rows = np.random.default_rng(1).standard_normal((4, 26))
    assert sf.spc.control_chart(rows[:, :25], "xbar_r").sigma > 0
    assert sf.spc.control_chart(rows, "xbar_s").sigma > 0
