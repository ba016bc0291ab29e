"""Semantics 1, 2, 9 and 13 of features: only what was known, at each station, while it ran; later samples change nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import MissingColumnError, TableError, TimeError
from tests.features.conftest import at, parts, samples

WINDOWS = ["10s", "60s"]


def win(**more):
    return sf.features.WindowFeatures(**{"windows": WINDOWS, **more})


def test_a_window_holds_what_is_later_than_its_begin_up_to_the_cut_off():
    table = pd.DataFrame({"signal_id": "M/a", "ts": at([0, 10, 20]), "value": [1.0, 2.0, 4.0]})
    one = pd.DataFrame({"part_id": ["p"], "machine_id": ["M"], "end": at([20])})
    X, meta = win(windows=["10s", "20s"], stats=["mean", "count", "slope", "last_minus_mean"]).transform(table, one)
    assert X["M/a_count_10s"].item() == 1
    assert X["M/a_mean_20s"].item() == 3
    assert X["M/a_slope_20s"].item() == pytest.approx(0.2)
    assert X["M/a_last_minus_mean_20s"].item() == 1
    assert list(meta) == ["part_id", "machine_id", "lot_id", "window_start", "cutoff", "known_at", "last_sample", "coverage"]
    assert meta["last_sample"].item() == at([20])[0]
    assert meta["window_start"].item() == at([0])[0]


HISTORIES = 40


def history(rng, machine):
    """Samples, parts and states of a machine, and a moment: the cut-off of one of its parts."""
    table, rows = samples(rng, 30, signals=(f"{machine}/a", f"{machine}/b")), parts(rng, 4, machine=machine)
    ts = at(np.sort(rng.uniform(0, 300, 6)))
    states = pd.DataFrame({"machine_id": machine, "ts": ts, "state": rng.choice(["running", "idle"], 6)})
    return table, rows.assign(part_id=f"{machine}-" + rows["part_id"]), states, rows["end"][int(rng.integers(len(rows)))]


def changed_later(rng, machine, told):
    """The same history, but for every sample, and every state, after the moment; and with more samples there."""
    table, rows, states, moment = told
    later = table["ts"] > moment
    values = table.assign(value=np.where(later & table["value"].notna(), rng.normal(0, 1e6, len(table)), table["value"]))
    ts = moment + pd.to_timedelta(rng.integers(1, 10**8, 5), unit="us")
    extra = pd.DataFrame({"signal_id": f"{machine}/a", "ts": ts, "value": 7.0})
    flipped = states.assign(state=np.where(states["ts"] > moment, "unplanned_stop", states["state"]))
    return pd.concat([values, extra], ignore_index=True), rows, flipped, moment


@settings(max_examples=1000 // HISTORIES)
@given(st.integers(0, 2**32 - 1))
def test_01_changing_later_samples_and_states_changes_nothing(seed):
    """A thousand histories, many machines at a time: none may see the later samples of its own or of another."""
    rng = np.random.default_rng(seed)
    before = {f"M{n}": history(rng, f"M{n}") for n in range(HISTORIES)}
    after = {machine: changed_later(rng, machine, told) for machine, told in before.items()}
    (X, meta), (again, told) = (
        win().transform(*(pd.concat([one[place] for one in many.values()], ignore_index=True) for place in range(3)))
        for many in (before, after)
    )
    moments = meta["machine_id"].map({machine: one[3] for machine, one in before.items()})
    same = meta["cutoff"] <= moments
    assert same.groupby(meta["machine_id"]).any().all()
    pd.testing.assert_frame_equal(X[same], again[same], check_exact=True)
    pd.testing.assert_frame_equal(meta[same], told[same], check_exact=True)
    assert not X[~same].equals(again[~same])  # what came later is another history


def test_01_earlier_stations_end_where_the_part_was_there():
    table = pd.DataFrame({"signal_id": ["A/x", "A/x", "B/y"], "ts": at([5, 90, 90]), "value": [1.0, 2.0, 3.0]})
    rows = pd.DataFrame({"part_id": ["a", "b"], "machine_id": ["A", "B"], "end": at([6, 95]), "parent_id": [None, "a"]})
    X, meta = win(windows=["10s"], stats=["last"]).transform(table, rows)
    assert X["A/x_last_10s"].tolist() == [1.0, 1.0]
    assert X["B/y_last_10s"].tolist()[1] == 3.0
    assert np.isnan(X["B/y_last_10s"][0])
    assert meta["window_start"][1] == at([-4])[0]
    same_id = rows.assign(part_id="a", parent_id=None)
    assert win(windows=["10s"], stats=["last"]).transform(table, same_id)[0]["A/x_last_10s"].tolist() == [1.0, 1.0]


def test_a_parent_later_than_its_child_is_not_looked_into():
    table = pd.DataFrame({"signal_id": "A/x", "ts": at([5, 90]), "value": [1.0, 2.0]})
    rows = pd.DataFrame({"part_id": ["a", "b"], "machine_id": ["A", "B"], "end": at([95, 10]), "parent_id": [None, "a"]})
    assert win(windows=["10s"], stats=["last"]).transform(table, rows)[0]["A/x_last_10s"].tolist() == [2.0, 1.0]


def test_a_named_lag_takes_the_place_of_genealogy():
    table = pd.DataFrame({"signal_id": "A/x", "ts": at([5, 90]), "value": [1.0, 2.0]})
    rows = pd.DataFrame({"part_id": ["b"], "machine_id": ["B"], "end": at([95])})
    lagged, _ = win(windows=["10s"], stats=["last"], lag={"A": "88s"}).transform(table, rows)
    assert lagged["A/x_last_10s"].tolist() == [1.0]
    nothing, meta = win(windows=["10s"], stats=["last"]).transform(table, rows)
    assert list(nothing) == ["coverage_10s"]
    assert {"station_without_parts", "part_without_samples"} <= set(sf.findings_of(meta)["code"])


def test_02_labels_known_later_are_unknown_and_never_good():
    rng = np.random.default_rng(1)
    table, rows = samples(rng), parts(rng, 30)
    X, y, meta = win().build(table, rows)
    assert len(X) == len(y) == len(meta) == (rows["label"] != "unknown").sum()
    assert y.tolist() == (rows.loc[rows["label"] != "unknown", "label"] == "defect").astype(int).tolist()
    as_of = rows["known_at"].sort_values().iloc[10]
    _, _, early = win().build(table, rows, as_of=as_of)
    assert (early["known_at"] <= as_of).all()
    assert set(early["part_id"]) == set(rows.loc[(rows["label"] != "unknown") & (rows["known_at"] <= as_of), "part_id"])
    assert "unknown_label" in set(sf.findings_of(early)["code"])
    unsaid = rows.assign(known_at=rows["known_at"].mask(rows["part_id"] == early["part_id"][0]))
    assert early["part_id"][0] not in set(win().build(table, unsaid, as_of=as_of)[2]["part_id"])
    assert len(win().build(table, rows, as_of=rows["end"].min())[0]) == 0


def test_09_stops_gate_windows_and_coverage_says_how_much_ran():
    table = pd.DataFrame({"signal_id": "M/a", "ts": at([1, 6, 9]), "value": [10.0, 99.0, 20.0]})
    states = pd.DataFrame({"machine_id": "M", "ts": at([0, 5, 8]), "state": ["running", "setup", "running"]})
    one = pd.DataFrame({"part_id": ["p"], "machine_id": ["M"], "end": at([10])})
    X, meta = win(windows=["10s"], stats=["mean", "count"]).transform(table, one, states)
    assert X["M/a_mean_10s"].item() == 15
    assert X["coverage_10s"].item() == pytest.approx(0.7)
    assert meta["coverage"].item() == pytest.approx(0.7)
    silent = states.assign(state="setup")
    X, meta = win(windows=["10s"], stats=["mean"]).transform(table, one, silent)
    assert X["M/a_mean_10s"].isna().all()
    assert meta["last_sample"].isna().all()
    assert meta["coverage"].item() == 0


def test_09_columns_of_a_later_station_are_left_out_and_said_so():
    table = pd.DataFrame({"signal_id": ["A/x", "B/y"], "ts": at([5, 90]), "value": [1.0, 2.0]})
    rows = pd.DataFrame(
        {"part_id": ["a", "b"], "machine_id": ["A", "B"], "end": at([6, 95]), "parent_id": [None, "a"], "label": ["good", None]}
    )
    X, _, meta = win(windows=["10s"], stats=["last"]).build(table, rows)
    assert list(X) == ["A/x_last_10s", "coverage_10s"]
    told = sf.findings_of(meta).set_index("code")
    assert told.loc["station_without_parts", "where"] == "B"
    named, _, _ = win(windows=["10s"], stats=["last"], signals=["A/x", "B/y"]).build(table, rows)
    assert named["B/y_last_10s"].isna().all()
    later, _, _ = win(windows=["10s"], stats=["last"]).build(table, rows.assign(label=[None, "good"]))
    assert later[["A/x_last_10s", "B/y_last_10s"]].values.tolist() == [[1.0, 2.0]]


def test_09_an_empty_window_is_missing_and_nothing_is_interpolated():
    table = pd.DataFrame({"signal_id": "M/a", "ts": at([0, 100]), "value": [1.0, 3.0]})
    rows = pd.DataFrame({"part_id": ["p", "q"], "machine_id": "M", "end": at([50, 100])})
    X, meta = win(windows=["10s"], stats=["mean", "last", "count"]).transform(table, rows)
    assert X["M/a_mean_10s"].isna().tolist() == X["M/a_last_10s"].isna().tolist() == [True, False]
    assert (X["M/a_last_10s"][1], X["coverage_10s"].tolist()) == (3.0, [0.0, 1.0])
    assert meta["last_sample"].isna().tolist() == [True, False]


def test_bad_samples_and_counters_do_not_count():
    table = pd.DataFrame(
        {"signal_id": ["M/a", "M/a", "M/reject", "M/state"], "ts": at([1, 2, 3, 4]), "value": [1.0, 50.0, 1.0, 3.0],
         "status": [0, 0x80000000, 0, 0]}
    )  # fmt: skip
    one = pd.DataFrame({"part_id": ["p"], "machine_id": ["M"], "end": at([5])})
    X, meta = win(windows=["10s"], stats=["max"]).transform(table, one)
    assert list(X) == ["M/a_max_10s", "coverage_10s"]
    assert X["M/a_max_10s"].item() == 1.0
    assert "bad_status" in set(sf.findings_of(meta)["code"])


@given(st.integers(0, 2**32 - 1))
def test_order_of_samples_and_parts_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    table, rows = samples(rng, 20), parts(rng, 5)
    X, _ = win().transform(table, rows)
    turned = rng.permutation(len(rows))
    again, _ = win().transform(table.sample(frac=1, random_state=seed % 2**31), rows.iloc[turned])
    pd.testing.assert_frame_equal(X.iloc[turned].reset_index(drop=True), again, check_exact=True)


def test_a_frame_of_signals_is_the_same_as_samples():
    rng = np.random.default_rng(5)
    wide = pd.DataFrame(rng.normal(size=(200, 2)), at(np.arange(200)), ["M/a", "M/b"])
    rows = parts(rng, 6, 200)
    long = wide.rename_axis("ts").reset_index().melt("ts", var_name="signal_id", value_name="value")
    pd.testing.assert_frame_equal(win().transform(wide, rows)[0], win().transform(long, rows)[0])


def test_what_is_wrong_is_told():
    rng = np.random.default_rng(1)
    table, rows = samples(rng), parts(rng)
    for bad in (
        {"windows": []},
        {"windows": ["0s"]},
        {"windows": ["60s", "1min"]},
        {"stats": ["median"]},
        {"anchor": "middle"},
    ):
        with pytest.raises((TableError, TimeError)):
            win(**bad)
    with pytest.raises(TableError, match="one of good, defect, unknown"):
        win().build(table, rows.assign(label="ok"))
    with pytest.raises(MissingColumnError, match="value"):
        win().transform(table.drop(columns="value"), rows)
    with pytest.raises(TimeError):
        win().transform(pd.DataFrame({"M/a": [1.0]}, pd.DatetimeIndex(["2026-03-02"])), rows)
    with pytest.raises(TableError, match="part_id"):
        win().transform(table, rows.drop(columns="part_id"))


def test_no_parts_and_no_samples_are_empty_answers():
    rng = np.random.default_rng(1)
    table, rows = samples(rng), parts(rng)
    X, y, meta = win().build(table, rows.iloc[:0])
    assert len(X) == len(y) == len(meta) == 0
    X, meta = win().transform(table.iloc[:0], rows)
    assert len(X) == len(rows)
    assert (meta["coverage"] == 0).all()


def test_settings_make_the_same_features_again():
    spec = win(lag={"A": "5s"}, signals=["M/a"], state=["running", "setup"]).spec()
    assert sf.features.WindowFeatures(**spec).spec() == spec


def test_a_sample_that_came_twice_counts_once():
    rng = np.random.default_rng(5)
    table, rows = samples(rng), parts(rng)
    again = pd.concat([table, table.sample(60, random_state=1)], ignore_index=True)
    X, meta = win().transform(table, rows)
    twice, told = win().transform(again.sample(frac=1, random_state=2), rows)
    pd.testing.assert_frame_equal(X, twice, check_exact=True)
    pd.testing.assert_frame_equal(meta, told, check_exact=True)


def test_02_a_part_said_twice_is_learnt_from_once_and_told():
    rng = np.random.default_rng(1)
    table, rows = samples(rng), parts(rng, 30)
    known = rows[rows["label"] != "unknown"]
    X, y, meta = win().build(table, rows)
    again, labels, told = win().build(table, pd.concat([rows, known.head(4)], ignore_index=True))
    pd.testing.assert_frame_equal(X, again)
    assert labels.tolist() == y.tolist()
    assert sf.findings_of(told).set_index("code")["count"]["parts_repeated"] == 4
    assert "parts_repeated" not in set(sf.findings_of(meta)["code"])
