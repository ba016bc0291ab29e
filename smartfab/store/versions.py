"""The versions of a table: which there are, and which one held at a time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from smartfab import clock
from smartfab.errors import StoreError
from smartfab.store import delta_log
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
            "timestamp": pd.to_datetime([commit["timestamp"] for commit in commits], unit="ms", utc=True).astype(
                clock.UTC_DTYPE
            ),
            "operation": pd.array([commit.get("operation") for commit in commits], dtype="str"),
            "rows": pd.array(rows, dtype="Int64"),
        }
    )


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
