"""The monitor on processes: a pump rig and a chemical plant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from intervals import over_groups
from public_sets import skab as skab_files
from public_sets import skab_normal
from public_sets import tep as tep_runs

import smartfab as sf

REFERENCE = 400
FAULT_BEGINS = 160
HARDEST = (3, 9)
"""Faults no monitor without labels tells from normal operation, left out of the published tables too."""


def confusion(alarm: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """True and false positives, true and false negatives [1]."""
    return np.array([(alarm & truth).sum(), (alarm & ~truth).sum(), (~alarm & ~truth).sum(), (~alarm & truth).sum()])


def mcc(counts: np.ndarray) -> float:
    tp, fp, tn, fn = counts.astype(float)
    return float((tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))


def skab(_full: bool) -> Iterator[tuple[str, float, float, float]]:
    """Points pooled over files; the first 400 rows of each are its reference, whatever is in them."""
    counts = []
    for _, file in skab_files():
        signals, truth = file.drop(columns=["anomaly", "changepoint"]), file["anomaly"].to_numpy() > 0
        monitor = sf.defects.ProcessMonitor(min_reference=0).fit(signals[:REFERENCE])
        alarm = monitor.score(signals[REFERENCE:])["alarm"].to_numpy()
        counts.append(confusion(alarm, truth[REFERENCE:]))
    table = np.array(counts)
    figures = {
        "MCC": mcc, "F1": lambda c: float(2 * c[0] / (2 * c[0] + c[1] + c[3])),
        "false alarm rate": lambda c: float(c[1] / (c[1] + c[2])), "missed alarm rate": lambda c: float(c[3] / (c[0] + c[3])),
    }  # fmt: skip
    for name, figure in figures.items():
        yield f"SKAB other: {name}", *over_groups(lambda at, figure=figure: figure(table[at].sum(axis=0)), len(table))
    normal = skab_normal()
    for rows in (1500, 1750, 2000, 2500, 3000):
        monitor = sf.defects.ProcessMonitor().fit(normal[:rows])
        alarm = monitor.score(normal[rows:])["alarm"].to_numpy()
        stretches = np.array_split(alarm, 20)
        place = f"SKAB normal, first {rows}: false alarm rate" + ("" if monitor.status == "armed" else " (learning)")
        yield place, *over_groups(lambda at, of=stretches: float(np.concatenate([of[k] for k in at]).mean()), len(stretches))


def tep(_full: bool) -> Iterator[tuple[str, float, float, float]]:
    """Both normal runs are the reference; each fault begins after 8 h of its test run."""
    runs = tep_runs()
    signals = [name for name in runs if name.startswith(("xmeas", "xmv"))]

    def run(fault: int, split: str) -> pd.DataFrame:
        rows = runs[(runs["fault"] == fault) & (runs["split"] == split)].sort_values("sample")[signals]
        return rows.set_index(pd.date_range("2026-03-02", periods=len(rows), freq="3min", tz="UTC"))

    monitor = sf.defects.ProcessMonitor(far=0.01).fit([run(0, "train"), run(0, "test")])
    faults = [fault for fault in range(1, 11) if fault not in HARDEST]
    alarms = [monitor.score(run(fault, "test"))["alarm"].to_numpy() for fault in faults]
    found = np.array([alarm[FAULT_BEGINS:].mean() for alarm in alarms])
    false = np.array([alarm[:FAULT_BEGINS].mean() for alarm in alarms])
    yield "TEP 1–10 without 3, 9: detection", *over_groups(lambda at: float(found[at].mean()), len(found))
    yield "TEP 1–10 without 3, 9: false alarm rate", *over_groups(lambda at: float(false[at].mean()), len(false))
