"""Pieces: they agree with the counts, go through the machines in order, and fail where the cause is active."""

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.simulation.flow import BUFFER


def test_parts_agree_with_counts(week):
    parts, counts = week.parts, week.data.counts
    both = parts.merge(counts, on=["part_id", "machine_id"], validate="one_to_one")
    assert len(both) == len(parts) == len(counts)
    assert (both["end"] == both["ts"]).all()
    assert ((both["label"] == "good") == (both["good"] == 1)).all()
    assert (both["defect_code"].notna() == (both["label"] == "defect")).all()
    assert parts["part_id"].is_unique


def test_genealogy_leads_back_through_the_machines(day):
    parts = day.parts.set_index("part_id")
    assert parts.loc[parts.machine_id == "Press01", "parent_id"].isna().all()
    later = parts[parts.machine_id != "Press01"]
    parents = parts.loc[later["parent_id"]]
    assert (parents["end"].to_numpy() < later["start"].to_numpy()).all()
    assert (parents["lot_id"].to_numpy() == later["lot_id"].to_numpy()).all()
    before = {"Dryer01": "Press01", "Kiln01": "Dryer01"}
    assert (later["machine_id"].map(before).to_numpy() == parents["machine_id"].to_numpy()).all()


def test_scrap_leaves_the_line_and_rework_goes_on(week):
    counts = week.data.counts[week.data.counts.machine_id == "Press01"].iloc[:-200]
    followed = counts["part_id"].isin(week.parts["parent_id"])
    assert (followed == (counts["scrap"] == 0)).all()


def test_lots_hold_one_product_and_at_most_250_pieces(week):
    counts = week.data.counts.merge(week.parts[["part_id", "lot_id"]], on="part_id")
    lots = counts[counts.machine_id == "Press01"].groupby("lot_id")
    assert (lots["product_id"].nunique() == 1).all()
    assert lots.size().max() == 250


def test_labels_become_known_after_the_piece_was_made(day):
    late = (day.parts["known_at"] - day.parts["end"]).dt.total_seconds()
    assert (late >= 60).all()
    assert late.nunique() > 100


def test_no_cycle_beats_the_ideal_cycle_and_no_machine_makes_two_pieces_at_once(day):
    parts = day.parts.merge(day.data.counts[["part_id", "product_id"]], on="part_id").merge(
        day.data.products[["product_id", "machine_id", "ideal_cycle_s"]], on=["product_id", "machine_id"]
    )
    seconds = (parts["end"] - parts["start"]).dt.total_seconds()
    assert (seconds + 0.200002 >= parts["ideal_cycle_s"]).all()
    for _, own in day.parts.groupby("machine_id"):
        assert (own["start"].to_numpy()[1:] > own["end"].to_numpy()[:-1]).all()


def test_buffers_are_finite(week):
    """Pieces between two machines: at most the buffer, and one that is blocked in the machine before."""
    for first, second in (("Press01", "Dryer01"), ("Dryer01", "Kiln01")):
        made = week.data.counts[(week.data.counts.machine_id == first) & (week.data.counts.scrap == 0)]["ts"]
        begun = week.parts[week.parts.machine_id == second]["start"]
        steps = pd.concat([pd.Series(1, index=made), pd.Series(-1, index=begun)]).sort_index(kind="stable")
        between = steps.cumsum()
        assert between.min() >= 0
        assert BUFFER <= between.max() <= BUFFER + 2  # one blocked in the machine before, one set up for in the next


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_defects_come_where_the_cause_is_active(seed):
    sim = sf.simulation.line(days=2, seed=seed)
    cause = sim.truth.defect_cause
    parts = sim.parts[sim.parts.machine_id == cause["machine_id"]]
    signal = sim.samples[sim.samples.signal_id == cause["signal_id"]]
    newest = np.searchsorted(signal["ts"], parts["end"], side="right") - 1
    value = signal["value"].to_numpy()[newest]
    active = value < cause["threshold"]
    defect = (parts["label"] == "defect").to_numpy()
    assert 0.02 < active.mean() < 0.3
    assert defect[active].mean() > 8 * defect[~active].mean()
    assert defect[value < cause["threshold"] - 6].mean() == pytest.approx(cause["peak_risk"], abs=0.09)
    assert defect[value > cause["threshold"] + 8].mean() == pytest.approx(cause["base_risk"], abs=0.008)
    assert set(parts["defect_code"].dropna()) == {cause["defect_code"]}
    assert sim.plant.machine(cause["machine_id"]).signals["pressure"].unit == cause["unit"]


def test_the_rule_is_the_one_that_is_told(week):
    """Defects expected by the rule, summed over the pieces, are the defects seen, within chance."""
    cause = week.truth.defect_cause
    parts = week.parts[week.parts.machine_id == cause["machine_id"]]
    signal = week.samples[week.samples.signal_id == cause["signal_id"]]
    x = signal["value"].to_numpy()[np.searchsorted(signal["ts"], parts["end"], side="right") - 1]
    formula = cause["rule"].split(",")[0].removeprefix("risk = ")
    risk = eval(formula, {"exp": np.exp, "x": x})  # noqa: S307  the rule is told as a formula, so it must be one
    assert (parts["label"] == "defect").sum() == pytest.approx(risk.sum(), abs=4 * np.sqrt((risk * (1 - risk)).sum()))
