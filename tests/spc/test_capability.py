"""Capability indices and their intervals: worked examples, laws, and what cannot be said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import smartfab as sf
from smartfab.spc.indices import _moving

SHAPE = stats.norm.ppf((np.arange(20) + 0.5) / 20)


def sample(mean, std):
    """Twenty values of exactly this mean and standard deviation."""
    return mean + std * (SHAPE - SHAPE.mean()) / SHAPE.std(ddof=1)


def test_interval_of_cp():  # Montgomery, example of 20 parts with s = 1.75 and limits 38 … 62; reckoned on from 2.29
    row = sf.spc.capability(sample(50, 1.75), 38, 62).iloc[0]
    assert row[["Pp", "Pp_low", "Pp_high"]].tolist() == pytest.approx([2.29, 1.57, 3.01], abs=6e-3)
    assert row[["Cm", "Cm_low", "Cm_high"]].tolist() == row[["Pp", "Pp_low", "Pp_high"]].tolist()
    assert row["n"] == 20


def test_interval_of_cpk():  # Bissell's formula by hand for Cpk = 1.33 of 20 parts: 1.33 ± 1.96 √(1/180 + 1.33²/38)
    row = sf.spc.capability(sample(10 - 3 * 1.33, 1), None, 10).iloc[0]
    assert row[["Ppk", "Ppk_low", "Ppk_high"]].tolist() == pytest.approx([1.33, 0.882, 1.778], abs=1e-3)
    assert row[["Cmk", "Cmk_low"]].tolist() == row[["Ppk", "Ppk_low"]].tolist()
    assert row[["Cp", "Pp", "Cm", "Cpm", "Cp_low", "Cpm_high"]].isna().all()
    assert row["Cpk"] > 0


def test_spread_within_is_that_of_the_subgroups():
    rows = np.array([[9.0, 11.0], [19.0, 21.0], [29.0, 31.0]])
    by_table = sf.spc.capability(rows, 0, 40)
    by_size = sf.spc.capability(rows.ravel(), 0, 40, subgroup=2)
    pd.testing.assert_frame_equal(by_table, by_size)
    row = by_table.iloc[0]
    assert row["sigma_within"] == pytest.approx(np.sqrt(2))
    assert row["sigma_overall"] == pytest.approx(rows.std(ddof=1))
    freedom = 3
    chi = np.sqrt(stats.chi2.ppf([0.025, 0.975], freedom) / freedom)
    assert row[["Cp_low", "Cp_high"]].tolist() == pytest.approx((row["Cp"] * chi).tolist())


def test_freedom_of_a_moving_range_is_what_its_variance_says():
    rng = np.random.default_rng(5)
    ranges = np.abs(np.diff(rng.standard_normal((40_000, 12)), axis=1)).mean(axis=1)
    simulated = ranges.var() / ranges.mean() ** 2
    assert 1 / (2 * _moving(np.arange(12.0)).freedom) == pytest.approx(simulated, rel=0.03)


def test_distance_from_the_target_lowers_cpm_alone():
    at, off = (sf.spc.capability(sample(50, 2), 40, 60, target=target).iloc[0] for target in (50, 53))
    assert at["Cpm"] == pytest.approx(20 / (6 * 2 * np.sqrt(19 / 20)))
    assert off["Cpm"] == pytest.approx(20 / (6 * np.sqrt(4 * 19 / 20 + 9)))
    assert off["Cpm_low"] < off["Cpm"] < off["Cpm_high"]
    assert at.filter(regex="k|Pp").tolist() == off.filter(regex="k|Pp").tolist()


@given(st.lists(st.integers(-50, 50), min_size=3, max_size=40).filter(lambda v: len(set(v)) > 1), st.floats(0.5, 0.99))
def test_order_of_the_indices(values, level):
    row = sf.spc.capability(np.array(values, float), -60, 70, level=level).iloc[0]
    for name in ("C", "P"):
        assert row[f"{name}pk"] <= row[f"{name}p"] + 1e-12
    assert row["Cpm"] <= row["Pp"] * np.sqrt(row["n"] / (row["n"] - 1)) + 1e-12
    for name in ("Cp", "Cpk", "Pp", "Ppk", "Cm", "Cmk", "Cpm"):
        assert row[f"{name}_low"] <= row[name] + 1e-12
    for name in ("Cpk", "Ppk"):
        assert row[f"{name}_high"] >= row[name]


def test_missing_values_are_left_out_and_told():
    series = pd.Series([1.0, np.nan, 2.0, 4.0])
    table = sf.spc.capability(series, 0, 5)
    assert table["n"].tolist() == [3]
    assert sf.findings_of(table)[["code", "count"]].to_numpy().tolist() == [["missing_value", 1]]


def test_without_variation_nothing_is_claimed():
    table = sf.spc.capability([0.1] * 7, 0, 1)
    assert table.filter(regex="^C|^P").isna().all(axis=None)
    assert set(sf.findings_of(table)["code"]) == {"no_variation"}


def test_every_fault_is_told():
    with pytest.raises(sf.errors.TableError) as caught:
        sf.spc.capability(np.array(["a", 1.0], object), 5, 4, target=np.inf, level=2)
    told = str(caught.value)
    assert len(caught.value.faults) == 4
    for argument in ("lsl, usl: 5 and 4", "target: inf", "level: 2", "x: 1 of 2 values not right, first at position 0: 'a'"):
        assert argument in told
    with pytest.raises(sf.errors.TableError, match="neither is given"):
        sf.spc.capability([1.0, 2.0], None, None)
    with pytest.raises(sf.errors.TableError, match="within the specification limits"):
        sf.spc.capability([1.0, 2.0], 0, 3, target=4)


@pytest.mark.parametrize(("x", "subgroup"), [([], None), ([1.0, np.nan], None), ([1.0, np.nan, np.nan, 2.0], 2)])
def test_too_few_values(x, subgroup):
    with pytest.raises(sf.errors.InsufficientDataError, match="expected at least"):
        sf.spc.capability(np.array(x, float), 0, 5, subgroup=subgroup)
