"""Where the table begins in a sheet, and which column of it means what."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smartfab.errors import AmbiguousValueError, MissingColumnError, SmartfabError, TableError
from smartfab.exports.folding import canonical_unit, fold, in_one_line, plain, split_unit
from smartfab.exports.grid import Cell, Grid
from smartfab.exports.known_headers import COUNTING_ROWS, LENGTHS, meanings, targets_of

MOST_ABOVE = 60
"""A table begins within so many rows [1]."""

Named = Mapping[str, str | None]
_BRACKETS = re.compile(r"[\(\[].*?[\)\]]")
_NUMBERED = re.compile(r"\(?([0-9]{1,2}|[a-z])\)?")
_LENGTH_WORDS = {"phut": "min", "min": "min", "minutes": "min", "minute": "min", "giay": "s", "seconds": "s", "hours": "h"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the sheet that is read."""

    place: int
    header: str
    target: str
    unit: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The header of a table: its rows (from 1), the columns that are read, those that are not, and what numbers the rows."""

    first: int
    last: int
    fields: tuple[Field, ...]
    unused: tuple[str, ...]
    counting: frozenset[int]
    clashes: tuple[tuple[str, str, str], ...]

    def header_of(self, target: str) -> str:
        """Return the header a column is read from; its own name if there is none."""
        return next((item.header for item in self.fields if item.target == target), target)


def known_in(rows: Sequence[Sequence[Cell]], table: str, columns: Named) -> int:
    """Return how many headers the best row of a sheet has.

    Parameters
    ----------
    rows : sequence of rows
        Cells.
    table : str
        Name of a table of the vocabulary.
    columns : mapping
        What the user says headers mean.

    Returns
    -------
    int
        Number of columns [1].
    """
    found = _best(rows, table, columns)
    return len(found.fields) if found else 0


def heading_of(grid: Grid, table: str, columns: Named) -> Heading:
    """Return the header of the table in a sheet: the row, or pair of rows, that says most.

    Parameters
    ----------
    grid : Grid
        The sheet.
    table : str
        Name of a table of the vocabulary.
    columns : mapping
        What the user says headers mean; a header that is to be left out means None.

    Returns
    -------
    Heading
        Rows of units or of column numbers below it are part of it.

    Raises
    ------
    MissingColumnError
        If no row has headers the table knows, or a header the user named is not there.
    AmbiguousValueError
        If two columns mean the same.
    """
    found = _best(grid.rows, table, columns)
    if found is None:
        rows = [
            f"row {n}: " + " | ".join(map(str, _texts(row))) for n, row in enumerate(grid.rows[:8], 1) if len(_texts(row)) > 1
        ]
        raise MissingColumnError(
            f"no header of table {table} in the first {MOST_ABOVE} rows",
            table=table,
            where=grid.place,
            expected=f"headers for {', '.join(sorted(targets_of(table)))}",
            remedy='Say what they mean: columns={"Header": "column"}. There are: ' + ("; ".join(rows) or "no rows") + ".",
        )
    faults = [*_strangers(grid, table, columns, found), *_clashes(grid, table, found)]
    if faults:
        raise TableError.of(faults, where=grid.place)
    return _with_rows_below(grid, found)


def checked_columns(table: str, columns: Mapping[str, str | None] | None) -> dict[str, str | None]:
    """Return what the user says headers mean, by folded header.

    Parameters
    ----------
    table : str
        Name of a table of the vocabulary.
    columns : mapping, optional
        Header → column.

    Returns
    -------
    dict
        Folded header → target.

    Raises
    ------
    TableError
        If one of them is no column of the table.
    """
    known = targets_of(table)
    lengths = LENGTHS if "duration" in known else {}
    faults: list[SmartfabError] = [
        MissingColumnError(
            f"{name!r} for the header {header!r}",
            table=table,
            where="columns",
            expected=f"one of {', '.join(sorted({*known, *lengths}))}, or None",
        )
        for header, name in (columns or {}).items()
        if name is not None and name not in known and name not in lengths
    ]
    if faults:
        raise TableError.of(faults, where="columns")
    return {fold(header): name for header, name in (columns or {}).items()}


def _texts(row: Sequence[Cell]) -> list[str]:
    return [cell for cell in row if isinstance(cell, str)]


def _best(rows: Sequence[Sequence[Cell]], table: str, columns: Named) -> Heading | None:
    best: Heading | None = None
    for n in range(min(MOST_ABOVE, len(rows))):
        alone = _read(rows[n], n + 1, n + 1, table, columns)
        if best is None or len(alone.fields) > len(best.fields):
            best = alone
        if n + 1 < len(rows) and all(cell is None or isinstance(cell, str) for cell in rows[n + 1]):
            pair = _read(_joined(rows[n], rows[n + 1], table, columns), n + 1, n + 2, table, columns)
            below = _read(rows[n + 1], n + 2, n + 2, table, columns)
            if len(pair.fields) > max(len(best.fields), len(below.fields)):
                best = pair
    enough = 1 if columns else 2
    return best if best is not None and len(best.fields) >= enough else None


def _joined(top: Sequence[Cell], bottom: Sequence[Cell], table: str, columns: Named) -> list[Cell]:
    """One header of two rows: what is written below, or else above; a group's name above counts if it is needed."""
    joined: list[Cell] = []
    group: Cell = None
    for place in range(max(len(top), len(bottom))):
        above = top[place] if place < len(top) else None
        below = bottom[place] if place < len(bottom) else None
        group = above if above is not None else group
        if below is None:
            joined.append(above)
        elif _meant(str(below), table, columns)[0] or not isinstance(group, str):
            joined.append(below)
        else:
            whole = f"{group} {below}"
            joined.append(whole if _meant(whole, table, columns)[0] else below)
    return joined


