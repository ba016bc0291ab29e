"""Tables of text for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from smartfab.cli.plain_text import plain

LEAST = 6
"""A column is never cut shorter than this [1]."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, left: int, width: int | None) -> str:
    """Return a table in columns of equal breadth.

    Parameters
    ----------
    heads : sequence of str
        Heads of the columns.
    rows : sequence of sequences of str
        Cells.
    left : int
        This many columns are names: flush left, and cut if the table is too broad; the others are figures [1].
    width : int, optional
        Characters a line may have [1]; None for as many as it takes.

    Returns
    -------
    str
        Lines without trailing blanks.
    """
    grid = [[plain(unicodedata.normalize("NFC", cell)).replace("\n", " ") for cell in row] for row in (heads, *rows)]
    breadth = [max(len(row[n]) for row in grid) for n in range(len(heads))]
    while width is not None and sum(breadth) + len(breadth) - 1 > width:
        widest = max(range(left), key=breadth.__getitem__, default=-1)
        if widest < 0 or breadth[widest] <= LEAST:
            break
        breadth[widest] -= 1
    lines = [" ".join(_fit(cell, breadth[n], n < left) for n, cell in enumerate(row)).rstrip() for row in grid]
    lines.insert(1, " ".join("─" * size for size in breadth))
    return "\n".join(lines)


def _fit(cell: str, breadth: int, is_name: bool) -> str:
    if len(cell) > breadth:
        cell = cell[: breadth - 1] + "…"
    return cell.ljust(breadth) if is_name else cell.rjust(breadth)
