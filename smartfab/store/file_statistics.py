"""What the Delta log says of a data file, so that a reader can leave it unopened: least, greatest, nulls.

All columns or none: deltalake's own reader takes a column without a least value, beside columns that have one, for a
column without matching rows, and loses rows. A non-finite number cannot be written as JSON, so a file that holds
one gets no statistics but its number of rows.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from smartfab.clock import from_micros
from smartfab.store.layout import TIMESTAMP

LONGEST = 64
"""Characters of a text kept as a bound [1]; what is longer is cut, downwards for the least, upwards for the greatest."""

_GREATEST = "\U0010ffff"


def statistics(rows: pa.Table) -> str:
    """Return the statistics of a data file, as the Delta protocol writes them.

    Parameters
    ----------
    rows : pyarrow.Table
        What the file holds.

    Returns
    -------
    str
        JSON with numRecords [1], and minValues, maxValues, nullCount [1] by column.

    References
    ----------
    Delta transaction log protocol, "Per-file statistics".
    """
    low: dict[str, object] = {}
    high: dict[str, object] = {}
    for name in rows.column_names:
        if rows[name].null_count < len(rows):
            ends = _ends(rows[name])
            if ends is None:
                return json.dumps({"numRecords": len(rows)})
            low[name], high[name] = ends
    nulls = {name: rows[name].null_count for name in rows.column_names}
    return json.dumps({"numRecords": len(rows), "minValues": low, "maxValues": high, "nullCount": nulls})


def _ends(column: pa.ChunkedArray) -> tuple[object, object] | None:
    if column.type == TIMESTAMP:
        ends = pc.min_max(column.cast(pa.int64())).as_py()
        return _instant(ends["min"]), _instant(ends["max"])
    ends = pc.min_max(column).as_py()
    low, high = ends["min"], ends["max"]
    if pa.types.is_string(column.type):
        return low[:LONGEST], _above(high)
    if pa.types.is_floating(column.type):
        return (low, high) if np.isfinite([low, high]).all() else None
    if pa.types.is_date(column.type):
        return low.isoformat(), high.isoformat()
    return low, high


def _instant(ticks: int) -> str:
    stamp: pd.Timestamp = from_micros(np.array([ticks]))[0]
    return stamp.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _above(text: str) -> str:
    """Return `text`, or where it is long a shorter text that no text beginning like it passes."""
    cut = text[:LONGEST] + _GREATEST
    return cut if len(text) > LONGEST and text < cut else text
