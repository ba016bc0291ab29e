"""What the Delta log says of a data file, so that a reader can leave it unopened: least, greatest, nulls.

All columns or none: deltalake's own reader takes a column without a least value, beside columns that have one, for a
column without matching rows, and loses rows. A non-finite number cannot be written as JSON, so a file that holds
one gets no statistics but its number of rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from smartfab.clock import from_micros
from smartfab.store.layout import TIMESTAMP

LONGEST = 64
"""Characters of a text kept as a bound [1]; what is longer is cut, downwards for the least, upwards for the greatest."""

_GREATEST = "\U0010ffff"


class Statistics:
    """The statistics of a data file, gathered piece by piece.

    Parameters
    ----------
    names : iterable of str
        Columns of the file.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.rows = 0
        self._nulls = dict.fromkeys(names, 0)
        self._ends: dict[str, tuple[Any, Any]] = {}
        self._bounded = True

    def add(self, rows: pa.Table) -> None:
        """Take in the next rows of the file.

        Parameters
        ----------
        rows : pyarrow.Table
            With the columns of the file.
        """
        self.rows += len(rows)
        for name in rows.column_names:
            column = rows[name]
            self._nulls[name] += column.null_count
            if column.null_count == len(rows):
                continue
            low, high = pc.min_max(column.cast(pa.int64()) if column.type == TIMESTAMP else column).as_py().values()
            if pa.types.is_floating(column.type) and not np.isfinite([low, high]).all():
                self._bounded = False
            low, high = _told(low, column.type), _told(high, column.type)
            before = self._ends.get(name, (low, high))
            self._ends[name] = min(before[0], low), max(before[1], high)

    def text(self) -> str:
        """Return the statistics as the Delta protocol writes them.

        Returns
        -------
        str
            JSON with numRecords [1], and minValues, maxValues, nullCount [1] by column.

        References
        ----------
        Delta transaction log protocol, "Per-file statistics".
        """
        if not self._bounded:
            return json.dumps({"numRecords": self.rows})
        low = {name: _shortened(ends[0]) for name, ends in self._ends.items()}
        high = {name: _above(ends[1]) for name, ends in self._ends.items()}
        return json.dumps({"numRecords": self.rows, "minValues": low, "maxValues": high, "nullCount": self._nulls})


def _told(value: Any, kind: pa.DataType) -> Any:  # noqa: ANN401  a number, a flag, or a text
    """Return a bound as JSON writes it; texts of times and dates are in the order of time."""
    if kind == TIMESTAMP:
        stamp: pd.Timestamp = from_micros(np.array([value]))[0]
        return stamp.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.isoformat() if pa.types.is_date(kind) else value


def _shortened(value: object) -> object:
    return value[:LONGEST] if isinstance(value, str) else value


def _above(value: object) -> object:
    """Return `value`, or where it is a long text a shorter one that no text beginning like it passes."""
    if not isinstance(value, str):
        return value
    cut = value[:LONGEST] + _GREATEST
    return cut if len(value) > LONGEST and value < cut else value
