"""Semantics 5, 6, 7, 10, 13 and 14: the monitor over time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartfab as sf
from smartfab.defects.limits import effective_size
from smartfab.errors import InsufficientDataError, MissingColumnError, TableError, TimeError

START = pd.Timestamp("2026-03-02T00:00:00Z")


def frame(rows, signals=3, seed=0, start=0, shift=0.0):
    rng = np.random.default_rng(seed)
    ts = START + pd.to_timedelta(np.arange(start, start + rows), unit="s")
    return pd.DataFrame(rng.normal(size=(rows, signals)) + shift, ts, [f"s{n}" for n in range(signals)])


def autocorrelated(rows, phi=0.7, seed=0, signals=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, signals))
    for n in range(1, rows):
        x[n] += phi * x[n - 1]
    return pd.DataFrame(x, START + pd.to_timedelta(np.arange(rows), unit="s"), [f"s{n}" for n in range(signals)])


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.7])
def test_05_the_rate_asked_for_is_about_the_rate_on_later_rows(phi):
    data = autocorrelated(30_000, phi)
    monitor = sf.defects.ProcessMonitor().fit(data[:10_000])
    assert monitor.status == "armed"
    assert monitor.calibration["method"] == "quantile"
    later = monitor.score(data[10_000:])
    assert 0.002 < later["alarm"].mean() < 0.02


def test_06_a_short_reference_is_still_learning_and_never_alarms_unless_armed_on_purpose():
    data = frame(400)
    monitor = sf.defects.ProcessMonitor().fit(data)
    assert monitor.status == "learning"
    assert monitor.calibration["reasons"]
    strange = frame(100, start=400, shift=9.0)
    assert not monitor.score(strange)["alarm"].any()
    armed = sf.defects.ProcessMonitor(min_reference=0).fit(data)
    assert armed.status == "armed"
    assert armed.calibration["method"] == "extrapolated"
    assert armed.calibration["n_eff"] * armed.far < 1
    assert armed.calibration["factor"] > 1
    assert armed.score(strange)["alarm"][20:].all()
    assert sf.defects.ProcessMonitor(min_reference=401).fit(data).status == "learning"


def test_05_the_calibration_says_how_the_rate_was_found():
    told = sf.defects.ProcessMonitor().fit(frame(5000)).calibration
    assert {"method", "n_eff", "nominal", "achieved", "low", "high"} <= set(told)
    assert told["low"] <= told["achieved"] <= told["high"]
    assert told["nominal"] == 0.01
    assert 1 <= told["n_eff"] <= 1500


def test_05_the_first_seventy_percent_make_the_chart_and_the_rest_its_limit():
    calm = frame(5000)
    wild = calm.copy()
    wild.iloc[3500:] *= 1.5
    one, other = (sf.defects.ProcessMonitor(slow=[]).fit(data).judge_ for data in (calm, wild))
    np.testing.assert_array_equal(one.centre, other.centre)
    np.testing.assert_array_equal(one.charts[0].chart.whitening, other.charts[0].chart.whitening)
    assert other.charts[0].limit > one.charts[0].limit
    spread = 1 / np.diag(one.charts[0].chart.whitening)  # of the smoothed rows, not of the raw ones, whose spread is 1
    np.testing.assert_allclose(spread, np.sqrt(0.1 / 1.9), rtol=0.1)


def test_05_a_row_counts_for_as_much_as_it_is_independent():
    x = np.random.default_rng(0).normal(size=4000)
    assert effective_size(x) == pytest.approx(4000, rel=0.1)
    held = np.repeat(x, 5)  # ρ = 0.8
    assert effective_size(held) == pytest.approx(20_000 * (1 - 0.8) / (1 + 0.8), rel=0.1)


def test_06_a_reference_of_two_minds_is_not_armed():
    data = frame(3000)
    data.iloc[1200:1800, 0] += 4.0
    monitor = sf.defects.ProcessMonitor(slow=[]).fit(data)
    assert monitor.status == "learning"
    assert any("stands apart" in reason for reason in monitor.calibration["reasons"])


def test_07_slow_signals_are_watched_by_their_changes():
    data = frame(3000)
    data["s1"] = np.cumsum(np.random.default_rng(5).normal(size=3000))
    monitor = sf.defects.ProcessMonitor().fit(data)
    assert monitor.slow_ == ["s1"]
    assert sf.defects.ProcessMonitor(slow=["s2"]).fit(data).slow_ == ["s2"]
    moved = data.assign(s1=data["s1"] + 1e4)[:500]  # another level of a signal that has none
    assert monitor.score(moved)["alarm"].mean() < 0.1
    jump = data[:500].copy()
    jump.iloc[300:, 1] += 60.0
    assert monitor.score(jump)["alarm"].iloc[300:305].any()
    quiet = monitor.contributions(jump).iloc[301]
    assert quiet["s1"] == quiet.sum() > 0


def test_a_signal_that_keeps_no_level_is_watched_by_its_changes_too():
    data = frame(3000)
    data["s2"] += np.linspace(0, 6, 3000)
    monitor = sf.defects.ProcessMonitor().fit(data)
    assert (monitor.slow_, monitor.drifting_) == ([], ["s2"])
    assert monitor.status == "armed"


def test_several_frames_are_several_runs():
    runs = [frame(1500, seed=1), frame(1500, seed=2, start=100_000)]
    assert sf.defects.ProcessMonitor().fit(runs).status == "armed"


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_13_online_is_batch_to_the_bit_over_any_chunking(seed):
    rng = np.random.default_rng(seed)
    monitor = sf.defects.ProcessMonitor(min_reference=0).fit(_reference())
    keep = np.sort(rng.choice(400, 200, replace=False))
    data = frame(400, seed=7, start=400).iloc[keep]
    data = data.mask(rng.random(data.shape) < 0.02)
    cuts = np.sort(rng.integers(0, 200, 5))
    monitor.resume(monitor.judge_)
    chunks = [monitor.update(data.iloc[a:b]) for a, b in zip([0, *cuts], [*cuts, 200], strict=True)]
    pd.testing.assert_frame_equal(pd.concat(chunks), monitor.score(data), check_exact=True)


def _reference():
    data = frame(400, seed=3)
    return data.assign(s1=np.cumsum(data["s1"]))


def test_scoring_looks_at_nothing_later_and_changes_nothing():
    monitor = sf.defects.ProcessMonitor(min_reference=0).fit(_reference())
    data = frame(300, seed=7, start=400)
    whole = monitor.score(data)
    pd.testing.assert_frame_equal(monitor.score(data[:120]), whole[:120], check_exact=True)
    pd.testing.assert_frame_equal(monitor.score(data), whole, check_exact=True)


def test_10_contributions_are_never_negative_and_sum_to_the_statistic():
    monitor = sf.defects.ProcessMonitor(min_reference=0).fit(_reference())
    data = frame(300, seed=7, start=400, shift=1.0)
    parts, told = monitor.contributions(data), monitor.score(data)
    assert (parts.to_numpy() >= 0).all()
    np.testing.assert_allclose(parts.sum(axis=1), told["statistic"], rtol=1e-12)
    off = frame(300, seed=7, start=400)
    off["s2"] += 5
    assert monitor.contributions(off).iloc[-1].idxmax() == "s2"


def test_07_a_pause_restarts_the_smoothing_and_masks_alarms():
    monitor = sf.defects.ProcessMonitor(min_reference=0, max_gap="30s").fit(frame(400))
    data = pd.concat([frame(50, start=400, shift=9.0), frame(60, start=600, shift=9.0)])
    told = monitor.score(data)
    assert told["status"].iloc[50:80].eq("gap").all()
    assert not told["alarm"].iloc[50:80].any()
    assert told["alarm"].iloc[80:].all()
    fresh = monitor.score(frame(60, start=600, shift=9.0))
    np.testing.assert_array_equal(told["statistic"].iloc[50:], fresh["statistic"])


def test_a_row_with_a_missing_value_is_not_judged():
    monitor = sf.defects.ProcessMonitor(min_reference=0).fit(frame(400))
    data = frame(50, start=400, shift=9.0)
    data.iloc[30, 1] = np.nan
    told = monitor.score(data)
    assert told["status"].iloc[30] == "missing"
    assert np.isnan(told["statistic"].iloc[30])
    assert not told["alarm"].iloc[30]
    assert told["alarm"].iloc[31]


def test_14_alarms_are_the_table_a_control_chart_gives():
    monitor = sf.defects.ProcessMonitor(min_reference=0).fit(frame(400))
    data = pd.concat([frame(60, start=400), frame(40, start=460, shift=9.0), frame(100, start=500)])
    table = monitor.alarms(data, source="L1")
    chart = sf.spc.control_chart(data["s0"]).alarms()
    assert list(table) == list(chart)
    assert table.dtypes.to_dict() == chart.dtypes.to_dict()
    row = table.iloc[0]
    assert (row["source"], row["statistic"], row["rule"]) == ("L1", "t2", "mewma")
    assert row["start"] >= data.index[60]
    assert row["end"] > row["start"]
    assert row["value"] > row["limit"]
    with pytest.raises(TimeError):
        monitor.alarms(data.tz_localize(None))


def test_constant_and_empty_signals_are_left_out_and_said_so():
    data = frame(400).assign(flat=1.0, none=np.nan)
    monitor = sf.defects.ProcessMonitor(min_reference=0).fit(data)
    assert monitor.signals_ == ["s0", "s1", "s2"]
    assert [(item["where"], item["evidence"]["why"]) for item in monitor.findings] == [("flat", "constant"), ("none", "empty")]
    with pytest.raises(InsufficientDataError, match="no signal that varies"):
        sf.defects.ProcessMonitor().fit(data[["flat", "none"]])
    with pytest.raises(InsufficientDataError, match="at least"):
        sf.defects.ProcessMonitor().fit(data[:20])


def test_what_is_wrong_is_told():
    with pytest.raises(InsufficientDataError, match="not fitted"):
        sf.defects.ProcessMonitor().score(frame(10))
    for bad in ({"lam": 0}, {"far": 1}, {"method": "cusum"}, {"min_reference": -1}):
        with pytest.raises(TableError):
            sf.defects.ProcessMonitor(**bad)
    monitor = sf.defects.ProcessMonitor(min_reference=0).fit(frame(400))
    with pytest.raises(MissingColumnError, match="s1"):
        monitor.score(frame(10).drop(columns="s1"))
    with pytest.raises(TimeError):
        monitor.score(frame(10).iloc[::-1])
    with pytest.raises(TableError):
        monitor.score(frame(10).reset_index(drop=True))
    with pytest.raises(TableError, match="no such signal"):
        sf.defects.ProcessMonitor(slow=["x"]).fit(frame(400))
    monitor.update(frame(10, start=500))
    with pytest.raises(TimeError, match="before"):
        monitor.update(frame(10, start=400))
