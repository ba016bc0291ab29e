"""One simulated shift of one machine with its features, and parts made from a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf

START = pd.Timestamp("2026-03-02T00:00:00Z")


def small_classifier():
    """Trees that are few and quick, for tests about what stands around them."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return sf.defects.DefectClassifier(HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=7, random_state=0))


def made_parts(rows=400, seed=0, lots=20, share=0.2):
    """Features of which the first tells the label in part; lots in order of time; labels known 10 min later."""
    rng = np.random.default_rng(seed)
    y = (rng.random(rows) < share).astype(int)
    X = pd.DataFrame(rng.normal(size=(rows, 3)), columns=["M/a_mean_60s", "M/b_mean_60s", "M/c_mean_60s"])
    X["M/a_mean_60s"] += 2.0 * y
    cutoff = START + pd.to_timedelta(np.arange(rows) * 60, unit="s")
    meta = pd.DataFrame(
        {
            "part_id": [f"p{n}" for n in range(rows)], "machine_id": "M",
            "lot_id": [f"L{n * lots // rows:03d}" for n in range(rows)],
            "window_start": cutoff - pd.Timedelta("60s"), "cutoff": cutoff, "known_at": cutoff + pd.Timedelta("600s"),
            "last_sample": cutoff - pd.Timedelta("1s"), "coverage": 1.0,
        }
    )  # fmt: skip
    return X, pd.Series(y, name="defect"), meta


@pytest.fixture(scope="session")
def shift():
    """(sim, win, X, y, meta) of the first machine over a third of a day."""
    sim = sf.simulation.line(days=0.4, seed=3, machines=1)
    win = sf.features.WindowFeatures(windows=["60s", "10min"], stats=["mean", "std", "slope"])
    return sim, win, *win.build(sim.samples, sim.parts, sim.data.states)
