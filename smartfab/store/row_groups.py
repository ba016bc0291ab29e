"""The row groups of a file that can hold rows asked for, and whether they hold nothing else."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from smartfab.store.filters import row_filter
from smartfab.store.layout import Layout
from smartfab.store.selection import Selection


def narrowed(fragment: ds.ParquetFileFragment, selection: Selection, layout: Layout) -> tuple[ds.ParquetFileFragment, bool]:
    """Return a file with only the row groups that can hold rows asked for.

    Comparing a text in every row costs as much as decoding it; where the statistics of the row groups already say that
    every row is asked for, as in a file sorted by signal, nothing is left to compare.

    Parameters
    ----------
    fragment : pyarrow.dataset.ParquetFileFragment
        The file.
    selection : Selection
        What is asked for: signals, of a table of instants.
    layout : Layout
        Of the table.

    Returns
    -------
    tuple of ParquetFileFragment and bool
        The narrower file; True if all its rows are asked for.
    """
    kept = fragment.subset(filter=row_filter(selection, layout), schema=layout.declared)
    return kept, all(_all_asked(group.statistics or {}, selection, layout) for group in kept.row_groups)


def _all_asked(told: dict[str, dict[str, Any]], selection: Selection, layout: Layout) -> bool:
    names = told.get("signal_id")
    if names is None or names["min"] != names["max"] or names["min"] not in (selection.signals or ()):
        return False
    low, high = selection.window
    if low is None and high is None:
        return True
    times = told.get(layout.time[0]) if layout.time is not None else None
    if times is None:
        return False
    first, last = (pa.scalar(times[end], pa.timestamp("us", tz="UTC")).value for end in ("min", "max"))
    return (low is None or first >= low.value) and (high is None or last < high.value)
