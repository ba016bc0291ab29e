"""A simulated line whose cause of defects is known: is it named first, and what is caught at one false hold a shift?

Most defects of this line are chance: what somebody catches who holds the parts whose cause was worst stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from intervals import exact, over_seeds

import smartfab as sf
from smartfab.defects.prediction_scores import SHIFT_US, recall_at_one_false_hold


def line(full: bool) -> Iterator[tuple[str, float, float, float]]:
    named, caught, known = [], [], []
    for seed in range(1, 11 if full else 4):
        sim = sf.simulation.line(days=2, seed=seed)
        cause = sim.truth.defect_cause
        made = sim.parts[sim.parts["machine_id"] == cause["machine_id"]]
        windows = sf.features.WindowFeatures(windows=["60s", "10min"], stats=["mean", "std", "min", "max", "slope"])
        x, y, meta = windows.build(sim.samples, made, sim.data.states)
        told = sf.defects.evaluate(sf.defects.DefectClassifier(), x, y, meta, sf.defects.LineSplit(n_splits=3))
        named.append(told.contributions["signal"].iloc[0] == cause["signal_id"])
        caught.append(float(told.metrics.loc["model", "recall_at_one_false_hold"]))
        known.append(_informed(sim.samples, cause, told.timeline))
    yield "simulated line: cause ranked first", *exact(sum(named), len(named))
    yield "simulated line: recall at one false hold a shift", *over_seeds(caught)
    yield "the same, of who knows the cause", *over_seeds(known)


def _informed(samples: pd.DataFrame, cause: dict[str, object], timeline: pd.DataFrame) -> float:
    """Recall of scoring the tested parts by the newest value of the true cause."""
    values = samples.loc[samples["signal_id"] == cause["signal_id"], ["ts", "value"]].sort_values("ts")
    newest = pd.merge_asof(timeline, values, left_on="cutoff", right_on="ts")["value"].to_numpy()
    spans = timeline.groupby("fold")["cutoff"].agg(lambda at: (at.max() - at.min()).total_seconds())
    score = -newest if cause["direction"] == "below" else newest
    return recall_at_one_false_hold(timeline["defect"].to_numpy(dtype=bool), score, 1e6 * spans.sum() / SHIFT_US)
