"""The versions of a table: which there are, and which one held at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from smartfab import clock
from smartfab.errors import StoreError
from smartfab.store import delta_log
from smartfab.store.commits import BadCommitError, read_commit
from smartfab.store.layout import Layout


def history(folder: Path, layout: Layout) -> pd.DataFrame:
    """Return the versions of a table whose log is kept, oldest first.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    layout : Layout
        Of the table.

    Returns
    -------
    DataFrame
        version [1], timestamp (when it was committed, by the clock of the writer), operation, rows (added, null
        where not known) [1].

    Raises
    ------
    CorruptTableError
        If the log is damaged.
    """
    handle = delta_log.opened(folder, layout)
    commits = handle.history() if handle is not None else []
    commits.reverse()
    rows = [commit.get("rows", commit.get("operationMetrics", {}).get("num_added_rows")) for commit in commits]
    return pd.DataFrame(
        {
            "version": pd.array([commit["version"] for commit in commits], dtype="int64"),
            "timestamp": pd.to_datetime(
                [commit.get("written_at", commit["timestamp"]) for commit in commits], unit="ms", utc=True
            ).astype(clock.UTC_DTYPE),
            "operation": pd.array([commit.get("operation") for commit in commits], dtype="str"),
            "rows": pd.array(rows, dtype="Int64"),
        }
    )


def changes(
    folder: Path, layout: Layout, newest: int, since: int, window: tuple[pd.Timestamp, pd.Timestamp]
) -> list[pd.Timestamp]:
    """Return when rows of a window were added after a version.

    A compaction adds none. A file whose bounds are not known counts.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    layout : Layout
        Of the table.
    newest : int
        Its newest version [1].
    since : int
        Later versions are looked at [1].
    window : tuple of Timestamp
        Half-open.

    Returns
    -------
    list of Timestamp
        By the clocks of the writers, in the order of the commits.

    Raises
    ------
    CorruptTableError
        If a commit is damaged.
    """
    found: list[pd.Timestamp] = []
    for version in range(since + 1, newest + 1):
        path = delta_log.commit_path(folder, version)
        try:
            commit = read_commit(path)
        except BadCommitError as error:
            if not path.exists():  # the log of samples is kept for 30 days
                return [pd.Timestamp(0, unit="us", tz="UTC"), *found]
            raise delta_log.damaged(path, str(error), layout) from error
        adds = () if commit.told.get("compacted") else commit.added.values()
        if any(_touches(json.loads(action.get("stats") or "{}"), layout, window) for action in adds):
            found.append(pd.Timestamp(commit.at, unit="ms", tz="UTC"))
    return found


def _touches(stats: dict[str, Any], layout: Layout, window: tuple[pd.Timestamp, pd.Timestamp]) -> bool:
    if layout.time is None:
        return True
    low, high = stats.get("minValues", {}).get(layout.time[0]), stats.get("maxValues", {}).get(layout.time[1])
    if low is None or high is None:
        return True
    return bool(pd.Timestamp(low) < window[1] and pd.Timestamp(high) >= window[0])


def version_of(folder: Path, layout: Layout, as_of: object) -> int | None:
    """Return the version a reader asks for.

    Parameters
    ----------
    folder : Path
        Folder of a table that exists.
    layout : Layout
        Of the table.
    as_of : int, or a time with its zone
        A version; or a time, which means the last version committed at or before it.

    Returns
    -------
    int or None
        The version [1]; None if the table did not exist then.

    Raises
    ------
    StoreError
        If there is no such version.
    TimeError
        If it is no time.
    """
    newest = delta_log.latest(folder)
    if isinstance(as_of, int) and not isinstance(as_of, bool):
        if not 0 <= as_of <= newest:
            raise StoreError(f"version {as_of}", table=layout.table, expected=f"0 to {newest}", remedy="See history().")
        return as_of
    moment = clock.stamp(clock.instant(as_of, what="as_of"))
    told = history(folder, layout)
    held = told.loc[told["timestamp"] <= moment, "version"]
    return int(held.max()) if len(held) else None
