"""`audit_leaks`: is a score better than it can be? Structure is proved, suspicion is called suspicion."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.defects.splitting import LeakWarning, known_labels, repeated_rows, sorted_labels
from smartfab.errors import TableError
from smartfab.features import WindowFeatures

Places = npt.NDArray[np.intp]
_COLUMNS = ["code", "verdict", "where", "count", "evidence", "remedy"]
_REBUILT = 50
_SUSPICIOUS = 0.99

_REMEDIES = {
    "not_forward": "Split by time, with LineSplit: a test comes after what it was trained on.",
    "purge": "Drop training rows whose window or label reaches into the tested time (LineSplit purge='auto').",
    "group_on_both_sides": "Keep a lot on one side (LineSplit group='lot_id').",
    "identical_rows": "Drop the copies, or keep them on one side.",
    "label_sorted": "Find the true times; rows sorted by result have none.",
    "future_sample": "Build the features with windows that end at the cut-off.",
    "not_rebuilt": "Build the features again from samples up to the cut-off, with WindowFeatures.",
    "available_later": "Drop the column: it is known only after the prediction.",
    "suspicious_column": "Ask when this column becomes known; alone it all but gives the label away.",
}


@dataclass(frozen=True)
class _Case:
    """What is audited."""

    rows: pd.DataFrame
    y: npt.NDArray[Any]
    meta: pd.DataFrame
    folds: list[tuple[Places, Places]]
    cutoff: clock.Micros


def audit_leaks(
    X: Any,
    y: Any,
    meta: pd.DataFrame,
    cv: Any,
    *,
    samples: pd.DataFrame | None = None,
    win: WindowFeatures | None = None,
    columns: Mapping[str, str] | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return every leak found, one a row; an empty table means none.

    A leak is structural: a tested cut-off before a training cut-off, or a training window or label that reaches into the
    tested time; a lot on both sides; identical rows across folds; labels in sorted order; a `last_sample` after the cut-off,
    or features that differ when rebuilt from `samples`; a column that becomes available at a later station. A column not
    declared in `columns` that alone reaches AUC ≥ 0.99 is a suspicion, and warns.

    Parameters
    ----------
    X : array or DataFrame
        Features.
    y : array or Series
        Labels, 1 a defect.
    meta : DataFrame
        Meta data of the rows: cutoff; lot_id, window_start, known_at, last_sample, machine_id, part_id where known.
    cv : splitter or sequence of (train, test)
        How the score was made; a splitter is called with ``groups=meta``, or without if it takes none.
    samples : DataFrame, optional
        Table `samples`: at most 50 rows are rebuilt by `win` from the samples up to their cut-off.
    win : WindowFeatures, optional
        What built the features.
    columns : mapping or DataFrame, optional
        Column → station at which it becomes available (or a frame with name and available_at). Stations before the
        prediction are those whose signals `X` holds (``Station/signal…``) and the machine of the parts.

    Returns
    -------
    DataFrame
        code, verdict (leak, suspicion), where, count [1], evidence, remedy.

    Raises
    ------
    TableError
        If `X`, `y` and `meta` do not fit together, labels are missing, or `cv` is no splitter.

    References
    ----------
    Kapoor, Narayanan: Leakage and the reproducibility crisis in machine-learning-based science. Patterns 4(9), 2023.
    """
    case = _case(X, y, meta, cv)
    found = [*_order(case), *_groups(case), *_copies(case), *_sorted(case), *_future(case)]
    if samples is not None and win is not None:
        found += _rebuilt(case, samples, win)
    declared = _declared(columns)
    found += [*_later(case, declared), *_suspicious(case, declared)]
    return pd.DataFrame([{**row, "remedy": _REMEDIES[str(row["code"])]} for row in found], columns=_COLUMNS)


def _case(rows: Any, y: Any, meta: pd.DataFrame, cv: Any) -> _Case:
    frame = rows.reset_index(drop=True) if isinstance(rows, pd.DataFrame) else pd.DataFrame(np.asarray(rows))
    if not isinstance(meta, pd.DataFrame) or not len(frame) == len(np.asarray(y)) == len(meta):
        raise TableError("X, y and meta of different length", where="audit_leaks", expected="one row a part in each")
    if "cutoff" not in meta:
        raise TableError("no column cutoff", where="meta", expected="the time up to which each row may know anything")
    labels = known_labels(y, len(frame))
    return _Case(frame, labels, meta.reset_index(drop=True), _folds(frame, labels, meta, cv), clock.micros(meta["cutoff"]))


