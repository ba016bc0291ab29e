"""The leak audit on six planted leaks and on five sets that have none."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import public_sets
from sklearn.model_selection import KFold, LeaveOneGroupOut

import smartfab as sf

Set = tuple[pd.DataFrame, pd.Series, pd.DataFrame, Any]


def _flagged(*known: Any, **more: Any) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sf.defects.LeakWarning)
        told = sf.defects.audit_leaks(*known, **more)
    return bool((told["verdict"] == "leak").any())


def _line(seed: int) -> tuple[Any, Any, Set]:
    sim = sf.simulation.line(days=0.5, seed=seed, machines=1)
    windows = sf.features.WindowFeatures(windows=["60s", "10min"], stats=["mean", "std", "slope"])
    x, y, meta = windows.build(sim.samples, sim.parts, sim.data.states)
    return sim, windows, (x, y, meta, sf.defects.LineSplit(n_splits=3))


def _ai4i() -> Set:
    x, y = public_sets.ai4i()
    cutoff = pd.Timestamp("2026-03-02", tz="UTC") + pd.to_timedelta(np.arange(len(x)), unit="min")
    meta = pd.DataFrame({"cutoff": cutoff, "window_start": cutoff, "known_at": cutoff, "lot_id": np.arange(len(x)) // 100})
    return x, y, meta, sf.defects.LineSplit()


def _cnc() -> Set:
    x, worn, run = (table.iloc[::10].reset_index(drop=True) for table in public_sets.cnc())
    unknown = pd.Series(pd.NaT, index=run.index, dtype="datetime64[us, UTC]")  # nobody wrote down when
    meta = pd.DataFrame({"lot_id": run, "cutoff": unknown})
    return x, worn, meta, LeaveOneGroupOut()


def audited(_full: bool) -> Iterator[tuple[str, float, float, float]]:
    sim, windows, (x, y, meta, cv) = _line(3)
    sorted_ = np.argsort(y.to_numpy(), kind="stable")
    late = windows.build(sim.samples, sim.parts.assign(end=sim.parts["end"] + pd.Timedelta("90s")), sim.data.states)
    seen_again = x.copy()
    seen_again.iloc[-20:] = x.iloc[:20].to_numpy()
    inspected = x.assign(inspection=y.to_numpy() + np.random.default_rng(0).normal(0, 0.01, len(y)))
    mixed_lots = meta.assign(lot_id=np.random.default_rng(0).permutation(meta["lot_id"].to_numpy()))
    planted = [
        _flagged(x, y, meta, KFold(5, shuffle=True, random_state=0)),
        _flagged(x, y, mixed_lots, sf.defects.LineSplit(n_splits=3, group=None)),
        _flagged(inspected, y, meta, cv, columns={"inspection": "Inspection"}),
        _flagged(x.iloc[sorted_], y.iloc[sorted_], meta, cv),
        _flagged(late[0], late[1], meta, cv, samples=sim.samples, win=windows),
        _flagged(seen_again, y, meta, cv),
    ]
    lines = [_line(seed) for seed in (1, 2, 3)]
    clean = [_flagged(*known, samples=told.samples, win=win) for told, win, known in lines]
    clean += [_flagged(*_ai4i()), _flagged(*_cnc())]
    yield "leak audit: planted leaks flagged, of 6", float(sum(planted)), float("nan"), float("nan")
    yield "leak audit: clean sets flagged, of 5", float(sum(clean)), float("nan"), float("nan")
