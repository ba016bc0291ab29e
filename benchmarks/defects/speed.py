"""Speed: windows at the cut-offs of parts, beside tsflex on a slice of the same work; and the monitor on the rig's files.

    python benchmarks/defects/speed.py [--rows 1000000] [--cutoffs 10000]

CPU seconds on one thread, medians of rounds in turns. Bars: features of 1 M rows × 20 signals × 3 windows × 6 statistics at
10,000 cut-offs in 3 s; fit and score of the 14 files in 0.3 s.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import public_sets
from threadpoolctl import threadpool_limits

import smartfab as sf

RESULTS = Path(__file__).parents[1] / "results"
WINDOWS, STATS = ["10s", "60s", "10min"], ["mean", "std", "min", "max", "slope", "last_minus_mean"]
SIGNALS = 20
SLICE = 40


def made(rows: int, cutoffs: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`rows` instants of 20 signals every second in the long form, and parts whose windows end among them."""
    rng = np.random.default_rng(0)
    ts = pd.date_range("2026-03-02", periods=rows, freq="s", tz="UTC").as_unit("us")
    names = [f"M/s{k:02d}" for k in range(SIGNALS)]
    samples = pd.DataFrame({
        "signal_id": pd.Categorical.from_codes(np.tile(np.arange(SIGNALS), rows), names), "ts": np.repeat(ts, SIGNALS),
        "value": rng.normal(size=rows * SIGNALS), "status": np.zeros(rows * SIGNALS, np.int64),
    })  # fmt: skip
    end = ts[np.sort(rng.integers(700, rows, cutoffs))]
    parts = pd.DataFrame({
        "part_id": [f"p{k}" for k in range(cutoffs)], "machine_id": "M", "lot_id": "L", "start": end - pd.Timedelta("5s"),
        "end": end, "label": "good", "known_at": end,
    })  # fmt: skip
    return samples, parts


def by_tsflex(samples: pd.DataFrame, parts: pd.DataFrame) -> Callable[[], object]:
    """The same windows and statistics by tsflex, of the first parts."""
    from tsflex.features import FeatureCollection, MultipleFeatureDescriptors

    def slope(x: np.ndarray) -> float:
        return float(np.polyfit(np.arange(len(x)), x, 1)[0]) if len(x) > 1 else float("nan")

    def last_minus_mean(x: np.ndarray) -> float:
        return float(x[-1] - x.mean()) if len(x) else float("nan")

    def spread(x: np.ndarray) -> float:
        return float(np.std(x, ddof=1))

    wide = samples.pivot_table(index="ts", columns="signal_id", values="value", observed=True)
    ends = parts["end"].sort_values()
    collections = []
    for window in WINDOWS:
        described = MultipleFeatureDescriptors(
            [np.mean, spread, np.min, np.max, slope, last_minus_mean], list(wide.columns), windows=window
        )
        starts = pd.DatetimeIndex(ends - pd.Timedelta(window))
        collections.append((FeatureCollection(described), starts, pd.DatetimeIndex(ends)))

    def work() -> None:
        for collection, starts, stops in collections:
            collection.calculate(
                wide, segment_start_idxs=starts, segment_end_idxs=stops, n_jobs=0, approve_sparsity=True, show_progress=False
            )

    return work


def medians(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each task, the tasks taking turns."""
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            begin = time.process_time()
            task()
            spent[name].append(time.process_time() - begin)
    return {name: statistics.median(times) for name, times in spent.items()}


def rig() -> Callable[[], object] | None:
    """Fit and score of the rig's files, read before."""
    if not (public_sets.ROOT / "skab").is_dir():
        return None
    files = [file.drop(columns=["anomaly", "changepoint"]) for _, file in public_sets.skab()]

    def work() -> None:
        for file in files:
            sf.defects.ProcessMonitor(min_reference=0).fit(file[:400]).score(file[400:])

    return work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--cutoffs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    samples, parts = made(options.rows, options.cutoffs)
    windows = sf.features.WindowFeatures(windows=WINDOWS, stats=STATS, state=None)
    few = parts.head(SLICE)
    near = samples[samples["ts"] <= few["end"].max()]
    tasks: dict[str, Callable[[], object]] = {
        "features, whole": lambda: windows.transform(samples, parts),
        "features, slice": lambda: windows.transform(near, few), "tsflex, slice": by_tsflex(near, few),
    }  # fmt: skip
    monitor = rig()
    if monitor is not None:
        tasks["monitor on 14 files"] = monitor
    with threadpool_limits(1):
        told = medians(tasks, options.rounds)
    for name, seconds in told.items():
        print(f"{name:24s}{seconds:9.3f} s CPU")
    print(f"tsflex / ours on {SLICE} parts: {told['tsflex, slice'] / told['features, slice']:.1f}")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "defects_speed.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