def _folds(rows: pd.DataFrame, y: npt.NDArray[Any], meta: pd.DataFrame, cv: Any) -> list[tuple[Places, Places]]:
    if not hasattr(cv, "split"):
        if not isinstance(cv, Iterable):
            raise TableError(f"a {type(cv).__name__}", where="cv", expected="a splitter such as LineSplit, or pairs of rows")
        return [(np.asarray(train), np.asarray(test)) for train, test in cv]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LeakWarning)
        warnings.filterwarnings("ignore", "The groups parameter is ignored", UserWarning)
        given = meta if type(cv).__module__.startswith("smartfab") else _group_codes(meta)
        return [(np.asarray(train), np.asarray(test)) for train, test in cv.split(rows, y, groups=given)]


def _group_codes(meta: pd.DataFrame) -> npt.NDArray[Any] | None:
    if "lot_id" not in meta or meta["lot_id"].isna().any():
        return None
    return pd.factorize(meta["lot_id"])[0]


def _row(code: str, where: str, count: int, evidence: str, verdict: str = "leak") -> dict[str, object]:
    return {"code": code, "verdict": verdict, "where": where, "count": count, "evidence": evidence}


def _order(case: _Case) -> Iterator[dict[str, object]]:
    begins = clock.micros(case.meta["window_start"]) if "window_start" in case.meta else case.cutoff
    known = case.cutoff
    if "known_at" in case.meta and isinstance(case.meta["known_at"].dtype, pd.DatetimeTZDtype):
        known = np.where(case.meta["known_at"].isna(), case.cutoff, clock.micros(case.meta["known_at"]))
    later, inside = 0, 0
    timed = case.meta["cutoff"].notna().to_numpy()  # rows of which nobody knows when are in no order
    for all_train, all_test in case.folds:
        train, test = all_train[timed[all_train]], all_test[timed[all_test]]
        if not len(test):
            continue
        first = case.cutoff[test].min()
        later += int((case.cutoff[train] > first).sum())
        before = case.cutoff[train] <= first
        inside += int((before & (known[train] >= begins[test].min())).sum())
    if later:
        yield _row("not_forward", "folds", later, f"{later} training rows are later than the first tested row of their fold")
    elif inside:
        yield _row("purge", "folds", inside, f"{inside} training labels were not known when the tested windows began")


def _groups(case: _Case) -> Iterator[dict[str, object]]:
    if "lot_id" not in case.meta:
        return
    lots = case.meta["lot_id"]
    both = {lot for train, test in case.folds for lot in set(lots.iloc[train].dropna()) & set(lots.iloc[test].dropna())}
    if both:
        yield _row("group_on_both_sides", "lot_id", len(both), f"such as {min(map(str, both))}")


def _copies(case: _Case) -> Iterator[dict[str, object]]:
    twice = sum(len(repeated_rows(case.rows, train, test)) for train, test in case.folds)
    if twice:
        yield _row("identical_rows", "folds", twice, f"{twice} tested rows stand in their training rows too")


def _sorted(case: _Case) -> Iterator[dict[str, object]]:
    if _of_whole_lots(case):
        return
    if sorted_labels(case.y) or sorted_labels(case.y[np.argsort(case.cutoff, kind="stable")]):
        yield _row("label_sorted", "y", len(case.y), "each label stands in one run of rows")


def _of_whole_lots(case: _Case) -> bool:
    """Whether each lot has one label, no lot is on both sides, and every training side knows all labels.

    The order of such rows tells nothing: a run with a worn tool is worn from its first row to its last.
    """
    if "lot_id" not in case.meta or case.meta["lot_id"].isna().any() or any(_groups(case)):
        return False
    labels = pd.Series(case.y).groupby(case.meta["lot_id"].to_numpy()).nunique()
    kinds = len(np.unique(case.y))
    return bool((labels == 1).all()) and all(len(np.unique(case.y[train])) == kinds for train, _ in case.folds)


