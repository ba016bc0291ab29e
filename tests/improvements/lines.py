"""Small tables of lines with a known change, for the tests of the measurement."""

from __future__ import annotations

import numpy as np
import pandas as pd

START = pd.Timestamp("2025-11-03")  # a Monday
CHANGE = "2026-03-02"
"""119 days after the start."""


def table(gain=0.0, *, lines=5, days=165, noise=0.01, seed=1, treated=3, shifts=3, plant=0.02, products=("P1", "P2")):
    """One row a line, shift and day: plant-wide wanderings, own noise, a mix of products, and the gain from CHANGE on."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range(START, periods=days).as_unit("us")
    common = wandering(rng, days, 0.9) * plant
    frames = []
    for line in range(1, lines + 1):
        own = wandering(rng, days, 0.5) * noise
        for shift in range(1, shifts + 1):
            made = rng.choice(products, days)
            oee = 0.6 + common + own + 0.02 * (made == products[-1]) + rng.normal(0, noise, days)
            oee = oee + gain * (dates >= CHANGE) * (line == treated)
            frames.append(pd.DataFrame({
                "line_id": f"L{line}", "shift_id": f"Ca{shift}", "production_date": dates, "product_id": made,
                "planned_s": rng.uniform(20_000, 28_800, days), "oee": oee,
            }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def wandering(rng, days, persistence):
    """AR(1) of variance 1."""
    values = np.empty(days)
    values[0] = rng.normal()
    for t in range(1, days):
        values[t] = persistence * values[t - 1] + rng.normal() * np.sqrt(1 - persistence**2)
    return values
