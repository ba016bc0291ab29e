"""What the journals say they moved into the store, held against what its log still says came in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from smartfab.store.journals import journal_names, journal_path, reading


@dataclass(frozen=True, slots=True)
class Moved:
    """Batches of a table that a journal moved into the store and still has.

    Attributes
    ----------
    journal : str
        Its name.
    app_id : str
        Its name as a writer.
    table : str
        Where they went.
    rows : dict of int to int
        Rows by number of the batch [1].
    """

    journal: str
    app_id: str
    table: str
    rows: dict[int, int]

    def after(self, number: int) -> int:
        """Return the rows of batches later than a number [1]."""
        return sum(count for batch, count in self.rows.items() if batch > number)


def moved(store: Path) -> list[Moved]:
    """Return what the journals of a store say is in its tables.

    To be asked before the tables are looked at: what a journal says by then, the tables have.

    Parameters
    ----------
    store : Path
        Folder of the store.

    Returns
    -------
    list of Moved
        One a journal and table; nothing of a journal that cannot be read, which is a fault of its own.
    """
    return [found for name in journal_names(store) for found in _moved(store, name)]


def _moved(store: Path, name: str) -> Iterator[Moved]:
    try:
        with closing(reading(journal_path(store, name))) as database:
            database.execute("BEGIN")
            ((app_id,),) = database.execute("SELECT value FROM told WHERE what = 'app_id'").fetchall() or [("",)]
            for table, through in database.execute("SELECT name, max(through) FROM drained GROUP BY name").fetchall():
                query = "SELECT number, row_count FROM batch WHERE name = ? AND number <= ?"
                yield Moved(name, str(app_id), table, dict(database.execute(query, (table, through)).fetchall()))
    except sqlite3.Error:
        return
