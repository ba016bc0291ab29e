"""What people enter, kept for ever: a row with who and when, appended, never changed; the latest word counts."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from smartfab import clock
from smartfab.errors import SmartfabError, TableError
from smartfab.tables import conform

__all__ = ["enter"]


class EntryStore(Protocol):
    """The little of a store that an entry needs; ``smartfab.store.Store`` is one."""

    def append(self, table: str, frame: pd.DataFrame) -> bool:
        """Append rows to a table.

        Parameters
        ----------
        table : str
            A table of the vocabulary.
        frame : DataFrame
            Its rows.

        Returns
        -------
        bool
            True when they are durable.

        Raises
        ------
        StoreError
            If they were not stored.
        """
        ...


def enter(
    store: EntryStore, table: str, row: dict[str, object], *, by: str, recorded_at: object = None, tz: str | None = None
) -> None:
    """Append one entry to a table of what people enter.

    Parameters
    ----------
    store : Store
        Where to.
    table : str
        A table with `by` and `recorded_at`.
    row : dict
        Column → value.
    by : str
        Who enters it.
    recorded_at : time, optional
        When it became known; now if left out.
    tz : str, optional
        IANA zone of naive times.

    Raises
    ------
    TableError
        If the row does not fit its table, or nobody is named; all faults at once.
    StoreError
        If it was not stored.
    """
    faults: list[SmartfabError] = []
    if not isinstance(by, str) or not by.strip():
        faults.append(TableError(repr(by), table=table, column="by", expected="who enters it", remedy="Give by=."))
    when = clock.present() if recorded_at is None else recorded_at
    frame = pd.DataFrame([{**row, "by": str(by).strip(), "recorded_at": when}])
    try:
        ready = conform(frame, table, tz=tz)
    except TableError as error:
        raise TableError.of([*faults, *error.faults], where=f"entry in {table}") from error
    if "end" in ready and bool((ready["end"] <= ready["start"]).any()):
        faults.append(TableError("it ends no later than it starts", table=table, column="end", remedy="Correct the times."))
    if faults:
        raise TableError.of(faults, where=f"entry in {table}")
    ready.attrs = {}
    store.append(table, ready)
