"""A sheet as cells with their places, and the faults found in it: what every step of reading an export shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from smartfab.bad_rows import BadRow
from smartfab.errors import SmartfabError, TableError
from smartfab.findings import Finding, finding

Cell: TypeAlias = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


class Formula(str):
    """A formula that Excel never calculated, so that the cell has no value."""

    __slots__ = ()


MOST_OF_A_KIND = 40
"""So many faults of one kind are told row by row in a column; the rest is counted [1]."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet.

    Parameters
    ----------
    file : str
        Name of the file.
    sheet : str
        Name of the sheet; empty for a text file.
    rows : list of list
        Cells; the first row is row 1.
    percent : frozenset
        (row, column) of cells shown in percent, rows from 1 and columns from 0: their numbers are ratios already.
    how : dict
        What was found out on the way here, such as the encoding.
    """

    file: str
    sheet: str
    rows: list[list[Cell]]
    percent: frozenset[tuple[int, int]] = frozenset()
    how: dict[str, object] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """File and sheet."""
        return f"{self.file}, sheet {self.sheet!r}" if self.sheet else self.file


@dataclass(frozen=True, slots=True)
class Strip:
    """The cells of one column below its header, blank ones included.

    Parameters
    ----------
    header : str
        As it stands in the file.
    target : str
        The column it is read as.
    unit : str
        Unit the header names, canonical; empty if it names none.
    numbers : sequence of int
        Row number of each cell.
    cells : list
        The cells; text is trimmed, and blank text is None.
    percent : frozenset of int
        Row numbers of cells shown in percent.
    """

    header: str
    target: str
    unit: str
    numbers: Sequence[int]
    cells: list[Cell]
    percent: frozenset[int] = frozenset()

    def told(self) -> Iterator[tuple[int, int, Cell]]:
        """Yield place, row number and cell of those that are not blank.

        Returns
        -------
        iterator of tuple
            In the order of the sheet.
        """
        for place, (number, cell) in enumerate(zip(self.numbers, self.cells, strict=True)):
            if cell is not None:
                yield place, number, cell


class Faults:
    """Everything that is wrong with a sheet, and everything worth a remark, in the order of rows.

    Parameters
    ----------
    place : str
        File and sheet.
    table : str
        What is read.
    apart : bool
        Whether rows with faults are put aside: the others are read then. `by_row` keeps why, by row number; `of_all` tells
        whether a fault is not of single rows.
    """

    def __init__(self, place: str, table: str, *, apart: bool = False) -> None:
        self.place, self.table, self.apart = place, table, apart
        self.by_row: dict[int, list[str]] = {}
        self.of_all = False
        self.bad: list[BadRow] = []
        self.remarks: list[Finding] = []
        self.cells: set[tuple[str, int | None]] = set()
        self._told: list[tuple[int, SmartfabError]] = []
        self._count: dict[tuple[object, ...], int] = {}

    def __bool__(self) -> bool:
        return bool(self._told)

    def add(
        self,
        kind: type[TableError],
        found: str,
        *,
        row: int | None = None,
        column: str | None = None,
        header: str | None = None,
        expected: str | None = None,
        remedy: str = "",
    ) -> None:
        """Keep a fault; beyond `MOST_OF_A_KIND` of one kind in a column they are only counted."""
        if column is not None:
            self.cells.add((column, row))
        if row is None:
            self.of_all = True
        else:
            self.by_row.setdefault(row, []).append(f'"{header}": {found}' if header else found)
        kindred = (kind, column, expected)
        self._count[kindred] = self._count.get(kindred, 0) + 1
        if self._count[kindred] > MOST_OF_A_KIND:
            return
        parts = [self.place, *([f"row {row}"] if row is not None else []), *([f'"{header}"'] if header else [])]
        error = kind(found, table=self.table, column=column, where=", ".join(parts), expected=expected, remedy=remedy)
        self._told.append((row or 0, error))

    def hit(self, row: int, *columns: str) -> bool:
        """Return whether one of these cells, or its whole column, has a fault already: what follows from it is none."""
        return any((column, where) in self.cells for column in columns for where in (row, None))

    def follows(self, row: int, column: str) -> None:
        """Mark a cell that is missing only because of a fault that was told."""
        self.cells.add((column, row))

    def note(
        self, code: str, rows: Sequence[int] = (), *, where: str = "", count: int | None = None, **evidence: object
    ) -> None:
        """Keep a remark about some rows; those of one kind and place are one remark."""
        if not (rows or count):
            return
        place, number = where or self.place, len(rows) if count is None else count
        known = next((item for item in self.remarks if (item["code"], item["where"]) == (code, place)), None)
        if known is not None and "rows" in known["evidence"]:
            known["count"] += number
            known["evidence"]["rows"] = (known["evidence"]["rows"] + list(rows))[:10]
        else:
            self.remarks.append(finding(code, place, number, **({"rows": list(rows)} if rows else {}), **evidence))

    def errors(self) -> list[SmartfabError]:
        """Return the faults in the order of rows, those of whole columns first."""
        ordered = [error for _, error in sorted(self._told, key=lambda item: item[0])]
        for (kind, column, _), count in self._count.items():
            if count > MOST_OF_A_KIND:
                found = f"{count - MOST_OF_A_KIND} more faults of this kind"
                ordered.append(kind(found, table=self.table, column=str(column), where=self.place))  # type: ignore[operator]
        return ordered
