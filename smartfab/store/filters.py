"""A selection as a filter on rows, and as a filter on the files that can hold them.

An instant lies in [start, end) if start ≤ ts < end. An interval is read if it overlaps [start, end): it begins
before `end` and ends after `start`. One that has not ended (null) goes on; one whose beginning is null stands where
it ends, but for `valid_from`, where null means always; one of no length counts as an instant. So a row that crosses
the border of two windows is in both.
"""

from __future__ import annotations

from functools import reduce
from operator import and_

import pyarrow as pa
import pyarrow.compute as pc

from smartfab.store.layout import DATE, UTC_DAY, Layout
from smartfab.store.selection import Selection

_SLACK = 1000  # [us]: other writers cut the greatest time of a file to milliseconds


def row_filter(selection: Selection, layout: Layout) -> pc.Expression | None:
    """Return the rows asked for as a filter; None is all.

    Parameters
    ----------
    selection : Selection
        What is asked for.
    layout : Layout
        Of the table.

    Returns
    -------
    pyarrow.compute.Expression or None
        On declared columns.
    """
    low, high = selection.window
    parts: list[pc.Expression] = []
    if selection.by_date:
        day = pc.field("production_date")
        parts += [day >= low] if low is not None else []
        parts += [day < high] if high is not None else []
    elif layout.time is not None:
        parts += _overlap(*layout.time, low, high)
    if selection.signals is not None:
        parts.append(pc.field("signal_id").isin(pa.array(selection.signals, pa.string())))
    return reduce(and_, parts) if parts else None


def _overlap(first: str, last: str, low: pa.Scalar | None, high: pa.Scalar | None) -> list[pc.Expression]:
    begins, ends = pc.field(first), pc.field(last)
    if first == last:
        return [*([begins >= low] if low is not None else []), *([begins < high] if high is not None else [])]
    always = first == "valid_from"
    parts = []
    if high is not None:
        unknown = begins.is_null() if always else begins.is_null() & (ends < high)
        parts.append((begins < high) | unknown)
    if low is not None:
        instant = (ends == low) & (begins.is_null() | (begins == low))
        parts.append((ends > low) | ends.is_null() | (pc.scalar(False) if always else instant))
    return parts


def file_filter(selection: Selection, layout: Layout, known: set[str]) -> pc.Expression | None:
    """Return the files that can hold rows asked for, by their partition and the statistics in the log.

    Parameters
    ----------
    selection : Selection
        What is asked for.
    layout : Layout
        Of the table.
    known : set of str
        Columns of the flat add actions of the Delta log, such as ``min.ts``.

    Returns
    -------
    pyarrow.compute.Expression or None
        On those columns; None is all files.
    """
    low, high = selection.window
    parts: list[pc.Expression] = []
    if selection.by_date:
        day = pc.field("partition.production_date")
        parts += [day >= low] if low is not None else []
        parts += [day < high] if high is not None else []
    elif layout.time is not None:
        first, last = layout.time
        if high is not None and {f"min.{first}", f"null_count.{first}"} <= known:
            parts.append((pc.field(f"min.{first}") < high) | _doubtful("min", first))
        if low is not None and {f"max.{last}", f"null_count.{last}"} <= known:
            least = pa.scalar(low.value - _SLACK, low.type)
            parts.append((pc.field(f"max.{last}") >= least) | _doubtful("max", last))
        if layout.partition == UTC_DAY:
            day = pc.field(f"partition.{UTC_DAY}")
            parts += [day <= high.cast(DATE, safe=False)] if high is not None else []
            parts += [day >= low.cast(DATE, safe=False)] if low is not None and first == last else []
    return reduce(and_, parts) if parts else None


def _doubtful(bound: str, name: str) -> pc.Expression:
    """Return where the statistics do not bound the column: unknown, or with nulls in it."""
    nulls = pc.field(f"null_count.{name}")
    return pc.field(f"{bound}.{name}").is_null() | nulls.is_null() | (nulls > 0)