def _read(row: Sequence[Cell], first: int, last: int, table: str, columns: Named) -> Heading:
    fields: list[Field] = []
    unused: list[str] = []
    counting: set[int] = set()
    clashes: list[tuple[str, str, str]] = []
    said = {place: cell for place, cell in enumerate(row) if isinstance(cell, str)}
    sure = {place for place, cell in said.items() if _meant(cell, table, columns)[2]}
    shares = {place for place in said.keys() - sure if _meant(said[place], table, columns)[1] == "%"}
    # what the user says comes first, and an amount before its share
    for place in [*sorted(sure), *sorted(set(said) - sure - shares), *sorted(shares)]:
        names, unit, _ = _meant(said[place], table, columns)
        header = in_one_line(said[place])
        taken = {field.target: field.header for field in fields}
        free = [name for name in names if name not in taken]
        if free:
            fields.append(Field(place, header, free[0], unit))
        elif names and place not in shares and not any(field.target in names and field.place in sure for field in fields):
            clashes.append((header, taken[names[0]], names[0]))
        elif fold(header) in COUNTING_ROWS:
            counting.add(place)
        else:
            unused.append(header)
    ordered = sorted(fields, key=lambda field: field.place)
    return Heading(first, last, tuple(ordered), tuple(unused), frozenset(counting), tuple(clashes))


def _meant(header: str, table: str, columns: Named) -> tuple[tuple[str, ...], str, bool]:
    """What a header may mean, the unit it states, and whether the user said so."""
    name, unit = split_unit(header)
    for said in dict.fromkeys((fold(header), fold(name))):
        if said and said in columns:
            target = columns[said]
            if target in LENGTHS:
                return ("duration_s" if "duration_s" in targets_of(table) else "duration",), unit or LENGTHS[target], True
            stated = "s" if target is not None and target.endswith("_s") else ""
            return ((target,) if target else ()), unit or stated, True
    known = meanings(table)
    bare = _BRACKETS.sub(" ", header)
    for said in dict.fromkeys((fold(header), fold(name), fold(bare))):
        if said in known:
            stated = "" if said == fold(header) and unit != "%" else unit  # the words of a header do not say %
            return known[said], stated or _unit_within(said, known[said]), False
    return (), "", False


def _unit_within(said: str, names: tuple[str, ...]) -> str:
    """The unit in the words of a header of a length, such as "so phut dung"; a column's own name states its unit."""
    if not any(name == "duration" or name.endswith("_s") for name in names):
        return ""
    words = said.split()
    if words[-1:] == ["s"] and any(said == fold(name) for name in names):
        return "s"
    if words[:2] == ["so", "gio"]:
        return "h"
    return next((_LENGTH_WORDS[word] for word in words if word in _LENGTH_WORDS), "")


def _strangers(grid: Grid, table: str, columns: Named, found: Heading) -> list[SmartfabError]:
    headers = [*(field.header for field in found.fields), *found.unused, *(clash[0] for clash in found.clashes)]
    there = {fold(text) for header in headers for text in (header, split_unit(header)[0])}
    faults: list[SmartfabError] = []
    for said in columns:
        if said not in there:
            close = difflib.get_close_matches(said, sorted(there), n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            faults.append(
                MissingColumnError(
                    f"no header {said!r} in row {found.last}", table=table, where=grid.place,
                    remedy=f"There are: {', '.join(headers)}.{hint}",
                )
            )  # fmt: skip
    return faults


def _clashes(grid: Grid, table: str, found: Heading) -> list[SmartfabError]:
    return [
        AmbiguousValueError(
            f'"{header}" and "{other}" both mean {name}',
            table=table,
            where=f"{grid.place}, row {found.last}",
            expected="one column for each",
            remedy=f'Say which: columns={{"{header}": None}} leaves one out.',
        )
        for header, other, name in found.clashes
    ]


def _with_rows_below(grid: Grid, found: Heading) -> Heading:
    """Take a row of units and a row of column numbers, as printed forms have them, into the header."""
    fields, last = found.fields, found.last
    while last < len(grid.rows):
        texts = {place: str(cell) for place, cell in enumerate(grid.rows[last]) if cell is not None}
        units = {place: canonical_unit(text.strip("()[] ")) for place, text in texts.items()}
        if texts and all(isinstance(grid.rows[last][place], str) and units[place] for place in texts):
            fields = tuple(Field(f.place, f.header, f.target, f.unit or units.get(f.place, "")) for f in fields)
        elif not _is_numbering(list(texts.values())):
            break
        last += 1
    return Heading(found.first, last, fields, found.unused, found.counting, found.clashes)


def _is_numbering(texts: list[str]) -> bool:
    marks = [_NUMBERED.fullmatch(plain(text)) for text in texts]
    if len(texts) < 3 or not all(marks):
        return False
    numbers = [int(mark[1]) for mark in marks if mark and mark[1].isdigit()]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 2
