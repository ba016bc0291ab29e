"""Tables that say nothing give rows that say nothing, and say so; tables that are wrong are refused with what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import SmartfabError
from tests.features.conftest import at, parts, samples

SAMPLES, PARTS = samples(np.random.default_rng(0)), parts(np.random.default_rng(0))
RUNNING = pd.DataFrame({"machine_id": ["M"], "ts": at([0]), "state": ["running"]})
WIN = sf.features.WindowFeatures(windows=["10s", "60s"], stats=["mean", "std", "slope"])

SILENT = {
    "no samples": (SAMPLES.iloc[:0], None),
    "no value in any sample": (SAMPLES.assign(value=np.nan), None),
    "no finite value": (SAMPLES.assign(value=np.inf), None),
    "no sample of good status": (SAMPLES.assign(status=0x80000000), None),
    "samples of another time": (SAMPLES.assign(ts=SAMPLES["ts"] + pd.Timedelta("1D")), None),
    "no states": (SAMPLES, RUNNING.iloc[:0]),
    "a machine that never ran": (SAMPLES, RUNNING.assign(state="idle")),
    "a frame without a value": (pd.DataFrame({"M/a": [np.nan] * 5}, at(range(5))), None),
    "a frame without rows": (pd.DataFrame({"M/a": []}, at([])), None),
    "a frame of text": (pd.DataFrame({"M/a": list("abcde")}, at(range(5))), None),
}


@pytest.mark.parametrize("name", SILENT)
def test_parts_without_samples_have_rows_that_say_nothing(name):
    table, states = SILENT[name]
    X, meta = WIN.transform(table, PARTS, states)
    assert len(X) == len(meta) == len(PARTS)
    assert X.drop(columns=["coverage_10s", "coverage_60s"]).isna().all().all()
    assert (X[["coverage_10s", "coverage_60s"]] == 0).all().all()
    assert meta["last_sample"].isna().all()
    assert (meta["coverage"] == 0).all()
    assert ("part_without_samples", len(PARTS)) in set(
        sf.findings_of(meta)[["code", "count"]].itertuples(index=False, name=None)
    )


def test_a_constant_signal_has_no_spread_and_no_slope():
    X, _ = WIN.transform(SAMPLES.assign(value=5.0), PARTS)
    known = X["M/a_slope_60s"].notna()
    assert known.any()
    assert (X.loc[known, ["M/a_std_60s", "M/a_slope_60s"]] == 0).all().all()
    assert (X.loc[known, "M/a_mean_60s"] == 5).all()


@pytest.mark.parametrize("label", ["unknown", None, np.nan])
def test_unknown_labels_are_left_out_and_counted(label):
    X, y, meta = WIN.build(SAMPLES, PARTS.assign(label=label))
    assert len(X) == len(y) == len(meta) == 0
    assert sf.findings_of(meta).set_index("code").loc["unknown_label", "count"] == len(PARTS)
    without = WIN.build(SAMPLES, PARTS.drop(columns="label"))
    assert [len(table) for table in without] == [0, 0, 0]


@pytest.mark.parametrize("label", ["good", "defect"])
def test_one_class_is_given_as_it_is(label):
    _, y, _ = WIN.build(SAMPLES, PARTS.assign(label=label))
    assert y.tolist() == [int(label == "defect")] * len(PARTS)


def test_no_parts_are_no_rows_with_the_same_columns():
    X, y, meta = WIN.build(SAMPLES, PARTS.iloc[:0])
    assert len(X) == len(y) == len(meta) == 0
    assert list(X) == list(WIN.transform(SAMPLES, PARTS)[0])


@pytest.mark.parametrize("parents", [PARTS["part_id"].tolist(), [*PARTS["part_id"][1:], "p0"], ["nobody"] * len(PARTS)])
def test_parts_that_descend_from_themselves_in_a_circle_or_from_nobody_are_parts(parents):
    pd.testing.assert_frame_equal(WIN.transform(SAMPLES, PARTS.assign(parent_id=parents))[0], WIN.transform(SAMPLES, PARTS)[0])


WRONG = {
    "no columns": (pd.DataFrame(), pd.DataFrame()),
    "nothing": (None, PARTS),
    "nothing for parts": (SAMPLES, None),
    "one column": (SAMPLES["value"], PARTS),
    "values of text": (SAMPLES.assign(value="x"), PARTS),
    "samples without a time": (SAMPLES.assign(ts=SAMPLES["ts"].where(SAMPLES.index > 0)), PARTS),
    "samples without a signal": (SAMPLES.assign(signal_id=None), PARTS),
    "parts without an end": (SAMPLES, PARTS.assign(end=PARTS["end"].where(PARTS.index > 0))),
    "parts in local time": (SAMPLES, PARTS.assign(end=PARTS["end"].dt.tz_localize(None))),
    "labels of numbers": (SAMPLES, PARTS.assign(label=1)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_what_to_do(name):
    with pytest.raises(SmartfabError) as caught:
        WIN.build(*WRONG[name])
    assert all(fault.expected or fault.remedy for fault in caught.value.faults)


@pytest.mark.parametrize("wrong", [{"lag": "-5s"}, {"lag": {"M": -5}}, {"lag": float("nan")}, {"windows": ["1 fortnight"]}])
def test_lengths_that_are_none_are_refused(wrong):
    with pytest.raises(SmartfabError, match="a duration such as"):
        sf.features.WindowFeatures(**wrong)
