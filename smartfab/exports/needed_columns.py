"""The columns a sheet cannot do without, and the rows in which one of them is empty."""

from __future__ import annotations

from smartfab.errors import MissingColumnError, TableError
from smartfab.exports.columns_in import Columns
from smartfab.exports.grid import Faults
from smartfab.exports.headings import Heading
from smartfab.tables import NEEDED
from smartfab.vocabulary import COLUMNS, TABLES

MAY_BE_EMPTY = {("stop_reasons", "reason_id")}
COUNTED = {"counts", "totals"}


def needed(table: str) -> tuple[str, ...]:
    """Return the columns a table that is read must have.

    Parameters
    ----------
    table : str
        Name of a table of the vocabulary.

    Returns
    -------
    tuple of str
        Their names.
    """
    return () if table == "oee" else NEEDED.get(table, TABLES[table].keys)  # its keys are what somebody grouped by


def check_needed(read: Columns, heading: Heading, table: str, rows: list[int], faults: Faults) -> None:
    """Add what is missing to the faults.

    Parameters
    ----------
    read : dict
        Cells by column.
    heading : Heading
        What the headers mean.
    table : str
        Name of the table.
    rows : list of int
        Row number of each cell.
    faults : Faults
        Faults are added here.
    """
    wanted = [*needed(table)]
    if table == "counts":
        wanted += ["ts"] if "ts" in read else ["production_date", "shift_id"]
    for name in wanted:
        if name not in read:
            faults.add(
                MissingColumnError, "no header means it", column=name, expected=COLUMNS[name].meaning,
                remedy=f'{_offered(heading, name)} or fixed={{"{name}": …}} where it is the same in every row.',
            )  # fmt: skip
            continue
        for row, value in zip(rows, read[name], strict=True):
            if value is None and not faults.hit(row, name) and (table, name) not in MAY_BE_EMPTY:
                faults.add(
                    TableError, "empty", row=row, column=name, header=heading.header_of(name), expected=COLUMNS[name].meaning,
                    remedy="Fill the cell.",
                )  # fmt: skip
    if table in COUNTED and not {"total", "good"} & set(read):
        faults.add(
            MissingColumnError, "neither total nor good", column="total", expected="how many pieces",
            remedy=f"{_offered(heading, 'total')[:-1]}.",
        )  # fmt: skip


def _offered(heading: Heading, name: str) -> str:
    unused = ", ".join(repr(header) for header in heading.unused) or "none"
    return f'Say which header does: columns={{"…": "{name}"}} (headers not used: {unused}),'
