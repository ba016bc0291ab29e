"""A store as it stood when a job began: every read of a job, wherever it runs, sees the same versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from smartfab import tables
from smartfab.bad_rows import BadRow, OnBad, puts_aside
from smartfab.store import Store
from smartfab.store.layout import layout_of
from smartfab.store.reading import to_frame
from smartfab.store.sifting import sifted

INPUTS = (
    "samples", "coverage", "events", "stops", "stop_reasons", "changeovers", "entered_counts", "orders", "reasons", "parts",
)  # fmt: skip
"""Tables a day's figures are made from."""

ENTERED = ("coverage", "stops", "stop_reasons", "changeovers", "entered_counts", "orders", "reasons")
"""Those whose rows may be in order one by one and yet say what cannot be."""


def pin(store: Store) -> dict[str, int]:
    """Return the newest version of every table a job reads.

    Parameters
    ----------
    store : Store
        The store.

    Returns
    -------
    dict of str to int
        By table [1]; −1 for one that was never written.
    """
    return {table: store.version(table) for table in INPUTS}


class PinnedStore:
    """Reads the tables of a store at fixed versions.

    Parameters
    ----------
    store : Store
        The store.
    versions : mapping of str to int
        From `pin` [1]; a table that is not named is read at its newest version.
    on_bad : {"raise", "quarantine"}
        "quarantine" leaves rows out that people entered and that cannot be true; `bad` keeps them.
    """

    def __init__(self, store: Store, versions: Mapping[str, int], *, on_bad: OnBad = "raise") -> None:
        self._store, self.versions, self.bad = store, dict(versions), list[BadRow]()
        self._sifts = puts_aside(on_bad)

    def read(self, table: str, start: object = None, end: object = None, **asked: Any) -> pd.DataFrame:  # noqa: ANN401
        """Return what `Store.read` returns, at the pinned version.

        Parameters
        ----------
        table, start, end
            As for `Store.read`.
        **asked : object
            signals, columns.

        Returns
        -------
        DataFrame
            The rows.
        """
        version = self.versions.get(table)
        if version is not None and version < 0:
            columns: Sequence[str] | None = asked.get("columns")
            nothing = tables.empty(table)
            return nothing if columns is None else nothing[list(columns)]
        rows = self._store.read(table, start, end, as_of=version, **asked)
        if not self._sifts or table not in ENTERED or asked.get("columns") is not None:
            return rows
        good, bad = sifted(rows, layout_of(table), f"store, table {table}")
        self.bad += [replace(row, source=row.source.rpartition(",")[0]) for row in bad]  # where it stood is by chance
        return to_frame(good) if bad else rows

    def heard(self, name: str, server: str | None = None) -> pd.Timestamp | None:
        """Return what `Store.heard` returns: it is no table and has no versions.

        Parameters
        ----------
        name, server : str
            As for `Store.heard`.

        Returns
        -------
        Timestamp or None
            When the collector was last heard.
        """
        return self._store.heard(name, server)
