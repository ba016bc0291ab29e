"""Samples as a plant sends them: 200 signals at one a second, in the order of arrival, with jitter of both clocks."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

SIGNALS = 200
FIRST = 1_772_413_200_000_000  # 2026-03-02T01:00Z [us]
_UTC = pa.timestamp("us", tz="UTC")


def kinds(rng: np.random.Generator, number: int) -> list[np.ndarray]:
    """Values of the signals: counters, states, measurements with two decimals, single-precision analogue values."""
    made = {
        0: lambda: np.cumsum(rng.integers(0, 2, number)).astype(float),
        1: lambda: rng.choice([1.0, 3.0, 5.0], number, p=[0.1, 0.8, 0.1]),
        2: lambda: np.round(80 + np.cumsum(rng.normal(0, 0.05, number)), 2),
        3: lambda: (80 + rng.normal(0, 1, number)).astype(np.float32).astype(float),
        4: lambda: np.round(20 + np.cumsum(rng.normal(0, 0.02, number)), 2),
    }
    return [made[signal % 5]() for signal in range(SIGNALS)]


def batch(number: int, rows: int) -> pa.Table:
    """The `number`-th append: `rows` rows of table `samples` [1]."""
    rng = np.random.default_rng(number)
    each = rows // SIGNALS
    ts = FIRST + (number * each + np.arange(each)) * 1_000_000 + rng.integers(-200, 201, (SIGNALS, each))
    names = np.array([f"Press{signal // 10:02}/sig{signal % 10}" for signal in range(SIGNALS)])
    order = np.argsort(ts, axis=None, kind="stable")
    stamps = ts.ravel()[order]
    return pa.table(
        {
            "signal_id": pa.array(np.repeat(names, each)[order], pa.string()),
            "ts": pa.array(stamps).cast(_UTC),
            "value": np.concatenate(kinds(rng, each))[order],
            "text": pa.nulls(len(order), pa.string()),
            "status": np.zeros(len(order), np.int64),
            "server_ts": pa.array(stamps + rng.integers(500, 5000, len(order))).cast(_UTC),
        }
    )
