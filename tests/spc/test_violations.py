"""Which points break which rules, the alarms this makes, and that nothing is known before its time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf

VALUES = st.lists(st.sampled_from([-3.5, -2.5, -1.5, -0.5, 0.0, 0.5, 1.5, 2.5, 3.5, np.nan]), max_size=40)


def series(values, name="Kiln01/temperature"):
    times = pd.date_range("2026-03-02T06:00", periods=len(values), freq="min", tz="Asia/Ho_Chi_Minh")
    return pd.Series(np.array(values, float), index=times, name=name)


def utc(times):
    return times.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()


def standard(values, kind="i_mr", **options):
    return sf.spc.control_chart(series(values), kind, centre=0, sigma=1, **options)


def test_both_sets_name_their_rules():
    z = [0.0, 2.5, 2.6, 3.5, 2.7, 1.2, 1.3, 1.4, 1.5]
    nelson = standard(z).violations()
    western = standard(z).violations("western_electric")
    assert {rule: at.tolist() for rule, at in nelson.items()} == {
        1: [3], 2: [], 3: [], 4: [], 5: [2, 3, 4], 6: [4, 5, 6, 7, 8], 7: [], 8: [],
    }  # fmt: skip
    assert {rule: at.tolist() for rule, at in western.items()} == {1: [3], 2: [2, 3, 4], 3: [4, 5, 6, 7, 8], 4: [8]}
    assert all(at.dtype == np.int64 for at in nelson.values())


def test_points_that_hang_together_are_held_against_limits_alone():
    z = [0.0] * 12 + [9.0] * 4
    assert set(standard(z).violations()) == set(range(1, 9))
    assert set(standard(z, "ewma").violations()) == set(standard(z, "cusum").violations(of="second")) == {1}
    assert {rule: at.tolist() for rule, at in standard(z).violations(of="second").items()} == {1: [12]}


@given(VALUES, st.integers(0, 40), st.sampled_from(["i_mr", "ewma", "cusum"]))
def test_what_fires_depends_on_the_points_so_far(values, cut, kind):
    whole, part = standard(values, kind).violations(), standard(values[:cut], kind).violations()
    assert {rule: at[at < cut].tolist() for rule, at in whole.items()} == {rule: at.tolist() for rule, at in part.items()}


@given(VALUES, st.integers(0, 40))
def test_alarms_are_raised_as_they_happen(values, cut):
    started = standard(values[:cut]).alarms()[["start", "statistic", "value", "limit", "rule"]]
    whole = standard(values).alarms()
    known = whole[whole["start"] < series([0.0] * 41).index[cut]].reset_index(drop=True)
    pd.testing.assert_frame_equal(known[started.columns.tolist()], started)


@given(VALUES)
def test_alarms_cover_the_points_that_break_a_rule_and_no_others(values):
    chart = standard(values)
    ts, known = utc(chart.table["ts"])[:, None], chart.table["value"].notna().to_numpy()
    alarms = chart.alarms()
    for rule, at in chart.violations().items():
        own = alarms[(alarms["rule"] == f"nelson_{rule}") & (alarms["statistic"] == "value")]
        starts, ends = utc(own["start"]), utc(own["end"])
        inside = ((starts <= ts) & (np.isnat(ends) | (ts < ends))).any(axis=1)
        assert np.flatnonzero(inside & known).tolist() == at.tolist()


def test_an_alarm_tells_what_passed_which_limit():
    alarms = standard([0.0, 3.5, 3.6, np.nan, 3.7, 0.0, -4.0]).alarms(source="Kiln01")
    assert list(alarms) == [column.name for column in sf.vocabulary.TABLES["alarms"].columns]
    first = alarms[(alarms["rule"] == "nelson_1") & (alarms["statistic"] == "value")]
    assert first[["source", "value", "limit"]].to_numpy().tolist() == [["Kiln01", 3.5, 3.0], ["Kiln01", -4.0, -3.0]]
    at = series([0.0] * 7).index
    assert first["start"].tolist() == [at[1], at[6]]
    assert first["end"].iloc[0] == at[5]
    assert pd.isna(first["end"].iloc[1])
    assert alarms["acknowledged_by"].isna().all()
    assert set(alarms["statistic"]) == {"value", "moving_range"}


def test_limits_of_the_run_rules():
    found = standard([0.5] * 9 + [-2.5, -2.5, -1.5, -1.5]).alarms().set_index("rule")["limit"]
    assert found["nelson_2"] == 0
    assert found["nelson_5"] == -2
    assert found["nelson_6"] == -1
    assert np.isnan(standard([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).alarms().set_index("rule")["limit"]["nelson_3"])


def test_a_quiet_chart_gives_a_table_of_no_rows():
    alarms = standard([0.0, 1.0]).alarms()
    assert len(alarms) == 0
    assert {name: str(dtype) for name, dtype in alarms.dtypes.items()} == {
        name: str(dtype) for name, dtype in standard([9.0]).alarms().dtypes.items()
    }
    assert sf.spc.control_chart(series([]), centre=0, sigma=1).alarms().empty


def test_alarms_need_times():
    with pytest.raises(sf.errors.TimeError, match=r"x\.index: points labelled by RangeIndex"):
        sf.spc.control_chart([1.0, 2.0]).alarms()


def test_unknown_rules_and_charts_are_refused():
    with pytest.raises(sf.errors.TableError, match="rules: 'nelsen'; expected 'nelson' or 'western_electric'"):
        standard([1.0]).violations("nelsen")
    with pytest.raises(sf.errors.TableError, match="of: 'second'; expected 'first'"):
        standard([1.0], "ewma").violations(of="second")
