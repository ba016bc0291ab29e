"""Exact Shapley values of tree ensembles against rows of reference: how much each column moves the score from normal.

For each leaf only the columns on its way matter. Where the row and a reference row fall on different sides, a column of the
row's side wins its share of the leaf, one of the reference's side loses it; the shares are those of all orders in which the
columns could be exchanged. So they sum to the score of the row minus the mean score of the reference.

References
----------
Lundberg et al.: From local explanations to global understanding with explainable AI for trees. Nature Machine Intelligence
2(1), 2020 (interventional TreeSHAP).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from smartfab._fast.leaf_shares import add_leaf
from smartfab.errors import TableError

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Tree:
    """One tree by its nodes: where to go, and what a leaf says; NaN goes left where `missing_left`."""

    feature: npt.NDArray[np.int64]
    threshold: Floats
    missing_left: Mask
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    leaf: Mask
    value: Floats


def trees_of(estimator: Any, place: int = 0) -> list[Tree]:
    """Return the trees of a fitted scikit-learn ensemble.

    Parameters
    ----------
    estimator : estimator
        HistGradientBoosting (binary or regression), RandomForest or ExtraTrees, fitted.
    place : int
        Class explained, of a forest that classifies.

    Returns
    -------
    list of Tree
        The score is their sum, up to a constant.

    Raises
    ------
    TableError
        If it is another estimator.
    """
    if hasattr(estimator, "_predictors"):
        return [_boosted(stage[0].nodes) for stage in estimator._predictors if len(stage) == 1]
    if hasattr(estimator, "estimators_") and all(hasattr(tree, "tree_") for tree in estimator.estimators_):
        return [_grown(tree.tree_, place, len(estimator.estimators_)) for tree in estimator.estimators_]
    raise TableError(
        type(estimator).__name__, where="model", expected="gradient-boosted trees, RandomForest or ExtraTrees",
        remedy="Explain a model of these.",
    )  # fmt: skip


def _boosted(nodes: Any) -> Tree:
    return Tree(
        nodes["feature_idx"].astype(np.int64), nodes["num_threshold"].astype(np.float64),
        nodes["missing_go_to_left"].astype(bool), nodes["left"].astype(np.int64), nodes["right"].astype(np.int64),
        nodes["is_leaf"].astype(bool), nodes["value"].astype(np.float64),
    )  # fmt: skip


def _grown(tree: Any, place: int, many: int) -> Tree:
    value = tree.value[:, 0, :]
    share = value[:, place] / value.sum(axis=1) if value.shape[1] > 1 else value[:, 0]
    missing = np.asarray(getattr(tree, "missing_go_to_left", np.zeros(tree.node_count)), dtype=bool)
    return Tree(
        tree.feature.astype(np.int64), tree.threshold.astype(np.float64), missing, tree.children_left.astype(np.int64),
        tree.children_right.astype(np.int64), tree.children_left < 0, share / many,
    )  # fmt: skip


def shapley(trees: list[Tree], rows: Floats, reference: Floats) -> Floats:
    """Return what each column adds to each row's score over the mean score of the reference rows.

    Parameters
    ----------
    trees : list of Tree
        The ensemble.
    rows, reference : ndarray of float64
        Rows to explain, and normal rows.

    Returns
    -------
    ndarray of float64
        In the shape of `rows`; a row sums to its score minus the reference's mean.
    """
    out = np.zeros(rows.shape)
    for tree in trees:
        if not tree.leaf[0]:
            to_left, normal_left = _goes_left(tree, rows), _goes_left(tree, reference)
            for node, path in _leaves(tree):
                _add_leaf(out, tree.value[node], path, tree, to_left, normal_left)
    return out


def _goes_left(tree: Tree, rows: Floats) -> Mask:
    """Of each row and node, whether the row would go left there."""
    inner = np.where(tree.leaf, 0, tree.feature)
    values = rows[:, inner]
    return np.where(np.isnan(values), tree.missing_left, values <= tree.threshold)


def _leaves(tree: Tree) -> list[tuple[int, list[tuple[int, bool]]]]:
    """Each leaf with the nodes on its way, and whether the way goes left there."""
    found = []
    stack: list[tuple[int, list[tuple[int, bool]]]] = [(0, [])]
    while stack:
        node, path = stack.pop()
        if tree.leaf[node]:
            found.append((node, path))
        else:
            stack += [(int(tree.right[node]), [*path, (node, False)]), (int(tree.left[node]), [*path, (node, True)])]
    return found


def _add_leaf(
    out: Floats, value: float, path: list[tuple[int, bool]], tree: Tree, to_left: Mask, normal_left: Mask
) -> None:  # fmt: skip
    columns = list(dict.fromkeys(int(tree.feature[node]) for node, _ in path))
    if len(columns) >= _DEEPEST - 1:
        raise TableError(f"{len(columns)} columns on the way to one leaf", where="model", expected="shallower trees")
    kinds, counts = np.unique(_fits(columns, path, tree, normal_left), return_counts=True)
    fits = _fits(columns, path, tree, to_left)
    add_leaf(out, np.array(columns, np.int64), fits, kinds, counts / counts.sum(), value, _WEIGHTS)


def _fits(columns: list[int], path: list[tuple[int, bool]], tree: Tree, to_left: Mask) -> npt.NDArray[np.int64]:
    """Of each row, bit k is set where the row takes every turn on the way that asks for column k."""
    misses = np.zeros(len(to_left), dtype=np.int64)
    for node, left in path:
        wrong = (to_left[:, node] != left).astype(np.int64)
        misses |= wrong << columns.index(int(tree.feature[node]))
    return misses ^ ((1 << len(columns)) - 1)


_DEEPEST = 64
# a! b! / (a + b + 1)!: the share of the orders in which a given column decides
_WEIGHTS = np.array([[factorial(a) * factorial(b) / factorial(a + b + 1) for b in range(_DEEPEST)] for a in range(_DEEPEST)])
