"""A text file → cells: which separator, quotes, the row numbers a spreadsheet would show."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable

from smartfab.errors import TableError
from smartfab.exports.decoding import decoded
from smartfab.exports.folding import trimmed
from smartfab.exports.grid import Cell, Grid

SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
_HINT = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
_LOOKED_AT = 200

Score = Callable[[list[list[Cell]]], int]


def text_grid(data: bytes, file: str, score: Score) -> Grid:
    """Return the cells of a text file.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name.
    score : callable
        How many headers the table knows in these rows; it decides between separators, and after it the rows of equal
        length.

    Returns
    -------
    Grid
        Cells are text or None.

    Raises
    ------
    TableError
        If it cannot be decoded, or a quote is never closed.
    """
    text, encoding = decoded(data, file)
    hint = _HINT.match(text.split("\n", 1)[0])
    candidates = [hint[1]] if hint else list(SEPARATORS)
    head = "\n".join(text.splitlines()[:_LOOKED_AT])
    ranked = sorted(candidates, key=lambda separator: _rank(head, separator, score), reverse=True)
    rows = _split(text, ranked[0], file)
    if hint:
        rows[0] = []
    return Grid(file, "", rows, how={"encoding": encoding, "separator": SEPARATORS.get(ranked[0], ranked[0])})


def _rank(head: str, separator: str, score: Score) -> tuple[int, int]:
    try:
        rows = _split(head, separator, "")
    except TableError:
        # the head may end within a quoted cell, which is closed further down
        rows = [[trimmed(cell) for cell in line.split(separator)] for line in head.splitlines()]
    lengths = Counter(len(row) for row in rows if len(row) > 1)
    return score(rows), max(lengths.values(), default=0)


def _split(text: str, separator: str, file: str) -> list[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[Cell]] = []
    try:
        rows.extend([trimmed(cell) for cell in row] for row in reader)
    except csv.Error as error:
        raise TableError(
            f"line {reader.line_num}: {error}", where=file, expected="quotes in pairs", remedy="Mend the quotes in that line."
        ) from error
    return rows