def _future(case: _Case) -> Iterator[dict[str, object]]:
    if "last_sample" not in case.meta:
        return
    last = case.meta["last_sample"]
    late = last.notna().to_numpy() & (clock.micros(last) > case.cutoff)
    if late.any():
        first = int(np.flatnonzero(late)[0])
        yield _row("future_sample", "meta.last_sample", int(late.sum()), f"row {first}: {last.iloc[first]} > cut-off")


def _rebuilt(case: _Case, samples: pd.DataFrame, win: WindowFeatures) -> list[dict[str, object]]:
    """Rebuild rows spread over the time from nothing later than their cut-off: the columns of each part's own machine.

    Only rows whose windows were known and running throughout can be rebuilt without the states.
    """
    if not {"part_id", "machine_id", "coverage"} <= set(case.meta):
        return []
    whole = np.flatnonzero(case.meta["coverage"].to_numpy() >= 1 - 1e-9)
    if not len(whole):
        return []
    chosen = whole[np.unique(np.linspace(0, len(whole) - 1, min(_REBUILT, len(whole))).astype(np.int64))]
    meta = case.meta.iloc[chosen].reset_index(drop=True)
    parts = meta[["part_id", "machine_id"]].assign(**{win.anchor: meta["cutoff"]})
    fresh, _ = WindowFeatures(**{**win.spec(), "lag": None, "state": None}).transform(samples, parts)
    shared = [name for name in case.rows.columns if name in fresh.columns and not str(name).startswith("coverage_")]
    if not shared:
        return []
    machines = [str(name).rpartition("/")[0] for name in shared]
    own = np.array([[machine in {"", here} for machine in machines] for here in meta["machine_id"].astype(str)])
    given, made = case.rows.loc[chosen, shared].to_numpy(np.float64), fresh[shared].to_numpy(np.float64)
    apart = own & ~np.isclose(given, made, rtol=1e-6, atol=1e-9, equal_nan=True)
    off = apart.any(axis=1)
    if not off.any():
        return []
    column = shared[int(np.flatnonzero(apart[off][0])[0])]
    return [_row("not_rebuilt", str(column), int(off.sum()), f"{int(off.sum())} of {len(chosen)} rows differ when rebuilt")]


def _declared(columns: Mapping[str, str] | pd.DataFrame | None) -> dict[str, str]:
    if columns is None:
        return {}
    if isinstance(columns, pd.DataFrame):
        named = columns.set_index("name")["available_at"] if "name" in columns else columns["available_at"]
        return {str(name): str(station) for name, station in named.items()}
    return {str(name): str(station) for name, station in columns.items()}


def _later(case: _Case, declared: dict[str, str]) -> Iterator[dict[str, object]]:
    names = set(map(str, case.rows.columns))
    upstream = {name.split("/")[0] for name in names if "/" in name and name not in declared}
    own = set(case.meta["machine_id"].astype(str)) if "machine_id" in case.meta else set()
    for name, station in declared.items():
        if name in names and station not in upstream | own:
            yield _row("available_later", name, len(case.rows), f"known at {station}, after the prediction")


def _suspicious(case: _Case, declared: dict[str, str]) -> Iterator[dict[str, object]]:
    from sklearn.metrics import roc_auc_score

    if len(np.unique(case.y)) != 2:
        return
    positive = case.y == np.unique(case.y)[1]
    for name in case.rows.columns:
        if str(name) in declared or not pd.api.types.is_numeric_dtype(case.rows[name].dtype):
            continue
        values = case.rows[name].to_numpy(np.float64)
        known = np.isfinite(values)
        if known.sum() < 20 or len(np.unique(positive[known])) < 2:
            continue
        auc = roc_auc_score(positive[known], values[known])
        if max(auc, 1 - auc) >= _SUSPICIOUS:
            warnings.warn(f"{name} alone separates good from defect (AUC {max(auc, 1 - auc):.3f})", LeakWarning, stacklevel=4)
            yield _row("suspicious_column", str(name), int(known.sum()), f"AUC {max(auc, 1 - auc):.3f} alone", "suspicion")
