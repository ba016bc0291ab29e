"""Rows of a sheet that cannot be read, taken out with what their cells say."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from smartfab.bad_rows import BadRow, raw_text
from smartfab.exports.grid import Faults, Grid


def good_rows(frame: pd.DataFrame, grid: Grid, header: int, fixed: Mapping[str, object], faults: Faults) -> pd.DataFrame:
    """Return the rows without a fault; the others are added to ``faults.bad``.

    Parameters
    ----------
    frame : DataFrame
        Indexed by row number.
    grid : Grid
        The sheet.
    header : int
        Row number of its header [1].
    fixed : mapping
        What is the same in every row and stands in no cell: column → value.
    faults : Faults
        Knows which rows are wrong, and why.

    Returns
    -------
    DataFrame
        Indexed by row number.
    """
    if not faults.by_row:
        return frame
    for number, why in sorted(faults.by_row.items()):
        raw = raw_text({**dict(_cells(grid, header, number)), **fixed})
        faults.bad.append(BadRow(faults.table, raw, "; ".join(why), f"{grid.place}, row {number}"))
    return frame[~frame.index.isin(list(faults.by_row))]


def _cells(grid: Grid, header: int, number: int) -> list[tuple[str, object]]:
    names = grid.rows[header - 1]
    return [
        (str(names[place]) if place < len(names) and names[place] is not None else f"column {place + 1}", cell)
        for place, cell in enumerate(grid.rows[number - 1])
        if cell is not None
    ]
