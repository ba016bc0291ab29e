"""The classifier on parts, runs and cuts, with its defaults."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import public_sets
from intervals import exact, over_groups, over_seeds
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef
from sklearn.model_selection import LeaveOneGroupOut, StratifiedKFold, cross_val_predict

import smartfab as sf

STRETCHES = 6
SEEDS = 5


def _seeds(full: bool) -> range:
    return range(SEEDS if full else 1)


def _stratified(x: np.ndarray, y: np.ndarray, folds: int, seed: int, model: object | None = None) -> np.ndarray:
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return cross_val_predict(sf.defects.DefectClassifier(model), x, y, cv=split)


def injection(full: bool) -> Iterator[tuple[str, float, float, float]]:
    x, y = (table.to_numpy() for table in public_sets.injection())
    yield "injection: accuracy", *over_seeds([accuracy_score(y, _stratified(x, y, 5, seed)) for seed in _seeds(full)])


def steel(full: bool) -> Iterator[tuple[str, float, float, float]]:
    x, y = (table.to_numpy() for table in public_sets.steel())
    yield "steel: accuracy", *over_seeds([accuracy_score(y, _stratified(x, y, 10, seed)) for seed in _seeds(full)])


def ai4i(full: bool) -> Iterator[tuple[str, float, float, float]]:
    x, y = (table.to_numpy() for table in public_sets.ai4i())
    models = {"": None}
    if full:
        models[" (random forest)"] = RandomForestClassifier(300, random_state=0)
    for told, model in models.items():
        scores = [f1_score(y, _stratified(x, y, 5, seed, model)) for seed in _seeds(full)]
        yield f"AI4I: F1, stratified{told}", *over_seeds(scores)
        yield f"AI4I: MCC, forward{told}", *_forward(x, y, model)


def _forward(x: np.ndarray, y: np.ndarray, model: object | None) -> tuple[float, float, float]:
    """Each stretch of time by what came before it; the interval from blocks of 100 rows drawn anew."""
    edges = np.linspace(0, len(x), STRETCHES + 1).astype(int)
    told = [sf.defects.DefectClassifier(model).fit(x[:a], y[:a]).predict(x[a:b]) for a, b in pairwise(edges[1:])]
    found, true = np.concatenate(told), y[edges[1] :]
    blocks = np.array_split(np.arange(len(true)), len(true) // 100)

    def figure(at: np.ndarray) -> float:
        rows = np.concatenate([blocks[k] for k in at])
        return float(matthews_corrcoef(true[rows], found[rows]))

    return over_groups(figure, len(blocks), draws=300)


def cnc(full: bool) -> Iterator[tuple[str, float, float, float]]:
    """Is the tool worn? Rows of a run resemble each other: split at random they answer for one another."""
    features, worn, run = public_sets.cnc()
    step = 1 if full else 4
    x, y, runs = (table.to_numpy()[::step] for table in (features, worn, run))
    mixed = _stratified(x, y, 5, 0)
    yield "CNC: accuracy, random rows", *exact(int((mixed == y).sum()), len(y))
    apart = cross_val_predict(sf.defects.DefectClassifier(), x, y, cv=LeaveOneGroupOut(), groups=runs)
    yield "CNC: accuracy, whole runs left out (rows)", *exact(int((apart == y).sum()), len(y))
    right = [float((apart[runs == k] == y[runs == k]).mean() > 0.5) for k in np.unique(runs)]
    yield "CNC: runs told right by most of their rows", *exact(int(sum(right)), len(right))
