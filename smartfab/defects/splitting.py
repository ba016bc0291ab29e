"""`LineSplit`: train on what was known before, test on what came after, no lot on both sides."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.errors import InsufficientDataError, MissingColumnError, TableError, TimeError

Places = npt.NDArray[np.intp]


class LeakWarning(UserWarning):
    """Something about rows or folds that makes a score better than it is."""


class LineSplit:
    """Forward in time, lot by lot: each fold tests a stretch of time and trains on the rows before it.

    The rows are cut by time into `n_splits` + 1 stretches of about equal size; the first is only trained on. Rows of a lot
    that is tested are not trained on, and with ``purge="auto"`` neither are rows whose [window_start, known_at] overlaps the
    tested time: their windows would share samples with it, or their labels were not known when it began.

    Parameters
    ----------
    n_splits : int
        Folds [1].
    group : str or None
        Column of the meta data that must not stand on both sides.
    time : str
        Column of the meta data that orders the rows.
    purge : "auto", duration or None
        Or a pause before the tested time, from which no row is trained on.

    Raises
    ------
    TableError
        If an argument is not as described.

    References
    ----------
    Bergmeir, Benítez: On the use of cross-validation for time series predictor evaluation. Information Sciences 191, 2012.
    López de Prado: Advances in Financial Machine Learning, 2018, chapter 7 (purging and embargo).

    Examples
    --------
    >>> import numpy as np, pandas as pd, smartfab as sf
    >>> meta = pd.DataFrame({"cutoff": pd.date_range("2026-03-02", periods=6, freq="h", tz="UTC"), "lot_id": list("AABBCC")})
    >>> [(a.tolist(), b.tolist()) for a, b in sf.defects.LineSplit(n_splits=2).split(np.zeros((6, 1)), groups=meta)]
    [([0, 1], [2, 3]), ([0, 1, 2, 3], [4, 5])]
    """

    def __init__(
        self, n_splits: int = 5, *, group: str | None = "lot_id", time: str = "cutoff", purge: str | float | None = "auto"
    ) -> None:
        if isinstance(n_splits, bool) or not isinstance(n_splits, (int, np.integer)) or n_splits < 1:
            raise TableError(repr(n_splits), where="n_splits", expected="a number of folds, at least 1")
        self.n_splits, self.group, self.time, self.purge = int(n_splits), group, time, purge

    def __repr__(self) -> str:
        return f"LineSplit(n_splits={self.n_splits}, group={self.group!r}, time={self.time!r}, purge={self.purge!r})"

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: ARG002 - the contract of scikit-learn
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : object
            Not used.

        Returns
        -------
        int
            Folds [1].
        """
        return self.n_splits

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[Places, Places]]:
        """Yield the places of training and tested rows of each fold.

        Warns (`LeakWarning`) of labels in sorted order, of equal rows on both sides, and of folds with one class.

        Parameters
        ----------
        X : array or DataFrame
            Features.
        y : array or Series, optional
            Labels.
        groups : DataFrame
            Meta data of the rows, as `WindowFeatures.build` gives them.

        Yields
        ------
        tuple of ndarray
            Training rows and tested rows, both in order of time.

        Raises
        ------
        TableError
            If the meta data lack a column or do not fit the rows, or labels are missing.
        InsufficientDataError
            If a fold is left without rows.
        """
        meta = self._meta(X, groups)
        at = _instants(meta, self.time)
        labels = None if y is None else known_labels(y, len(meta))
        if labels is not None:
            _warn_sorted(labels[np.argsort(at, kind="stable")])
        folds = list(self._folds(meta, at))
        for number, (train, test) in enumerate(folds, 1):
            if not len(train) or not len(test):
                side = "test" if len(train) else "train on"
                raise InsufficientDataError(
                    f"no row to {side}", where=f"fold {number}", expected="rows on both sides",
                    remedy="Take fewer folds or more time; a lot, or a label known late, may span them all.",
                )  # fmt: skip
            _warn_fold(X, labels, train, test, number)
            yield train, test

    def _meta(self, rows: Any, groups: Any) -> pd.DataFrame:
        if not isinstance(groups, pd.DataFrame):
            raise TableError(f"a {type(groups).__name__}", where="groups", expected="the meta data: a DataFrame, a row a part")
        if len(groups) != len(rows):
            raise TableError(f"{len(groups)} rows of meta data for {len(rows)} rows", where="groups", expected="one a row")
        for column in (self.time, self.group):
            if column is not None and column not in groups:
                raise MissingColumnError("no such column", where="groups", column=column, remedy="Add it, or name another.")
        return groups

    def _folds(self, meta: pd.DataFrame, at: clock.Micros) -> Iterator[tuple[Places, Places]]:
        order = np.argsort(at, kind="stable")
        edges = [_first_of_its_time(at[order], round(len(at) * k / (self.n_splits + 1))) for k in range(self.n_splits + 2)]
        begins = _instants(meta, "window_start") if "window_start" in meta else at
        known = _known(meta, at)
        lots = None if self.group is None else meta[self.group]
        for k in range(1, self.n_splits + 1):
            test = order[edges[k] : edges[k + 1]]
            train = order[: edges[k]]
            if len(test) and len(train):
                keep = self._purged(train, begins, known, at, test)
                if lots is not None:
                    tested = lots.iloc[test].dropna().unique()
                    keep &= ~lots.iloc[train].isin(tested).to_numpy()
                train = train[keep]
            yield train, test

    def _purged(
        self, train: Places, begins: clock.Micros, known: clock.Micros, at: clock.Micros, test: Places
    ) -> npt.NDArray[np.bool_]:
        if self.purge is None:
            return np.ones(len(train), dtype=bool)
        if self.purge == "auto":
            first, last = begins[test].min(), np.maximum(known[test], at[test]).max()
            return np.asarray((known[train] < first) | (begins[train] > last))
        return np.asarray(at[train] < at[test].min() - clock.duration(self.purge, what="purge"))


