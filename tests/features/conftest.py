"""Small streams and parts made from a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-03-02T00:00:00Z")


def at(seconds):
    return START + pd.to_timedelta(np.asarray(seconds, float) * 1e6, unit="us").as_unit("us")


def samples(rng, rows=120, signals=("M/a", "M/b"), horizon=300.0):
    """Values of some signals at irregular times, some of them missing."""
    tables = []
    for name in signals:
        ts = np.sort(rng.uniform(0, horizon, rows)).round(3)
        value = np.where(rng.random(rows) < 0.05, np.nan, rng.normal(50, 5, rows))
        tables.append(pd.DataFrame({"signal_id": name, "ts": at(ts), "value": value}))
    return pd.concat(tables, ignore_index=True)


def parts(rng, rows=8, horizon=300.0, machine="M"):
    end = np.sort(rng.uniform(10, horizon, rows)).round(3)
    return pd.DataFrame(
        {
            "part_id": [f"p{n}" for n in range(rows)], "machine_id": machine, "lot_id": [f"L{n // 3}" for n in range(rows)],
            "start": at(end - 5), "end": at(end), "label": rng.choice(["good", "defect", "unknown"], rows, p=[0.6, 0.2, 0.2]),
            "known_at": at(end + 60),
        }
    )  # fmt: skip
