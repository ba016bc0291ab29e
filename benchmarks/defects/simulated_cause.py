"""A simulated line whose cause of defects is known: is it named first, and what is caught at one false hold a shift?"""

from __future__ import annotations

from collections.abc import Iterator

from intervals import exact, over_seeds

import smartfab as sf


def line(full: bool) -> Iterator[tuple[str, float, float, float]]:
    named, caught = [], []
    for seed in range(1, 11 if full else 4):
        sim = sf.simulation.line(days=2, seed=seed)
        cause = sim.truth.defect_cause
        made = sim.parts[sim.parts["machine_id"] == cause["machine_id"]]
        windows = sf.features.WindowFeatures(windows=["60s", "10min"], stats=["mean", "std", "min", "max", "slope"])
        x, y, meta = windows.build(sim.samples, made, sim.data.states)
        told = sf.defects.evaluate(sf.defects.DefectClassifier(), x, y, meta, sf.defects.LineSplit(n_splits=3))
        named.append(told.contributions["signal"].iloc[0] == cause["signal_id"])
        caught.append(float(told.metrics.loc["model", "recall_at_one_false_hold"]))
    yield "simulated line: cause ranked first", *exact(sum(named), len(named))
    yield "simulated line: recall at one false hold a shift", *over_seeds(caught)