def _instants(meta: pd.DataFrame, column: str) -> clock.Micros:
    times = meta[column]
    if not isinstance(times.dtype, pd.DatetimeTZDtype) or times.isna().any():
        raise TimeError(str(times.dtype), where="groups", column=column, expected="times with a zone in every row")
    return clock.micros(times)


def _known(meta: pd.DataFrame, at: clock.Micros) -> clock.Micros:
    """When each label was known; where nobody says, at the row's own time."""
    if "known_at" not in meta or not isinstance(meta["known_at"].dtype, pd.DatetimeTZDtype):
        return at
    return np.where(meta["known_at"].isna(), at, clock.micros(meta["known_at"]))


def _first_of_its_time(at: clock.Micros, edge: int) -> int:
    """Rows of one time are not cut apart."""
    return edge if edge in {0, len(at)} else int(np.searchsorted(at, at[edge], side="left"))


def known_labels(y: Any, rows: int) -> npt.NDArray[Any]:
    """Return the labels of rows, every one of them known.

    Parameters
    ----------
    y : array or Series
        Labels.
    rows : int
        How many there must be [1].

    Returns
    -------
    ndarray
        The labels.

    Raises
    ------
    TableError
        If some are missing, or they are fewer or more than the rows.
    """
    labels = np.asarray(y)
    if labels.shape != (rows,):
        raise TableError(f"labels of shape {labels.shape} for {rows} rows", where="y", expected="one label a row")
    missing = int(pd.isna(labels).sum())
    if missing:
        raise TableError(
            f"{missing} labels missing", where="y", expected="a label in every row", remedy="Leave unknown ones out."
        )
    return labels


def sorted_labels(labels: npt.NDArray[Any]) -> bool:
    """Return whether labels in the order of the rows stand class by class, as in a file sorted by result.

    Parameters
    ----------
    labels : ndarray
        In order of time.

    Returns
    -------
    bool
        True with at least two classes, each of ten rows and all in one run.
    """
    runs = 1 + int((labels[1:] != labels[:-1]).sum()) if len(labels) else 0
    _, counts = np.unique(labels, return_counts=True)
    return len(counts) > 1 and runs == len(counts) and int(counts.min()) >= 10


def repeated_rows(rows: Any, train: Places, test: Places) -> Places:
    """Return the tested rows that stand in the training rows too, value for value; rows without any value do not count.

    Parameters
    ----------
    rows : array or DataFrame
        Features.
    train, test : ndarray of int
        Places.

    Returns
    -------
    ndarray of int
        Some of `test`.
    """
    frame = pd.DataFrame(np.asarray(rows))
    told = frame.nunique(axis=1).to_numpy() > 1
    mark = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return test[np.isin(mark[test], mark[train][told[train]]) & told[test]]


def _warn_sorted(labels: npt.NDArray[Any]) -> None:
    if sorted_labels(labels):
        warnings.warn("rows are sorted by label: their order is no time", LeakWarning, stacklevel=3)


def _warn_fold(rows: Any, labels: npt.NDArray[Any] | None, train: Places, test: Places, number: int) -> None:
    twice = repeated_rows(rows, train, test)
    if len(twice):
        warnings.warn(f"fold {number}: {len(twice)} tested rows stand in the training rows too", LeakWarning, stacklevel=3)
    if labels is not None:
        for name, side in (("training", train), ("tested", test)):
            if len(np.unique(labels[side])) == 1:
                warnings.warn(f"fold {number}: the {name} rows have one class only", LeakWarning, stacklevel=3)
