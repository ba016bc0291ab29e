"""The samples say what happened: decoded here by plain loops."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.clock import UTC_DTYPE
from smartfab.vocabulary import TABLES


def readings(sim, signal_id):
    return sim.samples[sim.samples.signal_id == signal_id]


def counted(values, top):
    """Pieces after each reading: a fall is a wrap when the counter has a top and was near it, else a restart from zero."""
    steps = []
    for before, now in pairwise(values):
        if now >= before:
            steps.append(now - before)
        elif top is not None and before > top * 0.9:
            steps.append(now + top + 1 - before)
        else:
            steps.append(now)
    return steps


def test_the_table_is_as_declared(day):
    declared = [column.name for column in TABLES["samples"].columns]
    assert list(day.samples.columns) == declared
    assert day.samples["ts"].dtype == UTC_DTYPE
    order = day.samples[["ts", "signal_id"]]
    assert order.equals(order.sort_values(["ts", "signal_id"], ignore_index=True))
    assert not day.samples.duplicated(["signal_id", "ts"]).any()
    assert 40_000 < len(day.samples) < 80_000


def test_every_signal_is_known_before_the_start_and_none_speaks_after_the_end(day):
    named = {f"{m.id}/{name}" for _, m in day.plant.machines for name in m.signals}
    first = day.samples.groupby("signal_id")["ts"].min()
    assert set(first.index) == named
    assert (first < day.start).all()
    assert (first >= day.start - pd.Timedelta("10s")).all()
    assert (day.samples["ts"] < day.end).all()


def test_a_sample_is_a_change(day):
    for _, signal in day.samples.groupby("signal_id"):
        numbers, texts = signal["value"].dropna(), signal["text"].dropna()
        assert len(numbers) + len(texts) == len(signal)
        assert not (numbers == numbers.shift()).any()
        assert not (texts == texts.shift()).any()


def test_counters_reproduce_the_truth_though_they_wrap_and_reset(week):
    truth = week.truth.counts.groupby("machine_id")[["good", "scrap", "rework"]].sum()
    seen = {"wrap": 0, "reset": 0}
    for _, machine in week.plant.machines:
        for name, outcome in (("good", "good"), ("reject", "scrap"), ("rework", "rework")):
            signal = machine.signals[name]
            values = readings(week, f"{machine.id}/{name}")["value"].tolist()
            assert sum(counted(values, signal.max_value)) == truth.loc[machine.id, outcome]
            falls = sum(now < before for before, now in pairwise(values))
            seen["wrap" if signal.max_value else "reset"] += falls
            assert signal.max_value is None or max(values) <= signal.max_value
    assert seen["wrap"] >= 2
    assert seen["reset"] >= 18


def test_counters_move_at_the_instants_of_the_counts(day):
    for machine_id in ("Press01", "Kiln01"):
        counts = day.data.counts[day.data.counts.machine_id == machine_id]
        samples = pd.concat([readings(day, f"{machine_id}/{name}") for name in ("good", "reject", "rework")])
        moved = samples[(samples["ts"] >= day.start) & (samples["value"] != 0)].sort_values("ts")
        wrapped = counts["ts"][~counts["ts"].isin(moved["ts"])]
        assert len(wrapped) == (machine_id == "Press01")
        assert moved["ts"].isin(counts["ts"]).all()


def test_resets_stand_at_the_start_of_each_shift(day):
    zeros = readings(day, "Kiln01/good").query("value == 0")["ts"]
    work = day.data.shifts.query("kind == 'work'")
    assert zeros.tolist() == work["start"].tolist()


@pytest.mark.parametrize("machine_id", ["Press01", "Dryer01", "Kiln01"])
def test_states_and_reasons_equal_the_states_table(day, machine_id):
    codes = day.plant.machine(machine_id).signals["state"].map
    state, reason = readings(day, f"{machine_id}/state"), readings(day, f"{machine_id}/reason")
    table = day.data.states[day.data.states.machine_id == machine_id].reset_index(drop=True)
    assert state["ts"].tolist() == table["ts"].tolist()
    assert [codes[str(int(value))] for value in state["value"]] == table["state"].tolist()
    newest = np.searchsorted(reason["ts"], state["ts"], side="right") - 1
    assert reason["text"].to_numpy()[newest].tolist() == table["reason_id"].fillna("").tolist()
    assert reason["ts"].isin(state["ts"]).all()


def test_product_tag_names_the_product_of_each_piece(week):
    for machine_id in ("Press01", "Kiln01"):
        tag = readings(week, f"{machine_id}/product")
        counts = week.data.counts[week.data.counts.machine_id == machine_id]
        newest = np.searchsorted(tag["ts"], counts["ts"], side="right") - 1
        assert tag["text"].to_numpy()[newest].tolist() == counts["product_id"].tolist()
        assert len(tag) > 5


def test_reasons_name_breakdowns_and_micro_stops_have_none(week):
    states = week.data.states.assign(end=week.data.states.groupby("machine_id")["ts"].shift(-1))
    stops = states[states.state == "unplanned_stop"].dropna(subset="end")
    length = (stops.end - stops.ts).dt.total_seconds()
    assert states.loc[states.state != "unplanned_stop", "reason_id"].isna().all()
    assert stops["reason_id"].dropna().isin(week.data.reasons["reason_id"]).all()
    assert (length[stops.reason_id.isna()] <= 240).mean() > 0.9
    assert (length[stops.reason_id.isna()] > 300).any()
    assert (length[stops.reason_id.notna()] <= 300).any()


def test_a_stop_open_when_a_break_begins_has_a_reason(week):
    states = week.data.states
    after = states.groupby("machine_id")["state"].shift(-1)
    carried = states[(states.state == "unplanned_stop") & (after == "off")]
    assert len(carried) > 0
    assert carried["reason_id"].notna().all()


def test_no_piece_is_counted_in_a_break_or_outside_shifts_or_in_a_stop(week):
    counts, states = week.data.counts, week.data.states
    for machine_id, made in counts.groupby("machine_id"):
        own = states[states.machine_id == machine_id]
        newest = np.searchsorted(own["ts"], made["ts"], side="right") - 1
        assert (own["state"].to_numpy()[newest] == "running").all()
    pauses = week.data.shifts.query("kind == 'break'")
    assert not any(counts["ts"].between(p.start, p.end, inclusive="both").any() for p in pauses.itertuples())


def test_process_values_drift_and_are_autocorrelated():
    sim = sf.simulation.line(days=2, seed=4)
    values = readings(sim, "Kiln01/temperature")["value"]
    assert 0.6 < values.autocorr(1) < 1
    hourly = values.groupby(np.arange(len(values)) // 360).mean()
    assert hourly.std() > 3 * values.std() / np.sqrt(360)


def test_a_counter_that_shows_zero_says_nothing_at_a_reset():
    perfect = {"at": "2026-03-02", "kind": "scrap", "size": 1}
    sim = sf.simulation.line(days=1, seed=1, improvement=perfect)
    assert readings(sim, "Kiln01/reject")["value"].tolist() == [23, 0]


def test_waits_shorter_than_ten_seconds_show_as_running(week):
    states = week.data.states
    own = states.groupby("machine_id")
    length = own["ts"].shift(-1) - states["ts"]
    cut = (own["state"].shift(-1) == "off") | (own["state"].shift() == "off")
    waits = length[states["state"].isin(["blocked", "starved"]) & ~cut].dropna()
    assert len(waits) > 300
    assert waits.min() >= pd.Timedelta("10s")


def test_scrap_blocks_nothing(week):
    counts, states = (table[table["machine_id"] == "Press01"] for table in (week.data.counts, week.data.states))
    after = counts["ts"] + pd.Timedelta("200001us")
    follows = states["state"].to_numpy()[np.searchsorted(states["ts"], after, side="right") - 1]
    blocked = follows == "blocked"
    assert blocked[counts["scrap"] == 0].any()
    assert not blocked[counts["scrap"] == 1].any()
