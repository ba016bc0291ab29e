"""Each kind of chart: where its lines lie, what a missing value does, and where limits come from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf

# Montgomery, appendix VI, for subgroups of five.
A2, D3, D4, A3, B3, B4 = 0.577, 0, 2.114, 1.427, 0, 2.089
KINDS = ("i_mr", "ewma", "cusum", "p", "np", "c", "u", "xbar_r", "xbar_s")


@pytest.fixture
def rows():
    return 50 + np.random.default_rng(2).standard_normal((20, 5))


def test_means_and_ranges_have_the_printed_factors(rows):
    chart = sf.spc.control_chart(rows, "xbar_r")
    grand, spread = rows.mean(), np.ptp(rows, axis=1).mean()
    assert chart.statistics == ("mean", "range")
    assert chart.table["value"].to_numpy() == pytest.approx(rows.mean(axis=1))
    assert chart.table["second"].to_numpy() == pytest.approx(np.ptp(rows, axis=1))
    assert (chart.centre, *chart.limits) == pytest.approx((grand, grand - A2 * spread, grand + A2 * spread), abs=1e-3)
    line = chart.table.iloc[0]
    expected = (spread, D3 * spread, D4 * spread)
    assert (line["second_centre"], line["second_lower"], line["second_upper"]) == pytest.approx(expected, abs=5e-3)


def test_means_and_standard_deviations_have_the_printed_factors(rows):
    chart = sf.spc.control_chart(pd.DataFrame(rows), "xbar_s")
    grand, spread = rows.mean(), rows.std(axis=1, ddof=1).mean()
    assert (chart.centre, *chart.limits) == pytest.approx((grand, grand - A3 * spread, grand + A3 * spread), abs=1e-3)
    assert chart.table["second"].to_numpy() == pytest.approx(rows.std(axis=1, ddof=1))
    line = chart.table.iloc[0]
    expected = (spread, B3 * spread, B4 * spread)
    assert (line["second_centre"], line["second_lower"], line["second_upper"]) == pytest.approx(expected, abs=5e-3)


def test_a_series_is_cut_into_subgroups_labelled_by_their_last_value(rows):
    times = pd.date_range("2026-03-02", periods=103, freq="min", tz="Asia/Ho_Chi_Minh")
    series = pd.Series(np.concatenate((rows.ravel(), [1.0, 2.0, 3.0])), index=times, name="Press01/force")
    chart = sf.spc.control_chart(series, "xbar_r", subgroup=5)
    assert chart.table["ts"].tolist() == times[4:100:5].tolist()
    assert chart.table["ts"].dtype == sf.clock.UTC_DTYPE
    pd.testing.assert_frame_equal(chart.table.iloc[:, 1:], sf.spc.control_chart(rows, "xbar_r").table.iloc[:, 1:])
    assert sf.findings_of(chart.table)[["code", "where", "count"]].to_numpy().tolist() == [["incomplete_subgroup", "x", 3]]


def test_a_subgroup_with_missing_values_has_wider_limits_of_its_own():
    rows = np.array([[1.0, 3.0], [2.0, np.nan], [np.nan, np.nan], [4.0, 2.0]])
    chart = sf.spc.control_chart(rows, "xbar_s")
    table = chart.table
    assert chart.centre == 2.4
    assert table["value"].fillna(-1).tolist() == pytest.approx([2, 2, -1, 3])
    assert table["second"].isna().tolist() == [False, True, True, False]
    assert table["std_error"].iloc[1] == pytest.approx(chart.sigma)
    assert table["std_error"].iloc[0] == pytest.approx(chart.sigma / np.sqrt(2))
    assert np.isnan(chart.limits.upper[2])


def test_limits_of_shares_follow_the_size_and_stay_possible():
    chart = sf.spc.control_chart([2, 3, 0, 2], "p", n=[20, 40, 0, 20])
    share = 7 / 80
    assert chart.centre == pytest.approx(share)
    assert chart.limits.upper[[0, 1]] == pytest.approx(share + 3 * np.sqrt(share * (1 - share) / np.array([20, 40])))
    assert (chart.limits.lower, chart.table["value"].isna().tolist()) == (0.0, [False, False, True, False])
    number = sf.spc.control_chart([2, 3], "np", n=[20, 40])
    assert number.centre == pytest.approx([2 / 60 * 50, 4 / 60 * 50])
    assert sf.spc.control_chart([1, 1, 1], "p", n=1).limits == (1.0, 1.0)
    assert sf.spc.control_chart([3, 2], "u", n=[1.5, 0.5]).centre == 2.5


def test_a_missing_point_is_skipped():
    x = [10.0, 12.0, 11.0, 15.0, 9.0]
    whole, holed = sf.spc.control_chart(x), sf.spc.control_chart([10.0, np.nan, 12.0, 11.0, np.nan, 15.0, 9.0])
    assert (whole.centre, whole.limits, whole.sigma) == (holed.centre, holed.limits, holed.sigma)
    kept = holed.table[holed.table["value"].notna()]
    assert kept["second"].fillna(-1).tolist() == whole.table["second"].fillna(-1).tolist()
    assert sf.findings_of(holed.table)["code"].tolist() == ["missing_point"]


def test_limits_come_from_the_reference_or_from_what_is_given():
    calm, x = [10.0, 11.0, 10.0, 11.0], [20.0, 30.0, 40.0]
    of_calm = sf.spc.control_chart(calm)
    chart = sf.spc.control_chart(x, reference=calm)
    assert (chart.centre, chart.limits, chart.sigma) == (of_calm.centre, of_calm.limits, of_calm.sigma)
    assert chart.table["value"].tolist() == x
    given = sf.spc.control_chart(x, centre=5, sigma=2, width=2)
    assert (given.centre, given.sigma, given.limits) == (5.0, 2.0, (1.0, 9.0))
    shares = sf.spc.control_chart([1, 2], "p", n=[10, 20], reference=[3, 3], reference_n=[10, 20])
    assert shares.centre == pytest.approx(0.2)
    assert sf.spc.control_chart([1, 2], "u", n=10, reference=[3, 3]).centre == pytest.approx(0.3)


def test_without_data_a_known_process_has_a_chart_and_an_unknown_one_has_not():
    assert len(sf.spc.control_chart([], centre=1, sigma=1).table) == 0
    for kind in KINDS:
        sizes = {"n": 5} if kind in {"p", "np", "u"} else {"subgroup": 2} if kind.startswith("xbar") else {}
        with pytest.raises(sf.errors.InsufficientDataError, match="expected at least"):
            sf.spc.control_chart([np.nan, np.nan], kind, **sizes)
    with pytest.raises(sf.errors.InsufficientDataError, match="at least 2 to estimate sigma"):
        sf.spc.control_chart([1.0], centre=1)


@given(st.floats(-1e6, 1e6), st.integers(2, 30))
def test_a_signal_that_stands_still_passes_no_limit(value, n):
    for chart in (
        sf.spc.control_chart([value] * n), sf.spc.control_chart(np.full((n, 3), value), "xbar_s"),
        sf.spc.control_chart([value] * n, "ewma"), sf.spc.control_chart([value] * n, "cusum"),
    ):  # fmt: skip
        assert chart.violations()[1].tolist() == []
        assert sf.findings_of(chart.table)["code"].tolist() == ["no_variation"]


@pytest.mark.parametrize("dtype", ["Int64", "int8", "float32", "double[pyarrow]", "object", "bool"])
def test_any_type_of_number_is_read(dtype):
    series = pd.Series([1, 0, 1, 1]).astype(dtype)
    assert sf.spc.control_chart(series).table["value"].tolist() == [1.0, 0.0, 1.0, 1.0]


def test_the_data_handed_in_stays_as_it_was():
    series = pd.Series([1.0, np.nan, 3.0])
    before = series.copy()
    chart = sf.spc.control_chart(series)
    chart.table.loc[:, "value"] = 0.0
    pd.testing.assert_series_equal(series, before)
    assert chart.centre == 2.0
